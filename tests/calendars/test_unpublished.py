"""Terms that reach a year whose notice is not out: an estimate, marked as such, with a range."""

from datetime import date, timedelta

import pytest

from calendars import Due, Unpublished, WorkingCalendar
from calendars.national import national_notices

CHINA = WorkingCalendar.official()


def test_ten_days_from_18_december_2026_have_no_official_end_but_an_estimate():
    with pytest.raises(Unpublished, match="2027年节假日安排尚未公布"):
        CHINA.due(date(2026, 12, 18), 10)
    estimate = CHINA.estimate(date(2026, 12, 18), 10)
    assert estimate.day == date(2027, 1, 4)  # 1 January, a Friday, is 元旦 by law, and a weekend follows
    assert not estimate.official
    assert estimate.earliest <= estimate.day <= estimate.latest


def test_inside_the_published_year_an_estimate_is_the_due_date():
    assert CHINA.estimate(date(2026, 9, 18), 10) == Due(date(2026, 10, 9), True, date(2026, 10, 9), date(2026, 10, 9))


def test_the_last_days_of_december_are_not_official_before_the_next_notice():
    assert CHINA.estimate(date(2026, 12, 25), 1).official  # Monday the 28th
    for n, day in ((2, 29), (3, 30), (4, 31)):
        assert CHINA.estimate(date(2026, 12, 25), n)[:2] == (date(2026, 12, day), False)


def test_the_last_days_of_december_are_official_once_the_next_notice_is_known():
    assert WorkingCalendar.official(date(2018, 12, 4)).estimate(date(2018, 12, 28), 1)[:2] == (date(2018, 12, 29), True)
    assert not WorkingCalendar.official(date(2018, 12, 3)).estimate(date(2018, 12, 28), 1).official


def test_counting_back_over_the_last_days_of_december_is_not_official_either():
    assert not CHINA.estimate(date(2026, 12, 31), -5).official
    assert CHINA.estimate(date(2026, 12, 29), -1)[:2] == (date(2026, 12, 28), True)


def test_reminders_can_be_counted_back_from_a_day_of_an_unpublished_year():
    assert CHINA.estimate(date(2027, 1, 11), -3)[:2] == (date(2027, 1, 6), False)
    assert CHINA.estimate(date(2027, 1, 5), -3)[:2] == (date(2026, 12, 30), False)


def test_a_term_may_start_in_an_unpublished_year():
    assert CHINA.estimate(date(2027, 3, 1), 10)[:2] == (date(2027, 3, 15), False)


def test_the_statutory_days_of_every_year_to_come_are_days_off():
    """《全国年节及纪念日放假办法》 art. 2, as amended by 国务院令第795号: the days that have fixed dates."""
    for year in range(2027, 2051):
        for month, day in ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)):
            assert not CHINA.is_working_estimated(date(year, month, day))


@pytest.mark.parametrize("eve", [date(2027, 2, 5), date(2028, 1, 25), date(2029, 2, 12), date(2030, 2, 2)])
def test_the_spring_festival_to_come_is_eight_days_from_the_eve(eve):
    """The standing principle of 国办发明电〔2024〕12号."""
    assert not any(CHINA.is_working_estimated(eve + timedelta(days=n)) for n in range(8))


def test_the_national_day_to_come_is_seven_days_and_eight_with_the_mid_autumn_festival():
    def days_off(year):
        return [n for n in range(1, 10) if not CHINA.is_working_estimated(date(year, 10, n))]

    assert days_off(2027) == [1, 2, 3, 4, 5, 6, 7]  # 中秋节 on 15 September; made up on Saturday the 9th
    assert days_off(2028) == [1, 2, 3, 4, 5, 6, 7, 8]  # 中秋节 on 3 October


def test_a_festival_on_a_wednesday_frees_that_day_alone():
    around = [CHINA.is_working_estimated(date(2027, 6, day)) for day in (7, 8, 9, 10, 11)]
    assert around == [True, True, False, True, True]  # 端午节, 9 June 2027


