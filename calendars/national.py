"""The national arrangements since 2004: the notices of 2006 on from `data/`, the other years from a package.

`data/notices.csv` names the notices, `days.csv` has the days of the yearly ones as first issued, by the notice's own
heading, `amendments.csv` the days of those that amend them. 2004 and 2005, and a year that a newer package brings
before its notice is here, are the package's; where both know a year, `package_disagreements` compares them.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from calendars.arrangement import Arrangement, marks_of, works
from calendars.package_source import package_years

DATA = Path(__file__).parent / "data"

WRONG_IN_THE_PACKAGE = frozenset({date(2005, 12, 31)})  # worked: 国办发明电〔2005〕35号; the package has it off


class Disagreement(NamedTuple):
    """A day on which the package and the notice differ; `source`: the 文号 of the notice, which decides."""

    day: date
    package_works: bool
    notice_works: bool
    source: str | None


@cache
def national_arrangements() -> tuple[Arrangement, ...]:
    """Every national notice by itself: the yearly ones as first issued, each followed by those that amend it."""
    known = {notice.year for notice in national_notices()}
    others = [arrangement for year, arrangement in package_years().items() if year not in known]
    return tuple(sorted((*others, *national_notices()), key=lambda arrangement: arrangement.year))


@cache
def national_notices() -> tuple[Arrangement, ...]:
    """The notices that are kept here as data, in the order in which they were issued."""
    off: defaultdict[str, dict[date, str]] = defaultdict(dict)
    work: defaultdict[str, dict[date, str]] = defaultdict(dict)
    for key, day, name, setting in _days():
        (work if setting == "work" else off)[key][date.fromisoformat(day)] = name
    return tuple(
        Arrangement(int(year), doc_no, date.fromisoformat(issued), off[key], work[key])
        for key, year, _title, doc_no, issued in _rows("notices.csv")
    )


def title_of(doc_no: str | None) -> str:
    """The title of the notice of that number, where it is kept here; else nothing."""
    return _titles().get(doc_no or "", "")


@cache
def _titles() -> dict[str, str]:
    return {doc_no: title for _key, _year, title, doc_no, _issued in _rows("notices.csv")}


def _days() -> Iterator[list[str]]:
    """Each day that a notice sets: the key of the notice, the day, its name, `off` or `work`."""
    amended = ([key, day, name, after] for key, day, name, _before, after in _rows("amendments.csv"))
    return chain(_rows("days.csv"), amended)


def _rows(name: str) -> Iterator[list[str]]:
    """The rows of one file of the data, without its heading."""
    rows = csv.reader((DATA / name).read_text(encoding="utf-8").splitlines())
    next(rows)
    return rows


def package_disagreements() -> tuple[Disagreement, ...]:
    """The days on which the installed package and our notices differ, the known error left out; none is expected."""
    package, found = package_years(), []
    for year in sorted({notice.year for notice in national_notices()}):
        notices = [notice for notice in national_notices() if notice.year == year]
        ours, theirs = marks_of(notices), marks_of([package[year]] if year in package else [])
        for day in sorted((ours.keys() | theirs.keys()) - WRONG_IN_THE_PACKAGE):
            mark = ours.get(day)
            pair = works(day, theirs.get(day)), works(day, mark)
            if pair[0] != pair[1]:
                found.append(Disagreement(day, *pair, mark.source if mark else notices[0].doc_no))
    return tuple(found)


def years_without_a_notice() -> tuple[int, ...]:
    """Years after our last notice that the installed package already has: their notice is still to be added."""
    last = max(notice.year for notice in national_notices())
    return tuple(year for year in package_years() if year > last)
