"""What was known on a day: notices count from their issue day, amendments too; further and local arrangements."""

from datetime import date, timedelta

import pytest

from calendars import Arrangement, Unpublished, WorkingCalendar

CHINA = WorkingCalendar.official()


def known_on(year, month, day):
    return WorkingCalendar.official(known_on=date(year, month, day))


@pytest.mark.parametrize(
    ("issued", "year"),
    [
        (date(2005, 12, 16), 2006),
        (date(2006, 12, 14), 2007),
        (date(2014, 12, 16), 2015),
        (date(2021, 10, 25), 2022),
        (date(2024, 11, 12), 2025),
        (date(2025, 11, 4), 2026),
    ],
)
def test_a_year_is_published_on_the_day_its_notice_is_issued_and_not_before(issued, year):
    assert WorkingCalendar.official(known_on=issued).official_through == date(year, 12, 31)
    day_before = WorkingCalendar.official(known_on=issued - timedelta(days=1))
    assert day_before.official_through == date(year - 1, 12, 31)
    with pytest.raises(Unpublished, match=f"{year}年"):
        day_before.is_working(date(year, 1, 1))


def test_the_victory_day_of_2015_was_unknown_until_13_may():
    before, after = known_on(2015, 5, 12), known_on(2015, 5, 13)
    assert before.due(date(2015, 9, 2), 2) == date(2015, 9, 4)
    assert after.due(date(2015, 9, 2), 2) == date(2015, 9, 7)
    assert not before.is_working(date(2015, 9, 6))
    assert after.is_working(date(2015, 9, 6))


def test_the_longer_labour_day_of_2019_was_unknown_until_22_march():
    before, after = known_on(2019, 3, 21), known_on(2019, 3, 22)
    assert [before.is_working(date(2019, 5, day)) for day in (1, 2, 3, 4, 5)] == [False, True, True, False, False]
    assert [after.is_working(date(2019, 5, day)) for day in (1, 2, 3, 4, 5)] == [False, False, False, False, True]
    assert not before.is_working(date(2019, 4, 28))
    assert after.is_working(date(2019, 4, 28))


def test_the_longer_spring_festival_of_2020_was_unknown_until_26_january():
    before, after = known_on(2020, 1, 25), known_on(2020, 1, 26)
    assert before.due(date(2020, 1, 23), 2) == date(2020, 2, 1)  # 31 January, and the Saturday made up
    assert after.due(date(2020, 1, 23), 1) == date(2020, 2, 3)


def test_what_is_known_today_holds_all_amendments():
    today = known_on(2026, 11, 25)
    days = [date(2004, 1, 1) + timedelta(days=n) for n in range(8401)]
    assert [today.is_working(day) for day in days] == [CHINA.is_working(day) for day in days]


@pytest.mark.parametrize(
    ("day", "works", "the_day_before_the_notice"),
    [
        (date(2006, 12, 30), True, date(2006, 12, 13)),
        (date(2006, 12, 31), True, date(2006, 12, 13)),
        (date(2007, 12, 29), True, date(2007, 12, 14)),
        (date(2011, 12, 31), True, date(2011, 12, 4)),
        (date(2018, 12, 29), True, date(2018, 12, 3)),
        (date(2018, 12, 31), False, date(2018, 12, 3)),
    ],
)
def test_the_last_days_of_december_are_plain_days_until_the_next_notice(day, works, the_day_before_the_notice):
    before = WorkingCalendar.official(known_on=the_day_before_the_notice)
    assert before.is_working(day) == (day.weekday() < 5)
    assert WorkingCalendar.official(known_on=the_day_before_the_notice + timedelta(days=1)).is_working(day) == works


NOTICE_2027 = Arrangement(
    2027,
    "国办发明电〔2026〕9号",
    date(2026, 11, 10),
    off={date(2027, 1, 1): "元旦", date(2027, 1, 4): "元旦"},
    work={date(2026, 12, 27): "元旦"},
)


def test_a_further_notice_moves_the_end_of_what_is_published():
    calendar = WorkingCalendar.official(extra=[NOTICE_2027])
    assert calendar.official_through == date(2027, 12, 31)
    assert calendar.due(date(2026, 12, 25), 6) == date(2027, 1, 5)
    assert calendar.estimate(date(2026, 12, 25), 6) == (date(2027, 1, 5), True, date(2027, 1, 5), date(2027, 1, 5))


def test_a_further_notice_counts_from_its_issue_day_too():
    assert WorkingCalendar.official(date(2026, 11, 9), [NOTICE_2027]).official_through == date(2026, 12, 31)
    assert not WorkingCalendar.official(date(2026, 11, 9), [NOTICE_2027]).is_working(date(2026, 12, 27))
    assert WorkingCalendar.official(date(2026, 11, 10), [NOTICE_2027]).official_through == date(2027, 12, 31)


def test_a_notice_of_a_later_year_does_not_bridge_a_year_that_is_missing():
    of_2028 = Arrangement(2028, None, None, {date(2028, 1, 3): "元旦"}, {})
    assert WorkingCalendar.official(extra=[of_2028]).official_through == date(2026, 12, 31)
    assert WorkingCalendar.official(extra=[of_2028, NOTICE_2027]).official_through == date(2028, 12, 31)


