"""The record proved: chains of events that follow from one another, and the counts of what is held."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple, TypedDict

from sqlalchemy import Select, and_, exists, func, or_, select

from negotiation.core.enums import EXPUNGE, SUCCESSION, TAKE_OVER, NoticeState
from negotiation.domain.event_chain import GENESIS, EventRecord, content_digest, event_digest
from negotiation.domain.expunging import DRAFT, expunged_by
from negotiation.store.columns import CASE, CONTENT, EVENT, NOTICE, TASK, TERM
from negotiation.store.transaction import Transaction


def counts(transaction: Transaction) -> dict[str, int]:
    """Counts by name: cases, events, terms running, notices waiting, failed and missed, tasks open."""
    waiting = NOTICE.c.state.in_([NoticeState.WAITING.value, NoticeState.CLAIMED.value])
    questions = {
        "cases": select(func.count()).select_from(CASE),
        "events": select(func.count()).select_from(EVENT),
        "terms_running": select(func.count()).select_from(TERM).where(TERM.c.ended_on.is_(None)),
        "notices_waiting": select(func.count()).select_from(NOTICE).where(waiting),
        "notices_failed": select(func.count()).select_from(NOTICE).where(NOTICE.c.state == NoticeState.FAILED.value),
        "notices_missed": select(func.count()).select_from(NOTICE).where(NOTICE.c.state == NoticeState.MISSED.value),
        "tasks_open": select(func.count()).select_from(TASK).where(TASK.c.done_on.is_(None)),
    }
    return {name: transaction.connection.execute(question).scalar_one() for name, question in questions.items()}


def oldest_unswept(transaction: Transaction) -> date | None:
    """The earliest day on which the clock should have looked at a term."""
    found: date | None = transaction.connection.execute(select(func.min(TERM.c.next_on))).scalar_one()
    return found


# ------------------------------------------------------------------------------------------------------- the chain


def opened_outside(transaction: Transaction, rulebook: str, since: date, until: date | None) -> list[str]:
    """The numbers of the open cases of a rulebook that began on a day outside ``since`` to ``until``.

    A case that went over to it began under another, and so may one that took items over.
    """
    went_over = exists().where(EVENT.c.case_id == CASE.c.id, EVENT.c.event.in_((SUCCESSION, TAKE_OVER)))
    outside = and_(CASE.c.received_on < since, ~went_over)
    if until is not None:
        outside = or_(outside, CASE.c.received_on > until)
    query = select(CASE.c.no).where(CASE.c.rulebook == rulebook, CASE.c.ending == "", outside).order_by(CASE.c.no)
    return list(transaction.connection.scalars(query))


class BrokenLink(TypedDict):
    """A place at which the record of a case does not prove itself, and in which way."""

    no: str
    seq: int
    what: str


def fault(what: str, no: str = "") -> BrokenLink:
    """A fault of no event: of a case, or of none."""
    return BrokenLink(no=no, seq=0, what=what)


def broken_links(transaction: Transaction) -> Iterator[BrokenLink]:
    """Every event that does not follow from the one before it, every content that was altered, every wrong head.

    Yields nothing for a record that proves itself.
    """
    last, seq, head, fates = None, 0, GENESIS, _Fates()
    for row in transaction.connection.execute(_chains(), execution_options={"yield_per": 1000}):
        if last is not None and row.no != last.no:
            yield from (*_wrong_end(last, seq, head), *fates.wrong(last.no))
            seq, head, fates = 0, GENESIS, _Fates()
        last = row
        if row.seq is not None:
            seq += 1
            yield from _wrong_link(row, seq, head)
            fates.take(row)
            seq, head = row.seq, bytes(row.digest)
    if last is not None:
        yield from (*_wrong_end(last, seq, head), *fates.wrong(last.no))


class _Fates:
    """The contents of a case that are gone, beside those that an order (封存清除) names."""

    def __init__(self) -> None:
        self._sealed: set[int] = set()
        self._ordered: set[int] = set()

    def take(self, row: Any) -> None:
        """The next event of the case."""
        if row.sealed_at is not None:
            self._sealed.add(row.seq)
        if row.event == EXPUNGE:
            self._ordered |= set(expunged_by(row.data).contents) - {DRAFT}

    def wrong(self, no: str) -> Iterator[BrokenLink]:
        """Faults: contents that are gone by nobody's order, and those that are there against one."""
        for seq in sorted(self._sealed - self._ordered):
            yield {"no": no, "seq": seq, "what": "所填内容标为封存清除，案件却没有相应的办理记录"}
        for seq in sorted(self._ordered - self._sealed):
            yield {"no": no, "seq": seq, "what": "所填内容已依决定封存清除，却还在"}


