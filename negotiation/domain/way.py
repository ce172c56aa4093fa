"""The way of a case, pure: the states in which it has been, how long in each, and how it may go on."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from calendars import WorkingCalendar
from negotiation.domain.fields import Flags
from negotiation.domain.rulebook import STAY, Procedure
from negotiation.domain.rulers import is_given_up

Stood = tuple[date, str]  # the day of an entry, and the state in which it left the case


class Stage(NamedTuple):
    """A state in which a case was from a day on; ``until``: the day on which it left it, None while it is there.

    ``days``: the working days in it, of the last one up to today; None where the case has ended in it.
    """

    title: str
    since: date
    until: date | None
    days: int | None


class Way(NamedTuple):
    """The stages of a case in their order, and the titles of the acts by which whoever holds it brings it further."""

    stages: Sequence[Stage]
    ahead: Sequence[str]


def way_of(
    procedure: Procedure, stood: Sequence[Stood], flags: Flags, today: date, calendar: WorkingCalendar
) -> Way | None:
    """The way of a case by its standing entries; None of one that has none. A state that is no more has no stage."""
    known = [each for each in stood if each[1] in procedure.states]
    begun = [next(some) for _, some in groupby(known, key=lambda each: each[1])]
    if not begun:
        return None
    ends = [on for on, _ in begun[1:]]
    stages = [
        Stage(procedure.states[state].title, on, until, calendar.count_estimated(on, until))
        for (on, state), until in zip(begun, ends, strict=False)
    ]
    on, last = begun[-1]
    is_over = bool(procedure.states[last].ending)
    days = None if is_over else calendar.count_estimated(on, max(on, today))
    return Way([*stages, Stage(procedure.states[last].title, on, None, days)], _ahead(procedure, last, flags))


def _ahead(procedure: Procedure, state: str, flags: Flags) -> list[str]:
    """The acts by which the party that holds a case may bring it into another state, but those that give it up."""
    holder = procedure.states[state].held_by
    rows = [row for row in procedure.from_state(state) if holder in row.by and row.target not in (STAY, state)]
    found = [row for row in rows if not is_given_up(procedure, row.target, flags)]
    return list(dict.fromkeys(row.event.title for row in found))
