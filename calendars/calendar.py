"""A calendar of working days: when a term ends, whether that is official, and why."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import MAXYEAR, date
from functools import cached_property
from itertools import count as numbers
from typing import TYPE_CHECKING, Literal, NamedTuple, Self

from calendars.arrangement import Arrangement, Mark, in_force, marks_of, works
from calendars.dates import ONE_DAY, is_weekend
from calendars.day_index import Line
from calendars.day_line import DayLine
from calendars.national import national_arrangements

if TYPE_CHECKING:
    from calendars.forecast.forecast import Forecast

Kind = Literal["working", "weekend", "holiday", "make-up", "stoppage"]

WEEKEND_NAMES = {5: "星期六", 6: "星期日"}
YEARS_COMPARED = 2  # past what is published; no term of the law is longer
LAST_FIRM_DAY = (12, 28)  # notices have set days of the December before from the 29th on, in 5 of 20 years


class Due(NamedTuple):
    """The answer to an estimate; where it is not official, the day lies in [earliest, latest] by the forecast."""

    day: date
    official: bool
    earliest: date
    latest: date


class Day(NamedTuple):
    """One day of the ruler. ordinal: its number in the term, None if it does not count; source: the 文号 behind it."""

    date: date
    ordinal: int | None
    kind: Kind
    name: str | None
    source: str | None


class WorkingCalendar(Line):
    """Monday to Friday, minus the days off, plus the days made up. `due`, `count`, `roll`, `is_working`: see `Line`.

    `WorkingCalendar.official()` is China's; the constructor takes any other, as lists of days or as {day: name}.
    """

    def __init__(
        self,
        off: Iterable[date] | Mapping[date, str] = (),
        work: Iterable[date] | Mapping[date, str] = (),
        *,
        since: date,
        through: date,
    ) -> None:
        self._settle(marks_of([Arrangement(since.year, None, None, _named(off), _named(work))]), since, through)

    @classmethod
    def official(
        cls, known_on: date | None = None, extra: Iterable[Arrangement] = (), layers: Iterable[Arrangement] = ()
    ) -> Self:
        """The national calendar from 2004 to the end of the last published year.

        known_on: as it was known on that day (a notice is known on its issue day).
        extra:    further national arrangements; one of the next year moves `official_through`. Of one document the
                  later stands alone, and of two documents that name one day the one issued later decides.
        layers:   local arrangements, the later deciding; each may turn a working day off and a day off into working.
        """
        national = in_force(a for a in (*national_arrangements(), *extra) if a.is_known(known_on))
        local = [a for a in layers if a.is_known(known_on)]
        years = {a.year for a in national}
        calendar = cls.__new__(cls)
        first = min(a.year for a in national_arrangements())
        through = date(_last_published(first, years), 12, 31)
        calendar._settle(marks_of(national + local), date(first, 1, 1), through)
        calendar._foresee(frozenset(years))
        return calendar

    @classmethod
    def of_line(cls, line: DayLine) -> Self:
        """The calendar that a line of days was taken from, as it was then; see `line`."""
        calendar = cls.__new__(cls)
        calendar._settle(line.marks, line.since, line.through)
        if line.published:
            calendar._foresee(line.published, line.plans)
        return calendar

    @property
    def line(self) -> DayLine:
        """All that the calendar knows, its forecast for `YEARS_COMPARED` years, to be kept."""
        plans = dict(self._plans)
        for year in range(self.through.year + 1, self.through.year + YEARS_COMPARED + 1):
            if self._published and year not in self._published and year not in plans:
                from calendars.forecast.forecast import plausible  # noqa: PLC0415 - as in `_forecast`

                plans[year] = plausible(year)
        return DayLine(self.since, self.through, self._published, self._marks, plans)

    def _settle(self, marks: Mapping[date, Mark], since: date, through: date) -> None:
        super().__init__(since, through, marks)
        self._marks = marks
        self._published: frozenset[int] = frozenset()
        self._plans: Mapping[int, tuple[Arrangement, ...]] = {}
        self._set_firm(through)

    def _foresee(self, published: frozenset[int], plans: Mapping[int, tuple[Arrangement, ...]] | None = None) -> None:
        """Let the unpublished years be estimated; the last days of December then wait for the next notice."""
        self._published, self._plans = published, plans or {}
        self._set_firm(self.through.replace(month=LAST_FIRM_DAY[0], day=LAST_FIRM_DAY[1]))

    def _set_firm(self, day: date) -> None:
        self._firm_through = day
        self._after_firm = day + ONE_DAY if day < date.max else day
        self._firm_days = self._last[day] + 1

    @property
    def official_through(self) -> date:
        """The last day of which the arrangement is published."""
        return self.through

    @property
    def firm_through(self) -> date:
        """The last day that no later notice can change; by the next notice the days after it may yet be arranged."""
        return self._firm_through

    def estimate(self, start: date, n: int) -> Due:
        """The end of a term, as by `due`, and past `official_through` too: there, and late in December, not official.

        A calendar of one's own has no forecast: past its end `Unpublished`. Past the forecast: ValueError.
        """
        place = self._last.get(start)
        if place is not None and type(n) is int and 0 < n < self._firm_days - place:
            day = self._days[place + n]  # nearly every question: so it costs no further call
            return Due(day, True, day, day)
        if not self._published or (place is not None and n <= 0 and start <= self._after_firm):
            day = self.due(start, n)
            return Due(day, True, day, day)
        likely, early, late = self._forecast.lines
        day, one, other = likely.due(start, n), early.due(start, n), late.due(start, n)
        if day == one == other:
            return Due(day, False, day, day)
        return Due(day, False, min(day, one, other), max(day, one, other))

    def count_estimated(self, after: date, until: date) -> int:
        """The number of working days, as by `count`, and past `official_through` too, by the forecast."""
        return self._line_for(max(after, until)).count(after, until)

    def is_working_estimated(self, day: date) -> bool:
        """True for a working day, as by `is_working`, and past `official_through` too, by the forecast."""
        return self._line_for(day).is_working(day)

    def _line_for(self, day: date) -> Line:
        return self if not self._published or day <= self._firm_through else self._forecast.lines[0]

    @cached_property
    def _forecast(self) -> "Forecast":
        from calendars.forecast.forecast import Forecast  # noqa: PLC0415 - it imports `holidays`, 75-95 ms

        return Forecast(DayLine(self.since, self.through, self._published, self._marks, self._plans))

    def differences(self, other: "WorkingCalendar") -> list[date]:
        """The days on which one works by one of the two calendars and not by the other, in order; or half of one.

        From the later of their beginnings to two years past the later `official_through`, unpublished years by the
        forecast; a calendar that has no forecast is compared as far as it goes.
        """
        ends = [calendar.through for calendar in (self, other) if not calendar._published]
        year = min(max(self.through, other.through).year + YEARS_COMPARED, MAXYEAR)
        first, last = max(self.since, other.since), min([date(year, 12, 31), *ends])
        mine, theirs = self._marks_to_come, other._marks_to_come
        return sorted(
            day
            for day in mine.keys() | theirs.keys()
            if first <= day <= last and _turned(day, mine.get(day), theirs.get(day))
        )

    @property
    def _marks_to_come(self) -> Mapping[date, Mark]:
        return self._forecast.marks if self._published else self._marks

    def days_of(self, year: int) -> tuple[Day, ...]:
        """Every day of a year as the ruler shows it, the ordinal counting the year's working days."""
        marks = self._marks if date(year, 12, 31) <= self.firm_through else self._marks_to_come
        return tuple(_ruler(_walk(date(year - 1, 12, 31), date(year, 12, 31), 1), marks, 1))

    def day(self, day: date) -> Day:
        """One day as the ruler shows it, by the forecast where it is not published; `ordinal` is 1 if it counts."""
        marks = self._marks if day <= self.firm_through else self._marks_to_come
        return next(_ruler([day], marks, 1))

    def explain(self, start: date, n: int) -> tuple[Day, ...]:
        """The ruler: each day after `start` up to the day that `estimate` gives, in the order of counting.

        Counting back (n < 0) the ordinals are -1, -2, …; the last ordinal is n.
        """
        end, official, _, _ = self.estimate(start, n)
        marks = self._marks if official else self._marks_to_come
        step = 1 if n > 0 else -1
        return tuple(_ruler(_walk(start, end, step), marks, step))

    def days_between(self, after: date, until: date) -> tuple[Day, ...]:
        """Each day after ``after`` up to and including ``until``, the ordinal counting its working days.

        By the forecast where it is not published; none if ``until`` is not later.
        """
        marks = self._marks if until <= self.firm_through else self._marks_to_come
        return tuple(_ruler(_walk(after, until, 1), marks, 1))


