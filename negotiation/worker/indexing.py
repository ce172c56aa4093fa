"""The index of the search is brought up to date, and files are read for it, as there is time.

A search on a page writes nothing: what was entered is found when this has run. Files are read here alone.
"""

from datetime import datetime

from structlog.contextvars import bind_contextvars

from negotiation.core.clock import stopwatch
from negotiation.core.errors import NotFound
from negotiation.documents import file_text
from negotiation.services.context import Context
from negotiation.store import attachments, file_texts, search_index
from negotiation.store.attachments import Sealed
from negotiation.store.database import Database
from negotiation.store.file_texts import Unread

SECONDS_FOR_FILES = 60  # in one round; what is left is read in the next
FILES_AT_ONCE = 200


def run(database: Database, _context: Context, _at: datetime) -> str:
    """Reads files, then fills the index; returns what was read."""
    files = _read_files(database)
    cases = _fill(database)
    bind_contextvars(indexed=cases, files=files)
    return f"检索：读取附件 {files} 个" if files else ""


def _read_files(database: Database) -> int:
    with database.read() as transaction:
        found = file_texts.unread(transaction, FILES_AT_ONCE)
    began, done = stopwatch(), 0
    for file in found:
        if stopwatch() - began > SECONDS_FOR_FILES:
            break
        body = _text_of(database, file)
        with database.write() as transaction:
            file_texts.keep(transaction, file, body)
        done += 1
    return done


def _text_of(database: Database, file: Unread) -> str | None:
    """The text of a file; None where none can be read, or it was destroyed meanwhile."""
    try:
        with database.read() as transaction:
            content = attachments.read(transaction, file.case_id, file.n).body or b""
    except (Sealed, NotFound):
        return None
    return file_text.read_apart(file.name, content)


def _fill(database: Database) -> int:
    """Each lot in a transaction of its own: others who write do not wait for all of them."""
    done = 0
    while _is_due(database):
        with database.write() as transaction:
            done += search_index.fill(transaction)
    return done


def _is_due(database: Database) -> bool:
    with database.read() as transaction:
        return search_index.is_due(transaction)
