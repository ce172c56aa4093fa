"""Cases as lists and pages read them: a line each, and the items, tasks and notices of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypedDict

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from negotiation.core.batches import batches
from negotiation.core.enums import SUCCESSION
from negotiation.domain.case_record import VOID
from negotiation.domain.entered import LAW_BEFORE, VALUES
from negotiation.store.columns import (
    APPLICANT,
    CASE,
    COPIED,
    DEPARTMENT,
    EVENT,
    IDS_ASKED_AT_ONCE,
    NOTICE,
    PROVIDER,
    TASK,
    TERM,
)
from negotiation.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A line of the list of cases. ``overdue`` and the dates are as of the day that was asked for.

    ``taken_back``: an import told it, and nothing of that stands. ``matter``: the letter (来文事项) that asks for more.
    ``counted``: how a due date that is not official was counted (from which day, how many working days), if it was.
    """

    id: int
    no: str
    procedure: str
    rulebook: str
    edition: str
    state: str
    applicant: str
    provider: str
    provider_level: str
    subject: str
    received: date | None
    due: date | None
    official: bool
    overdue: bool
    next_due: date | None
    next_official: bool
    suspended: bool
    replied: date | None
    closed: date | None
    taken_back: bool = False
    version: int = 0
    matter: str = ""
    counted: tuple[date, int] | None = None


def lines_of(transaction: Transaction, ids: Sequence[int], as_of: date) -> list[CaseLine]:
    """The lines of these cases, what is due first on top; what is not due last."""
    found: list[CaseLine] = []
    for some in batches(ids, IDS_ASKED_AT_ONCE):
        found += read_lines(transaction, lines_query(as_of).where(CASE.c.id.in_(some)))
    return sorted(found, key=lambda line: (line.next_due or date.max, line.no))


def of_scope(scope: int | None) -> list[ColumnElement[bool]]:
    """A department's own cases and those copied to it; until a case is received, it is its author's alone."""
    if scope is None:
        return []
    copied = select(COPIED.c.case_id).where(COPIED.c.department_id == scope)
    takes_part = or_(CASE.c.applicant_id == scope, CASE.c.provider_id == scope, CASE.c.id.in_(copied))
    own_draft = and_(CASE.c.drafted_by == scope, CASE.c.received_on.is_(None))
    return [or_(own_draft, and_(takes_part, CASE.c.received_on.is_not(None)))]


_BEFORE_OVERDUE = (
    CASE.c.id, CASE.c.no, CASE.c.procedure, CASE.c.rulebook, CASE.c.edition, CASE.c.state,
    func.coalesce(APPLICANT.c.name, ""), PROVIDER.c.name, PROVIDER.c.level,
    CASE.c.subject, CASE.c.received_on, CASE.c.due_on, CASE.c.official,
)  # fmt: skip
_TAKEN_BACK = and_(CASE.c.ending == VOID, CASE.c.closed_on.is_(None))  # as ``CaseRecord.is_taken_back``
_AFTER_OFFICIAL = (CASE.c.suspended, CASE.c.replied_on, CASE.c.closed_on, _TAKEN_BACK, CASE.c.version, CASE.c.matter)


def lines_query(as_of: date) -> Select[Any]:
    """The query of the lines of a list, columns in the order of ``CaseLine``; the caller adds conditions and order."""
    columns = (*_BEFORE_OVERDUE, is_overdue(as_of), CASE.c.next_due, ~_next_is_provisional(), *_AFTER_OFFICIAL)
    return (
        select(*columns)
        .outerjoin(APPLICANT, APPLICANT.c.id == CASE.c.applicant_id)
        .join(PROVIDER, PROVIDER.c.id == CASE.c.provider_id)
    )


def read_lines(transaction: Transaction, query: Select[Any]) -> list[CaseLine]:
    """The lines that a query made of ``lines_query`` finds."""
    rows: Sequence[Any] = transaction.connection.execute(query).all()
    counted = _counted(transaction, [row.id for row in rows if not row.official])
    return [CaseLine(*[*row, counted.get(row.id)]) for row in rows]


