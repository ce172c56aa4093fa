"""Questions that people ask of the cases: lists, one case whole, tasks, the chain. Reading only."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select

from negotiation.store.chain import GENESIS, EventBody, content_digest, event_digest
from negotiation.store.schema.accounts import Account
from negotiation.store.schema.assignments import Handler
from negotiation.store.schema.cases import Case, Content, Copied, Event, Item
from negotiation.store.schema.departments import Department
from negotiation.store.schema.notices import Notice
from negotiation.store.schema.proposals import Proposal
from negotiation.store.schema.tasks import Task
from negotiation.store.schema.terms import Term
from negotiation.store.schema.types import table_of
from negotiation.vocabulary import NoticeState

CASE, EVENT, CONTENT, ITEM = table_of(Case), table_of(Event), table_of(Content), table_of(Item)
TERM, NOTICE, TASK, DEPARTMENT = table_of(Term), table_of(Notice), table_of(Task), table_of(Department)
COPIED, HANDLER, PROPOSAL, ACCOUNT = table_of(Copied), table_of(Handler), table_of(Proposal), table_of(Account)
APPLICANT, PROVIDER = DEPARTMENT.alias("applicant"), DEPARTMENT.alias("provider")
IDS_ASKED_AT_ONCE = 1000
EVENT_COLUMNS = [EVENT.c[name] for name in (
    "seq", "event", "actor", "role", "state", "basis", "term", "happened_on", "recorded_at",
)]  # fmt: skip


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A line of the list of cases. ``overdue`` and the dates are as of the day that was asked for.

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
    version: int = 0
    counted: tuple[date, int] | None = None


def list_cases(
    connection: Connection,
    as_of: date,
    *,
    state: str = "",
    overdue: bool = False,
    departments: Sequence[int] = (),
    no: str = "",
) -> list[CaseLine]:
    """All cases, closed ones too, in the order of their numbers; filtered by what is given."""
    query = lines_query(as_of).order_by(CASE.c.no)
    if no:
        query = query.where(CASE.c.no == no)
    if state:
        query = query.where(CASE.c.state == state)
    if overdue:
        query = query.where(_overdue(as_of))
    if departments:
        query = query.where(or_(CASE.c.applicant_id.in_(departments), CASE.c.provider_id.in_(departments)))
    return read_lines(connection, query)


def lines_of(connection: Connection, ids: Sequence[int], as_of: date) -> list[CaseLine]:
    """The lines of these cases, what is due first on top; what is not due last."""
    found: list[CaseLine] = []
    for start in range(0, len(ids), IDS_ASKED_AT_ONCE):
        found += read_lines(connection, lines_query(as_of).where(CASE.c.id.in_(ids[start : start + IDS_ASKED_AT_ONCE])))
    return sorted(found, key=lambda line: (line.next_due or date.max, line.no))


def matter_cases(connection: Connection, matter: str, as_of: date, scope: int | None) -> list[CaseLine]:
    """The cases of one letter (来文事项), in the order of their numbers; a department sees those it has a part in."""
    query = lines_query(as_of).where(CASE.c.matter == matter, CASE.c.matter != "").order_by(CASE.c.id)
    return read_lines(connection, query.where(*of_scope(scope)))


def related_cases(connection: Connection, row: Mapping[str, Any], scope: int | None, limit: int = 8) -> list[Any]:
    """Cases that belong beside one: of the same letter, or about the same resource of the same provider."""
    named = and_(CASE.c.subject == row["subject"], CASE.c.provider_id == row["provider_id"], CASE.c.subject != "")
    alike = or_(named, CASE.c.resource_id == row["resource_id"]) if row["resource_id"] is not None else named
    same_letter = and_(CASE.c.matter == row["matter"], CASE.c.matter != "")
    query = (
        select(
            CASE.c.no, CASE.c.subject, CASE.c.state, CASE.c.procedure, CASE.c.rulebook, CASE.c.edition,
            PROVIDER.c.name.label("provider"), func.coalesce(APPLICANT.c.name, "").label("applicant"),
            same_letter.label("same_letter"),
        )
        .outerjoin(APPLICANT, APPLICANT.c.id == CASE.c.applicant_id)
        .join(PROVIDER, PROVIDER.c.id == CASE.c.provider_id)
        .where(or_(alike, same_letter), CASE.c.id != row["id"], *of_scope(scope))
        .order_by(same_letter.desc(), CASE.c.id.desc())
        .limit(limit)
    )  # fmt: skip
    return list(connection.execute(query))


def cause_of(connection: Connection, row: Mapping[str, Any], scope: int | None) -> str:
    """The number of the case that gave rise to one, if whoever looks may see it; else ""."""
    query = select(CASE.c.no).where(CASE.c.id == row["related_id"], *of_scope(scope))
    return connection.execute(query).scalar_one_or_none() or "" if row["related_id"] is not None else ""


def caused_by(connection: Connection, case_id: int, limit: int = 20) -> list[Any]:
    """The cases to which one gave rise, newest first; the office's own knowledge."""
    query = select(CASE.c.no, CASE.c.subject).where(CASE.c.related_id == case_id)
    return list(connection.execute(query.order_by(CASE.c.id.desc()).limit(limit)))


