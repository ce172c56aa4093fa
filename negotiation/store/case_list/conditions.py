"""The filters of the list: what is wanted, and what a case must be to be wanted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, literal, literal_column, not_, or_, select, text

from negotiation.core.enums import LEVELS_NOT_BOUND, OFFICE_ID, DeadlineStatus
from negotiation.domain import case_numbers
from negotiation.domain.case_record import VOID
from negotiation.store.case_list.text_match import like, literally, number_matches
from negotiation.store.case_queries import is_overdue, of_scope
from negotiation.store.columns import ACCOUNT, CASE, DEPARTMENT, HANDLER, TERM
from negotiation.store.schema.terms import MAY_MOVE

WORDS_SEARCHED = 5
States = tuple[tuple[str, str], ...]  # procedure, state
WITHOUT_TERM = (DeadlineStatus.SUSPENDED, DeadlineStatus.NONE)


class Sort(StrEnum):
    """The order of a list."""

    NEXT_DUE = "next_due"
    NO = "no"
    RECEIVED = "received"
    DUE = "due"
    SUBJECT = "subject"


class DeskSection(StrEnum):
    """A group of cases on the desk (工作台), in the order of consequence; a case stands in one of them alone."""

    OVERDUE = "overdue"
    TODAY = "today"
    SOON = "soon"
    HELD = "held"


@dataclass(frozen=True)
class DeskGroup:
    """A group of the desk (工作台): ``section``: HELD for what is not near and is to be moved on by who looks.

    ``states``: those of its cases; ``office``, ``applicant``, ``provider``: of these who has to move in which.
    """

    section: DeskSection
    states: States
    office: States = ()
    applicant: States = ()
    provider: States = ()


@dataclass(frozen=True)
class Wanted:
    """The cases that a person wants to see, and their order; what is None or empty does not filter.

    ``departments``: of which either party is one. ``held``: the states (procedure, state) that a role holds; an empty
    tuple finds nothing. ``handler_id``: the account of who handles it, first or second. ``since`` and ``until``:
    received on these days or between them. ``text``: words, each the beginning or the end of the number, or a part of
    the subject, of a party's name or of a handler's on the side of who looks; or all of them together a number; what
    it spells whole stands first. ``provisional``: with a running term whose date is not official. ``overdue``: answered
    after the due date, or not yet and it is past. ``scope``: the department that looks, None for the office: a
    department sees its own cases, and what has not been received yet only if it is the applicant. ``group``: of the
    desk. ``day``: on which the running term ends. ``taken_back``: those too of which an import was taken back and
    nothing stands.
    """

    procedure: str = ""
    state: str = ""
    departments: tuple[int, ...] = ()
    held: States | None = None
    handler_id: int | None = None
    deadline_status: DeadlineStatus | None = None
    provisional: bool = False
    since: date | None = None
    until: date | None = None
    text: str = ""
    open_only: bool = False
    scope: int | None = None
    sort: Sort = Sort.NEXT_DUE
    descending: bool = False
    overdue: bool = False
    taken_back: bool = False
    group: DeskGroup | None = None
    day: date | None = None


def conditions_of(dialect: str, wanted: Wanted, as_of: date, soon: date) -> list[ColumnElement[bool]]:
    """The conditions that a case meets to be wanted, at the end of the day ``as_of``; ``soon``: the last due date that
    counts as near."""
    return [
        *of_scope(wanted.scope),
        *_of_place(wanted),
        *_of_group(wanted, as_of, soon),
        *_of_people(wanted),
        *_of_dates(wanted, as_of, soon),
        *_found_by(dialect, wanted.text, wanted.scope or OFFICE_ID),
    ]


def _of_place(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    """Procedure and state, and whose turn it is."""
    if wanted.procedure:
        yield CASE.c.procedure == wanted.procedure
    if wanted.state:
        yield CASE.c.state == wanted.state
    if wanted.held is not None:
        yield _held(wanted.held)
    if wanted.open_only:
        yield OPEN
    elif not wanted.taken_back:
        yield or_(CASE.c.ending != VOID, CASE.c.closed_on.is_not(None))


def _of_group(wanted: Wanted, as_of: date, soon: date) -> Iterator[ColumnElement[bool]]:
    """What the desk counts in one of its groups."""
    group = wanted.group
    if group is None:
        return
    yield OPEN
    yield _held(group.states)
    if group.section is DeskSection.HELD:
        yield _own_move(group, wanted.scope)
        yield or_(CASE.c.next_due.is_(None), CASE.c.next_due > soon, is_by_reference())
    else:
        yield {
            DeskSection.OVERDUE: CASE.c.next_due < as_of,
            DeskSection.TODAY: CASE.c.next_due == as_of,
            DeskSection.SOON: and_(CASE.c.next_due > as_of, CASE.c.next_due <= soon),
        }[group.section]
        yield not_(is_by_reference())


def _own_move(group: DeskGroup, scope: int | None) -> ColumnElement[bool]:
    if scope is None:
        return _held(group.office)
    return or_(
        and_(CASE.c.applicant_id == scope, _held(group.applicant)),
        and_(CASE.c.provider_id == scope, _held(group.provider)),
    )


def _of_people(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    """Departments and handler."""
    if wanted.departments:
        yield or_(CASE.c.applicant_id.in_(wanted.departments), CASE.c.provider_id.in_(wanted.departments))
    if wanted.handler_id is not None:
        yield CASE.c.id.in_(handled_by([wanted.handler_id], wanted.scope or OFFICE_ID))


def _of_dates(wanted: Wanted, as_of: date, soon: date) -> Iterator[ColumnElement[bool]]:
    """The day of receipt and the due date."""
    if wanted.deadline_status is not None:
        yield deadline_status_is(wanted.deadline_status, as_of, soon)
    if wanted.since is not None:
        yield CASE.c.received_on >= wanted.since
    if wanted.until is not None:
        yield CASE.c.received_on <= wanted.until
    if wanted.day is not None:
        yield CASE.c.next_due == wanted.day
        yield OPEN
    if wanted.provisional:
        yield CASE.c.id.in_(may_move())
        yield OPEN
    if wanted.overdue:
        yield is_overdue(as_of)


OPEN = CASE.c.ending == literal_column("''")  # spelt out: an index of open cases is known by it


def handled_by(accounts: Select[Any] | Sequence[int], side: int) -> Select[Any]:
    """The cases that one of some accounts handles, first or second, on the side of who looks and on no other."""
    handles = (HANDLER.c.account_id.in_(accounts), HANDLER.c.department_id == side, HANDLER.c.until.is_(None))
    return select(HANDLER.c.case_id).where(*handles)


def _held(states: States) -> ColumnElement[bool]:
    by_procedure: dict[str, list[str]] = {}
    for procedure, state in states:
        by_procedure.setdefault(procedure, []).append(state)
    return or_(false(), *(and_(CASE.c.procedure == key, CASE.c.state.in_(held)) for key, held in by_procedure.items()))


def deadline_status_is(status: DeadlineStatus, as_of: date, soon: date) -> ColumnElement[bool]:
    """The condition of a deadline status on a day, as ``terms.deadline_status``; ``soon``: the last near due date."""
    if status in WITHOUT_TERM:
        return and_(CASE.c.next_due.is_(None), CASE.c.suspended == literal(status is DeadlineStatus.SUSPENDED))
    if status is DeadlineStatus.REFERENCE:
        return and_(CASE.c.next_due.is_not(None), is_by_reference())
    return and_(due_date_is(status, as_of, soon), not_(is_by_reference()))


def is_by_reference() -> ColumnElement[bool]:
    """The condition that the rules apply to the provider by reference only: never overdue (809号令第四十三条)."""
    return CASE.c.provider_id.in_(select(DEPARTMENT.c.id).where(DEPARTMENT.c.level.in_(LEVELS_NOT_BOUND)))


def due_date_is(status: DeadlineStatus, as_of: date, soon: date) -> ColumnElement[bool]:
    """The condition of the due date of the running term."""
    if status is DeadlineStatus.OVERDUE:
        return CASE.c.next_due < as_of
    if status is DeadlineStatus.DUE_SOON:
        return CASE.c.next_due.between(as_of, soon)
    return CASE.c.next_due > soon


def may_move() -> Select[Any]:
    """The cases that have a term whose date waits for an arrangement; the condition of the index stands in it."""
    return select(TERM.c.case_id).where(text(f"({MAY_MOVE})"), not_(TERM.c.official), TERM.c.ended_on.is_(None))


def _found_by(dialect: str, typed: str, side: int) -> list[ColumnElement[bool]]:
    """The conditions of a search: every word of it somewhere in a case, or the whole as a number with blanks."""
    words = typed.split()[:WORDS_SEARCHED]
    found = [_contains(dialect, word, side) for word in words]
    if len(words) < 2 or not case_numbers.tail(typed):
        return found
    return [or_(and_(*found), number_matches(dialect, typed))]


def _contains(dialect: str, word: str, side: int) -> ColumnElement[bool]:
    """The number begins or ends with a word, or the subject, a party's name or a handler's has it."""
    part = f"%{literally(word)}%"
    named = select(DEPARTMENT.c.id).where(like(dialect, DEPARTMENT.c.name, part))
    people = select(ACCOUNT.c.id).where(like(dialect, ACCOUNT.c.name, part))
    return or_(
        number_matches(dialect, word),
        like(dialect, CASE.c.subject, part),
        CASE.c.applicant_id.in_(named),
        CASE.c.provider_id.in_(named),
        CASE.c.id.in_(handled_by(people, side)),
    )
