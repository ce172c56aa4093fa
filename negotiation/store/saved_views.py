"""Lists of cases that people keep under a name: rows in and out."""

from datetime import datetime
from typing import NamedTuple

from negotiation.store.codec import codec
from negotiation.store.numbers import next_number
from negotiation.store.schema.desk import SavedView
from negotiation.store.transaction import Transaction
from negotiation.store.whole_rows import insert


class ViewRow(NamedTuple):
    """A saved view as it is stored; the fields are the columns of ``schema.desk.SavedView`` in their order."""

    id: int
    account_id: int
    department_id: int
    name: str
    query: str
    shared: bool
    created_at: datetime


def of(transaction: Transaction, account_id: int, side: int) -> list[ViewRow]:
    """The views that somebody sees: their own, and those that are shared on their side (0: the office); by name."""
    table, param = codec(SavedView, transaction.database.dialect), transaction.param
    whose = f"account_id = {param} OR (shared AND department_id = {param})"
    sql = f"SELECT {table.listed} FROM saved_view WHERE {whose} ORDER BY name, id"
    return [ViewRow(*table.read(row)) for row in transaction.rows(sql, [account_id, side])]


def add(transaction: Transaction, new: ViewRow) -> None:
    """Writes a view under the next number."""
    insert(transaction, SavedView, new._replace(id=next_number(transaction, "saved_view")))


def remove(transaction: Transaction, view_id: int) -> None:
    """Deletes a view; nothing where it is gone already."""
    transaction.execute(f"DELETE FROM saved_view WHERE id = {transaction.param}", [view_id])
