"""Lengths in working days, calendar days and months, against the calendar of 2026 as it hangs on the wall."""

import pytest

from calendars import WorkingCalendar
from negotiation.domain import lengths, terms
from negotiation.domain.lengths import Unit, length_of
from negotiation.domain.rulebook import load
from tests.conftest import day
from tests.foreign import FOREIGN

CALENDAR = WorkingCalendar.official()
DAYS, MONTHS, WORKING = Unit.CALENDAR_DAYS, Unit.MONTHS, Unit.WORKING_DAYS


@pytest.mark.parametrize(
    ("after", "number", "unit", "until"),
    [
        ("2026-09-18", 10, WORKING, "2026-10-09"),
        ("2026-03-02", 15, DAYS, "2026-03-17"),
        ("2026-03-02", 5, DAYS, "2026-03-09"),  # the 7th is a Saturday
        ("2026-09-21", 15, DAYS, "2026-10-08"),  # 6 October is in the holiday
        ("2026-02-10", 4, DAYS, "2026-02-14"),  # a Saturday that is made up for
        ("2026-01-31", 1, MONTHS, "2026-02-28"),  # 民法典第二百零二条: no 31st; a Saturday that is made up for
        ("2026-03-31", 1, MONTHS, "2026-04-30"),
        ("2026-11-30", 1, MONTHS, "2026-12-30"),
        ("2025-11-15", 12, MONTHS, "2026-11-16"),  # a Sunday
        ("2026-03-02", 0, WORKING, "2026-03-02"),  # at once, on the same day
        ("2026-03-07", 0, WORKING, "2026-03-09"),
    ],
)
def test_a_length_ends_on_the_day_of_the_law(after, number, unit, until):
    assert lengths.end_of(day(after), length_of(number, unit), CALENDAR).day == day(until)


def test_the_end_of_a_month_in_a_year_without_notice_is_not_official():
    assert not lengths.end_of(day("2026-09-01"), length_of(6, MONTHS), CALENDAR).official
    assert lengths.end_of(day("2026-03-02"), length_of(6, MONTHS), CALENDAR).official


@pytest.mark.parametrize(
    ("number", "unit", "words"), [(10, WORKING, "10个工作日"), (30, DAYS, "30日"), (3, MONTHS, "3个月")]
)
def test_a_length_is_said_in_its_unit(number, unit, words):
    length = length_of(number, unit)
    assert (lengths.number_of(length), lengths.unit_of(length), lengths.in_words(length)) == (number, unit, words)


def test_a_length_of_working_days_is_its_number():
    assert length_of(10, WORKING) == 10
    assert (lengths.plain(10), lengths.plain(0), lengths.plain(None)) == (10, "当日", "")


def test_what_is_left_of_days_is_days_and_goes_on_as_days():
    length = length_of(15, DAYS)
    left = lengths.left_of(length, day("2026-03-06"), day("2026-03-17"), CALENDAR)
    assert lengths.in_words(left) == "11日"
    assert lengths.end_of(day("2026-03-20"), left, CALENDAR).day == day("2026-03-31")
    assert lengths.gone_of(length, day("2026-03-06"), day("2026-03-20"), CALENDAR) == 14


def test_every_calendar_day_has_a_number_and_the_days_to_which_the_end_was_moved_have_none():
    days = lengths.days_of(day("2026-03-02"), length_of(5, DAYS), CALENDAR)
    assert [each.ordinal for each in days] == [1, 2, 3, 4, 5, None, None]
    months = lengths.days_of(day("2026-03-02"), length_of(1, MONTHS), CALENDAR)
    assert {each.ordinal for each in months} == {None}


# ----------------------------------------------------------------------------------------------- the life of a term

REPLY = load(FOREIGN["hailing"]).procedures["sharing"].terms["reply"]


def begun(on):
    return terms.begun(REPLY, 8, 2, day(on), REPLY.days, None, CALENDAR)


def test_a_term_of_days_that_was_suspended_goes_on_with_the_days_that_were_left():
    """Of fifteen days four were used up; eleven more from the 20th end on the 31st."""
    paused = terms.suspended(begun("2026-03-02"), day("2026-03-06"), CALENDAR)
    again = terms.resumed(REPLY, paused, day("2026-03-20"), CALENDAR)
    assert (again.due_on, again.paused, again.length) == (day("2026-03-31"), 14, length_of(15, DAYS))


def test_a_notice_that_frees_the_last_day_moves_it():
    free = WorkingCalendar(off=[day("2026-03-17")], work=[], since=day("2020-01-01"), through=day("2030-12-31"))
    term = begun("2026-03-02")
    assert term.due_on == day("2026-03-17")
    assert terms.recounted(REPLY, term, day("2026-03-05"), free, quiet=False).due_on == day("2026-03-18")


def test_an_extension_of_a_term_that_ended_on_a_day_off_counts_from_its_beginning():
    """21 September and eighteen days is 9 October; from the 8th, to which the end had moved, it would be later."""
    more = terms.extended(REPLY, begun("2026-09-21"), 3, CALENDAR)
    assert (more.due_on, more.length) == (day("2026-10-09"), length_of(18, DAYS))
