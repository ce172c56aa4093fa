"""Departments that got another name, or became part of another one (机构改革). Rows are added and never changed."""

from datetime import datetime

from negotiation.domain.departments import Reorganization
from negotiation.store.codec import codec
from negotiation.store.numbers import next_number
from negotiation.store.schema.departments import Reorganization as Row
from negotiation.store.transaction import Transaction


def read(transaction: Transaction) -> list[Reorganization]:
    """All of them, in the order in which they were entered; there are few."""
    table = codec(Row, transaction.database.dialect)
    rows = transaction.rows(f"SELECT {table.listed} FROM {table.name} ORDER BY id")
    return [Reorganization(*table.read(row)[1:7]) for row in rows]


def rename(transaction: Transaction, change: Reorganization, author: str, at: datetime) -> None:
    """Writes the new name; the old one still finds the department."""
    param = transaction.param
    sql = f"UPDATE department SET name = {param} WHERE id = {param}"
    transaction.execute(sql, [change.name_after, change.department_id])
    _keep(transaction, change, author, at)


def close(transaction: Transaction, change: Reorganization, author: str, at: datetime) -> None:
    """The department takes no further part: it is offered no longer, and its history stays."""
    param = transaction.param
    transaction.execute(f"UPDATE department SET active = {param} WHERE id = {param}", [False, change.department_id])
    _keep(transaction, change, author, at)


def _keep(transaction: Transaction, change: Reorganization, author: str, at: datetime) -> None:
    table, params = codec(Row, transaction.database.dialect), ", ".join([transaction.param] * 9)
    facts = (
        change.department_id, change.into_id, change.name_before, change.name_after, change.happened_on, change.doc_no,
    )  # fmt: skip
    number = next_number(transaction, "reorganization")
    transaction.execute(
        f"INSERT INTO {table.name} ({table.listed}) VALUES ({params})", table.bind((number, *facts, author, at))
    )
