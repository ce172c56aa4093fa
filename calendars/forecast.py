"""Years whose arrangement is not published yet: what the State Council's notice will plausibly say.

The rule is simple and dated. Statutory days come from the package `holidays`; the length of each holiday from the
practice of its era (ERAS), since 2025 the standing principle of the 2025 notice (国办发明电〔2024〕12号): 春节 8 days
from 除夕, 国庆节 7 (8 when 中秋节 falls in it), 劳动节 5, laid so that least is made up, the others 3, joined to a
weekend or swapped, and on a Wednesday only that day. Each weekday freed beyond the statutory days is made up on a
weekend near by. Which weekend is what nobody knows: the likely plan makes up on both sides of a long holiday, the
second all before it, the third all after it, and the range of a due date is what the three plans span.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import NamedTuple, NoReturn

from holidays import country_holidays

from calendars.arrangement import Arrangement, Mark, marks_of
from calendars.dates import ONE_DAY, in_words, is_weekend
from calendars.line import Line

YEARS_AHEAD = 30
LAST_YEAR_KNOWN = 2100  # lunar dates in the package `holidays` end here
SOURCE = "暂定，待国务院办公厅公布{year}年节假日安排后确定"
STATUTORY = ("元旦", "农历除夕", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
REACH = 9  # days on either side of a holiday within which it is made up
MONDAY, WEDNESDAY, FRIDAY = 0, 2, 4
DAYS_OFF_BEFORE = (2, 2, 0, 0, 0, 0, 1)  # Monday to Sunday: how many days off precede a single statutory day


class Era(NamedTuple):
    """How long the holidays were, from a year on. labour = 3: a single statutory day, joined or swapped."""

    since: int
    spring: int
    spring_from_eve: bool
    labour: int
    national: int


ERAS = (
    Era(1999, spring=7, spring_from_eve=False, labour=7, national=7),  # 国务院令第270号
    Era(2008, spring=7, spring_from_eve=True, labour=3, national=7),  # 国务院令第513号
    Era(2020, spring=7, spring_from_eve=True, labour=5, national=7),  # practice of the yearly notices
    Era(2025, spring=8, spring_from_eve=True, labour=5, national=7),  # 国务院令第795号 and the 2025 notice
)


class Holiday(NamedTuple):
    """A holiday as a span of days off; `to_make_up`: the weekdays in it that are freed beyond the statutory days."""

    name: str
    days: tuple[date, ...]
    to_make_up: int
    is_long: bool


class Forecast:
    """The line of days with its unpublished years filled in: the likely plan first, then the early and the late one."""

    def __init__(self, known: dict[date, Mark], published: frozenset[int], since: date, through: date) -> None:
        end = date(min(through.year + YEARS_AHEAD, LAST_YEAR_KNOWN), 12, 31)
        years = [year for year in range(through.year + 1, end.year + 1) if year not in published]
        alternatives = [marks_of(plan) | known for plan in zip(*map(plausible, years), strict=True)]
        self.marks = alternatives[0]
        self.lines = tuple(ForecastLine(since, end, marks) for marks in alternatives)


class ForecastLine(Line):
    """A line that ends where the forecast ends."""

    def _refuse_past_the_end(self) -> NoReturn:
        raise ValueError(f"工作日推算只到{in_words(self.through)}，不能推算更晚的日期")


@cache
def plausible(year: int) -> tuple[Arrangement, ...]:
    """Three arrangements of an unpublished year: likely, all made up early, all made up late."""
    holidays = list(_holidays(year))
    return tuple(_plan(year, holidays, choose) for choose in (_either_side, _early, _late))


def _holidays(year: int) -> Iterator[Holiday]:
    era = next(era for era in reversed(ERAS) if era.since <= year)
    statutory = _statutory_days(year)
    for name, first, length in _long_holidays(era, statutory):
        yield _long(name, _span(first, length), statutory)
    for name in _short_holidays(era, statutory):
        yield _short(name, statutory[name][0])


def _statutory_days(year: int) -> dict[str, list[date]]:
    """The days of 《全国年节及纪念日放假办法》 art. 2 as it stood in that year, by name."""
    days: dict[str, list[date]] = {}
    for day, names in sorted(country_holidays("CN", years=year, observed=False, language="zh_CN").items()):
        for name in names.split("; "):
            days.setdefault(name, []).append(day)
    return {name: days[name] for name in STATUTORY if name in days}


def _long_holidays(era: Era, statutory: Mapping[str, list[date]]) -> Iterator[tuple[str, date, int]]:
    new_year = statutory["春节"][0]
    yield "春节", new_year - ONE_DAY if era.spring_from_eve else new_year, era.spring
    if era.labour > 3:
        yield "劳动节", _labour_start(statutory["劳动节"], era.labour), era.labour
    first = statutory["国庆节"][0]
    if _is_merged(statutory):
        yield "国庆节、中秋节", min(first, statutory["中秋节"][0]), era.national + 1
    else:
        yield "国庆节", first, era.national


def _labour_start(granted: Sequence[date], length: int) -> date:
    """Where the holiday frees the fewest weekdays, and of such places the latest, as in 2020-2026."""
    starts = [granted[0] - n * ONE_DAY for n in range(length - len(granted) + 1)]
    return min(starts, key=lambda start: _weekdays(_span(start, length)))


def _short_holidays(era: Era, statutory: Mapping[str, list[date]]) -> Iterator[str]:
    yield from (name for name in ("元旦", "清明节", "端午节") if name in statutory)
    if era.labour == 3:
        yield "劳动节"
    if "中秋节" in statutory and not _is_merged(statutory):
        yield "中秋节"


def _is_merged(statutory: Mapping[str, list[date]]) -> bool:
    """中秋节 from two days before 国庆节 (2023) to the last of its eight days is one holiday with it."""
    if "中秋节" not in statutory:
        return False
    return -2 <= (statutory["中秋节"][0] - statutory["国庆节"][0]).days < 8


def _long(name: str, days: tuple[date, ...], statutory: Mapping[str, list[date]]) -> Holiday:
    granted = sum(day in days for of_one_name in statutory.values() for day in of_one_name)
    return Holiday(name, days, _weekdays(days) - granted, is_long=True)


def _short(name: str, day: date) -> Holiday:
    """Three days with the weekend, a Monday or Friday in between swapped; on a Wednesday that day alone."""
    first = day - DAYS_OFF_BEFORE[day.weekday()] * ONE_DAY
    days = (day,) if day.weekday() == WEDNESDAY else _span(first, 3)
    return Holiday(name, days, _weekdays(days) - 1, is_long=False)


def _span(first: date, length: int) -> tuple[date, ...]:
    return tuple(first + n * ONE_DAY for n in range(length))


def _weekdays(days: Sequence[date]) -> int:
    return sum(not is_weekend(day) for day in days)


Choose = Callable[[Holiday, list[date], list[date]], list[date]]


def _plan(year: int, holidays: Sequence[Holiday], choose: Choose) -> Arrangement:
    off = {day: holiday.name for holiday in holidays for day in holiday.days}
    work: dict[date, str] = {}
    for holiday in sorted(holidays, key=lambda holiday: holiday.days):
        before, after = ([day for day in side if day not in off | work] for side in _weekends_near(holiday.days))
        preferred = choose if holiday.is_long else _nearest
        made_up = preferred(holiday, before, after)[: max(holiday.to_make_up, 0)]
        work |= dict.fromkeys(made_up, holiday.name)
    return Arrangement(year, SOURCE.format(year=year), None, off, work)


def _weekends_near(days: Sequence[date]) -> tuple[list[date], list[date]]:
    """The weekend days before and after a holiday, the nearest first.

    A Sunday that leads straight into it is spared while its Saturday is free, as in 2026; a Saturday after it likewise.
    """
    before = [day for n in range(1, REACH + 1) if is_weekend(day := days[0] - n * ONE_DAY)]
    after = [day for n in range(1, REACH + 1) if is_weekend(day := days[-1] + n * ONE_DAY)]
    if days[0].weekday() == MONDAY:
        before[:2] = reversed(before[:2])
    if days[-1].weekday() == FRIDAY:
        after[:2] = reversed(after[:2])
    return before, after


def _nearest(holiday: Holiday, before: list[date], after: list[date]) -> list[date]:
    first, last = holiday.days[0], holiday.days[-1]
    return sorted(before + after, key=lambda day: max(first - day, day - last))


def _either_side(holiday: Holiday, before: list[date], after: list[date]) -> list[date]:
    """One make-up day: the nearest. Two: one before, one after."""
    if holiday.to_make_up == 1:
        return _nearest(holiday, before[:1], after[:1])
    return before[:1] + after[:1] + before[1:] + after[1:]


def _early(_holiday: Holiday, before: list[date], after: list[date]) -> list[date]:
    return before + after


def _late(_holiday: Holiday, before: list[date], after: list[date]) -> list[date]:
    return after + before
