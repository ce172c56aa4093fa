"""Fills a database by the hundred thousand: the same rows again and again under new ids, straight into the tables."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlmodel import SQLModel

from bench.ground import DEPARTMENTS
from negotiation.store.change_statements import Change
from negotiation.store.codec import codec
from negotiation.store.database import Database
from negotiation.store.schema.cases import Case, Content, Event, Item
from negotiation.store.schema.notices import Notice
from negotiation.store.schema.terms import Term

Rows = dict[type[SQLModel], list[tuple[Any, ...]]]
FIRST_ID = 1_000_000
STRETCH = 10_000  # cases that are written at once


def fill(database: Database, cases: Iterable[tuple[Change, int]]) -> None:
    """Stores each change as often as asked, each time as another case of other departments; then counts the rows."""
    first = FIRST_ID
    for change, count in cases:
        for start in range(0, count, STRETCH):
            many = min(STRETCH, count - start)
            _store(database, _copies(database, change, range(first, first + many)))
            first += many
    with database.read() as transaction:
        assert transaction.connection.exec_driver_sql('SELECT count(*) FROM "case"').scalar() == first - FIRST_ID
    _settle(database)


def _copies(database: Database, change: Change, ids: range) -> Rows:
    models: dict[type[SQLModel], list[tuple[Any, ...]]] = {
        Case: [change.record],
        Event: list(change.events),
        Content: list(change.contents),
        Term: [(0, *term) for term in change.terms],
        Item: [(0, *item) for item in change.items],
        Notice: [tuple(notice) for notice in change.notices],
    }
    rows: Rows = {}
    for model, originals in models.items():
        table = codec(model, database.dialect)
        rows[model] = [
            tuple(values) for row in originals for values in _renumbered(table.columns, table.bind(row), ids)
        ]
    return rows


def _renumbered(columns: tuple[str, ...], row: list[Any], ids: range) -> Iterator[list[Any]]:
    values = dict(zip(columns, row, strict=True))
    for n in ids:
        values["id" if "id" in values else "case_id"] = n
        if "no" in values:
            values["no"] = f"GX2026-{n}"
            values["applicant_id"], values["provider_id"] = n % DEPARTMENTS + 1, (n + 7) % DEPARTMENTS + 1
        if "counts_from" in values:  # the reply term binds the provider
            values["department_id"] = (n + 7) % DEPARTMENTS + 1
        yield list(values.values())


def _store(database: Database, rows: Rows) -> None:
    with database.write() as transaction:
        for model, values in rows.items():
            table = codec(model, database.dialect)
            columns = f"{table.name} ({', '.join(table.quoted)})"
            if database.is_sqlite:
                marks = ", ".join("?" * len(table.columns))
                transaction.driver.executemany(f"INSERT INTO {columns} VALUES ({marks})", values)
                continue
            with transaction.driver.cursor() as cursor, cursor.copy(f"COPY {columns} FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)


def _settle(database: Database) -> None:
    """What a database that has stood for a while knows of itself."""
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE")
        if database.is_sqlite:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        else:
            connection.exec_driver_sql("CHECKPOINT")
