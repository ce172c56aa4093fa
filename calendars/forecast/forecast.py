"""Years whose arrangement is not published yet: the plausible notices of the State Council.

Statutory days come from the package `holidays`, which knows the law of each year; the length of each holiday and the
manner of making it up from the practice of its era (`eras`). Each weekday freed beyond the statutory days, one on a
Saturday or Sunday being compensated (《全国年节及纪念日放假办法》 art. 6), is made up on a weekend near by. On which
one is what nobody knows: the likely plan follows the practice, the second makes up all of a long holiday before it, the
third all after it, and the range of a due date is what the three plans span.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache, cached_property
from typing import NamedTuple, NoReturn

from holidays import country_holidays

from calendars.arrangement import Arrangement, Mark, marks_of
from calendars.dates import ONE_DAY, in_words, is_weekend
from calendars.day_index import Line
from calendars.day_line import DayLine
from calendars.forecast.practice import HolidayPractice, practice_of

YEARS_AHEAD = 30
FIRST_YEAR_ASKED = 2004
LAST_YEAR_KNOWN = 2100  # lunar dates in the package `holidays` end here
SOURCE = "暂定，待国务院办公厅公布{year}年节假日安排后确定"
STATUTORY = {"元旦", "农历除夕", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节"}
NATIONAL = 7  # days of 国庆节 since 1999
REACH = 14  # days on either side of a holiday within which it is made up
MONDAY, FRIDAY = 0, 4


class Holiday(NamedTuple):
    """A holiday as a span of days off; `to_make_up`: the weekdays in it that are freed beyond the statutory days."""

    name: str
    days: tuple[date, ...]
    to_make_up: int
    is_long: bool


class Candidate(NamedTuple):
    """A free weekend day near a holiday. rank: its place on its side, nearest first; touches: no weekday between."""

    day: date
    is_before: bool
    rank: int
    touches: bool
    distance: int


class Forecast:
    """The line of days with its unpublished years filled in: the likely plan first, then the early and the late one.

    `marks`: the likely plan, day by day, with what is known.
    """

    def __init__(self, known: DayLine) -> None:
        """`known`: what is published, and the plans of years that were kept; those of the others are made."""
        self._since = known.since
        self._end = date(min(known.through.year + YEARS_AHEAD, LAST_YEAR_KNOWN), 12, 31)
        years = [year for year in range(known.through.year + 1, self._end.year + 1) if year not in known.published]
        plans = [known.plans[year] if year in known.plans else plausible(year) for year in years]
        self._alternatives = [{**marks_of(plan), **known.marks} for plan in zip(*plans, strict=True)]
        self.marks: Mapping[date, Mark] = self._alternatives[0]

    @cached_property
    def lines(self) -> tuple[Line, Line, Line]:
        likely, early, late = (ForecastLine(self._since, self._end, marks) for marks in self._alternatives)
        return likely, early, late


class ForecastLine(Line):
    """A line that ends where the forecast ends."""

    def _refuse_past_the_end(self) -> NoReturn:
        raise ValueError(f"工作日推算只到{in_words(self.through)}，不能推算更晚的日期")


@cache
def plausible(year: int) -> tuple[Arrangement, ...]:
    """Three arrangements of an unpublished year: likely, all made up early, all made up late."""
    practice = practice_of(year)
    holidays = sorted(_holidays(statutory_days(year), practice), key=lambda holiday: holiday.days)
    likely = _one_side if practice.one_side else _either_side
    return (
        _plan(year, holidays, likely, likely, practice.six_running),
        _plan(year, holidays, likely, _early),
        _plan(year, holidays, likely, _late),
    )


def statutory_days(year: int) -> dict[str, list[date]]:
    """The days of 《全国年节及纪念日放假办法》 art. 2 as it stood in that year, by name."""
    return _statutory_days()[year]


@cache
def _statutory_days() -> dict[int, dict[str, list[date]]]:
    """All years at once: 10 ms; one by one, each would cost the package 1 ms."""
    days: defaultdict[int, dict[str, list[date]]] = defaultdict(dict)
    years = range(FIRST_YEAR_ASKED, LAST_YEAR_KNOWN + 1)
    for day, names in sorted(country_holidays("CN", years=years, observed=False, language="zh_CN").items()):
        for name in STATUTORY & set(names.split("; ")):
            days[day.year].setdefault(name, []).append(day)
    return days


def _holidays(statutory: Mapping[str, list[date]], practice: HolidayPractice) -> Iterator[Holiday]:
    is_merged = _is_merged(statutory, practice)
    for name, first, length in _long_holidays(statutory, practice, is_merged):
        yield _long(name, _span(first, length), statutory)
    for name in _short_holidays(practice, is_merged):
        if name in statutory:
            yield _short(name, statutory[name][0], practice)


def _is_merged(statutory: Mapping[str, list[date]], practice: HolidayPractice) -> bool:
    """True if 中秋节 lies so near before 国庆节, or within its eight days, that they are one holiday."""
    if practice.merges is None or "中秋节" not in statutory:
        return False
    return -practice.merges <= (statutory["中秋节"][0] - statutory["国庆节"][0]).days <= NATIONAL


def _long_holidays(
    statutory: Mapping[str, list[date]], practice: HolidayPractice, is_merged: bool
) -> Iterator[tuple[str, date, int]]:
    new_year, from_eve = statutory["春节"][0], practice.from_eve or "农历除夕" in statutory
    yield "春节", new_year - ONE_DAY if from_eve else new_year, practice.spring
    if practice.labour > 3:
        yield "劳动节", _labour_start(statutory["劳动节"], practice), practice.labour
    first = statutory["国庆节"][0]
    if is_merged:
        yield "国庆节、中秋节", min(first, statutory["中秋节"][0]), NATIONAL + 1
    else:
        yield "国庆节", first, NATIONAL


def _labour_start(granted: Sequence[date], practice: HolidayPractice) -> date:
    """1 May, or where the holiday frees the fewest weekdays, and of such places the latest."""
    choices = practice.labour - len(granted) + 1 if practice.labour_fits else 1
    starts = [granted[0] - n * ONE_DAY for n in range(choices)]
    return min(starts, key=lambda start: _weekdays(_span(start, practice.labour)))


def _short_holidays(practice: HolidayPractice, is_merged: bool) -> Iterator[str]:
    yield from ("元旦", "清明节", "端午节")
    if practice.labour == 3:
        yield "劳动节"
    if not is_merged:
        yield "中秋节"


def _long(name: str, days: tuple[date, ...], statutory: Mapping[str, list[date]]) -> Holiday:
    granted = sum(day in days for of_one_name in statutory.values() for day in of_one_name)
    return Holiday(name, days, max(_weekdays(days) - granted, 0), is_long=True)


def _short(name: str, day: date, practice: HolidayPractice) -> Holiday:
    """Three days with the weekend, a day in between swapped; or, in some eras on a Wednesday, that day alone."""
    before = 0 if name == "元旦" and practice.first_three else practice.single[day.weekday()]
    days = (day,) if before is None else _span(day - before * ONE_DAY, 3)
    return Holiday(name, days, _weekdays(days) - 1, is_long=False)


def _span(first: date, length: int) -> tuple[date, ...]:
    return tuple(first + n * ONE_DAY for n in range(length))


def _weekdays(days: Sequence[date]) -> int:
    return sum(not is_weekend(day) for day in days)


Rule = Callable[[Candidate], tuple[int, ...]]  # orders the days on which a holiday may be made up, the first preferred


def _plan(year: int, holidays: Sequence[Holiday], short: Rule, long: Rule, six_running: bool = False) -> Arrangement:
    """The arrangement by which short and long holidays are made up by the two rules."""
    off = {day: holiday.name for holiday in holidays for day in holiday.days}
    work: dict[date, str] = {}
    for holiday in (each for each in holidays if each.to_make_up):
        spared = _spared(holiday) if six_running and holiday.to_make_up > 1 else set()
        free = (found for found in _candidates(holiday.days) if found.day not in off.keys() | work.keys() | spared)
        chosen = sorted(_ranked(free), key=long if holiday.is_long else short)[: holiday.to_make_up]
        work |= {found.day: holiday.name for found in chosen}
    return Arrangement(year, SOURCE.format(year=year), None, off, work)


def _spared(holiday: Holiday) -> set[date]:
    """The Sunday that leads straight into a holiday and the Saturday straight after it."""
    first, last = holiday.days[0], holiday.days[-1]
    before = {first - ONE_DAY} if first.weekday() == MONDAY else set()
    return before | ({last + ONE_DAY} if last.weekday() == FRIDAY else set())


def _candidates(days: Sequence[date]) -> Iterator[Candidate]:
    """The weekend days before and after a holiday, the nearest first, not yet ranked."""
    for end, step in ((days[0], -ONE_DAY), (days[-1], ONE_DAY)):
        touches = True
        for distance in range(1, REACH + 1):
            day = end + distance * step
            touches &= is_weekend(day)
            if is_weekend(day):
                yield Candidate(day, step < ONE_DAY, 0, touches, distance)


def _ranked(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    rank = {True: 0, False: 0}
    for found in candidates:
        yield found._replace(rank=rank[found.is_before])
        rank[found.is_before] += 1


def _either_side(found: Candidate) -> tuple[int, ...]:
    """First the weekend that the holiday touches; then the nearest day on either side, in turn."""
    return not found.touches, found.rank, found.distance


def _one_side(found: Candidate) -> tuple[int, ...]:
    """First the weekend that the holiday touches; then the one before it."""
    return not found.touches, not found.is_before, found.rank


def _early(found: Candidate) -> tuple[int, ...]:
    return not found.is_before, found.rank


def _late(found: Candidate) -> tuple[int, ...]:
    return found.is_before, found.rank
