"""Arrangements out of holiday calendars in iCalendar form, as they are published for telephones and mail programs.

A title that begins with 上班, or contains 补班 or 调休上班, makes a make-up day; feeds give it by its office hours too.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from calendars.arrangement import Arrangement
from calendars.formats.errors import Unreadable
from calendars.formats.ics_days import days_of
from calendars.formats.ics_titles import holiday_name, works_on
from calendars.names import NO_NAME
from calendars.whole_days import why_no_day

LONGEST = 500_000
STAMP = re.compile("[0-9]{4}(?:[-/.年月][0-9]{1,2}){2}日?[ T]*[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?")  # of the file itself
DOC_NO = re.compile(r"([\u4e00-\u9fff]{2,10}?)[〔［\[(（【]((?:19|20)[0-9]{2})[〕］\])）】]([0-9]{1,4})号")
DOC_PREFIX = re.compile("(?:国办发明电|国发明电|[\u4e00-\u9fff]{1,4}(?:政办?发|政办函|政办发明电|办发|发))$")
UNSURE = {"CANCELLED": "已取消", "TENTATIVE": "只是暂定"}
REMARKS = ("DESCRIPTION", "COMMENT", "CATEGORIES", "LOCATION")


@dataclass(frozen=True)
class Event:
    """One all-day event: its days, whether one works, the holiday, and where it stands in the file."""

    days: tuple[date, ...]
    works: bool
    name: str
    summary: str
    line: int


@dataclass
class Plan:
    """The days of one year."""

    off: dict[date, str] = field(default_factory=dict)
    work: dict[date, str] = field(default_factory=dict)


def read_ics(text: str, year: int | None = None) -> Arrangement:
    """The arrangement of a holiday calendar; of the year asked for, where it has several.

    Days of December belong to the year after where the holiday is 元旦. Raises Unreadable for a file that stops in
    the middle, an event with a time of day that is no make-up day, or one that recurs, one neither off nor work,
    one of a part of the day or of some people only, days that contradict one another.
    """
    if len(text) > LONGEST:
        raise Unreadable(f"文件有{len(text)}字，超过{LONGEST}字；请只导出要用的年份")
    starts = _starts_of_events(text)
    plans = _plans([_event(component, line) for component, line in zip(_components(text, starts), starts, strict=True)])
    chosen = _chosen(plans, year)
    doc_no = _doc_no(text)
    return Arrangement(
        chosen, doc_no, None, dict(sorted(plans[chosen].off.items())), dict(sorted(plans[chosen].work.items()))
    )


def _starts_of_events(text: str) -> list[int]:
    """The line of each BEGIN:VEVENT; Unreadable where what was begun is not ended."""
    open_parts: list[tuple[str, int]] = []
    starts: list[int] = []
    for number, line in enumerate(text.splitlines(), 1):
        word, _, part = line.strip("\ufeff \t").upper().partition(":")
        if word == "BEGIN":
            open_parts.append((part, number))
            starts += [number] if part == "VEVENT" else []
        elif word == "END":
            if not open_parts or open_parts[-1][0] != part:
                raise Unreadable("这一行结束的内容没有开头，文件不完整", line, number)
            open_parts.pop()
    if open_parts:
        part, number = open_parts[-1]
        raise Unreadable(f"文件不完整：这里开始的内容没有结束（缺END:{part}）", f"BEGIN:{part}", number)
    if not starts:
        raise Unreadable("日历里没有日程（VEVENT）", text[:60])
    return starts


def _components(text: str, starts: list[int]) -> list[Any]:
    """The events as icalendar reads them, in their order: as many as begin in the text."""
    from icalendar import Calendar  # noqa: PLC0415 - heavy, and needed only where a calendar is imported

    try:
        calendars = Calendar.from_ical(text.lstrip("\ufeff"), multiple=True)
    except (ValueError, KeyError, IndexError, TypeError) as fault:
        raise Unreadable(f"不是完好的iCalendar文件（{fault}）", text[:60]) from None
    events = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    if len(events) != len(starts):
        raise Unreadable(f"有{len(starts)}个日程，只读懂{len(events)}个，文件不完整", text[:60])
    return events


def _event(component: Any, line: int) -> Event:
    """An event as read. Raises Unreadable, with line and summary, for one that fits into no arrangement."""
    summary = " ".join(str(component.get("SUMMARY", "")).split())
    if component.errors:
        raise Unreadable(f"日程的{component.errors[0][0]}读不出来", summary, line)
    if component.get("RRULE") or component.get("RDATE"):
        raise Unreadable("日程是重复的，放假安排须逐日列出", summary, line)
    if status := UNSURE.get(str(component.get("STATUS", "")).strip().upper()):
        raise Unreadable(f"日程{status}；请从文件里删去这个日程", summary, line)
    works = works_on(component, summary, line)
    days = days_of(component, summary, line, works=works)
    if why := why_no_day(summary) or why_no_day(
        _remarks(component), clock=not works
    ):  # a make-up day may give its hours
        raise Unreadable(f"{why}；请从文件里删去这个日程", summary, line)
    return Event(days, works, holiday_name(summary), summary, line)


def _remarks(component: Any) -> str:
    """The remarks beside the title, without the moment at which the file was made."""
    found = (component.get(key) for key in REMARKS)
    several = (each for one in found if one is not None for each in (one if isinstance(one, list) else [one]))
    texts = (each if isinstance(each, str) else each.to_ical().decode() for each in several)
    return STAMP.sub("", "\n".join(texts))


def _plans(events: list[Event]) -> dict[int, Plan]:
    plans: defaultdict[int, Plan] = defaultdict(Plan)
    known = {day.year for event in events if not _nameless(event) for day in event.days}
    for event in events:
        for day, year in _by_year(event, known):
            plan = plans[year]
            if day in (plan.off if event.works else plan.work):
                raise Unreadable(f"{day}既放假又上班", event.summary, event.line)
            (plan.work if event.works else plan.off).setdefault(day, event.name)
    return plans


def _nameless(event: Event) -> bool:
    """A make-up day late in December that names no holiday."""
    first = event.days[0]
    return event.works and event.name == NO_NAME and (first.month, first.day) >= (12, 20)


def _by_year(event: Event, known: set[int]) -> Iterator[tuple[date, int]]:
    """Each day with the year whose notice set it: New Year's days of December belong to the next.

    So does a nameless make-up day of December, in a file with the next year and nothing else of its own.
    """
    for day in event.days:
        alone = _nameless(event) and day.year not in known and day.year + 1 in known
        yield day, day.year + (day.month == 12 and ("元旦" in event.name or event.days[-1].month == 1 or alone))


def _chosen(plans: dict[int, Plan], year: int | None) -> int:
    years = "、".join(f"{one}年" for one in sorted(plans))
    if year is None and len(plans) > 1:
        raise Unreadable(f"日历里有几个年份（{years}），请指明要读哪一年", years)
    if year is not None and year not in plans:
        raise Unreadable(f"日历里没有{year}年，只有{years}", years)
    return next(iter(plans)) if year is None else year


def _doc_no(text: str) -> str | None:
    """The one document number that the descriptions name; none where they name several or none."""
    unfolded = re.sub(r"\r?\n[ \t]", "", text)
    numbers = set()
    for line in unfolded.splitlines():
        if line.upper().startswith(("DESCRIPTION", "X-WR-CALDESC")):
            numbers |= {f"{_issuer(found[1])}〔{found[2]}〕{int(found[3])}号" for found in DOC_NO.finditer(line)}
    return numbers.pop() if len(numbers) == 1 else None


def _issuer(words: str) -> str:
    """国办发明电 of 根据国办发明电."""
    found = DOC_PREFIX.search(re.sub("^.*(?:根据|依据|按照|文号|来源|见)", "", words))
    return found[0] if found else words
