"""Every column of every table altered in turn, by somebody who can write the database: what the verification finds.

The rows are those of the demonstration city as 0.2.0 wrote them: cases in which each kind of event happened.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from negotiation.core.settings import Settings
from negotiation.core.signed_notes import opened
from negotiation.services.context import Context, UnitOfWork
from negotiation.services.proof import sealing, verification
from negotiation.services.proof.verification import Findings
from negotiation.store import migrate, triggers
from negotiation.store.database import Database
from negotiation.store.schema.notice_facts import from_json, to_json
from negotiation.store.schema.whole import METADATA
from negotiation.store.transaction import Transaction
from tests.store import written

AT = datetime(2030, 1, 1, tzinfo=UTC)


class _Undone(Exception):
    """Undoes what was altered."""


def altered(value: Any) -> Any:
    """Another value of the same kind."""
    match value:
        case bool():
            other: Any = not value
        case int():
            other = value + 1_000
        case str():
            other = value + "改"
        case bytes():
            other = bytes([value[0] ^ 1]) + value[1:]
        case date():
            other = value + timedelta(days=30)
        case dict():
            other = {**value, "no": "改"}
        case tuple():
            other = (*value, 9)
        case list():
            other = [*value, "改"]
        case _:  # facts of a notice
            document = to_json(value)
            key = next(key for key, each in document.items() if isinstance(each, (str, int)))
            other = from_json({**document, key: altered(document[key])})
    return other


@pytest.fixture
def city(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'city.db'}")
    migrate.migrate(database)
    written.load(database, written.read((written.FOLDER / "0001_initial.json").read_text("utf-8")))
    yield database
    database.close()


def found(transaction: Transaction, context: Context, settings: Settings, note: str) -> Findings:
    verifiers = sealing.verifiers_of(settings)
    work = UnitOfWork(transaction, context, AT)
    return verification.verify(work, verifiers, opened(note, verifiers), lambda _: None)


UNSEEN = {
    "account.failures": "failed sign-ins",
    "account.told_up_to": "what its owner has read",
    "notice.tries": "tries of a notice",
    "task.key": "an open task",
    "task.title": "an open task",
    "task.created_on": "an open task",
    "counter.last": "a number that runs ahead leaves a gap behind it at the next case",
    "term.rung": "the reminder that was sent last",
}


def test_every_altered_column_is_found_but_those_that_prove_nothing(city: Database, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    note = sealing.seal(city, settings, AT).record.note
    with city.read() as transaction:
        context = Context.of(transaction, settings)
        clean = found(transaction, context, settings, note)
    assert (clean.broken, clean.changed) == ([], [])
    tried, unseen = 0, set()
    for table, column in ((each, column) for each in METADATA.sorted_tables for column in each.columns):
        with suppress(_Undone), city.write() as transaction:
            row = transaction.connection.execute(select(table).where(column.is_not(None))).mappings().first()
            if row is None:
                raise _Undone
            tried += 1
            transaction.execute("PRAGMA defer_foreign_keys=ON")
            for statement in triggers.dropping(is_sqlite=True):
                transaction.execute(statement)
            keys = [each == row[each.name] for each in table.primary_key]
            transaction.connection.execute(update(table).where(*keys).values({column.name: altered(row[column.name])}))
            if found(transaction, context, settings, note) == clean:
                unseen.add(f"{table.name}.{column.name}")
            raise _Undone
    print(f"{tried} columns altered, {tried - len(unseen)} found")
    assert tried > 200
    assert unseen == {*UNSEEN}
