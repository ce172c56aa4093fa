"""The administration's log: entries added in one chain, read, and followed from one to the next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select

from negotiation.core.enums import AdminKind
from negotiation.domain.administration import AdminAct, AdminRecord, chained, entry_digest, recorded
from negotiation.domain.event_chain import GENESIS
from negotiation.store.audit import BrokenLink, fault
from negotiation.store.numbers import next_number
from negotiation.store.schema.administration import AdminEntry
from negotiation.store.schema.cases import Counter
from negotiation.store.schema.types import table_of
from negotiation.store.transaction import Transaction
from negotiation.store.whole_rows import insert

ENTRY, COUNTER = table_of(AdminEntry), table_of(Counter)
_NUMBER = "administration"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are asked for; empty: all. ``person``: in the name of who did it or on whom it was done.

    ``since``, ``before``: instants, the first included; ``below``, ``above``: of a smaller, of a greater place.
    """

    kind: AdminKind | None = None
    text: str = ""
    person: str = ""
    since: datetime | None = None
    before: datetime | None = None
    below: int | None = None
    above: int | None = None
    subject_id: int | None = None


def add(transaction: Transaction, at: datetime, account_id: int | None, author: str, act: AdminAct) -> AdminRecord:
    """Adds an entry to the chain; whoever adds at the same time waits for its number until this transaction ends."""
    n = next_number(transaction, _NUMBER)
    before = transaction.rows(f"SELECT digest FROM admin_entry WHERE n = {transaction.param}", [n - 1])
    head = bytes(before[0][0]) if before else GENESIS
    new = chained(head, recorded(n, at, account_id, author, act))
    insert(transaction, AdminEntry, new)
    return new


def entries(transaction: Transaction, wanted: Wanted, *, limit: int | None = None) -> list[AdminRecord]:
    """The entries that are asked for, the newest first."""
    query = select(ENTRY).where(*_conditions(wanted)).order_by(ENTRY.c.n.desc()).limit(limit)
    return list(_read(transaction, query))


def newest(transaction: Transaction, kind: AdminKind) -> AdminRecord | None:
    """The newest entry of a kind; None where there is none."""
    return next(iter(entries(transaction, Wanted(kind), limit=1)), None)


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.kind is not None:
        yield ENTRY.c.kind == wanted.kind.value
    for word in wanted.person.split():
        yield or_(*(each.contains(word, autoescape=True) for each in (ENTRY.c.author, ENTRY.c.subject)))
    for word in wanted.text.split():
        searched = (ENTRY.c.author, ENTRY.c.act, ENTRY.c.subject, ENTRY.c.was, ENTRY.c.became)
        yield or_(*(each.contains(word, autoescape=True) for each in searched))
    if wanted.since is not None:
        yield ENTRY.c.recorded_at >= wanted.since
    if wanted.before is not None:
        yield ENTRY.c.recorded_at < wanted.before
    if wanted.below is not None:
        yield ENTRY.c.n < wanted.below
    if wanted.above is not None:
        yield ENTRY.c.n > wanted.above
    if wanted.subject_id is not None:
        yield ENTRY.c.subject_id == wanted.subject_id


def _read(transaction: Transaction, query: Select[tuple[object, ...]]) -> Iterator[AdminRecord]:
    for row in transaction.connection.execute(query, execution_options={"yield_per": 1000}):
        record = AdminRecord._make(row)
        yield record._replace(digest=bytes(record.digest))


def broken_links(transaction: Transaction) -> Iterator[BrokenLink]:
    """Every entry that does not follow from the one before it, and what is missing at the end."""
    n, head = 0, GENESIS
    for record in _read(transaction, select(ENTRY).order_by(ENTRY.c.n)):
        if record.n != n + 1:
            yield fault(f"管理日志缺少第{n + 1}条")
        if entry_digest(head, record) != record.digest:
            yield fault(f"管理日志第{record.n}条与其摘要不符")
        n, head = record.n, record.digest
    given = transaction.connection.scalar(select(func.max(COUNTER.c.last)).where(COUNTER.c.name == _NUMBER)) or 0
    if given != n:
        yield fault(f"管理日志应有{given}条，止于第{n}条")
