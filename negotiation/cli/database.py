"""The database of a command."""

from negotiation.cli.options import at_the_end
from negotiation.core.settings import Settings
from negotiation.store.database import Database


def connect(settings: Settings) -> Database:
    """The database of a command; its connections are closed when the command ends."""
    database = Database(settings.url)
    at_the_end.callback(database.close)
    return database
