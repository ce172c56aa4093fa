"""Every column of every table altered in turn, by somebody who can write the database: what the verification finds.

The rows are those of the demonstration city as 0.2.0 wrote them: cases in which each kind of event happened. A table
that has none there gets one, and a column that is empty in all of them a value: the schema is walked, so that whoever
adds a table or a column seals it, or names it here with the reason why it proves nothing.
"""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Table, TypeDecorator, insert, select, update

from negotiation.core.enums import AdminKind
from negotiation.core.settings import Settings
from negotiation.core.signed_notes import opened
from negotiation.domain.administration import AdminAct
from negotiation.domain.attachments.upload import Upload
from negotiation.services.context import Context, UnitOfWork
from negotiation.services.proof import sealing, verification
from negotiation.services.proof.verification import Findings
from negotiation.store import administration, attachments, migrate, triggers
from negotiation.store.database import Database
from negotiation.store.proof import all_ids
from negotiation.store.schema.notice_facts import from_json, to_json
from negotiation.store.schema.whole import METADATA
from negotiation.store.transaction import Transaction
from tests.store import written

AT = datetime(2030, 1, 1, tzinfo=UTC)
MADE: dict[type, Any] = {int: 1, str: "A", bool: True, bytes: b"\x01", date: AT.date(), datetime: AT, object: ["A"]}


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


def of_table(name: str) -> list[str]:
    """The columns of a table, as ``UNSEEN`` names them."""
    return [str(column) for column in METADATA.tables[name].columns]


def made(column: Column[Any]) -> Any:
    """A value for a column in which nothing stands."""
    kind = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    return MADE[kind.python_type]


@pytest.fixture
def city(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'city.db'}")
    migrate.migrate(database)
    written.load(database, written.read((written.FOLDER / "0001_initial.json").read_text("utf-8")))
    with database.write() as transaction:
        administration.add(transaction, AT, None, "王敏", AdminAct(AdminKind.SETTINGS, "修改设置", "办公时间"))
        body = b"%PDF-1.4 the letter"
        upload = Upload("来函.pdf", "application/pdf", len(body), hashlib.sha256(body).digest(), body)
        attachments.add(transaction, all_ids(transaction)[0], [upload], "张三", AT)
        for table in METADATA.sorted_tables:
            if table.name not in WRITTEN_BY_SEALING and not transaction.rows(f'SELECT 1 FROM "{table.name}" LIMIT 1'):
                transaction.connection.execute(insert(table).values(a_row(transaction, table)))
    yield database
    database.close()


def a_row(transaction: Transaction, table: Table) -> dict[str, Any]:
    """A row with a value in every column; a key of another table is that of its first row."""
    row = {column.name: made(column) for column in table.columns}
    for key in table.foreign_keys:
        row[key.parent.name] = transaction.connection.scalars(select(key.column).order_by(key.column)).first()
    return row


def found(transaction: Transaction, context: Context, settings: Settings, note: str) -> Findings:
    verifiers = sealing.verifiers_of(settings)
    work = UnitOfWork(transaction, context, AT)
    return verification.verify(work, verifiers, opened(note, verifiers), full=True)


def alter(transaction: Transaction, column: Column[Any]) -> None:
    """Writes another value into a row in which the column has one; into any where none has."""
    table = column.table
    row = transaction.connection.execute(select(table).order_by(column.is_(None))).mappings().first()
    assert row is not None, f"{table.name} has no row"
    transaction.execute("PRAGMA defer_foreign_keys=ON")
    for statement in triggers.dropping(is_sqlite=True):
        transaction.execute(statement)
    other = made(column) if row[column.name] is None else altered(row[column.name])
    keys = [each == row[each.name] for each in table.primary_key]
    transaction.connection.execute(update(table).where(*keys).values({column.name: other}))


WRITTEN_BY_SEALING = {"seal", "seal_leaf"}
UNSEEN = {
    "account.failures": "failed sign-ins",
    "account.locked_until": "what failed sign-ins led to",
    "account.told_up_to": "what its owner has read",
    "counter.last": "a number that runs ahead leaves a gap behind it at the next case",
    "file_text.body": "the index of the search, made again at any time",
    "file_text.case_id": "the index of the search",
    "file_text.n": "the index of the search",
    "heartbeat.beat_at": "which job of the worker was done when, from minute to minute",
    "heartbeat.job": "which job of the worker was done",
    "heartbeat.process": "which process did it",
    "notice.claimed_by": "which process sends a notice just now",
    "notice.next_try": "when a notice is tried again",
    "notice.tries": "tries of a notice",
    "second_factor.last_step": "the last use of a second factor",
    "task.created_on": "an open task",
    "task.key": "an open task",
    "task.title": "an open task",
    "term.rung": "the reminder that was sent last",
    "token.used_at": "the last use of a token",
    **dict.fromkeys(of_table("report_sum"), "sums that are counted again where they are missing"),
    **dict.fromkeys(of_table("saved_view"), "a list of cases under a name"),
    **dict.fromkeys(of_table("session"), "who is signed in"),
}


def test_every_altered_column_is_found_but_those_that_prove_nothing(city: Database, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    note = sealing.seal(city, settings, AT).record.note
    with city.read() as transaction:
        context = Context.of(transaction, settings)
        clean = found(transaction, context, settings, note)
    assert (clean.broken, clean.changed) == ([], [])
    columns, unseen = [column for table in METADATA.sorted_tables for column in table.columns], set()
    for column in columns:
        with suppress(_Undone), city.write() as transaction:
            alter(transaction, column)
            if found(transaction, context, settings, note) == clean:
                unseen.add(str(column))
            raise _Undone
    print(f"{len(columns)} columns altered, {len(columns) - len(unseen)} found")
    assert unseen == {*UNSEEN}
