"""Real notices, read as they were published; the days that they mean are those that the calendar ships."""

import csv
from datetime import date
from pathlib import Path

import pytest

from calendars import Arrangement
from calendars.national import national_arrangements
from calendars.notice.parser import Unreadable, parse_notice

TEXTS = Path(__file__).parent / "notices"
YEARLY = [str(year) for year in range(2006, 2027)]


def text_of(key: str) -> str:
    return (TEXTS / f"{key}.txt").read_text(encoding="utf-8")


def shipped(doc_no: str | None) -> Arrangement:
    return next(one for one in national_arrangements() if one.doc_no == doc_no)


def days(year: int, *months_and_days: str) -> set[date]:
    """3-30 of 2017."""
    return {date(year, *map(int, one.split("-"))) for one in months_and_days}


# --------------------------------------------------------------------------------------------------- the yearly ones


@pytest.mark.parametrize("key", YEARLY)
def test_a_yearly_notice_means_the_days_that_the_calendar_ships(key):
    read = parse_notice(text_of(key))
    truth = shipped(read.doc_no)
    assert read.year == int(key)
    assert read.issued == (None if key == "2009" else truth.issued)  # that copy ends without its date
    assert set(read.off) - set(truth.off) == set()
    assert all(day.weekday() >= 5 for day in set(truth.off) - set(read.off))  # the package lists plain weekends too
    assert set(read.work) == set(truth.work)


def test_days_that_belong_to_the_december_before_are_dated_there():
    assert date(2022, 12, 31) in parse_notice(text_of("2023")).off
    assert set(parse_notice(text_of("2007")).work) >= {date(2006, 12, 30), date(2006, 12, 31)}
    assert date(2005, 12, 31) in parse_notice(text_of("2006")).work  # the text gives no year


def test_the_five_first_and_the_ten_first_are_known_by_their_holidays():
    read = parse_notice(text_of("2007"))
    assert (read.off[date(2007, 5, 1)], read.off[date(2007, 10, 1)]) == ("劳动节", "国庆节")
    assert parse_notice(text_of("2008")).work[date(2008, 5, 4)] == "劳动节"
    assert parse_notice(text_of("2025")).off[date(2025, 10, 6)] == "国庆节、中秋节"


def test_a_rest_day_that_is_moved_is_worked_even_where_the_notice_does_not_repeat_it():
    assert days(2008, "9-27", "9-28") <= set(parse_notice(text_of("2008")).work)


def test_an_encouragement_to_rest_is_not_a_day_off():
    assert date(2024, 2, 9) not in parse_notice(text_of("2024")).off


def test_the_principles_in_a_preamble_free_no_day():
    read = parse_notice(text_of("2025"))
    assert read.off.get(date(2025, 1, 2)) is None
    assert read.issued == date(2024, 11, 12)


# ------------------------------------------------------------------------------------------------- the amending ones


def test_the_anniversary_of_2015_is_named_after_its_title():
    read = parse_notice(text_of("2015_victory_day"))
    assert set(read.off) == days(2015, "9-3", "9-4", "9-5")
    assert read.work == {date(2015, 9, 6): "抗日战争暨世界反法西斯战争胜利70周年纪念日"}
    assert read.doc_no == "国发明电〔2015〕1号"


def test_the_labour_day_of_2019_was_made_longer():
    read = parse_notice(text_of("2019_labour_day"))
    assert set(read.off) == days(2019, "5-1", "5-2", "5-3", "5-4")
    assert read.work == dict.fromkeys(sorted(days(2019, "4-28", "5-5")), "劳动节")


def test_an_extension_lists_the_days_that_it_adds():
    read = parse_notice(text_of("2020_spring_festival_extension"))
    assert read == shipped("国办发明电〔2020〕1号")
    assert read.off == dict.fromkeys(sorted(days(2020, "1-31", "2-1", "2-2")), "春节")


