"""The national notices since 2004: days from the package `chinese_calendar`, document numbers from `data/`."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

from calendars.arrangement import Arrangement
from calendars.dates import is_weekend

DATA = Path(__file__).parent / "data"

NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}

MISSED_WORK = {date(2005, 12, 31): "元旦"}  # 国办发明电〔2005〕35号: the one day that the package has wrong
UNNAMED_OFF = {
    date(2011, 6, 5): "端午节",
    date(2012, 6, 23): "端午节",
}  # in the notice's span; a mere weekend in the package


class Notice(NamedTuple):
    """A row of notices.csv. `key` is the year, for the yearly notice, or the year and a word, for an amending one."""

    key: str
    year: int
    doc_no: str | None
    issued: date | None


class Amendment(NamedTuple):
    """A row of amendments.csv: a day that an amending notice sets; `works_before` as the yearly notice had it."""

    key: str
    day: date
    name: str
    works_before: bool
    works: bool


class Plan(NamedTuple):
    """The days of one notice while they are being gathered."""

    off: dict[date, str]
    work: dict[date, str]

    def set(self, day: date, name: str, works: bool) -> None:
        (self.work if works else self.off)[day] = name

    def forget(self, day: date) -> None:
        self.off.pop(day, None)
        self.work.pop(day, None)


@cache
def national_arrangements() -> tuple[Arrangement, ...]:
    """Every national notice by itself: the yearly ones as first issued, each followed by those that amend it."""
    plans = _plans_in_force()
    notices = {notice.key: notice for notice in _notices()}
    for amendment in _amendments():
        _move(amendment, plans[str(notices[amendment.key].year)], plans[amendment.key])
    return tuple(_arrangement(key, notices.get(key), plans[key]) for key in sorted(plans))


def _plans_in_force() -> defaultdict[str, Plan]:
    """The package's days by the year of their notice, amendments included, corrected."""
    from chinese_calendar import constants  # noqa: PLC0415 - 11 ms that other calendars never need

    plans: defaultdict[str, Plan] = defaultdict(lambda: Plan({}, {}))
    for day, name in (*constants.holidays.items(), *UNNAMED_OFF.items()):
        plans[_notice_year(day)].set(day, NAMES.get(name, name), works=False)
    for day, name in (*constants.workdays.items(), *MISSED_WORK.items()):
        plans[_notice_year(day)].set(day, NAMES.get(name, name), works=True)
    return plans


def _notice_year(day: date) -> str:
    """Days of December are set by the notice of the year after."""
    return str(day.year + (day.month == 12))


def _move(amendment: Amendment, yearly: Plan, amending: Plan) -> None:
    """Take a day from the yearly notice, which is left as first issued, to the notice that amended it."""
    yearly.forget(amendment.day)
    if amendment.works_before == is_weekend(amendment.day):
        yearly.set(amendment.day, amendment.name, amendment.works_before)
    amending.set(amendment.day, amendment.name, amendment.works)


def _arrangement(key: str, notice: Notice | None, plan: Plan) -> Arrangement:
    """2004 and 2005 (and a year that a newer package brings) come without a notice of ours."""
    if notice is None:
        return Arrangement(int(key), None, None, plan.off, plan.work)
    return Arrangement(notice.year, notice.doc_no, notice.issued, plan.off, plan.work)


def _notices() -> Iterator[Notice]:
    for row in _rows("notices.csv"):
        issued = date.fromisoformat(row["issued"]) if row["issued"] else None
        yield Notice(row["key"], int(row["year"]), row["doc_no"] or None, issued)


def _amendments() -> Iterator[Amendment]:
    for row in _rows("amendments.csv"):
        before, after = row["before"] == "work", row["after"] == "work"
        yield Amendment(row["key"], date.fromisoformat(row["date"]), row["name"], before, after)


def _rows(name: str) -> Iterable[dict[str, str]]:
    return csv.DictReader((DATA / name).read_text(encoding="utf-8").splitlines())
