"""The database of a command."""

import os

from negotiation.cli.options import at_the_end
from negotiation.core import log
from negotiation.core.settings import Settings
from negotiation.store.database import Database

OWNER_ALONE = 0o077


def connect(settings: Settings) -> Database:
    """The database of a command, whose log is kept in the home; its connections are closed when the command ends."""
    write_for_owner_alone()
    database = Database(settings.url)
    log.keep_in(settings.home)
    at_the_end.callback(log.keep_in, None)
    at_the_end.callback(database.close)
    return database


def write_for_owner_alone() -> None:
    """From here on what the command writes is its user's alone: it is of cases."""
    at_the_end.callback(os.umask, os.umask(OWNER_ALONE))
