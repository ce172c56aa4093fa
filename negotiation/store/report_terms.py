"""The terms that the annual report counts, and how each turned out; working days are added up by the database.

A term counts in the period of its due date; an answer in the period in which it was made. Reading only.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
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
from negotiation.store.report_parts import NOT_ASKED, Span, as_text, counts, eventful, month, of_cases
from negotiation.store.transaction import Transaction

ON_TIME, LATE, OUT = "on_time", "late", "out"
ANSWERED, GONE, OPEN = "answered", "gone", "open"  # what had become of a late term by a day
Restated = Mapping[int, Sequence[Term]]
_COLUMNS = (
    "case_id", "main", "kind", "department_id", "started_on", "due_on", "answered_on", "ended_on", "ended_seq",
    "suspended_on", "paused",
)  # fmt: skip
_WHOSE = ("provider_id", "applicant_id", "no")
_KEPT_APART = (
    "procedure", "rulebook", "edition", "main", "kind", "due_month", "fate", "undone", "late_days", "late_then",
    "how_at_end", "how_then", "made_month", "reference", "left_in", "state", "flags", "case_id", "ended_seq",
)  # fmt: skip


def terms(
    transaction: Transaction,
    span: Span,
    calendar: WorkingCalendar,
    *,
    editions: Collection[str],
    supplies: Collection[str],
    references: Collection[int],
    restated: Restated,
) -> Sequence[Any]:
    """Main terms and terms of supply of cases under these editions (``id/version``), as known on the as-of day.

    ``due_month``: of the due date, if it is in the period; ``fate``: on time, late, or out (withdrawn by its due date,
    suspended, still running); ``undone``: the same as if it had not been answered (a supply whose case did not end with
    data). ``late_days``, ``late_then``: working days late by the end of the period and of the month; ``how_at_end``,
    ``how_then``: what had become of it then. ``left_in``: the state after the event that ended a supply, or a late term
    before its answer. ``made_month``: of the answer, if it is in the period; ``taken``: the
    working days of these answers without suspended ones. ``reference``: of a body that 809号令第四十三条 refers to.
    ``restated``: the terms of these cases, by id, as they stood then; they replace what the database holds.
    """
    source = _Source(_standing(transaction, restated) if restated else TERM)
    told = source.told(transaction, span, editions, supplies, references).cte("told").prefix_with("MATERIALIZED")
    counted = _counted(told, days_counted(transaction, calendar, span.until)).cte("counted").prefix_with("MATERIALIZED")
    if span.detail:
        return transaction.connection.execute(_added_up(counted, _WHOSE)).all()
    sides = [_added_up(counted, (f"{role}_id",)) for role in PARTY_ROLES]
    plain = counted.c.case_id.is_(None)
    both = [side.where(plain) for side in sides] + [_added_up(counted, _WHOSE).where(not_(plain))]
    return transaction.connection.execute(union_all(*both)).all()


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

    def told(
        self,
        transaction: Transaction,
        span: Span,
        editions: Collection[str],
        supplies: Collection[str],
        references: Collection[int],
    ) -> Select[Any]:
        """Each term with what is known of it; the days between which something is counted, where anything is."""
        term, at_end = self.term, span.until
        supply = not_(term.c.main)
        known = _Known(transaction, span, term)
        late, department = known.fate == LATE, func.coalesce(term.c.department_id, CASE.c.provider_id)
        month_end = _least(transaction, _month_end(transaction, term.c.due_on), at_end)
        wanted = and_(
            (CASE.c.rulebook + "/" + CASE.c.edition).in_(editions),
            or_(term.c.main, term.c.kind.in_(supplies)),
            known.touched,
        )
        return (
            select(
                *(CASE.c[name] for name in ("procedure", "rulebook", "edition", "applicant_id", "no")),
                *(term.c[name] for name in ("main", "kind", "paused")),
                department.label("provider_id"),
                department.in_(references).label("reference"),
                known.due_month.label("due_month"),
                known.fate.label("fate"),
                case((supply, known.undone), else_="").label("undone"),
                case((late, term.c.due_on)).label("late_from"),
                case((late, known.stop(at_end))).label("late_to"),
                case((late, known.stop(month_end))).label("late_to_then"),
                case((late, known.how(at_end)), else_="").label("how_at_end"),
                case((late, known.how(month_end)), else_="").label("how_then"),
                known.made_month.label("made_month"),
                case((known.is_made, term.c.started_on)).label("made_from"),
                case((known.is_made, known.stopped)).label("made_to"),
                case((or_(supply, and_(late, known.is_gone)), self._left_in()), else_="").label("left_in"),
                case((supply, CASE.c.state), else_="").label("state"),
                case((supply, as_text(transaction, CASE.c.flags)), else_="{}").label("flags"),
                case((eventful(span), CASE.c.id)).label("case_id"),
                case((eventful(span), term.c.ended_seq)).label("ended_seq"),
            )
            .select_from(of_cases(term))
            .where(counts(span), wanted)
        )

    def _left_in(self) -> ColumnElement[str]:
        """The state after the event that ended a term; mostly it is the last of the case, and need not be looked up."""
        at_the_end = select(EVENT.c.state).where(
            EVENT.c.case_id == self.term.c.case_id, EVENT.c.seq == self.term.c.ended_seq
        )
        last = CASE.c.version == self.term.c.ended_seq
        return case((self.term.c.ended_seq.is_(None), ""), (last, CASE.c.state), else_=at_the_end.scalar_subquery())


class _Known:
    """What is known of a term at the end of the as-of day, as expressions."""

    def __init__(self, transaction: Transaction, span: Span, term: Any) -> None:
        self.done = case((term.c.main, _by(term.c.answered_on, span)), else_=_by(term.c.ended_on, span))
        self.ended, suspended = _by(term.c.ended_on, span), _by(term.c.suspended_on, span)
        is_due = term.c.due_on.between(span.since, span.until)
        self.is_made = self.done.between(span.since, span.until)
        self.touched = or_(is_due, self.is_made)
        self.due_month = case((is_due, month(transaction, term.c.due_on)), else_="")
        self.made_month = case((self.is_made, month(transaction, self.done)), else_="")
        self.stopped = case((suspended < self.done, suspended), else_=self.done)
        passed = term.c.due_on < func.coalesce(self.ended, span.as_of)
        self.undone = case((not_(is_due), ""), (suspended <= term.c.due_on, OUT), (passed, LATE), else_=OUT)
        self.fate = case(
            (not_(is_due), ""), (self.done <= term.c.due_on, ON_TIME), (self.done.is_not(None), LATE), else_=self.undone
        )

    def stop(self, day: Any) -> ColumnElement[Any]:
        """When it was answered, else over, at the latest on a day."""
        return case((self.done <= day, self.done), (self.ended <= day, self.ended), else_=day)

    def how(self, day: Any) -> ColumnElement[str]:
        """Whether it was answered, or over without an answer, or neither, at the end of a day."""
        return case((self.done <= day, ANSWERED), (self.ended <= day, GONE), else_=OPEN)

    @property
    def is_gone(self) -> ColumnElement[bool]:
        """Whether it was over before it was answered."""
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
    stored = select(*columns).where(TERM.c.case_id.not_in(list(restated)))
    return union_all(
        stored, select(*then).select_from(rows_of_json(transaction, json.dumps(rows, default=str)))
    ).subquery("then")


def _counted(told: Any, days: Any) -> Select[Any]:
    """The same with its working days: how many it was late, how many an answer took."""
    names = ("late_from", "late_to", "late_to_then", "made_from", "made_to")
    day = {name: days.alias(name) for name in names}
    found = told
    for name in names:
        found = found.outerjoin(day[name], day[name].c.day == told.c[name])
    counted = [column for column in told.c if column.name not in names and column.name != "paused"]
    so_far = {name: day[name].c.working for name in names}
    return select(
        *counted,
        (so_far["late_to"] - so_far["late_from"]).label("late_days"),
        (so_far["late_to_then"] - so_far["late_from"]).label("late_then"),
        func.coalesce(so_far["made_to"] - so_far["made_from"] - told.c.paused, 0).label("taken"),
    ).select_from(found)