def _turned(day: date, one: Mark | None, other: Mark | None) -> bool:
    halves = [mark is not None and mark.is_half_day for mark in (one, other)]
    return works(day, one) != works(day, other) or halves[0] != halves[1]


def _named(days: Iterable[date] | Mapping[date, str]) -> dict[date, str]:
    return dict(days) if isinstance(days, Mapping) else dict.fromkeys(days, "")


def _last_published(first: int, years: set[int]) -> int:
    """The last year of the unbroken row that begins with the first."""
    return next(year for year in numbers(first) if year + 1 not in years)


def _walk(start: date, end: date, step: int) -> Iterator[date]:
    for ordinal in range(start.toordinal() + step, end.toordinal() + step, step):
        yield date.fromordinal(ordinal)


def _ruler(days: Iterable[date], marks: Mapping[date, Mark], step: int) -> Iterator[Day]:
    counted = 0
    for day in days:
        mark = marks.get(day)
        working = works(day, mark)
        counted += step * working
        name, source = (mark.name, mark.source) if mark else (WEEKEND_NAMES.get(day.weekday()), None)
        yield Day(day, counted if working else None, _kind(day, mark), name or None, source)


def _kind(day: date, mark: Mark | None) -> Kind:
    if works(day, mark):
        return "make-up" if is_weekend(day) else "working"
    if mark is None:
        return "weekend"
    return "stoppage" if mark.is_stoppage else "holiday"