def of_scope(scope: int | None) -> list[ColumnElement[bool]]:
    """A department's own cases and those copied to it; until a case is received, it is its author's alone."""
    if scope is None:
        return []
    copied = select(COPIED.c.case_id).where(COPIED.c.department_id == scope)
    takes_part = or_(CASE.c.applicant_id == scope, CASE.c.provider_id == scope, CASE.c.id.in_(copied))
    own_draft = and_(CASE.c.drafted_by == scope, CASE.c.received_on.is_(None))
    return [or_(own_draft, and_(takes_part, CASE.c.received_on.is_not(None)))]


def lines_query(as_of: date) -> Select[Any]:
    """What a line of a list of cases says; the caller adds which cases, and in which order."""
    return (
        select(
            CASE.c.id,
            CASE.c.no,
            CASE.c.procedure,
            CASE.c.rulebook,
            CASE.c.edition,
            CASE.c.state,
            func.coalesce(APPLICANT.c.name, ""),
            PROVIDER.c.name,
            PROVIDER.c.level,
            CASE.c.subject,
            CASE.c.received_on,
            CASE.c.due_on,
            CASE.c.official,
            _overdue(as_of),
            CASE.c.next_due,
            ~_next_is_provisional(),
            CASE.c.suspended,
            CASE.c.replied_on,
            CASE.c.closed_on,
            CASE.c.version,
        )
        .outerjoin(APPLICANT, APPLICANT.c.id == CASE.c.applicant_id)
        .join(PROVIDER, PROVIDER.c.id == CASE.c.provider_id)
    )


def read_lines(connection: Connection, query: Select[Any]) -> list[CaseLine]:
    """The lines that a query made of ``lines_query`` finds."""
    rows: Sequence[Any] = connection.execute(query).all()
    counted = _counted(connection, [row.id for row in rows if not row.official])
    return [CaseLine(*[*row, counted.get(row.id)]) for row in rows]


def _counted(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[date, int]]:
    """How the latest main term of each of these cases was counted."""
    found: dict[int, tuple[date, int]] = {}
    for start in range(0, len(ids), IDS_ASKED_AT_ONCE):
        query = (
            select(TERM.c.case_id, TERM.c.counts_from, TERM.c.counted)
            .where(TERM.c.case_id.in_(ids[start : start + IDS_ASKED_AT_ONCE]), TERM.c.main, TERM.c.counted.is_not(None))
            .order_by(TERM.c.case_id, TERM.c.n)
        )
        found |= {case_id: (counts_from, counted) for case_id, counts_from, counted in connection.execute(query)}
    return found


