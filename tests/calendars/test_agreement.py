"""Every day since 2004, beside the package it is built on and beside a plain loop over days."""

from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest

from calendars import WorkingCalendar

CHINA = WorkingCalendar.official()
DAYS = [date(2004, 1, 1) + timedelta(days=n) for n in range((date(2027, 1, 1) - date(2004, 1, 1)).days)]
WRONG_IN_THE_PACKAGE = date(2005, 12, 31)  # worked: 国办发明电〔2005〕35号
WORKED = [day for day in DAYS if chinese_calendar.is_workday(day) or day == WRONG_IN_THE_PACKAGE]


def test_no_day_from_2004_to_2026_disagrees_with_the_corrected_package():
    assert [day for day in DAYS if CHINA.is_working(day)] == WORKED


def test_every_weekday_off_is_off_in_the_package_of_the_world_s_holidays():
    """`holidays` lists what a notice frees; it, too, knows 2005-12-31 as worked."""
    listed = holidays.country_holidays("CN", years=range(2004, 2027))
    off = {day for day in DAYS if day.weekday() < 5 and not CHINA.is_working(day)}
    assert off == {day for day in listed if day.weekday() < 5}


@pytest.mark.parametrize("year", range(2004, 2027))
def test_a_due_date_is_what_a_finger_on_the_wall_calendar_finds(year):
    worked, last = set(WORKED), date(2026, 12, 31)
    for start in (day for day in DAYS if day.year == year):
        day, n = start, 0
        while n < 60 and day < last:
            day += timedelta(days=1)
            if day in worked:
                n += 1
                assert CHINA.due(start, n) == day


@pytest.mark.parametrize("year", range(2005, 2027))
def test_counting_back_is_what_a_finger_on_the_wall_calendar_finds(year):
    worked = set(WORKED)
    for start in (day for day in DAYS if day.year == year):
        day, n = start, 0
        while n < 60:
            day -= timedelta(days=1)
            if day in worked:
                n += 1
                assert CHINA.due(start, -n) == day


def test_between_any_two_days_of_a_year_lie_as_many_working_days_as_a_list_shows():
    days = [day for day in DAYS if day.year == 2026]
    for after in days[::45]:
        for until in days:
            between = sum(after < day <= until for day in WORKED) - sum(until < day <= after for day in WORKED)
            assert CHINA.count(after, until) == between
