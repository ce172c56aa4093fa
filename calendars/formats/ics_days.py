"""The days of an event in a holiday calendar: all-day events, and make-up days given by their office hours."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from calendars.formats.errors import Unreadable

LONGEST_EVENT = 60
CHINA = ZoneInfo("Asia/Shanghai")
NOON, AFTER_LUNCH = time(12), time(13)
WHOLE_DAY = timedelta(hours=6)  # of office hours; a shorter event is an appointment


def days_of(component: Any, summary: str, line: int, *, works: bool) -> tuple[date, ...]:
    """The days of an event; DTEND is the day after the last.

    Raises Unreadable for no start, a reversed or too long event, or times of day that make no whole day.
    """
    start, end, length = _value(component, "DTSTART"), _value(component, "DTEND"), _value(component, "DURATION")
    if not isinstance(start, date):
        raise Unreadable("日程没有开始日期", summary, line)
    if isinstance(length, timedelta):
        end = start + length
    if isinstance(start, datetime) or isinstance(end, datetime):
        if not _whole_days(start, end, str(component.get("X-MICROSOFT-CDO-ALLDAYEVENT", "")).strip().upper()):
            if works:
                return (_worked_by_the_clock(start, end, summary, line),)
            raise Unreadable("日程带有时刻，放假安排须是全天日程", summary, line)
        start, end = (date(one.year, one.month, one.day) if one else None for one in (start, end))
    count = (end - start).days if isinstance(end, date) else 1
    if not 0 < count <= LONGEST_EVENT:
        raise Unreadable("日程的结束日期早于开始，或者过长", summary, line)
    return tuple(start + timedelta(days=n) for n in range(count))


def _worked_by_the_clock(start: date, end: Any, summary: str, line: int) -> date:
    """The day of a make-up day that is given by its office hours, from 9:00 to 18:00; Unreadable for half a day."""
    if not isinstance(start, datetime) or not isinstance(end or start, datetime):
        raise Unreadable("日程的开始和结束一个带时刻、一个不带", summary, line)
    first, last = _in_china(start), _in_china(end or start)
    if last > first and last.time() == time(0):
        last -= timedelta(microseconds=1)
    if first.date() != last.date():
        raise Unreadable("补班日程带有时刻，却不在同一天之内；请改为全天日程", summary, line)
    short = last - first < WHOLE_DAY or last.time() <= AFTER_LUNCH or first.time() >= NOON
    if first < last and short:
        raise Unreadable("补班日程只有半天，不足一天的不改变工作日；全天上班的请改为全天日程", summary, line)
    return first.date()


def _in_china(moment: datetime) -> datetime:
    """The wall clock of Asia/Shanghai; a time without a zone is taken as standing there."""
    return moment.astimezone(CHINA).replace(tzinfo=None) if moment.tzinfo else moment


def _whole_days(start: date, end: Any, all_day: str) -> bool:
    """True for times of day that mean whole days, as mail programs write them: midnight to midnight on one clock."""
    times = [one for one in (start, end) if one is not None]
    if not all(isinstance(one, datetime) and one.time() == time(0) for one in times):
        return False
    one_clock = len({one.utcoffset() for one in times if isinstance(one, datetime)}) == 1
    return one_clock and (all_day == "TRUE" or (all_day != "FALSE" and end is not None and end > start))


def _value(component: Any, key: str) -> Any:
    """The plain value of a property that stands once; None where it does not."""
    return getattr(component.get(key), "dt", None)