def test_an_extension_starts_from_the_arrangement_that_it_is_given():
    shorter = Arrangement(2020, None, None, {date(2020, 1, 28): "春节"}, {})
    read = parse_notice(text_of("2020_spring_festival_extension"), amends=shorter)
    assert min(read.off) == date(2020, 1, 29)


def test_an_extension_of_nothing_known_is_refused():
    with pytest.raises(Unreadable, match="没有找到要延长的春节假期"):
        parse_notice(text_of("2020_spring_festival_extension"), amends=Arrangement(2020, None, None, {}, {}))


def test_the_prose_of_2003_frees_its_statutory_days_and_moves_one():
    read = parse_notice(text_of("2003_sars_labour_day"))
    assert set(read.off) == days(2003, "5-1", "5-2", "5-3", "5-4", "5-5")
    assert (read.work, read.doc_no, read.issued) == ({}, None, date(2003, 4, 21))


# ---------------------------------------------------------------------------------------------------- the local ones


def test_guangxi_turns_the_national_make_up_day_off():
    read = parse_notice(text_of("local_guangxi_2017"))
    assert set(read.off) == days(2017, "3-30", "3-31", "4-1", "4-2", "4-3", "4-4")
    assert set(read.work) == days(2017, "4-8")
    assert set(read.off.values()) == {"壮族三月三"}


def test_the_number_of_a_notice_that_is_quoted_is_not_its_own():
    assert parse_notice(text_of("local_guangxi_2017")).doc_no is None
    assert parse_notice(text_of("local_xinjiang_2025")).doc_no is None


def test_guangxi_is_read_without_its_title_as_well():
    whole = text_of("local_guangxi_2017")
    read = parse_notice(whole[whole.index("一、") :])
    assert (read.year, set(read.work)) == (2017, days(2017, "4-8"))


def test_beijing_in_2014():
    read = parse_notice(text_of("local_beijing_2014"))
    assert set(read.off) == days(2014, "11-7", "11-8", "11-9", "11-10", "11-11", "11-12")
    assert set(read.work) == days(2014, "11-2", "11-15")
    assert read.doc_no == "京政办发〔2014〕52号"


def test_hangzhou_in_2016():
    read = parse_notice(text_of("local_hangzhou_2016"))
    assert set(read.off) == days(2016, *(f"9-{day}" for day in range(1, 8)))
    assert set(read.work) == days(2016, "8-28", "9-10", "9-11")


def test_a_region_adds_its_own_holidays_to_the_national_ones():
    ningxia, xinjiang = parse_notice(text_of("local_ningxia_2020")), parse_notice(text_of("local_xinjiang_2025"))
    assert ningxia.off[date(2020, 5, 25)] == "开斋节"
    assert ningxia.off[date(2020, 7, 31)] == "古尔邦节"
    assert xinjiang.off[date(2025, 6, 10)] == "古尔邦节"
    assert date(2025, 5, 6) not in xinjiang.off
    assert set(xinjiang.work) == set(shipped("国办发明电〔2024〕12号").work)


# ------------------------------------------------------------------------------ their days, as others wrote them down


@pytest.mark.parametrize("key", YEARLY[1:])  # the list begins with 2007
def test_a_yearly_notice_means_the_days_of_a_list_that_is_not_the_calendar_s(key):
    amended = {row["date"] for row in _rows("amendments.csv")} | set(LISTED_AS_AMENDED)
    read = parse_notice(text_of(key))
    found = {(str(day), "1") for day in read.off} | {(str(day), "0") for day in read.work}
    listed = {(row["date"], row["off"]) for row in _rows("days.csv") if row["notice_year"] == key}
    assert {row for row in found if row[0] not in amended} == {row for row in listed if row[0] not in amended}


LISTED_AS_AMENDED = (
    "2015-09-05",
    "2019-05-04",
    "2020-02-02",
    "2020-02-03",
)  # weekends and a Monday that amendments.csv leaves out


def _rows(name: str) -> list[dict[str, str]]:
    path = Path(__file__).with_name(name)
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
