"""The two small charts of the desk as numbers for an SVG: the ten working days to come, the last twelve weeks."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from negotiation.services.workbench import Coming, Week

HIGH, WIDE, CASE = 80, 28, 20  # of the bars, a day, a case: up to four of them; beyond, all is drawn smaller
DAYS = "一二三四五六日"


class Bar(NamedTuple):
    """A day: from where its two parts stand, how high they are; the office's own below, others' on top."""

    day: date
    weekday: str
    x: int
    ours: float
    others: float
    many: int

    @property
    def top(self) -> float:
        """The height at which the bar ends above."""
        return HIGH - self.ours - self.others


class Point(NamedTuple):
    """A week with something due in it: its place, and the share that came in time, in per cent."""

    x: int
    y: float
    percent: int


def bars(coming: Sequence[Coming]) -> list[Bar]:
    """A bar for each day."""
    scale = min(CASE, HIGH / max([1, *(each.ours + each.others for each in coming)]))
    return [
        Bar(
            each.day,
            DAYS[each.day.weekday()],
            n * WIDE,
            each.ours * scale,
            each.others * scale,
            each.ours + each.others,
        )
        for n, each in enumerate(coming)
    ]


def points(weeks: Sequence[Week]) -> list[Point]:
    """A point for each week in which a reply was due; a week without one has none."""
    return [
        Point(10 + n * 24, HIGH - HIGH * each.in_time / each.due, round(100 * each.in_time / each.due))
        for n, each in enumerate(weeks)
        if each.due
    ]
