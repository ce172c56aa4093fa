"""The number line of working days: every day knows how many working days stand before it."""

from collections.abc import Mapping
from datetime import date
from typing import NoReturn

from calendars.arrangement import Mark
from calendars.dates import ONE_DAY, in_words, require_date


class Unpublished(LookupError):
    """The days asked for reach past the last published arrangement."""


class Line:
    """Monday to Friday from `since` to `through`, except where `marks` have it otherwise.

    `_days` lists the working days in order; `_last[day]` is the place in it of the last working day on or before
    that day (-1: none). A lookup in each answers any question; a key that is a datetime, or lies outside, is not found.
    """

    def __init__(self, since: date, through: date, marks: Mapping[date, Mark]) -> None:
        require_date(since)
        require_date(through)
        if through < since:
            raise ValueError(f"日历的终日 {through} 早于始日 {since}")
        self.since = since
        self.through = through
        self._days: list[date] = []
        self._last: dict[date, int] = {}
        self._number(marks)

    def _number(self, marks: Mapping[date, Mark]) -> None:
        """8,000 days in 2 ms: so a calendar as known on some day may be built where it is asked for."""
        days, last, place = self._days, self._last, -1
        from_ordinal, mark_of = date.fromordinal, marks.get
        for ordinal in range(self.since.toordinal(), self.through.toordinal() + 1):
            day = from_ordinal(ordinal)
            mark = mark_of(day)
            if 0 < ordinal % 7 < 6 if mark is None else mark.working:  # the first day of the year 1 was a Monday
                days.append(day)
                place += 1
            last[day] = place

    def due(self, start: date, n: int) -> date:
        """The n-th working day after `start` (before it, if n < 0).

        The start day does not count (民法典第二百零一条, by analogy; 民事诉讼法第八十五条), and a start on a day off
        changes nothing. n = 0 and a day before the data: ValueError; a day past the end: `Unpublished`.
        """
        if type(n) is not int or n == 0:
            _refuse_number(n)
        try:
            place = self._last[start]
            if n < 0:
                if place < 0 or self._days[place] != start:
                    place += 1  # counting back from a day off begins at the working day after it
                if place + n < 0:
                    self._refuse_before_the_data()
            return self._days[place + n]
        except LookupError:
            self._check(start)
            self._refuse_past_the_end()

    def count(self, after: date, until: date) -> int:
        """The number of working days in (after, until]; negative if `until` is the earlier. Errors as `due`."""
        return self._place(until) - self._place(after)

    def is_working(self, day: date) -> bool:
        """True if the day is a working day, make-up days included. Errors as `due`."""
        place = self._place(day)
        return place >= 0 and self._days[place] == day

    def roll(self, day: date) -> date:
        """The first working day on or after the day (民法典第二百零三条). Errors as `due`."""
        return day if self.is_working(day) else self.due(day, 1)

    def _place(self, day: date) -> int:
        try:
            return self._last[day]
        except LookupError:
            self._check(day)
            raise

    def _check(self, day: date) -> None:
        """Refuse what is no date, or lies outside the line."""
        require_date(day)
        if day < self.since:
            self._refuse_before_the_data()
        if day > self.through:
            self._refuse_past_the_end()

    def _refuse_before_the_data(self) -> NoReturn:
        raise ValueError(f"日历数据自{in_words(self.since)}起，不能计算更早的日期")

    def _refuse_past_the_end(self) -> NoReturn:
        raise Unpublished(
            f"{(self.through + ONE_DAY).year}年节假日安排尚未公布，工作日只能算到{in_words(self.through)}；"
            "此后的日期只能推算，属暂定"
        )


def _refuse_number(n: object) -> NoReturn:
    if type(n) is not int:
        raise TypeError(f"工作日数须为整数，收到 {n!r}")
    raise ValueError("工作日数不能为0")
