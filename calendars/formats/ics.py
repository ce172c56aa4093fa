"""Arrangements out of holiday calendars in iCalendar form, as they are published for telephones and mail programs.

A title that begins with 上班, or holds 补班 or 调休上班, makes a make-up day; feeds give it by its office hours too.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from calendars.arrangement import STOPPAGE, Arrangement
from calendars.formats.errors import Unreadable
from calendars.names import NO_NAME, plain_name
from calendars.whole_days import why_no_day

LONGEST = 500_000
LONGEST_EVENT = 60
CHINA = ZoneInfo("Asia/Shanghai")
NOON, AFTER_LUNCH = time(12), time(13)
WHOLE_DAY = timedelta(hours=6)  # of office hours; a shorter event is an appointment
BRACKETED = re.compile(r"[（(【\[]([^（(【\[）)】\]]*)[）)】\]]")
MADE_UP = re.compile("^上班|补班|调休上班")
MADE_UP_LABEL = re.compile("补班日?|(?:调休)?上班")
DAY_NAMED = re.compile("[0-9]+[月日号]")
STAMP = re.compile("[0-9]{4}(?:[-/.年月][0-9]{1,2}){2}日?[ T]*[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?")  # of the file itself
WORK = re.compile("补班|上班|调班|[（(【\\[\\s]班[)）】\\]]?|班$|^班")
OFF = re.compile("停止办公|放假|假期|休假|补休|调休|公休|[（(【\\[\\s]休[)）】\\]]?|休$|^休|假$")
COUNTED = "[0-9一二三四五六七八九十]+天"
MARKS = re.compile(
    f"补班日?|上班日?|调班|放假|假期|休假|补休|公休|调休|第{COUNTED}(?:\\s*[/／，,]?\\s*共{COUNTED})?|[0-9]+/[0-9]+|[休班]$|^[休班]|[（(【\\[][休班假][）)】\\]]"
)
DOC_NO = re.compile(r"([\u4e00-\u9fff]{2,10}?)[〔［\[(（【]((?:19|20)[0-9]{2})[〕］\])）】]([0-9]{1,4})号")
DOC_PREFIX = re.compile("(?:国办发明电|国发明电|[\u4e00-\u9fff]{1,4}(?:政办?发|政办函|政办发明电|办发|发))$")
DENIED = re.compile("(?:不|无|未|非|免|勿|停止?|取消)[^，,。 ]{0,3}(?:[上补调]班|放假|假期|[休公]假|[补调公]?休|班$)")
SHIFT = re.compile("[加值夜倒轮早晚白下替顶]班")  # of some people's own
UNSURE = {"CANCELLED": "已取消", "TENTATIVE": "只是暂定"}
REMARKS = ("DESCRIPTION", "COMMENT", "CATEGORIES", "LOCATION")
APPLE = {"WORK-HOLIDAY": False, "ALTERNATE-WORKDAY": True}


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
    """The arrangement of a holiday calendar; of the year asked for, where it holds several.

    Days of December belong to the year after where the holiday is 元旦. Unreadable for a file that stops in the middle,
    an event with a time of day that is no make-up day, or one that recurs, one that is neither off nor work, one that
    speaks of a part of the day or of some people only, days that contradict one another.
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
    """Unreadable, with line and summary, for an event that no arrangement can hold."""
    summary = " ".join(str(component.get("SUMMARY", "")).split())
    if component.errors:
        raise Unreadable(f"日程的{component.errors[0][0]}读不出来", summary, line)
    if component.get("RRULE") or component.get("RDATE"):
        raise Unreadable("日程是重复的，放假安排须逐日列出", summary, line)
    if status := UNSURE.get(str(component.get("STATUS", "")).strip().upper()):
        raise Unreadable(f"日程{status}；请从文件里删去这个日程", summary, line)
    works = _works(component, summary, line)
    days = _days(component, summary, line, works=works)
    if why := why_no_day(summary) or why_no_day(
        _remarks(component), clock=not works
    ):  # a make-up day may tell its hours
        raise Unreadable(f"{why}；请从文件里删去这个日程", summary, line)
    return Event(days, works, _name(summary), summary, line)


