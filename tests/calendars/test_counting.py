"""Counting working days as the law counts them (民法典 201, 203; 民事诉讼法 85; the yearly notices)."""

from datetime import date, datetime

import pytest

from calendars import Unpublished, WorkingCalendar

CHINA = WorkingCalendar.official()

WORKED_BY_HAND = [
    (date(2026, 9, 18), 10, date(2026, 10, 9)),  # over 中秋节 and 国庆节; plain Monday to Friday says 2 October
    (date(2025, 9, 22), 10, date(2025, 10, 11)),  # ends on a make-up Saturday
    (date(2026, 2, 9), 10, date(2026, 2, 28)),  # ends on a make-up Saturday after 春节
    (date(2026, 4, 28), 10, date(2026, 5, 14)),  # over 劳动节
    (date(2022, 10, 1), 1, date(2022, 10, 8)),  # from a holiday to a make-up Saturday
]


@pytest.mark.parametrize(("start", "n", "due"), WORKED_BY_HAND)
def test_a_term_counted_by_hand_comes_out_the_same(start, n, due):
    assert CHINA.due(start, n) == due


def test_the_day_of_receipt_does_not_count():
    assert CHINA.due(date(2026, 3, 2), 1) == date(2026, 3, 3)


@pytest.mark.parametrize("start", [date(2026, 3, 6), date(2026, 3, 7), date(2026, 3, 8)])
def test_a_term_that_starts_on_a_weekend_ends_with_the_one_that_starts_on_the_friday_before(start):
    assert CHINA.due(start, 10) == date(2026, 3, 20)


def test_a_term_that_starts_on_any_day_of_a_holiday_has_its_first_day_after_the_holiday():
    assert {CHINA.due(date(2026, 10, day), 1) for day in range(1, 8)} == {date(2026, 10, 8)}


def test_a_make_up_saturday_counts_and_the_weekday_freed_for_it_does_not():
    assert CHINA.is_working(date(2026, 10, 10))
    assert not CHINA.is_working(date(2026, 10, 6))
    assert CHINA.count(date(2026, 9, 30), date(2026, 10, 10)) == 3  # 8, 9 and 10 October


def test_the_last_day_of_2005_was_a_working_day():
    """国办发明电〔2005〕35号; the package chinese_calendar has it as a Saturday off."""
    assert CHINA.is_working(date(2005, 12, 31))
    assert CHINA.due(date(2005, 12, 30), 1) == date(2005, 12, 31)


def test_counting_back_skips_what_counting_forward_skips():
    assert CHINA.due(date(2026, 10, 9), -1) == date(2026, 10, 8)
    assert CHINA.due(date(2026, 10, 8), -1) == date(2026, 9, 30)
    assert CHINA.due(date(2026, 10, 9), -9) == date(2026, 9, 20)  # the make-up Sunday


def test_counting_back_from_a_day_off_begins_with_the_last_working_day_before_it():
    assert CHINA.due(date(2026, 10, 4), -1) == date(2026, 9, 30)


def test_the_days_between_leave_out_the_first_and_hold_the_last():
    assert CHINA.count(date(2026, 3, 2), date(2026, 3, 2)) == 0
    assert CHINA.count(date(2026, 3, 2), date(2026, 3, 3)) == 1
    assert CHINA.count(date(2026, 3, 6), date(2026, 3, 8)) == 0


def test_the_days_between_are_negative_when_asked_in_reverse():
    assert CHINA.count(date(2026, 10, 9), date(2026, 9, 18)) == -10


def test_a_last_day_that_is_a_day_off_moves_to_the_first_working_day_after():
    """民法典 203."""
    assert CHINA.roll(date(2026, 10, 1)) == date(2026, 10, 8)
    assert CHINA.roll(date(2026, 9, 19)) == date(2026, 9, 20)
    assert CHINA.roll(date(2026, 9, 30)) == date(2026, 9, 30)


def test_a_term_of_no_days_is_refused():
    with pytest.raises(ValueError, match="不能为0"):
        CHINA.due(date(2026, 3, 2), 0)


@pytest.mark.parametrize("n", [10.0, "10", None, True])
def test_a_number_of_days_that_is_no_whole_number_is_refused(n):
    with pytest.raises(TypeError, match="整数"):
        CHINA.due(date(2026, 3, 2), n)