def _counted(transaction: Transaction, ids: Sequence[int]) -> dict[int, tuple[date, int]]:
    """The counting of the latest main term of each of these cases, whenever its beginning was entered."""
    found: dict[int, tuple[date, int]] = {}
    for some in batches(ids, IDS_ASKED_AT_ONCE):
        query = (
            select(TERM.c.case_id, TERM.c.counts_from, TERM.c.counted)
            .where(TERM.c.case_id.in_(some), TERM.c.main, TERM.c.struck_seq.is_(None), TERM.c.counted.is_not(None))
            .order_by(TERM.c.case_id, TERM.c.started_on, TERM.c.n)
        )
        found |= {
            case_id: (counts_from, counted) for case_id, counts_from, counted in transaction.connection.execute(query)
        }
    return found


def _next_is_provisional() -> ColumnElement[bool]:
    """True if the date that comes next, of whatever term, still waits for an arrangement of working days."""
    runs = and_(TERM.c.case_id == CASE.c.id, TERM.c.ended_on.is_(None), TERM.c.suspended_on.is_(None))
    return exists().where(runs, TERM.c.due_on == CASE.c.next_due, ~TERM.c.official)


def is_overdue(as_of: date) -> ColumnElement[bool]:
    """Answered after its due date, or still owed when the as-of day is later than it."""
    return and_(or_(CASE.c.late, and_(CASE.c.owed, CASE.c.due_on < as_of)), CASE.c.ending != "void")


class OpenTask(TypedDict):
    """An open task; ``no`` None: of no case."""

    no: str | None
    title: str
    since: date


class CaseNotice(TypedDict):
    """A notice of a case, sent or to be sent, by its ``key`` in the case; ``to`` None: the office."""

    key: str
    notice: str
    to: str | None
    state: str
    address: str
    sent_at: datetime | None
    said: str


def tasks_of(transaction: Transaction, case_id: int | None = None) -> list[OpenTask]:
    """Open tasks, oldest first, of one case or of all: no (None: of no case), title, since when."""
    query = (
        select(CASE.c.no, TASK.c.title, TASK.c.created_on)
        .outerjoin(CASE, CASE.c.id == TASK.c.case_id)
        .where(TASK.c.done_on.is_(None))
        .order_by(TASK.c.created_on, CASE.c.no, TASK.c.key)
    )
    if case_id is not None:
        query = query.where(TASK.c.case_id == case_id)
    return [{"no": no, "title": title, "since": since} for no, title, since in transaction.connection.execute(query)]


def notices_of(transaction: Transaction, case_id: int) -> list[CaseNotice]:
    """The notices of a case, sent or to be sent."""
    query = (
        select(
            NOTICE.c.key,
            NOTICE.c.template,
            DEPARTMENT.c.name,
            NOTICE.c.state,
            NOTICE.c.address,
            NOTICE.c.sent_at,
            NOTICE.c.said,
        )
        .outerjoin(DEPARTMENT, DEPARTMENT.c.id == NOTICE.c.department_id)
        .where(NOTICE.c.case_id == case_id)
        .order_by(NOTICE.c.created_at, NOTICE.c.key)
    )
    return [
        {"key": key, "notice": name, "to": to, "state": state, "address": address, "sent_at": sent_at, "said": said}
        for key, name, to, state, address, sent_at, said in transaction.connection.execute(query)
    ]


def changes_of_law(transaction: Transaction, case_id: int) -> list[tuple[date, str]]:
    """The days on which a case went over to another law, in order, each with the name of the rulebook before it."""
    query = select(EVENT.c.happened_on, EVENT.c.data).where(EVENT.c.case_id == case_id, EVENT.c.event == SUCCESSION)
    rows = transaction.connection.execute(query.order_by(EVENT.c.seq))
    return [(on, str(data[VALUES][LAW_BEFORE])) for on, data in rows]


def open_under(transaction: Transaction, rulebook: str) -> list[int]:
    """The ids of the open cases of a rulebook, drafts not among them."""
    wanted = (CASE.c.rulebook == rulebook, CASE.c.ending == "", CASE.c.received_on.is_not(None))
    return list(transaction.connection.scalars(select(CASE.c.id).where(*wanted).order_by(CASE.c.id)))
