"""All terms of a case on one axis of days: how much of each was used, when it was due, what came late."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from negotiation.services.case_json import TermJson

WIDTH = 1000  # of the axis, in the units of its picture
TICKS = 5


class Bar(NamedTuple):
    """A term: where its days begin, how wide they are, used and late; where it is due; how it stands, in words."""

    title: str
    begins: int
    whole: int
    used: int
    late: int
    due: int
    status: str
    runs: bool


class Axis(NamedTuple):
    """The bars, the newest first; the place of today, None where it lies beyond; days along the axis."""

    bars: Sequence[Bar]
    today: int | None
    ticks: Sequence[tuple[int, date]]


def axis_of(terms: Sequence[TermJson], today: date) -> Axis | None:
    """The axis of the terms of a case, without those that were struck or whose last day is not known; None of one."""
    shown = [each for each in terms if not each["struck"] and not each["pauses"]]
    if len(shown) < 2:
        return None
    first = min(each["started"] for each in shown)
    last = max(max(each["due"], _end(each, today)) for each in shown)
    days = max((last - first).days, 1)

    def at(day: date) -> int:
        return (day - first).days * WIDTH // days

    ticks = [first + timedelta(days=days * n // TICKS) for n in range(TICKS + 1)]
    bars = [_bar(each, today, at) for each in reversed(shown)]
    return Axis(bars, at(today) if first <= today <= last else None, [(at(day), day) for day in ticks])


def _bar(term: TermJson, today: date, at: Callable[[date], int]) -> Bar:
    begins, due, end = at(term["started"]), at(term["due"]), at(_end(term, today))
    return Bar(
        title=term["title"],
        begins=begins,
        whole=max(due - begins, 0),
        used=max(min(end, due) - begins, 0),
        late=max(end - due, 0),
        due=due,
        status=term.get("status", ""),
        runs=term["runs"],
    )


def _end(term: TermJson, today: date) -> date:
    """The day up to which a term was used: of its answer or its end, else today."""
    return term["answered"] or term["ended"] or max(today, term["started"])
