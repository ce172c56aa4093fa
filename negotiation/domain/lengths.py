"""Lengths of terms: so many working days, calendar days or months, as one whole number.

The number is stored with a term, frozen into its mails and counted again when the calendar changes: its unit stands in
it, so that nobody who counts has to know the rulebook. Months and calendar days end on a working day:
民法典第二百零二条 (a month without the day ends on its last), 第二百零三条 (a last day that is a day off moves).
"""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from calendars import Day, Due, WorkingCalendar

ONE_DAY = timedelta(days=1)
_SPAN = 10_000  # more than anybody counts of one unit


class Unit(StrEnum):
    """The unit of a length, as a rulebook writes it."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    MONTHS = "months"


_UNITS = tuple(Unit)
UNIT_TITLES: Mapping[Unit, str] = {
    Unit.WORKING_DAYS: "工作日",
    Unit.CALENDAR_DAYS: "日（自然日）",
    Unit.MONTHS: "月",
}


def length_of(number: int, unit: Unit) -> int:
    """The length of ``number`` units; of working days it is the number itself."""
    return number + _UNITS.index(unit) * _SPAN


def unit_of(length: int) -> Unit:
    """The unit of a length."""
    return _UNITS[length // _SPAN]


def number_of(length: int) -> int:
    """The number of units of a length."""
    return length % _SPAN


def in_words(length: int) -> str:
    """A length as people say it: 10个工作日, 30日, 3个月."""
    if length < _SPAN:
        return f"{length}个工作日"
    counted = {Unit.CALENDAR_DAYS: "日", Unit.MONTHS: "个月"}
    return f"{number_of(length)}{counted[unit_of(length)]}"


def plain(length: int | None) -> str | int:
    """A length where a column says that it is in working days, any other in words; "" if there is none."""
    if length is None or not number_of(length):
        return "" if length is None else "当日"
    return length if unit_of(length) is Unit.WORKING_DAYS else in_words(length)


def working(length: int | None) -> str:
    """The working days of a length, for sentences that say that they are; "" of any other unit, and of none."""
    return str(length) if length and unit_of(length) is Unit.WORKING_DAYS else ""


def end_of(after: date, length: int, calendar: WorkingCalendar) -> Due:
    """The last day of a length that begins with the day after ``after``; of none at all the first working day."""
    if 0 < length < _SPAN:  # nearly every question
        return calendar.estimate(after, length)
    nominal = _nominal(after, length)
    return calendar.estimate(nominal - ONE_DAY, 1)


def _nominal(after: date, length: int) -> date:
    """The last day before it is asked whether it is a day off."""
    number, unit = number_of(length), unit_of(length)
    if unit is not Unit.MONTHS:
        return after + timedelta(days=number)
    year, month = divmod(after.year * 12 + after.month - 1 + number, 12)
    return date(year, month + 1, min(after.day, monthrange(year, month + 1)[1]))


def left_of(length: int, on: date, due: date, calendar: WorkingCalendar) -> int:
    """The rest of a length on a day: its working days up to ``due``; of days and months the calendar days."""
    if unit_of(length) is Unit.WORKING_DAYS:
        return max(calendar.count_estimated(on, due), 0)
    return length_of(max((due - on).days, 0), Unit.CALENDAR_DAYS)


def gone_of(length: int, since: date, on: date, calendar: WorkingCalendar) -> int:
    """The units of a length that were used up between two days: working days, or calendar days."""
    if unit_of(length) is Unit.WORKING_DAYS:
        return calendar.count_estimated(since, on)
    return (on - since).days


def days_of(after: date, length: int, calendar: WorkingCalendar) -> tuple[Day, ...]:
    """The days of a length one by one, with their numbers; none has a day to which its end was moved, or a month's."""
    if length < _SPAN:
        return calendar.explain(after, length)
    return numbered(calendar.days_between(after, end_of(after, length, calendar).day), length)


def numbered(days: tuple[Day, ...], length: int) -> tuple[Day, ...]:
    """Days in a row with the numbers that they have in a length: each calendar day counts, none of a month does."""
    if unit_of(length) is Unit.WORKING_DAYS:
        return days
    most = number_of(length) if unit_of(length) is Unit.CALENDAR_DAYS else 0
    return tuple(day._replace(ordinal=n if n <= most else None) for n, day in enumerate(days, 1))
