"""A calendar that is kept as a line of days is the same calendar again: its days, their documents, what it foresees."""

from calendars import WorkingCalendar
from calendars.day_line import marks_in, rows_of

CHINA = WorkingCalendar.official()


def test_days_that_are_kept_as_text_are_the_same_days_again() -> None:
    marks = dict(CHINA.line.marks)
    assert len(marks) > 500
    assert marks_in(rows_of(marks)) == marks


def test_a_calendar_made_from_its_line_knows_and_foresees_the_same() -> None:
    again = WorkingCalendar.of_line(CHINA.line)
    assert again.line == CHINA.line
    assert again.line.plans