class Recorded(NamedTuple):
    """An event as it is stored, and what was entered with it: salt and text, both None where there is none or it was
    sealed (``sealed_at``)."""

    record: EventRecord
    salt: bytes | None
    body: str | None
    sealed_at: datetime | None


def recorded_of(transaction: Transaction, case_id: int) -> list[Recorded]:
    """The chain of one case, event by event."""
    query = _chains().where(CASE.c.id == case_id, EVENT.c.seq.is_not(None))
    return [
        Recorded(_record(row), None if row.salt is None else bytes(row.salt), row.body, row.sealed_at)
        for row in transaction.connection.execute(query)
    ]


def _record(row: Any) -> EventRecord:
    """An event as it is stored; PostgreSQL's driver may give its bytes as a view."""
    record = EventRecord._make(getattr(row, name) for name in EventRecord._fields)
    content = bytes(record.content_digest) if record.content_digest is not None else None
    return record._replace(content_digest=content, digest=bytes(record.digest))


def _chains() -> Select[Any]:
    """Every case with its events and what was entered, in the order of the chains; one row for a case without any."""
    proof = (CONTENT.c.salt, CONTENT.c.body, CONTENT.c.sealed_at)
    case = (CASE.c.no, CASE.c.state.label("stands"), CASE.c.version, CASE.c.head)
    return (
        select(*case, *EVENT.c, *proof)
        .outerjoin(EVENT, EVENT.c.case_id == CASE.c.id)
        .outerjoin(CONTENT, and_(CONTENT.c.case_id == EVENT.c.case_id, CONTENT.c.seq == EVENT.c.seq))
        .order_by(CASE.c.id, EVENT.c.seq)
    )


def _wrong_end(last: Any, seq: int, head: bytes) -> Iterator[BrokenLink]:
    """The differences between a case's own row and the last event of its chain."""
    if seq != last.version or head != bytes(last.head):
        yield {"no": last.no, "seq": seq, "what": f"案件登记有{last.version}个事件，事件链止于第{seq}个，或链头不符"}
    elif last.seq is not None and last.state != last.stands:
        yield {"no": last.no, "seq": seq, "what": f"案件状态“{last.stands}”与最后一个事件之后的状态“{last.state}”不符"}


def _wrong_link(row: Any, seq: int, head: bytes) -> Iterator[BrokenLink]:
    if row.seq != seq:
        yield {"no": row.no, "seq": seq, "what": f"缺少第{seq}个事件"}
    record = _record(row)
    content = record.content_digest
    if event_digest(head, row.no, record) != record.digest:
        yield {"no": row.no, "seq": row.seq, "what": "事件内容与其摘要不符"}
    unproved = row.body is None or content_digest(bytes(row.salt or b""), row.body) != content
    if row.sealed_at is not None:
        if row.body is not None or row.salt is not None:
            yield {"no": row.no, "seq": row.seq, "what": "所填内容标为封存清除，却还有内容"}
    elif unproved and (content is not None or row.body is not None):
        yield {"no": row.no, "seq": row.seq, "what": "所填内容与其摘要不符"}