def _next_is_provisional() -> ColumnElement[bool]:
    """Whether the date that comes next, of whatever term, still waits for an arrangement of working days."""
    runs = and_(TERM.c.case_id == CASE.c.id, TERM.c.ended_on.is_(None), TERM.c.suspended_on.is_(None))
    return exists().where(runs, TERM.c.due_on == CASE.c.next_due, ~TERM.c.official)


def _overdue(as_of: date) -> ColumnElement[bool]:
    """Answered after its due date, or still owed when the as-of day is later than it."""
    return and_(or_(CASE.c.late, and_(CASE.c.owed, CASE.c.due_on < as_of)), CASE.c.ending != "void")


@dataclass(frozen=True, slots=True)
class EventLine:
    """An event with what was entered (None: nothing, or it was sealed)."""

    seq: int
    event: str
    actor: str
    role: str
    state: str
    basis: str
    term: int | None
    happened_on: date
    recorded_at: datetime
    fields: dict[str, Any] | None


def events_of(connection: Connection, case_id: int) -> list[EventLine]:
    """The history of a case, in order."""
    query = (
        select(
            *EVENT_COLUMNS,
            CONTENT.c.body,
        )
        .outerjoin(CONTENT, and_(CONTENT.c.case_id == EVENT.c.case_id, CONTENT.c.seq == EVENT.c.seq))
        .where(EVENT.c.case_id == case_id)
        .order_by(EVENT.c.seq)
    )
    rows: Sequence[Any] = connection.execute(query).all()
    return [EventLine(*[*row[:-1], json.loads(row[-1]) if row[-1] else None]) for row in rows]


def items_of(connection: Connection, case_id: int) -> list[tuple[str, str]]:
    """Name and answer of each data item."""
    query = select(ITEM.c.name, ITEM.c.answer).where(ITEM.c.case_id == case_id).order_by(ITEM.c.n)
    return [(name, answer) for name, answer in connection.execute(query)]


def tasks_of(connection: Connection, case_id: int | None = None) -> list[dict[str, Any]]:
    """Open tasks, oldest first, of one case or of all: no (None: of no case), title, since when."""
    query = (
        select(CASE.c.no, TASK.c.title, TASK.c.created_on)
        .outerjoin(CASE, CASE.c.id == TASK.c.case_id)
        .where(TASK.c.done_on.is_(None))
        .order_by(TASK.c.created_on, CASE.c.no, TASK.c.key)
    )
    if case_id is not None:
        query = query.where(TASK.c.case_id == case_id)
    return [{"no": no, "title": title, "since": since} for no, title, since in connection.execute(query)]


def notices_of(connection: Connection, case_id: int) -> list[dict[str, Any]]:
    """What was or will be sent of a case."""
    query = (
        select(NOTICE.c.template, DEPARTMENT.c.name, NOTICE.c.state, NOTICE.c.address, NOTICE.c.sent_at, NOTICE.c.said)
        .outerjoin(DEPARTMENT, DEPARTMENT.c.id == NOTICE.c.department_id)
        .where(NOTICE.c.case_id == case_id)
        .order_by(NOTICE.c.created_at, NOTICE.c.key)
    )
    names = ("notice", "to", "state", "address", "sent_at", "said")
    return [dict(zip(names, row, strict=True)) for row in connection.execute(query)]


def counts(connection: Connection) -> dict[str, int]:
    """How much is stored: cases, events, terms running, notices waiting and failed, tasks open."""
    waiting = NOTICE.c.state.in_([NoticeState.WAITING.value, NoticeState.CLAIMED.value])
    questions = {
        "cases": select(func.count()).select_from(CASE),
        "events": select(func.count()).select_from(EVENT),
        "terms_running": select(func.count()).select_from(TERM).where(TERM.c.ended_on.is_(None)),
        "notices_waiting": select(func.count()).select_from(NOTICE).where(waiting),
        "notices_failed": select(func.count()).select_from(NOTICE).where(NOTICE.c.state == NoticeState.FAILED.value),
        "tasks_open": select(func.count()).select_from(TASK).where(TASK.c.done_on.is_(None)),
    }
    return {name: connection.execute(question).scalar_one() for name, question in questions.items()}