def _remarks(component: Any) -> str:
    """What stands beside the title, without the moment at which the file was made."""
    found = (component.get(key) for key in REMARKS)
    several = (each for one in found if one is not None for each in (one if isinstance(one, list) else [one]))
    texts = (each if isinstance(each, str) else each.to_ical().decode() for each in several)
    return STAMP.sub("", "\n".join(texts))


def _days(component: Any, summary: str, line: int, *, works: bool) -> tuple[date, ...]:
    """DTEND is the day after the last."""
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


def _whole_days(start: date, end: Any, marked: str) -> bool:
    """Whether times of day mean whole days, as mail programs write them: from midnight to midnight on one clock."""
    times = [one for one in (start, end) if one is not None]
    if not all(isinstance(one, datetime) and one.time() == time(0) for one in times):
        return False
    one_clock = len({one.utcoffset() for one in times if isinstance(one, datetime)}) == 1
    return one_clock and (marked == "TRUE" or (marked != "FALSE" and end is not None and end > start))


def _value(component: Any, key: str) -> Any:
    """The plain value of a property that stands once; None where it does not."""
    return getattr(component.get(key), "dt", None)


def _works(component: Any, summary: str, line: int) -> bool:
    """As Apple's mark says, else as the summary does; they must not contradict each other."""
    mark = APPLE.get(str(component.get("X-APPLE-SPECIAL-DAY", "")).strip().upper())
    says = _said(summary)
    told = says | ({mark} if mark is not None else set())
    if len(told) != 1:
        raise Unreadable("看不出这一天是放假还是上班；标题请写“元旦 休”或“元旦 班”", summary, line)
    return told.pop()


def _said(summary: str) -> set[bool]:
    """What a title says: that one works, that one does not, neither, or both; a denial (不上班) says neither."""
    if DENIED.search(summary) or SHIFT.search(summary):
        return set()
    if _titled_made_up(summary):
        return {True}
    says = {works for works, pattern in ((True, WORK), (False, OFF)) if pattern.search(summary)}
    if "调休" in summary and says == {True, False} and not re.search("放假|假期|补休|公休", summary):
        return {True}  # 调休上班
    return says


def _titled_made_up(summary: str) -> bool:
    """上班(补春节假期), 春节假期（补班）; not 春节放假（1月31日补班）, which speaks of another day."""
    bare = BRACKETED.sub(lambda found: found[1] if MADE_UP_LABEL.fullmatch(found[1].strip()) else "", summary).strip()
    return bool(MADE_UP.search(bare)) and not (OFF.search(bare) and DAY_NAMED.search(bare))


def _name(summary: str) -> str:
    """春节（班） and 上班(补春节假期) are 春节."""
    if STOPPAGE in summary:
        return STOPPAGE
    bare = MARKS.sub("", summary.strip())
    for _ in range(2):
        bare = re.sub(r"[（(【\[]\s*[）)】\]]", "", bare).strip(" 　-—·:：、，,（()）【】[]")
        bare = MARKS.sub("", bare)
    return plain_name(bare.strip().removeprefix("补").strip()) or NO_NAME


def _plans(events: list[Event]) -> dict[int, Plan]:
    plans: defaultdict[int, Plan] = defaultdict(Plan)
    held = {day.year for event in events if not _nameless(event) for day in event.days}
    for event in events:
        for day, year in _by_year(event, held):
            plan = plans[year]
            if day in (plan.off if event.works else plan.work):
                raise Unreadable(f"{day}既放假又上班", event.summary, event.line)
            (plan.work if event.works else plan.off).setdefault(day, event.name)
    return plans


def _nameless(event: Event) -> bool:
    """A make-up day late in December that names no holiday."""
    first = event.days[0]
    return event.works and event.name == NO_NAME and (first.month, first.day) >= (12, 20)


def _by_year(event: Event, held: set[int]) -> Iterator[tuple[date, int]]:
    """Each day with the year whose notice set it: New Year's days of December belong to the next.

    So does a nameless make-up day of December, in a file that holds the next year and nothing else of its own.
    """
    for day in event.days:
        alone = _nameless(event) and day.year not in held and day.year + 1 in held
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
