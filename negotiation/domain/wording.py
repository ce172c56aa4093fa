"""Dates and days in words: weekdays, what is provisional and in which range, the ruler of a term, one line of a text.

Pure; mails and calendar files say the same thing in the same words because they ask here.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import NamedTuple

from calendars import Day, Due, WorkingCalendar
from calendars.arrangement import HALF_DAY, STOPPAGE
from calendars.dates import in_words
from calendars.names import NO_NAME
from negotiation.core.texts import is_printable
from negotiation.domain.lengths import end_of
from negotiation.domain.terms import awaited

WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")
PROVISIONAL = "暂定"
OUTDATED = "暂定，将按已公布的节假日安排重新计算"  # the arrangement came after the date was written down
NOT_COUNTED = "不计"
UNCOUNTED = "—"  # a day of a term whose end no count gives


class RulerRow(NamedTuple):
    """A counted day, or a run of days that do not count; ``why`` names the holiday and its document."""

    number: str
    days: str
    why: str


def weekday(day: date) -> str:
    return WEEKDAYS[day.weekday()]


def one_line(text: str) -> str:
    """A text without line breaks and control characters."""
    return " ".join("".join(char if is_printable(char) else " " for char in text).split())


# ---------------------------------------------------------------------------------------------------- provisional


def waits_for(calendar: WorkingCalendar, due_on: date, found: Due | None) -> str:
    """暂定, and which arrangement is awaited; ``found``: the estimate, as of now, of a term that is counted."""
    return OUTDATED if found is not None and found.official else awaited(calendar, due_on)


def provisional(calendar: WorkingCalendar, due_on: date, official: bool, counted: tuple[date, int] | None) -> str:
    """暂定 in full, with its range; nothing of an official date. ``counted``: from which day, how long."""
    found = end_of(*counted, calendar) if counted and not official else None
    if official:
        return ""
    return waits_for(calendar, due_on, found) + (between(found.earliest, found.latest) if found else "")


def between(earliest: date | None, latest: date | None) -> str:
    """The range of a provisional date, where there is one."""
    if earliest is None or latest is None or earliest == latest:
        return ""
    return f"；目前推算在{in_words(earliest)}至{in_words(latest)}之间"


# ---------------------------------------------------------------------------------------------------------- ruler


def ruler_rows(days: Iterable[Day], firm_through: date = date.max, *, resumed: bool = False) -> Iterator[RulerRow]:
    """Counted days one by one, days off of one reason together; days after ``firm_through`` say that they may change.

    ``resumed``: the days that were left are counted on, so that the first of them is not the first of the term.
    """
    label = "续计第" if resumed else "第"
    for (ordinal, why), group in groupby(days, key=lambda day: (day.ordinal, _why(day, day.date > firm_through))):
        run = [day.date for day in group]
        yield RulerRow(f"{label}{ordinal}日" if ordinal else _skipped(run), _span(run), why)


def plain_rows(days: Iterable[Day]) -> Iterator[RulerRow]:
    """Days that lead to a date without being counted: those of one kind together."""
    for why, group in groupby(days, key=lambda day: _why(day, False) or "工作日"):
        yield RulerRow(UNCOUNTED, _span([day.date for day in group]), why)


def _why(day: Day, tentative: bool) -> str:
    reason = _reason(day)
    source = "" if (day.source or "").startswith(PROVISIONAL) or day.kind == "weekend" else day.source or ""
    notes = "，".join(filter(None, (source, PROVISIONAL if tentative else "")))
    if not reason:
        return notes
    return f"{reason}（{notes}）" if notes else reason


def _reason(day: Day) -> str:
    """Why a day does not count, or counts although it is not whole, or a day of rest; nothing of an ordinary one."""
    if day.kind == "working":
        return day.name if day.name and (HALF_DAY in day.name or STOPPAGE in day.name) else ""
    if day.kind == "weekend":
        return "周末"
    if day.kind == "make-up":
        return f"{'' if day.name == NO_NAME else day.name or ''}补班"
    return day.name or NO_NAME


def _skipped(days: list[date]) -> str:
    return NOT_COUNTED if len(days) == 1 else f"{NOT_COUNTED}{len(days)}天"


def _span(days: list[date]) -> str:
    """A day, or a run of days with both ends."""
    first, last = days[0], days[-1]
    if first == last:
        return f"{in_words(first)}（{weekday(first)}）"
    until = in_words(last) if first.year != last.year else f"{last.month}月{last.day}日"
    return f"{in_words(first)}（{weekday(first)}）至{until}（{weekday(last)}）"
