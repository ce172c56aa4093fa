"""How many working days a case has left, or is late by: counted by the calendar, never guessed. Pure."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from calendars import WorkingCalendar
from negotiation.core.enums import DeadlineStatus


class Urgency(StrEnum):
    """How a day stands to today; the order is that of consequence."""

    OVERDUE = "overdue"
    TODAY = "today"
    SOON = "soon"
    NORMAL = "normal"
    SUSPENDED = "suspended"
    REFERENCE = "reference"
    NONE = "none"


_OF_STATUS = {
    DeadlineStatus.OVERDUE: Urgency.OVERDUE,
    DeadlineStatus.DUE_SOON: Urgency.SOON,
    DeadlineStatus.NORMAL: Urgency.NORMAL,
    DeadlineStatus.SUSPENDED: Urgency.SUSPENDED,
    DeadlineStatus.REFERENCE: Urgency.REFERENCE,
    DeadlineStatus.NONE: Urgency.NONE,
}


class DaysLeft(NamedTuple):
    """``days``: working days left, or since the last day; None where none run. Late by 0: since a day off began."""

    urgency: Urgency
    days: int | None = None


def days_left(due: date | None, status: DeadlineStatus, as_of: date, calendar: WorkingCalendar) -> DaysLeft:
    """The working days from a day to the last one of a term; ``status``: as ``terms.deadline_status`` gives it."""
    urgency = _OF_STATUS[status]
    if due is None or urgency in (Urgency.SUSPENDED, Urgency.REFERENCE, Urgency.NONE):
        return DaysLeft(urgency)
    if urgency is Urgency.OVERDUE:
        return DaysLeft(urgency, calendar.count_estimated(due, as_of))
    if due == as_of:
        return DaysLeft(Urgency.TODAY, 0)
    return DaysLeft(urgency, calendar.count_estimated(as_of, due))
