"""The days of a calendar as they were known at some time, to be kept as text and to be a calendar again.

A calendar that is made anew from the same notices may differ: a later program reads, orders or forecasts otherwise.
What was kept does not. Days are written by document, in rows of (name, days off, working days), runs as `20261001+7`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from calendars.arrangement import Arrangement, Mark
from calendars.dates import ONE_DAY, is_weekend

Row = tuple[str, str, str]
Rows = Iterable[tuple[str | None, Iterable[Row]]]


class DayLine(NamedTuple):
    """All that a calendar knows.

    since, through: the first and the last day that are published.
    published:      the years of which a notice is known, one beyond a gap included; none: it has no forecast.
    marks:          each day that is not as the week has it, or is named by a notice.
    plans:          the plausible notices (likely, early, late) of years that are not published, the nearest ones.
    """

    since: date
    through: date
    published: frozenset[int]
    marks: Mapping[date, Mark]
    plans: Mapping[int, tuple[Arrangement, ...]]


def counted_otherwise(line: DayLine, *, stoppages_work: bool, half_days_off: bool) -> DayLine:
    """Days as in ``line``, but that a stop of work counts as Monday to Friday do, or half a day off as a day off."""

    def turned(day: date, mark: Mark) -> Mark:
        if mark.is_stoppage and stoppages_work:
            return mark._replace(working=not is_weekend(day))
        return mark._replace(working=False) if mark.is_half_day and half_days_off else mark

    return line._replace(marks={day: turned(day, mark) for day, mark in line.marks.items()})


def rows_of(marks: Mapping[date, Mark]) -> list[tuple[str | None, list[Row]]]:
    """The days of each document, those of one name in a row, ordered by their first day."""
    grouped: dict[str | None, dict[str, list[date]]] = {}
    for day in sorted(marks):
        grouped.setdefault(marks[day].source, {}).setdefault(marks[day].name, []).append(day)
    return [(source, [_row(name, days, marks) for name, days in names.items()]) for source, names in grouped.items()]


def _row(name: str, days: Sequence[date], marks: Mapping[date, Mark]) -> Row:
    off, work = (_runs(day for day in days if marks[day].working is works) for works in (False, True))
    return name, off, work


def marks_in(rows: Rows) -> dict[date, Mark]:
    """The days in rows, as `rows_of` wrote them. Raises ValueError for what is no row."""
    marks: dict[date, Mark] = {}
    for source, named in rows:
        for name, off, work in named:
            marks |= dict.fromkeys(_days(off), Mark(False, name, source))
            marks |= dict.fromkeys(_days(work), Mark(True, name, source))
    return marks


def arrangement_in(year: int, marks: Mapping[date, Mark]) -> Arrangement:
    """The arrangement, of no day of issue, that sets these days."""
    source = next((mark.source for mark in marks.values()), None)
    off, work = ({day: m.name for day, m in marks.items() if m.working is works} for works in (False, True))
    return Arrangement(year, source, None, off, work)


def _runs(days: Iterable[date]) -> str:
    """Ordered days as `20260214 20261001+7`, the number that of the days of a run."""
    runs: list[tuple[date, int]] = []
    for day in days:
        first, length = runs[-1] if runs else (day, 0)
        if length and (day - first).days == length:
            runs[-1] = (first, length + 1)
        else:
            runs.append((day, 1))
    return " ".join(f"{first:%Y%m%d}" + (f"+{length}" if length > 1 else "") for first, length in runs)


def _days(runs: str) -> Iterator[date]:
    for run in runs.split():
        first, _, length = run.partition("+")
        for n in range(int(length or 1)):
            yield date.fromisoformat(first) + n * ONE_DAY
