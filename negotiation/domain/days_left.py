"""How many working days a case has left, or is late by: counted by the calendar, never guessed. Pure."""

from datetime import date
from typing import NamedTuple

from calendars import WorkingCalendar
from negotiation.core.enums import DeadlineStatus

_UNCOUNTED = (DeadlineStatus.SUSPENDED, DeadlineStatus.REFERENCE, DeadlineStatus.NONE)


class DaysLeft(NamedTuple):
    """``days``: working days left, or since the last day; None where none run. Late by 0: since a day off began."""

    status: DeadlineStatus
    days: int | None = None

    @property
    def ends_today(self) -> bool:
        """True on the last day of a term."""
        return self.days == 0 and self.status is not DeadlineStatus.OVERDUE


def days_left(due: date | None, status: DeadlineStatus, as_of: date, calendar: WorkingCalendar) -> DaysLeft:
    """The working days from a day to the last one of a term; ``status``: as ``terms.deadline_status`` gives it."""
    if due is None or status in _UNCOUNTED:
        return DaysLeft(status)
    if status is DeadlineStatus.OVERDUE:
        return DaysLeft(status, calendar.count_estimated(due, as_of))
    return DaysLeft(status, 0 if due == as_of else calendar.count_estimated(as_of, due))
