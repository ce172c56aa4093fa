"""Dates as a notice writes them: 1月1日（星期五）至3日, 4月28日、29日, 2022年12月31日至2023年1月2日."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from calendars.dates import in_words

WEEKDAYS = "一二三四五六日"
LONGEST_SPAN = 31
DATES = "\uf8ff"  # stands in a clause's shape for a group of dates; a notice has no private characters
NOTE = "[\ue000-\uf8fe]"  # stands for a bracketed note
NAMED_WEEKDAY = r"(?:星期|礼拜|周)[一二三四五六日天]"
ATOM = re.compile(
    r"(?<![0-9])(?:([0-9]{4})年)?(?:(?:([0-9]{1,2})月)?([0-9]{1,2})日|([0-9]{1,2})月([0-9]{1,2})(?=(?:-|至|到)+[0-9]{1,2}日))"
    rf"((?:{NOTE}|{NAMED_WEEKDAY})*)"
)
LINKS = {"、": False, "和": False, "及": False, "与": False, "以及": False, "、和": False}
LINKS |= dict.fromkeys(("-", "--", "---", "至", "到"), True)


class AmbiguousDate(Exception):
    """The fault of a clause; whoever knows its place makes the refusal of it."""


@dataclass(frozen=True)
class Written:
    """One date as written; `until`: it ends a span that the date before it began."""

    year: int | None
    month: int | None
    day: int
    weekdays: str
    until: bool


@dataclass
class DateContext:
    """The context of a date: the notice's year, the months named so far, the days freed so far."""

    year: int
    january: bool  # December without a year is then the one before
    months: list[tuple[int, int]] = field(default_factory=list)
    off: set[date] = field(default_factory=set)

    def year_for(self, year: int | None, month: int) -> int:
        """The year of a date whose year may be left out. Raises AmbiguousDate for one of another year."""
        if year is None:
            return self.year - 1 if month == 12 and self.january else self.year
        if year == self.year or (year == self.year - 1 and month == 12):
            return year
        raise AmbiguousDate(f"这里写的是{year}年{month}月，通知安排的却是{self.year}年")


def take_dates(clause: str, notes: list[str]) -> tuple[str, list[list[Written]]]:
    """The clause with each group of dates made one sign, and the groups. Notes that no date has are dropped."""
    shape, end = "", 0
    groups: list[list[Written]] = []
    for found in ATOM.finditer(clause):
        between = clause[end : found.start()]
        joins = bool(groups) and between in LINKS
        if not joins:
            groups.append([])
            shape += between + DATES
        groups[-1].append(_written(found, notes, until=joins and LINKS[between]))
        end = found.end()
    return _without_notes(shape + clause[end:], notes), [_share_weekdays(group) for group in groups]


def _written(found: re.Match[str], notes: list[str], *, until: bool) -> Written:
    year, month, day, other_month, other_day, after = found.groups()
    weekdays = "".join(
        map(_weekdays, (notes[ord(mark) - 0xE000] if mark >= "\ue000" else mark for mark in _marks(after)))
    )
    return Written(int(year) if year else None, _number(month or other_month), int(day or other_day), weekdays, until)


def _number(digits: str | None) -> int | None:
    return int(digits) if digits else None


def _marks(after: str) -> list[str]:
    return re.findall(rf"{NOTE}|{NAMED_WEEKDAY}", after)


def _weekdays(note: str) -> str:
    """The weekdays that a note gives, 天 as 日. Raises AmbiguousDate where one is begun and not finished."""
    if re.search(r"(?:星期|礼拜)(?![一二三四五六日天])|^周$|、周$|^周、", note):
        raise AmbiguousDate("星期几没有写全")
    return "".join(re.findall(r"(?:星期|礼拜|周)([一二三四五六日天])", note)).replace("天", "日")


def _without_notes(shape: str, notes: list[str]) -> str:
    for mark in re.findall(NOTE, shape):
        if _weekdays(notes[ord(mark) - 0xE000]):
            raise AmbiguousDate("括号里的星期前面没有日期")
    return re.sub(NOTE, "", shape)


def _share_weekdays(group: list[Written]) -> list[Written]:
    """A note with several weekdays, 9月3日、4日（周六、周日）, belongs to as many dates before it."""
    shared: list[Written] = []
    for written in group:
        shared.append(written)
        names = written.weekdays
        if len(names) > 1:
            if len(names) > len(shared):
                raise AmbiguousDate("括号里的星期比日期多")
            for place, name in zip(range(len(shared) - len(names), len(shared)), names, strict=True):
                old = shared[place]
                if place < len(shared) - 1 and old.weekdays not in ("", name):
                    raise AmbiguousDate("同一日写了两个星期")
                shared[place] = Written(old.year, old.month, old.day, name, old.until)
    return shared


def days_of(group: list[Written], context: DateContext) -> list[date]:
    """The days that a group means. Raises AmbiguousDate for an uncertain month and a wrong weekday."""
    days = _days_from(group, None, context) if group[0].month else _days_without_month(group, context)
    context.months = list(dict.fromkeys([*context.months, *((day.year, day.month) for day in days)]))
    return days


def _days_without_month(group: list[Written], context: DateContext) -> list[date]:
    """其中，18日、19日为法定假日: the month is one that the item has named; it must be plain which."""
    fits: list[list[date]] = []
    refusal = AmbiguousDate("日期前面没有月份")
    for month in context.months:
        try:
            fits.append(_days_from(group, month, context))
        except AmbiguousDate as error:
            refusal = error
    inside = [days for days in fits if context.off.issuperset(days)]
    best = fits if len(fits) == 1 else inside
    if not fits:
        raise refusal
    if len(best) != 1:
        raise AmbiguousDate("日期前面没有月份，看不出是哪个月")
    return best[0]


def _days_from(group: list[Written], month: tuple[int, int] | None, context: DateContext) -> list[date]:
    """The days of a group, each date without a month taking that of the date before it."""
    days: list[date] = []
    for written in group:
        inherits = written.month is None
        if written.month is not None:
            month = context.year_for(written.year, written.month), written.month
        elif written.year is not None or month is None:
            raise AmbiguousDate("日期前面没有月份")
        day = _day(*month, written)
        if inherits and not written.until and days and day <= days[-1]:
            raise AmbiguousDate(f"{in_words(day)}写在{in_words(days[-1])}之后，看不出是哪个月")
        days += _span(days[-1], day) if written.until else [day]
    return days


def _day(year: int, month: int, written: Written) -> date:
    try:
        day = date(year, month, written.day)
    except ValueError:
        raise AmbiguousDate(f"没有{month}月{written.day}日这一天") from None
    if written.weekdays not in ("", WEEKDAYS[day.weekday()]):
        raise AmbiguousDate(f"{month}月{day.day}日是星期{WEEKDAYS[day.weekday()]}，通知写作星期{written.weekdays}")
    return day


def _span(first: date, last: date) -> list[date]:
    """The days after the first up to the last."""
    length = (last - first).days
    if length <= 0:
        raise AmbiguousDate(f"{in_words(first)}至{in_words(last)}，起讫颠倒")
    if length >= LONGEST_SPAN:
        raise AmbiguousDate(f"{in_words(first)}至{in_words(last)}长达{length + 1}天")
    return [first + timedelta(days=n + 1) for n in range(length)]
