"""Imports of the ledger as they are stored: a row each, and the events that bear its number."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from negotiation.core.enums import CLOCK
from negotiation.core.errors import NotFound
from negotiation.store.codec import codec
from negotiation.store.numbers import next_number
from negotiation.store.schema.import_batches import ImportBatch
from negotiation.store.transaction import Transaction
from negotiation.store.whole_rows import insert


class Counts(NamedTuple):
    """How many cases an import brought, and how many rows it rejected."""

    imported: int = 0
    updated: int = 0
    corrected: int = 0
    unchanged: int = 0
    rejected: int = 0


class BatchRecord(NamedTuple):
    """An import; the fields are the columns of its table, in their order, and mean what is said there."""

    id: int
    file: str
    digest: str
    as_of: date
    author: str
    account_id: int | None
    recorded_at: datetime
    imported: int = 0
    updated: int = 0
    corrected: int = 0
    unchanged: int = 0
    rejected: int = 0
    taken_back_at: datetime | None = None
    taken_back_by: str = ""
    reason: str = ""


class BatchCase(NamedTuple):
    """A case to which an import wrote, and the numbers of the events that it wrote, in their order."""

    case_id: int
    no: str
    events: tuple[int, ...]


def add(transaction: Transaction, record: BatchRecord) -> BatchRecord:
    """Writes a new import, under the next number."""
    record = record._replace(id=next_number(transaction, "import_batch"))
    insert(transaction, ImportBatch, record)
    return record


def count(transaction: Transaction, batch: int, counts: Counts) -> None:
    """Writes how much an import has brought so far."""
    sets = ", ".join(f"{name} = {transaction.param}" for name in counts._fields)
    transaction.execute(f"UPDATE import_batch SET {sets} WHERE id = {transaction.param}", [*counts, batch])


def take_back(transaction: Transaction, batch: int, by: str, at: datetime, reason: str) -> None:
    """Writes that an import was taken back, by whom and why."""
    param = transaction.param
    sql = f"UPDATE import_batch SET taken_back_at = {param}, taken_back_by = {param}, reason = {param}"
    instant = codec(ImportBatch, transaction.database.dialect).bind_value("taken_back_at", at)
    transaction.execute(f"{sql} WHERE id = {param}", [instant, by, reason, batch])


def read_all(transaction: Transaction) -> list[BatchRecord]:
    """Every import, the newest first."""
    return list(_read(transaction, "ORDER BY id DESC", []))


def find(transaction: Transaction, batch: int, *, held: bool = False) -> BatchRecord:
    """An import by its number. Raises NotFound. ``held``: nobody takes it back before this transaction ends."""
    lock = " FOR UPDATE" if held and not transaction.database.is_sqlite else ""
    for record in _read(transaction, f"WHERE id = {transaction.param}{lock}", [batch]):
        return record
    raise NotFound(f"没有第{batch}次导入", todo="请核对序号", command="negotiation ledger batches 列出各次导入")


def _read(transaction: Transaction, which: str, values: list[int]) -> Iterator[BatchRecord]:
    table = codec(ImportBatch, transaction.database.dialect)
    rows = transaction.rows(f"SELECT {table.listed} FROM import_batch {which}", values)
    return (BatchRecord._make(table.read(row)) for row in rows)


def cases_of(transaction: Transaction, batch: int) -> list[BatchCase]:
    """The cases to which an import wrote, in the order in which they were opened."""
    rows = transaction.rows(
        'SELECT c.id, c.no, e.seq FROM event e JOIN "case" c ON c.id = e.case_id '
        f"WHERE e.batch = {transaction.param} ORDER BY c.id, e.seq",
        [batch],
    )
    found: dict[tuple[int, str], list[int]] = {}
    for case_id, no, seq in rows:
        found.setdefault((case_id, no), []).append(seq)
    return [BatchCase(*case, tuple(events)) for case, events in found.items()]


def acted_since(transaction: Transaction, batch: int) -> list[str]:
    """The numbers of its cases on which somebody has acted since an import wrote to them, in order.

    What the clock does is no act, nor is what another import wrote that was taken back.
    """
    param = transaction.param
    rows = transaction.rows(
        'SELECT DISTINCT c.no FROM event e JOIN "case" c ON c.id = e.case_id '
        f"JOIN (SELECT case_id, max(seq) AS last FROM event WHERE batch = {param} GROUP BY case_id) own "
        "ON own.case_id = e.case_id AND e.seq > own.last "
        "LEFT JOIN import_batch other ON other.id = e.batch "
        f"WHERE e.role <> {param} AND other.taken_back_at IS NULL ORDER BY c.no",
        [batch, CLOCK],
    )
    return [row[0] for row in rows]