def oldest_unswept(connection: Connection) -> date | None:
    """The earliest day on which the clock should have looked at a term."""
    found: date | None = connection.execute(select(func.min(TERM.c.next_on))).scalar_one()
    return found


# ------------------------------------------------------------------------------------------------------- the chain


def opened_outside(connection: Connection, rulebook: str, since: date, until: date | None) -> list[str]:
    """The numbers of the open cases of a rulebook that began on a day outside ``since`` to ``until``."""
    outside = CASE.c.received_on < since
    if until is not None:
        outside = or_(outside, CASE.c.received_on > until)
    query = select(CASE.c.no).where(CASE.c.rulebook == rulebook, CASE.c.ending == "", outside).order_by(CASE.c.no)
    return list(connection.scalars(query))


def broken_links(connection: Connection) -> Iterator[dict[str, Any]]:
    """Every event that does not follow from the one before it, every content that was altered, every wrong head.

    Yields {"no", "seq", "what"}; nothing for a record that proves itself.
    """
    last, seq, head = None, 0, GENESIS
    for row in connection.execute(_chains(), execution_options={"yield_per": 1000}):
        if last is not None and row.no != last.no:
            yield from _wrong_end(last, seq, head)
            seq, head = 0, GENESIS
        last = row
        if row.seq is not None:
            seq += 1
            yield from _wrong_link(row, seq, head)
            seq, head = row.seq, bytes(row.digest)
    if last is not None:
        yield from _wrong_end(last, seq, head)


def _chains() -> Select[Any]:
    """Every case with its events and what was entered, in the order of the chains; one row for a case without any."""
    proof = (EVENT.c.content_digest, EVENT.c.digest, CONTENT.c.salt, CONTENT.c.body, CONTENT.c.sealed_at)
    case = (CASE.c.no, CASE.c.state.label("stands"), CASE.c.version, CASE.c.head)
    return (
        select(*case, *EVENT_COLUMNS, *proof)
        .outerjoin(EVENT, EVENT.c.case_id == CASE.c.id)
        .outerjoin(CONTENT, and_(CONTENT.c.case_id == EVENT.c.case_id, CONTENT.c.seq == EVENT.c.seq))
        .order_by(CASE.c.id, EVENT.c.seq)
    )


def _wrong_end(last: Any, seq: int, head: bytes) -> Iterator[dict[str, Any]]:
    """What does not agree between a case's own row and the last event of its chain."""
    if seq != last.version or head != bytes(last.head):
        yield {"no": last.no, "seq": seq, "what": f"案件登记有{last.version}个事件，事件链止于第{seq}个，或链头不符"}
    elif last.seq is not None and last.state != last.stands:
        yield {"no": last.no, "seq": seq, "what": f"案件状态“{last.stands}”与最后一个事件之后的状态“{last.state}”不符"}


def _wrong_link(row: Any, seq: int, head: bytes) -> Iterator[dict[str, Any]]:
    if row.seq != seq:
        yield {"no": row.no, "seq": seq, "what": f"缺少第{seq}个事件"}
    content = bytes(row.content_digest) if row.content_digest is not None else None
    covered = (getattr(row, name) for name in EventBody._fields[1:-1])
    if event_digest(head, EventBody._make((row.no, *covered, content))) != bytes(row.digest):
        yield {"no": row.no, "seq": row.seq, "what": "事件内容与其摘要不符"}
    unproved = row.body is None or content_digest(bytes(row.salt or b""), row.body) != content
    if content is not None and row.sealed_at is None and unproved:
        yield {"no": row.no, "seq": row.seq, "what": "所填内容与其摘要不符"}
