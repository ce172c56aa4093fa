"""Stored sums of the annual report: the counts of a block of cases, with the stamp by which they still hold.

A block is the cases of ``BLOCK`` ids in a row. Each act makes its case one version newer: a block with as many cases
and the same sum of versions has not changed. Nobody has to throw a sum away; one that no longer fits is not found.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import and_, case, func, select

from negotiation.store.codec import codec
from negotiation.store.columns import CASE, TERM
from negotiation.store.schema.report import ReportSum
from negotiation.store.schema.types import table_of
from negotiation.store.transaction import Transaction

BLOCK = 16_384  # cases; they are counted anew in half a second
SUM = table_of(ReportSum)


class Stamp(NamedTuple):
    """A block as it stands: its first id, how many cases it holds, the sum of their versions."""

    first_id: int
    cases: int
    versions: int


class Sum(NamedTuple):
    """The counts of a block from ``since`` to ``until``; they are the same on each as-of day from ``holds_from`` to
    ``holds_to``. ``counted_by``: a digest of the rules and calendars; ``body``: the counts as JSON.
    """

    first_id: int
    since: date
    until: date
    holds_from: date
    holds_to: date
    cases: int
    versions: int
    counted_by: str
    body: str


def stamps(transaction: Transaction) -> Iterator[Stamp]:
    """Every block in which there are cases, in order."""
    first, last = (transaction.connection.execute(select(end(CASE.c.id))).scalar_one() for end in (func.min, func.max))
    for first_id in range(first // BLOCK * BLOCK, last + 1, BLOCK) if first is not None else ():
        many = select(func.count(), func.sum(CASE.c.version)).where(CASE.c.id.between(*ids_of(first_id)))
        cases, versions = transaction.connection.execute(many).one()
        if cases:
            yield Stamp(first_id, cases, int(versions))


def ids_of(first_id: int) -> tuple[int, int]:
    """The first and the last id of a block."""
    return first_id, first_id + BLOCK - 1


def stored(transaction: Transaction, since: date, until: date, as_of: date, counted_by: str) -> dict[Stamp, str]:
    """The stored counts of a period as known on a day, by the stamp of their block."""
    days = (SUM.c.since == since, SUM.c.until == until, SUM.c.holds_from <= as_of, SUM.c.holds_to >= as_of)
    query = select(*(SUM.c[name] for name in (*Stamp._fields, "body"))).where(*days, SUM.c.counted_by == counted_by)
    return {Stamp(*stamp): body for *stamp, body in transaction.connection.execute(query)}


def days_held(transaction: Transaction, first_id: int, since: date, until: date, as_of: date) -> tuple[date, date]:
    """From which as-of day to which the counts of a block are the same.

    A term that has not ended counts as late from the day after its due date (``lifecycle``), so that nothing changes
    between the last due date that has passed and the next one.
    """
    due = TERM.c.due_on
    gone, coming = func.max(case((due < as_of, due))), func.min(case((due >= as_of, due)))
    runs = and_(TERM.c.ended_on.is_(None), due.between(since, until), TERM.c.case_id.between(*ids_of(first_id)))
    passed, next_due = transaction.connection.execute(select(gone, coming).where(runs)).one()
    return passed + timedelta(days=1) if passed else date.min, next_due or date.max


def keep(transaction: Transaction, sums: Sequence[Sum]) -> None:
    """Stores these sums, each in place of the one of its block for a period that begins on that day."""
    table = codec(ReportSum, transaction.database.dialect)
    params = ", ".join([transaction.param] * len(table.columns))
    sets = ", ".join(f"{name} = excluded.{name}" for name in table.columns if name not in table.key)
    sql = f"INSERT INTO {table.name} ({table.listed}) VALUES ({params}) "
    sql += f"ON CONFLICT ({', '.join(table.key)}) DO UPDATE SET {sets}"
    for each in sums:
        transaction.execute(sql, table.bind(each))
