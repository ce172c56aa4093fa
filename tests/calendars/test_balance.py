"""A year balances: weekdays freed beyond the statutory days are made up on weekends (《全国年节及纪念日放假办法》)."""

import re
from datetime import date
from pathlib import Path

import pytest

from calendars import Arrangement
from calendars.formats.ics import read_ics
from calendars.national import national_arrangements
from calendars.notice import parse_notice
from calendars.notice.balance import reckon, statutory_count, statutory_days_at_work

FEEDS, NOTICES = (Path(__file__).parent / name for name in ("feeds", "notices"))
AMENDING = {"国发明电〔2015〕1号", "国办发明电〔2019〕3号", "国办发明电〔2020〕1号"}
YEARLY = [each for each in national_arrangements() if each.doc_no not in AMENDING]
HOLIDAYS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")


@pytest.mark.parametrize("year", YEARLY, ids=lambda each: str(each.year))
def test_every_yearly_notice_since_2004_balances_to_the_day(year):
    reckoning = reckon(year)
    assert (reckoning.missing, reckoning.surplus, reckoning.is_balanced) == (0, 0, True)
    assert statutory_days_at_work(year) == []


@pytest.mark.parametrize("path", sorted(NOTICES.glob("20??.txt")), ids=lambda path: path.stem)
def test_every_text_of_a_yearly_notice_balances_as_it_is_read(path):
    read = parse_notice(path.read_text(encoding="utf-8"))
    assert (reckon(read).missing, reckon(read).surplus) == (0, 0)
    assert statutory_days_at_work(read) == []


@pytest.mark.parametrize(("year", "days"), [(2007, 10), (2008, 11), (2013, 11), (2014, 11), (2024, 11), (2025, 13)])
def test_the_law_of_each_era_gives_its_statutory_days(year, days):
    assert sum(statutory_count(name, year) for name in HOLIDAYS) == days


def test_the_feed_without_make_up_days_lacks_five():
    """By hand: 18 weekdays off in 2027, 13 of them statutory; 春节 lacks 2, 劳动节 1, 国庆节 2."""
    reckoning = reckon(read_ics((FEEDS / "rest_only_2027.ics").read_text(encoding="utf-8")))
    assert (len(reckoning.freed), reckoning.statutory, reckoning.made_up, reckoning.missing) == (18, 13, (), 5)
    assert {(*share.names, share.missing) for share in reckoning.short} == {("春节", 2), ("劳动节", 1), ("国庆节", 2)}


@pytest.mark.parametrize("lost", ["0131", "0220", "0926", "1009"])
def test_a_feed_that_lost_one_make_up_day_lacks_it_though_another_holiday_has_one_more(lost):
    text = (FEEDS / "holidaycn_style_2027.ics").read_text(encoding="utf-8")
    (event,) = re.findall(
        rf"BEGIN:VEVENT\n(?:(?!END:VEVENT).*\n)*DTSTART;VALUE=DATE:2027{lost}\n.*\nEND:VEVENT\n", text
    )
    assert reckon(read_ics(text.replace(event, ""))).missing == 1


def test_a_make_up_day_without_a_holiday_counts_for_the_year():
    of_2026 = next(each for each in YEARLY if each.year == 2026)
    nameless = Arrangement(2026, None, None, of_2026.off, dict.fromkeys(of_2026.work, "放假"))
    assert reckon(nameless).is_balanced
    one_less = Arrangement(2026, None, None, of_2026.off, dict.fromkeys(sorted(of_2026.work)[1:], "放假"))
    assert reckon(one_less).missing == 1


def test_a_day_worked_for_nothing_does_not_balance_by_the_law_that_is_known():
    of_2026 = next(each for each in YEARLY if each.year == 2026)
    more = Arrangement(2026, None, None, of_2026.off, {**of_2026.work, date(2026, 3, 7): "春节"})
    assert (reckon(more).surplus, reckon(more).is_balanced) == (1, False)


def test_a_statutory_day_that_is_left_out_is_found_by_its_date():
    of_2026 = next(each for each in YEARLY if each.year == 2026)
    off = {day: name for day, name in of_2026.off.items() if name != "端午节"}
    assert statutory_days_at_work(Arrangement(2026, None, None, off, of_2026.work)) == [(date(2026, 6, 19), "端午节")]
