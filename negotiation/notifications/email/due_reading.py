"""A due date as it reads on the day of sending: past or to come, official or provisional."""

from dataclasses import dataclass
from datetime import date

from calendars import Due, WorkingCalendar
from negotiation.domain.lengths import end_of
from negotiation.domain.notice_facts import DueFacts
from negotiation.domain.wording import between, waits_for


@dataclass(frozen=True, slots=True)
class DueReading:
    """Working days left (``left_days``: each of them); ``estimate``: the end as the calendar counts it now.

    ``awaited``: what a provisional date waits for, "" if it is official; ``provisional``: that with its range.
    """

    left: int
    left_days: tuple[date, ...]
    past: bool
    due_now: bool
    official: bool
    estimate: Due | None
    awaited: str
    provisional: str


def reading_of(term: DueFacts, today: date, calendar: WorkingCalendar) -> DueReading:
    """A due date as it reads on the day ``today``, by the calendar by which its term is counted."""
    left = calendar.count_estimated(today, term.due_on)
    ahead = calendar.explain(today, left) if left > 0 else ()
    due = end_of(term.counts_from, term.counted, calendar) if term.counted else None
    official = term.official or (due is not None and due.official and due.day == term.due_on)
    awaited = "" if official else waits_for(calendar, term.due_on, due)
    return DueReading(
        left=left,
        left_days=tuple(day.date for day in ahead if day.ordinal),
        past=term.due_on < today,
        due_now=term.due_on == today,
        official=official,
        estimate=due,
        awaited=awaited,
        provisional=awaited and awaited + between(due and due.earliest, due and due.latest),
    )