@pytest.mark.parametrize("year", range(2027, 2051))
def test_every_weekday_freed_beyond_the_thirteen_statutory_days_is_made_up(year):
    """So a year has as many working days as its weekdays less thirteen; a day or two may cross the year's end."""
    days = [date(year, 1, 1) + timedelta(days=n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]
    weekdays = sum(day.weekday() < 5 for day in days)
    assert abs(CHINA.count_estimated(date(year - 1, 12, 31), date(year, 12, 31)) - (weekdays - 13)) <= 1


def test_near_a_long_holiday_the_range_is_open_and_far_from_one_it_is_not():
    near = CHINA.estimate(date(2027, 1, 29), 4)
    assert near.earliest < near.latest
    assert near.earliest <= near.day <= near.latest
    far = CHINA.estimate(date(2027, 3, 1), 10)
    assert far.earliest == far.day == far.latest


def test_the_days_between_can_be_counted_past_the_published_year():
    assert CHINA.count_estimated(date(2026, 12, 18), date(2027, 1, 4)) == 10
    assert CHINA.count_estimated(date(2027, 1, 4), date(2026, 12, 18)) == -10
    assert CHINA.count_estimated(date(2026, 9, 18), date(2026, 10, 9)) == 10
    assert CHINA.is_working_estimated(date(2026, 9, 20))


def test_a_year_that_is_past_any_forecast_is_refused_and_not_searched_for():
    for ask in (
        lambda: CHINA.estimate(date(2400, 1, 1), 10),
        lambda: CHINA.estimate(date(2026, 12, 18), 10**9),
        lambda: CHINA.estimate(date(2400, 1, 1), -10),
        lambda: CHINA.count_estimated(date(2026, 1, 5), date.max),
        lambda: CHINA.is_working_estimated(date.max),
    ):
        with pytest.raises(ValueError, match="推算只到"):
            ask()


def test_the_forecast_reaches_2050():
    assert CHINA.estimate(date(2050, 11, 1), 10).day == date(2050, 11, 15)  # two weeks from a Tuesday


@pytest.mark.parametrize("n", [0, 1.5, True])
def test_a_wrong_number_of_days_is_refused_past_the_published_year_too(n):
    with pytest.raises((TypeError, ValueError), match="工作日数"):
        CHINA.estimate(date(2027, 3, 1), n)


FORETOLD_FOR_2027 = {  # by hand, from the statutory days and the standing principle of 国办发明电〔2024〕12号
    "元旦": ((1, 1), (1, 3)),  # a Friday, with the weekend
    "春节": ((2, 5), (2, 12)),  # 8 days from 除夕, a Friday
    "清明节": ((4, 3), (4, 5)),  # a Monday, with the weekend
    "劳动节": ((5, 1), (5, 5)),  # 5 days
    "端午节": ((6, 9), (6, 9)),  # a Wednesday
    "中秋节": ((9, 15), (9, 15)),  # a Wednesday
    "国庆节": ((10, 1), (10, 7)),  # 7 days
}
MADE_UP_IN_2027 = ((1, 31), (2, 14), (5, 8), (9, 26), (10, 9))  # 13 February joined to 春节: six days' work, not seven


def test_2027_is_foretold_as_a_person_would_lay_it_by_the_standing_principle():
    days = [date(2027, 1, 1) + timedelta(days=n) for n in range(365)]
    until_the_end = CHINA.count_estimated(date(2026, 12, 31), days[-1])
    drawn = CHINA.explain(date(2026, 12, 31), until_the_end)
    for name, (first, last) in FORETOLD_FOR_2027.items():
        off = [day.date for day in drawn if day.name == name and day.kind == "holiday"]
        assert (off[0], off[-1]) == (date(2027, *first), date(2027, *last))
    assert [day.date for day in drawn if day.kind == "make-up"] == [date(2027, *day) for day in MADE_UP_IN_2027]


def test_nobody_is_foretold_to_work_seven_days_running_but_once_in_2040():
    """《全国年节及纪念日放假办法》 art. 7, as amended by 国务院令第795号: 一般不超过6天.

    In 2040 the make-up day after 中秋节, a Sunday, and the one before 国庆节, a Saturday, lie in one week.
    """
    days = [date(2027, 1, 1) + timedelta(days=n) for n in range((date(2051, 1, 1) - date(2027, 1, 1)).days)]
    worked = [CHINA.is_working_estimated(day) for day in days]
    assert [day for n, day in enumerate(days[:-6]) if all(worked[n : n + 7])] == [date(2040, 9, 23)]


def test_the_last_firm_day_is_28_december_of_the_last_published_year():
    assert CHINA.firm_through == date(2026, 12, 28)
    assert WorkingCalendar.official(known_on=date(2018, 12, 3)).firm_through == date(2018, 12, 28)
    own = WorkingCalendar(since=date(2026, 1, 1), through=date(2026, 12, 31))
    assert own.firm_through == date(2026, 12, 31)


def test_no_notice_since_2006_has_set_a_day_that_was_firm():
    for notice in national_notices():
        assert notice.issued
        before = WorkingCalendar.official(known_on=notice.issued - timedelta(days=1))
        if before.official_through.year < notice.year:  # a yearly notice, not an amending one
            assert min((*notice.off, *notice.work)) > before.firm_through
