"""Working days: which days count, when a term ends, and why. Knows nothing of the cases that use it.

`WorkingCalendar.official().due(date(2026, 9, 18), 10)` is 9 October 2026: make-up days count, holidays do not.
"""

from calendars.arrangement import Arrangement
from calendars.calendar import Day, Due, WorkingCalendar
from calendars.day_index import Unpublished

__all__ = ["Arrangement", "Day", "Due", "Unpublished", "WorkingCalendar"]
