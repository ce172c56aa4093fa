"""The terms that the annual report counts, and how each turned out; working days are added up by the database.

A term counts in the period of its due date; an answer in the period in which it was made. Reading only.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Date,
    Executable,
    Select,
    and_,
    case,
    cast,
    func,
    literal_column,
    not_,
    or_,
    select,
    union_all,
)

from calendars import WorkingCalendar
from negotiation.core.enums import PARTY_ROLES
from negotiation.domain.terms import Term
from negotiation.store.columns import CASE, EVENT, TERM
from negotiation.store.report_days import days_counted, parts_of_rows, rows_of_json
from negotiation.store.report_parts import NOT_ASKED, Span, counts, eventful, month, of_cases
from negotiation.store.transaction import Transaction

ON_TIME, LATE, OUT = "on_time", "late", "out"
ANSWERED, GONE, OPEN = "answered", "gone", "open"  # the states of a late term on a day
Columns = Iterator[ColumnElement[Any]]
Restated = Mapping[int, Sequence[Term]]
_COLUMNS = (
    "case_id", "main", "kind", "department_id", "started_on", "due_on", "answered_on", "ended_on", "ended_seq",
    "suspended_on", "paused",
)  # fmt: skip
_WHOSE = ("provider_id", "applicant_id", "no")
_KEPT_APART = (
    "procedure", "rulebook", "edition", "main", "kind", "due_month", "fate", "late_days", "late_then", "how_at_end",
    "how_then", "made_month", "reference", "left_in", "case_id", "ended_seq",
)  # fmt: skip


class TermsAsked(NamedTuple):
    """The terms that are asked for: of cases under ``editions`` (``id/version``), main or of the kinds in ``supplies``.

    ``references``: ids of the bodies that 809号令第四十三条 only refers to.
    """

    editions: Collection[str]
    supplies: Collection[str]
    references: Collection[int]


def terms(
    transaction: Transaction, span: Span, calendar: WorkingCalendar, asked: TermsAsked, restated: Restated
) -> Sequence[Any]:
    """Main terms and terms of supply, as known on the as-of day; equal ones as one row with their number ``n``.

    A supply is answered by that of the last item of its set. ``due_month``: of the due date, if it is in the period;
    ``fate``: on time, late, or out (withdrawn by its due date, suspended, still running). ``late_days``, ``late_then``:
    working days late by the end of the period and of the month; ``how_at_end``, ``how_then``: the state of a late term
    then. ``left_in``: the state after the event that ended a late term before its answer. ``made_month``: of the
    answer, if it is in the period; ``taken``: the working days of these answers without suspended ones. ``reference``:
    of a body that 809号令第四十三条 refers to. ``restated``: the terms of these cases, by id, as they stood then; they
    replace what the database holds.
    """
    source = _Source(_standing(transaction, restated) if restated else TERM)
    known = source.facts(transaction, span, asked).cte("known").prefix_with("MATERIALIZED")
    counted = (
        _counted(known, days_counted(transaction, calendar, span.until)).cte("counted").prefix_with("MATERIALIZED")
    )
    return transaction.connection.execute(_per_side(span, counted)).all()


def _per_side(span: Span, counted: Any) -> Executable:
    """Each term with its case where that is asked for, else the sums of each side; eventful cases with both."""
    if span.detail:
        return _added_up(counted, _WHOSE)
    sides = [_added_up(counted, (f"{role}_id",)) for role in PARTY_ROLES]
    plain = counted.c.case_id.is_(None)
    return union_all(*[side.where(plain) for side in sides], _added_up(counted, _WHOSE).where(not_(plain)))


def _added_up(counted: Any, asked: Collection[str]) -> Select[Any]:
    """Equal terms as one row, on the accounts that are asked for."""
    keys = [counted.c[name] for name in _KEPT_APART]
    whose = [(counted.c[name] if name in asked else NOT_ASKED).label(name) for name in _WHOSE]
    sums = (func.count().label("n"), func.sum(counted.c.taken).label("taken"))
    return select(*keys, *whose, *sums).group_by(*keys, *(counted.c[name] for name in asked))


class _Source:
    """Terms, as the database holds them or as they stood on a past day."""

    def __init__(self, term: Any) -> None:
        self.term = term
        # Of those that stood on a past day none is left that never ran.
        self.stands = (TERM.c.struck_seq.is_(None),) if term is TERM else ()

    def facts(self, transaction: Transaction, span: Span, asked: TermsAsked) -> Select[Any]:
        """Each term with what is known of it; the days between which something is counted, where anything is."""
        term, known = self.term, _Known(transaction, span, self.term)
        wanted = and_(
            (CASE.c.rulebook + "/" + CASE.c.edition).in_(asked.editions),
            or_(term.c.main, term.c.kind.in_(asked.supplies)),
            known.touched,
            *self.stands,
        )
        columns = (
            *self._whose(asked.references),
            *known.columns(),
            *self._lateness(transaction, span, known),
            case((eventful(span), CASE.c.id)).label("case_id"),
            case((eventful(span), term.c.ended_seq)).label("ended_seq"),
        )
        return select(*columns).select_from(of_cases(term)).where(counts(span), wanted)

    def _whose(self, references: Collection[int]) -> Columns:
        department = func.coalesce(self.term.c.department_id, CASE.c.provider_id)
        yield from (CASE.c[name] for name in ("procedure", "rulebook", "edition", "applicant_id", "no"))
        yield from (self.term.c[name] for name in ("main", "kind", "paused"))
        yield department.label("provider_id")
        yield department.in_(references).label("reference")

    def _lateness(self, transaction: Transaction, span: Span, known: "_Known") -> Columns:
        late, due, at_end = known.fate == LATE, self.term.c.due_on, span.until
        month_end = _least(transaction, _month_end(transaction, due), at_end)
        yield case((late, due)).label("late_from")
        yield case((late, known.stop(at_end))).label("late_to")
        yield case((late, known.stop(month_end))).label("late_to_then")
        yield case((late, known.how(at_end)), else_="").label("how_at_end")
        yield case((late, known.how(month_end)), else_="").label("how_then")
        yield case((known.is_made, self.term.c.started_on)).label("made_from")
        yield case((known.is_made, known.stopped)).label("made_to")
        yield case((and_(late, known.is_gone), self._left_in()), else_="").label("left_in")

    def _left_in(self) -> ColumnElement[str]:
        """The state after the event that ended a term; mostly it is the last of the case, and need not be looked up."""
        at_the_end = select(EVENT.c.state).where(
            EVENT.c.case_id == self.term.c.case_id, EVENT.c.seq == self.term.c.ended_seq
        )
        last = CASE.c.version == self.term.c.ended_seq
        return case((self.term.c.ended_seq.is_(None), ""), (last, CASE.c.state), else_=at_the_end.scalar_subquery())


class _Known:
    """The state of a term at the end of the as-of day, as expressions."""

    def __init__(self, transaction: Transaction, span: Span, term: Any) -> None:
        self.done, self.ended = _by(term.c.answered_on, span), _by(term.c.ended_on, span)
        suspended = _by(term.c.suspended_on, span)
        is_due = term.c.due_on.between(span.since, span.until)
        self.is_made = self.done.between(span.since, span.until)
        self.touched = or_(is_due, self.is_made)
        self.due_month = case((is_due, month(transaction, term.c.due_on)), else_="")
        self.made_month = case((self.is_made, month(transaction, self.done)), else_="")
        self.stopped = case((suspended < self.done, suspended), else_=self.done)
        passed = term.c.due_on < func.coalesce(self.ended, span.as_of)
        self.fate = case(
            (not_(is_due), ""),
            (self.done <= term.c.due_on, ON_TIME),
            (self.done.is_not(None), LATE),
            (suspended <= term.c.due_on, OUT),
            (passed, LATE),
            else_=OUT,
        )

    def columns(self) -> Columns:
        """The turn of a term, and the months in which its due date and its answer count."""
        yield self.due_month.label("due_month")
        yield self.fate.label("fate")
        yield self.made_month.label("made_month")

    def stop(self, day: Any) -> ColumnElement[Any]:
        """The day on which it was answered, else over, at the latest a given day."""
        return case((self.done <= day, self.done), (self.ended <= day, self.ended), else_=day)

    def how(self, day: Any) -> ColumnElement[str]:
        """``ANSWERED``, ``GONE`` (over without an answer) or ``OPEN`` at the end of a day."""
        return case((self.done <= day, ANSWERED), (self.ended <= day, GONE), else_=OPEN)

    @property
    def is_gone(self) -> ColumnElement[bool]:
        """True for a term that was over before it was answered."""
        return and_(self.ended.is_not(None), func.coalesce(self.ended < self.done, True))


def _by(day: ColumnElement[Any], span: Span) -> ColumnElement[Any]:
    return case((day <= span.as_of, day)) if span.past else day


def _least(transaction: Transaction, *days: Any) -> ColumnElement[Any]:
    smallest = func.min if transaction.connection.dialect.name == "sqlite" else func.least
    return smallest(*days, type_=Date)


def _month_end(transaction: Transaction, day: ColumnElement[Any]) -> ColumnElement[Any]:
    if transaction.connection.dialect.name == "sqlite":
        return func.date(day, "start of month", "+1 month", "-1 day", type_=Date)
    return cast(func.date_trunc("month", day) + literal_column("interval '1 month - 1 day'"), Date)


def _standing(transaction: Transaction, restated: Restated) -> Any:
    """The terms that the database holds, those of some cases replaced by how they stood."""
    rows = [
        [case_id, *(getattr(term, name) for name in _COLUMNS[1:])] for case_id in restated for term in restated[case_id]
    ]
    columns = [TERM.c[name] for name in _COLUMNS]
    kinds = [column.type for column in columns]
    then = [part.label(name) for name, part in zip(_COLUMNS, parts_of_rows(transaction, kinds), strict=True)]
    stored = select(*columns).where(TERM.c.case_id.not_in(list(restated)), TERM.c.struck_seq.is_(None))
    given = select(*then).select_from(rows_of_json(transaction, json.dumps(rows, default=str)))
    return union_all(stored, given).subquery("then")


def _counted(known: Any, days: Any) -> Select[Any]:
    """Terms with their working days: how many each was late, how many an answer took."""
    names = ("late_from", "late_to", "late_to_then", "made_from", "made_to")
    day = {name: days.alias(name) for name in names}
    found = known
    for name in names:
        found = found.outerjoin(day[name], day[name].c.day == known.c[name])
    counted = [column for column in known.c if column.name not in names and column.name != "paused"]
    so_far = {name: day[name].c.working for name in names}
    return select(
        *counted,
        (so_far["late_to"] - so_far["late_from"]).label("late_days"),
        (so_far["late_to_then"] - so_far["late_from"]).label("late_then"),
        func.coalesce(so_far["made_to"] - so_far["made_from"] - known.c.paused, 0).label("taken"),
    ).select_from(found)
