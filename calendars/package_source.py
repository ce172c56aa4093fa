"""The days as the package `chinese_calendar` lists them: for years that no notice of ours arranges, and to compare."""

from collections import defaultdict
from datetime import date

from calendars.arrangement import Arrangement

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


def package_years() -> dict[int, Arrangement]:
    """The arrangements of the package, amendments included, by the year of the notice; it knows no document numbers.

    A day that it lists both ways is worked, as its own `is_workday` answers.
    """
    from chinese_calendar import constants  # noqa: PLC0415 - 11 ms that other calendars never need

    off: defaultdict[int, dict[date, str]] = defaultdict(dict)
    work: defaultdict[int, dict[date, str]] = defaultdict(dict)
    for day, name in constants.workdays.items():
        work[_notice_year(day)][day] = NAMES.get(name, name)
    for day, name in constants.holidays.items():
        if day not in constants.workdays:
            off[_notice_year(day)][day] = NAMES.get(name, name)
    return {year: Arrangement(year, None, None, off[year], work[year]) for year in sorted(off.keys() | work.keys())}


def _notice_year(day: date) -> int:
    """Days of December are set by the notice of the year after."""
    return day.year + (day.month == 12)
