"""Working days left and over, counted by hand over the National Day of 2026: off from 1 to 7 October, Saturday the 10th
worked to make up for it, as the State Council's notice has it."""

import pytest

from calendars import WorkingCalendar
from negotiation.core.enums import DeadlineStatus
from negotiation.domain.days_left import DaysLeft, days_left
from tests.conftest import day

CALENDAR = WorkingCalendar.official()


@pytest.mark.parametrize(
    ("today", "due", "status", "left"),
    [
        ("2026-09-28", "2026-10-09", DeadlineStatus.NORMAL, 4),  # 29, 30, 8, 9
        ("2026-09-30", "2026-10-10", DeadlineStatus.DUE_SOON, 3),  # 8, 9, Saturday 10
        ("2026-10-03", "2026-10-08", DeadlineStatus.DUE_SOON, 1),  # 8
        ("2026-10-09", "2026-10-09", DeadlineStatus.DUE_SOON, 0),
        ("2026-10-05", "2026-09-30", DeadlineStatus.OVERDUE, 0),  # none was worked since
        ("2026-10-08", "2026-09-30", DeadlineStatus.OVERDUE, 1),  # 8
        ("2026-10-12", "2026-10-09", DeadlineStatus.OVERDUE, 2),  # Saturday 10, 12
    ],
)
def test_days_left_and_over_are_the_working_days_of_the_notice(today, due, status, left):
    found = days_left(day(due), status, day(today), CALENDAR)
    assert found == DaysLeft(status, left)
    assert found.ends_today == (today == due)


@pytest.mark.parametrize("status", [DeadlineStatus.SUSPENDED, DeadlineStatus.REFERENCE, DeadlineStatus.NONE])
def test_where_no_term_binds_no_days_are_counted(status):
    assert days_left(day("2026-10-09"), status, day("2026-10-12"), CALENDAR).days is None