@pytest.mark.parametrize("start", [datetime(2026, 3, 2, 9, 30), datetime(2026, 3, 2), "2026-03-02", None])  # noqa: DTZ001
def test_a_moment_or_a_text_is_not_taken_for_a_date(start):
    for ask in (CHINA.is_working, CHINA.roll, lambda day: CHINA.due(day, 1), lambda day: CHINA.due(day, -1)):
        with pytest.raises(TypeError, match="日期"):
            ask(start)
    with pytest.raises(TypeError, match="日期"):
        CHINA.count(start, date(2026, 3, 3))
    with pytest.raises(TypeError, match="日期"):
        CHINA.estimate(start, 5)


def test_days_before_the_data_are_refused_with_the_day_they_begin():
    too_early = date(2003, 12, 31)
    for ask in (
        lambda: CHINA.due(too_early, 1),
        lambda: CHINA.due(date(2004, 1, 5), -3),
        lambda: CHINA.count(too_early, date(2004, 1, 9)),
        lambda: CHINA.is_working(too_early),
        lambda: CHINA.roll(too_early),
        lambda: CHINA.estimate(too_early, 1),
        lambda: CHINA.is_working_estimated(too_early),
    ):
        with pytest.raises(ValueError, match="2004年1月1日"):
            ask()


def test_days_of_an_unpublished_year_are_refused_with_the_year_that_is_awaited():
    in_2027 = date(2027, 1, 1)
    for ask in (
        lambda: CHINA.due(date(2026, 12, 18), 10),
        lambda: CHINA.due(in_2027, 1),
        lambda: CHINA.due(in_2027, -1),
        lambda: CHINA.count(date(2026, 12, 1), in_2027),
        lambda: CHINA.is_working(in_2027),
        lambda: CHINA.roll(in_2027),
    ):
        with pytest.raises(Unpublished, match="2027年节假日安排尚未公布"):
            ask()


def test_the_last_published_day_can_still_be_reached():
    assert CHINA.official_through == date(2026, 12, 31)
    assert CHINA.due(date(2026, 12, 30), 1) == date(2026, 12, 31)
    assert CHINA.due(date(2026, 12, 31), -1) == date(2026, 12, 30)


JAPAN = WorkingCalendar(
    off={date(2026, 5, 4): "みどりの日", date(2026, 5, 5): "こどもの日", date(2026, 5, 6): "振替休日"},
    work=[date(2026, 5, 9)],
    since=date(2026, 1, 1),
    through=date(2026, 12, 31),
)


def test_another_country_is_counted_by_its_own_days():
    assert JAPAN.due(date(2026, 5, 1), 1) == date(2026, 5, 7)
    assert JAPAN.due(date(2026, 5, 1), 3) == date(2026, 5, 9)
    assert JAPAN.estimate(date(2026, 5, 1), 3).official
    assert [(day.kind, day.name, day.source) for day in JAPAN.explain(date(2026, 5, 3), 1)] == [
        ("holiday", "みどりの日", None),
        ("holiday", "こどもの日", None),
        ("holiday", "振替休日", None),
        ("working", None, None),
    ]


def test_another_country_has_no_forecast():
    with pytest.raises(Unpublished):
        JAPAN.estimate(date(2026, 12, 31), 1)
    with pytest.raises(Unpublished):
        JAPAN.count_estimated(date(2026, 12, 30), date(2027, 1, 4))
    assert JAPAN.estimate(date(2026, 12, 30), 1).official


def test_a_calendar_that_contradicts_itself_is_refused():
    with pytest.raises(ValueError, match="2026-05-04"):
        WorkingCalendar(
            off=[date(2026, 5, 4)], work=[date(2026, 5, 4)], since=date(2026, 1, 1), through=date(2026, 12, 31)
        )
    with pytest.raises(ValueError, match="早于"):
        WorkingCalendar(since=date(2026, 1, 2), through=date(2026, 1, 1))
    with pytest.raises(TypeError, match="日期"):
        WorkingCalendar(off=[datetime(2026, 5, 4)], since=date(2026, 1, 1), through=date(2026, 12, 31))  # noqa: DTZ001
