"""Arrangements by notices: the days freed and the days declared working."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from calendars.dates import is_weekend, require_date

HALF_DAY = "放假半天"  # in the name of a working day: a part of it is off, and the day counts
STOPPAGE = "停止办公"  # in the name of a day off: no rest day, but one on which the offices stood still, for a storm


@dataclass(frozen=True)
class Arrangement:
    """One notice, national or local.

    year:   the year whose holidays it arranges; it may set days of the December before.
    doc_no: its document number (文号), where it has one.
    issued: the day it was issued; known from that day on. None: not recorded, taken as always known.
    off:    days off and the name of each; a name with 停止办公 in it makes the day a stop of work.
    work:   working days (make-up days) and the name of each; a name with 放假半天 in it says that half of one is off.
    """

    year: int
    doc_no: str | None
    issued: date | None
    off: Mapping[date, str]
    work: Mapping[date, str]

    def __post_init__(self) -> None:
        for day in (*self.off, *self.work):
            require_date(day)
        twice = sorted(self.off.keys() & self.work.keys())
        if twice:
            raise ValueError(f"同一日不能既放假又上班：{'、'.join(day.isoformat() for day in twice)}")

    def is_known(self, on: date | None) -> bool:
        """True if it was known on that day; None asks for everything that is known now."""
        return on is None or self.issued is None or self.issued <= on


def in_force(arrangements: Iterable[Arrangement]) -> list[Arrangement]:
    """The arrangements of one layer in the order in which they decide: by the day of issue; undated ones as given.

    Of one document (year and number) only the version that was given last stands.
    """
    case_state: dict[tuple[int, str] | int, Arrangement] = {}
    for place, each in enumerate(arrangements):
        key = (each.year, each.doc_no) if each.doc_no else place
        case_state.pop(key, None)
        case_state[key] = each
    day, ordered = date.min, []
    for each in case_state.values():  # without a date it stands where it was given
        day = each.issued or day
        ordered.append((day, each))
    return [each for _, each in sorted(ordered, key=lambda pair: pair[0])]


class Mark(NamedTuple):
    """One day by the arrangements."""

    working: bool
    name: str
    source: str | None

    @property
    def is_stoppage(self) -> bool:
        return not self.working and STOPPAGE in self.name

    @property
    def is_half_day(self) -> bool:
        return self.working and HALF_DAY in self.name


def works(day: date, mark: Mark | None) -> bool:
    """True if one works that day: as it is marked, else Monday to Friday."""
    return not is_weekend(day) if mark is None else mark.working


def marks_of(arrangements: Iterable[Arrangement]) -> dict[date, Mark]:
    """The arrangements, day by day; of two that name the same day the later one decides."""
    marks: dict[date, Mark] = {}
    for arrangement in arrangements:
        source = arrangement.doc_no
        marks.update((day, Mark(False, name, source)) for day, name in arrangement.off.items())
        marks.update((day, Mark(True, name, source)) for day, name in arrangement.work.items())
    return marks
