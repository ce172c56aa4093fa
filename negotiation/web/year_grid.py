"""A year as the calendar's page draws it: months, weeks, days, and which days a notice names."""

import calendar as months
from collections.abc import Container, Iterable, Mapping
from datetime import date
from typing import NamedTuple

from calendars import Day

WEEKS = months.Calendar(firstweekday=0)


class DayCell(NamedTuple):
    """A day of the year's picture; ``day`` is 0 where another month's day would stand, ``read``: a notice names it."""

    day: int
    kind: str
    label: str
    read: bool


def months_of(days: Iterable[Day], year: int, read: Container[date]) -> list[list[list[DayCell]]]:
    """The weeks of each month."""
    kinds = {day.date: (day.kind, " ".join(filter(None, (day.name, day.source)))) for day in days}
    return [
        [[_cell(year, month, day, kinds, read) for day in week] for week in WEEKS.monthdayscalendar(year, month)]
        for month in range(1, 13)
    ]


def _cell(year: int, month: int, day: int, kinds: Mapping[date, tuple[str, str]], read: Container[date]) -> DayCell:
    if not day:
        return DayCell(0, "", "", read=False)
    on = date(year, month, day)
    return DayCell(day, *kinds[on], on in read)