def test_a_further_notice_for_a_year_already_held_amends_it():
    amending = Arrangement(2026, None, date(2026, 9, 1), {date(2026, 10, 8): "国庆节"}, {date(2026, 10, 11): "国庆节"})
    assert WorkingCalendar.official(extra=[amending]).due(date(2026, 9, 18), 10) == date(2026, 10, 10)
    assert WorkingCalendar.official(date(2026, 8, 31), [amending]).due(date(2026, 9, 18), 10) == date(2026, 10, 9)


APEC = Arrangement(
    2014,
    None,
    date(2014, 10, 9),
    off={date(2014, 11, day): "APEC会议调休" for day in range(7, 13)},
    work={date(2014, 11, 2): "APEC会议调休", date(2014, 11, 15): "APEC会议调休"},
)


def test_a_local_arrangement_turns_days_both_ways():
    """Beijing, 2014: off on 7 to 12 November, at work on a Sunday and a Saturday."""
    beijing = WorkingCalendar.official(layers=[APEC])
    assert beijing.due(date(2014, 10, 31), 10) == date(2014, 11, 18)  # 2 to 6, 13 to 15, 17, 18
    assert beijing.is_working(date(2014, 11, 2))
    assert not beijing.is_working(date(2014, 11, 10))


def test_a_local_arrangement_turns_a_national_day_off_into_a_working_day_and_a_make_up_day_off():
    local = Arrangement(2026, None, None, {date(2026, 10, 10): "校庆"}, {date(2026, 10, 7): "值守"})
    calendar = WorkingCalendar.official(layers=[local])
    assert calendar.is_working(date(2026, 10, 7))
    assert not calendar.is_working(date(2026, 10, 10))


def test_the_later_of_two_local_arrangements_decides():
    organ = Arrangement(2014, None, None, {}, {date(2014, 11, 7): "本单位上班"})
    assert WorkingCalendar.official(layers=[APEC, organ]).is_working(date(2014, 11, 7))
    assert not WorkingCalendar.official(layers=[organ, APEC]).is_working(date(2014, 11, 7))


def test_a_local_arrangement_does_not_publish_the_next_year():
    local = Arrangement(2027, None, None, {date(2027, 4, 9): "三月三"}, {})
    calendar = WorkingCalendar.official(layers=[local])
    assert calendar.official_through == date(2026, 12, 31)
    assert not calendar.is_working_estimated(date(2027, 4, 9))
    assert CHINA.is_working_estimated(date(2027, 4, 9))


def test_the_days_that_an_amendment_changed_are_told_in_order():
    before, after = known_on(2019, 3, 21), known_on(2019, 3, 22)
    changed = [date(2019, 4, 28), date(2019, 5, 2), date(2019, 5, 3), date(2019, 5, 5)]
    assert before.differences(after) == after.differences(before) == changed
    assert before.differences(before) == []


def test_against_a_new_notice_the_forecast_is_what_has_changed():
    """2027 foretold and NOTICE_2027, which arranges nothing but 元旦; 2028, unpublished in both, is foretold alike."""
    changed = CHINA.differences(WorkingCalendar.official(extra=[NOTICE_2027]))
    assert [day for day in changed if day < date(2027, 2, 1)] == [
        date(2026, 12, 27), date(2027, 1, 4), date(2027, 1, 31)
    ]  # fmt: skip
    assert date(2027, 10, 5) in changed
    assert changed == sorted(changed)
    assert changed[-1].year == 2027


def test_two_calendars_are_compared_where_both_have_days():
    of_2026 = WorkingCalendar(off=[date(2026, 3, 3)], since=date(2026, 3, 1), through=date(2026, 3, 31))
    other = WorkingCalendar(
        off=[date(2026, 3, 31), date(2026, 4, 1)], since=date(2025, 1, 1), through=date(2026, 12, 31)
    )
    assert of_2026.differences(other) == [date(2026, 3, 3), date(2026, 3, 31)]
    assert of_2026.differences(CHINA) == [date(2026, 3, 3)]


def test_a_difference_is_what_a_walk_over_the_days_finds():
    local = WorkingCalendar.official(layers=[Arrangement(2028, None, None, {date(2028, 3, 3): "三月三"}, {})])
    earlier = known_on(2025, 11, 3)
    days = [date(2004, 1, 1) + timedelta(days=n) for n in range((date(2029, 1, 1) - date(2004, 1, 1)).days)]
    for one, two in ((CHINA, earlier), (CHINA, local), (earlier, local)):
        walked = [day for day in days if one.is_working_estimated(day) != two.is_working_estimated(day)]
        assert one.differences(two) == walked


def test_an_arrangement_that_frees_and_claims_one_day_is_refused():
    with pytest.raises(ValueError, match="2027-01-01"):
        Arrangement(2027, None, None, {date(2027, 1, 1): "元旦"}, {date(2027, 1, 1): "元旦"})
