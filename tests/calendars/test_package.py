"""The notices held as data, and the package `chinese_calendar` beside them as a second opinion."""

import csv
from datetime import date, timedelta

import pytest
from chinese_calendar import constants

from calendars import Arrangement, WorkingCalendar
from calendars.national import (
    DATA,
    WRONG_IN_THE_PACKAGE,
    national_arrangements,
    national_notices,
    package_disagreements,
    title_of,
    years_without_a_notice,
)

ONE_DAY = timedelta(days=1)


def rows(name):
    return list(csv.DictReader((DATA / name).read_text("utf-8").splitlines()))


def test_the_package_and_the_notices_agree_on_every_day_but_the_known_one():
    assert package_disagreements() == ()
    assert {date(2005, 12, 31)} == WRONG_IN_THE_PACKAGE
    assert date(2005, 12, 31) not in constants.workdays


def test_a_day_off_that_the_package_loses_is_named_with_the_notice_that_frees_it(monkeypatch):
    monkeypatch.delitem(constants.holidays, date(2026, 10, 5))
    assert package_disagreements() == ((date(2026, 10, 5), True, False, "国办发明电〔2025〕7号"),)


def test_each_flipped_day_is_named_in_the_order_of_days(monkeypatch):
    monkeypatch.setitem(constants.holidays, date(2024, 3, 6), "Labour Day")  # the notice says nothing of it
    monkeypatch.delitem(constants.workdays, date(2019, 5, 5))  # set by the amending notice
    monkeypatch.delitem(constants.holidays, date(2007, 1, 2))
    monkeypatch.setitem(constants.workdays, date(2022, 12, 31), "New Year's Day")  # set by the notice of the year after
    assert [(found.day, found.package_works, found.source) for found in package_disagreements()] == [
        (date(2007, 1, 2), True, "国办发明电〔2006〕49号"),
        (date(2019, 5, 5), False, "国办发明电〔2019〕3号"),
        (date(2022, 12, 31), True, "国办发明电〔2022〕16号"),
        (date(2024, 3, 6), False, "国办发明电〔2023〕7号"),
    ]


def test_a_flipped_day_in_the_package_moves_no_due_date(monkeypatch):
    monkeypatch.delitem(constants.holidays, date(2026, 10, 5))
    national_arrangements.cache_clear()
    try:
        assert WorkingCalendar.official().due(date(2026, 9, 18), 10) == date(2026, 10, 9)
    finally:
        national_arrangements.cache_clear()


def test_a_year_that_only_a_newer_package_holds_is_used_and_told_and_is_no_disagreement(monkeypatch):
    assert years_without_a_notice() == ()
    monkeypatch.setitem(constants.holidays, date(2027, 1, 1), "New Year's Day")
    monkeypatch.setitem(constants.workdays, date(2026, 12, 27), "New Year's Day")
    national_arrangements.cache_clear()
    try:
        assert years_without_a_notice() == (2027,)
        assert package_disagreements() == ()
        calendar = WorkingCalendar.official()
        assert calendar.official_through == date(2027, 12, 31)
        assert calendar.is_working(date(2026, 12, 27))
    finally:
        national_arrangements.cache_clear()


def test_twenty_one_yearly_notices_and_three_amending_ones_are_held():
    years = [notice.year for notice in national_notices()]
    assert sorted(years) == sorted([*range(2006, 2027), 2015, 2019, 2020])
    assert all(notice.doc_no and notice.issued for notice in national_notices())


@pytest.mark.parametrize("notice", national_notices(), ids=lambda notice: notice.doc_no)
def test_a_notice_sets_days_of_its_year_and_of_the_last_three_of_december_before(notice):
    for day in (*notice.off, *notice.work):
        assert day.year == notice.year or ((day.year, day.month) == (notice.year - 1, 12) and day.day >= 29)
    assert all(day.weekday() >= 5 for day in notice.work)


def test_no_local_arrangement_and_no_notice_without_a_number_is_among_the_national_ones():
    """广西 2017 壮族三月三 and the notice of 2003 are not data of the national calendar since 2004."""
    keys = {row["key"] for row in rows("notices.csv")}
    assert keys == {row["key"] for row in (*rows("days.csv"), *rows("amendments.csv"))}
    assert not any(key.startswith(("local", "2003")) for key in keys)
    assert date(2017, 3, 30) not in {day for notice in national_notices() for day in notice.off}


@pytest.mark.parametrize("row", rows("amendments.csv"), ids=lambda row: row["date"])
def test_an_amendment_turns_a_day_from_what_it_was_the_day_before_into_what_it_is(row):
    day = date.fromisoformat(row["date"])
    issued = next(date.fromisoformat(notice["issued"]) for notice in rows("notices.csv") if notice["key"] == row["key"])
    before, after = WorkingCalendar.official(known_on=issued - ONE_DAY), WorkingCalendar.official(known_on=issued)
    assert (before.is_working(day), after.is_working(day)) == (row["before"] == "work", row["after"] == "work")


def test_a_number_leads_to_the_title_of_its_notice_and_any_other_to_none():
    assert title_of("国办发明电〔2025〕7号") == "国务院办公厅关于2026年部分节假日安排的通知"
    assert title_of("京政办发〔2026〕1号") == title_of(None) == ""


def test_the_years_before_the_notices_are_the_package_s():
    assert [(a.year, a.doc_no) for a in national_arrangements()[:2]] == [(2004, None), (2005, None)]
    assert isinstance(national_arrangements()[0], Arrangement)
    assert not WorkingCalendar.official().is_working(date(2004, 5, 7))
