"""The database of a command."""

from negotiation.cli.options import at_the_end
from negotiation.core import log
from negotiation.core.settings import Settings
from negotiation.store.database import Database


def connect(settings: Settings) -> Database:
    """The database of a command, whose log is kept in the home; its connections are closed when the command ends."""
    database = Database(settings.url)
    log.keep_in(settings.home)
    at_the_end.callback(log.keep_in, None)
    at_the_end.callback(database.close)
    return database
