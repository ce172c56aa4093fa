"""Triggers that let nobody change or delete an event, on either engine: made and dropped here alone.

They stop a slip and a program's fault, and whoever may write rows but not the schema; the chain and the seals tell of
who goes past them. A migration drops them and makes them again, and so does whoever falsifies rows to try the proofs.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from negotiation.store.transaction import Transaction

WORDS = "an event is never changed"
_SQLITE = {
    "event_is_not_changed": f"BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, '{WORDS}'); END",
    "event_is_not_deleted": f"BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, '{WORDS}'); END",
}
_FUNCTION = "refuse_change_of_event"
_BODY = f" BEGIN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'restrict_violation'; END "
_STATEMENT = f"FOR EACH STATEMENT EXECUTE FUNCTION {_FUNCTION}()"
_POSTGRES = {
    "event_is_not_changed": f"BEFORE UPDATE ON event {_STATEMENT}",
    "event_is_not_deleted": f"BEFORE DELETE ON event {_STATEMENT}",
    "event_is_not_emptied": f"BEFORE TRUNCATE ON event {_STATEMENT}",
}


def making(*, is_sqlite: bool) -> list[str]:
    """The statements that make them, in order; they are not there before."""
    made = [f"CREATE TRIGGER {name} {rest}" for name, rest in (_SQLITE if is_sqlite else _POSTGRES).items()]
    function = f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $${_BODY}$$"
    return made if is_sqlite else [function, *made]


def dropping(*, is_sqlite: bool) -> list[str]:
    """The statements that drop them, if they are there."""
    if is_sqlite:
        return [f"DROP TRIGGER IF EXISTS {name}" for name in _SQLITE]
    return [f"DROP TRIGGER IF EXISTS {name} ON event" for name in _POSTGRES]


@contextmanager
def lifted(transaction: Transaction) -> Iterator[None]:
    """Within a transaction, events may be changed meanwhile: of tests and tools that falsify rows on purpose."""
    is_sqlite = transaction.database.is_sqlite
    for statement in dropping(is_sqlite=is_sqlite):
        transaction.execute(statement)
    yield
    for statement in making(is_sqlite=is_sqlite):
        transaction.execute(statement)


def missing(transaction: Transaction) -> list[str]:
    """Names those that are not there, not enabled, or not as they are made."""
    found = _in_sqlite(transaction) if transaction.database.is_sqlite else _in_postgres(transaction)
    return sorted((_SQLITE if transaction.database.is_sqlite else _POSTGRES).keys() - found)


def _in_sqlite(transaction: Transaction) -> set[str]:
    rows = transaction.rows("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'event'")
    return {name for name, sql in rows if sql == f"CREATE TRIGGER {name} {_SQLITE.get(name)}"}


def _in_postgres(transaction: Transaction) -> set[str]:
    rows = transaction.rows(
        "SELECT t.tgname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE t.tgrelid = 'event'::regclass "
        f"AND t.tgenabled IN ('O', 'A') AND p.proname = '{_FUNCTION}' AND p.prosrc = %s",
        [_BODY],
    )
    return {row[0] for row in rows}
