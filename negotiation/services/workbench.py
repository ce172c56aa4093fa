"""The figures beside the groups of the desk (工作台): the coming days, the last weeks, the procedures.

They are made of a few counts over open terms; whose move it is follows from the rulebook.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from negotiation.services import case_list
from negotiation.services.context import Context
from negotiation.services.moves import is_negotiation, negotiated, office_moves
from negotiation.store.case_list import standing as stored
from negotiation.store.case_list.counts import Counts
from negotiation.store.case_list.standing import Fallen, Standing
from negotiation.store.transaction import Transaction

COMING_DAYS, WEEKS = 10, 12
RECEIVED_WITHIN = timedelta(days=366)  # before the first of those weeks: no main term runs longer


class Coming(NamedTuple):
    """A working day to come, today the first if it is one: how many terms end on it, the office's own and others'."""

    day: date
    ours: int
    others: int


class Week(NamedTuple):
    """A week from its Monday: how many replies were due in it, and how many of them came in time."""

    monday: date
    due: int
    in_time: int


class Apart(NamedTuple):
    """A procedure that is no negotiation of two parties: its open cases, those late, and the day that comes next."""

    key: str
    title: str
    many: int
    late: int
    next_due: date | None


@dataclass(frozen=True)
class DeskFigures:
    """All that the desk counts, as of a day."""

    counts: Counts
    coming: Sequence[Coming]
    weeks: Sequence[Week]
    apart: Sequence[Apart]


def figures(transaction: Transaction, context: Context, scope: int | None, today: date) -> DeskFigures:
    """The figures for the office (None) or of a department's own cases."""
    found = stored.standing(transaction, scope)
    since = _monday(today) - timedelta(weeks=WEEKS - 1)
    past = stored.fallen(transaction, scope, since, today - timedelta(days=1), since - RECEIVED_WITHIN)
    ours, states = set(office_moves(context)), set(negotiated(context))
    own = [each for each in found if (each.procedure, each.state) in states]
    return DeskFigures(
        counts=case_list.counts(transaction, context, scope, today),
        coming=_coming(own, ours, context, today),
        weeks=_weeks(past, {procedure for procedure, _ in states}, since),
        apart=_apart(context, found, today),
    )


def _sum(found: Iterable[Standing]) -> int:
    return sum(each.many for each in found)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _coming(own: Sequence[Standing], ours: set[tuple[str, str]], context: Context, today: date) -> list[Coming]:
    """The ten working days from today on; what ends on a day off stands with the working day after it."""
    calendar = context.calendar_of(context.rulebook)
    first = today if calendar.is_working_estimated(today) else calendar.estimate(today, 1).day
    days = [first, *(calendar.estimate(first, n).day for n in range(1, COMING_DAYS))]
    found, after = [], today - timedelta(days=1)
    for day in days:
        ending = [each for each in own if each.due is not None and after < each.due <= day]
        office = _sum(each for each in ending if (each.procedure, each.state) in ours)
        found.append(Coming(day, office, _sum(ending) - office))
        after = day
    return found


def _weeks(past: Sequence[Fallen], procedures: set[str], since: date) -> list[Week]:
    found = []
    for n in range(WEEKS):
        monday = since + timedelta(weeks=n)
        week = [each for each in past if each.procedure in procedures and _monday(each.due) == monday]
        many = sum(each.many for each in week)
        found.append(Week(monday, many, many - sum(each.late for each in week)))
    return found


def _apart(context: Context, found: Sequence[Standing], today: date) -> list[Apart]:
    rows = []
    for key, rules in context.procedures.items():
        cases = [each for each in found if each.procedure == key]
        if is_negotiation(rules) or not cases:
            continue
        days = [each.due for each in cases if each.due is not None]
        late = _sum(each for each in cases if each.due is not None and each.due < today)
        coming = min((day for day in days if day >= today), default=None)
        rows.append(Apart(key, rules.title, _sum(cases), late, coming))
    return rows
