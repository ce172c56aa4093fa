"""The life of a term, pure: it begins, is suspended, resumes, is extended. Counted as ``lengths`` counts.

民法典第二百零一条: the first day does not count. Suspension as 行政复议法实施条例第二十九条 knows it: the working
days that are left are frozen, and counted on from the day of resumption.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from calendars import WorkingCalendar
from negotiation.core.enums import DUE_SOON_WORKING_DAYS, DeadlineStatus
from negotiation.domain import lengths

if TYPE_CHECKING:  # a command that counts days starts without the law
    from negotiation.domain.rulebook import Reminder, TermRule

ONE_DAY = timedelta(days=1)
NUMBERS = 8  # more terms than one event ever starts


class Term(NamedTuple):
    """A term of a case; ``n``: the number of the event that started it times ``NUMBERS``, and its place among those.

    ``due_on`` = the end of ``counted`` (a length) after ``counts_from``; it is kept after the end.

    ``days``: the length with which it began; once it is counted from a later day, those that it has (``length``).
    ``rung``: the last reminder sent, as working days before the due date. ``next_on``: the next day on which the clock
    acts, None while it has nothing to do. ``frozen``: the working days left while suspended; ``paused``: those spent
    suspended. ``items``: the numbers of the data items that it is about. ``basis``: on what it rests. ``struck_seq``:
    the event by which it turned out that it never ran.
    """

    n: int
    kind: str
    main: bool
    department_id: int | None
    started_on: date
    days: int | None
    counts_from: date
    counted: int | None
    due_on: date
    official: bool
    next_on: date | None
    rung: int | None = None
    suspended_on: date | None = None
    frozen: int | None = None
    paused: int = 0
    lapsed_on: date | None = None
    answered_on: date | None = None
    ended_on: date | None = None
    ended_seq: int | None = None
    items: tuple[int, ...] = ()
    basis: str = ""
    struck_seq: int | None = None

    @property
    def runs(self) -> bool:
        return self.ended_on is None and self.suspended_on is None

    @property
    def pauses(self) -> bool:
        """Suspended now: on which day it will end nobody knows yet."""
        return self.ended_on is None and self.suspended_on is not None

    @property
    def is_looked_at_late(self) -> bool:
        """True if the clock would look at it only after the day that follows its last: a lapse would come too late."""
        return (
            self.runs and self.lapsed_on is None and self.next_on is not None and self.next_on > self.due_on + ONE_DAY
        )

    @property
    def length(self) -> int | None:
        """The working days that the term has in all, extensions among them; None of a date that no count gave."""
        if self.counted is None:
            return None
        return self.counted if self.counts_from == self.started_on else self.days


def begun(
    rule: TermRule, n: int, holder: int | None, on: date, days: int | None, by: date | None, calendar: WorkingCalendar
) -> Term:
    """A term that begins on the day ``on``: its working days, or until the day ``by`` that the act or the year set."""
    days = None if by else days
    due, official = (by, True) if days is None else lengths.end_of(on, days, calendar)[:2]
    assert due is not None, "a term has its days or a date set by the act"
    next_on = next_reminder(rule, on, due, None, calendar) or due + ONE_DAY
    return Term(n, rule.key, rule.main, holder, on, days, on, days, due, official, next_on, basis=rule.basis)


def set_by_act(rule: TermRule, term: Term, by: date, calendar: WorkingCalendar) -> Term:
    """A date that the parties or the leading group set: it is that date, and no calendar moves it."""
    term = term._replace(days=None, counted=None, due_on=by, official=True, lapsed_on=None, rung=None)
    return term._replace(next_on=next_day(rule, term, calendar))


def suspended(term: Term, on: date, calendar: WorkingCalendar, *, whole: bool = False) -> Term:
    """The term standing still since a day; ``whole``: once it is taken up again it has all its days."""
    left = term.length if whole else None
    left = lengths.left_of(term.counted or 0, on, term.due_on, calendar) if left is None else left
    return term._replace(suspended_on=on, frozen=left, next_on=None)


def resumed(rule: TermRule, term: Term, on: date, calendar: WorkingCalendar) -> Term:
    """The working days left when it was suspended are counted from the day of resumption."""
    assert term.suspended_on is not None
    pause = lengths.gone_of(term.counted or 0, term.suspended_on, on, calendar)
    resumed = term._replace(suspended_on=None, frozen=None, paused=term.paused + pause)
    return due_again(rule, resumed, on, term.frozen or 0, calendar)


def due_again(rule: TermRule, term: Term, on: date, left: int, calendar: WorkingCalendar) -> Term:
    """The term with ``left`` working days from ``on``; none left means the first working day from then on."""
    day, official = end_of(on, left, calendar)
    moved = term._replace(days=term.length, counts_from=on, counted=left, due_on=day, official=official)
    return moved._replace(next_on=next_day(rule, moved, calendar))


def end_of(counts_from: date, counted: int, calendar: WorkingCalendar) -> tuple[date, bool]:
    """The day on which a length ends, and whether it is official."""
    return lengths.end_of(counts_from, counted, calendar)[:2]


def recounted(rule: TermRule, term: Term, on: date, calendar: WorkingCalendar, *, quiet: bool) -> Term:
    """The term, as long as it was, by a calendar that has changed; reminders due before the day ``on`` are left out."""
    assert term.counted is not None, "a date set by an act is not counted"
    day, official = end_of(term.counts_from, term.counted, calendar)
    moved = term._replace(due_on=day, official=official, rung=term.rung if day == term.due_on else None)
    if term.next_on is None:
        return moved
    return moved._replace(next_on=next_day(rule, moved, calendar, since=on, quiet=quiet))


def extended(rule: TermRule, term: Term, more: int, calendar: WorkingCalendar) -> Term:
    """An extension adds to the length, and so to the due date; a date that an act set gets working days more."""
    due, official = _extended_to(term, more, calendar)
    moved = term._replace(due_on=due, official=official, rung=None, lapsed_on=None)
    if term.counted is not None:
        moved = moved._replace(counted=term.counted + more)
    if term.days is not None and term.counts_from != term.started_on:  # see ``length``
        moved = moved._replace(days=term.days + more)
    return moved._replace(next_on=next_day(rule, moved, calendar))


def _extended_to(term: Term, more: int, calendar: WorkingCalendar) -> tuple[date, bool]:
    if term.counted is not None and lengths.unit_of(term.counted) is not lengths.Unit.WORKING_DAYS:
        return end_of(term.counts_from, term.counted + more, calendar)
    return end_of(term.due_on, more, calendar)


def next_day(
    rule: TermRule, term: Term, calendar: WorkingCalendar, *, since: date | None = None, quiet: bool = False
) -> date | None:
    """The next day on which the clock acts on a term: its next reminder (from ``since`` on), else the day after due.

    ``quiet``: the office has stopped the mail of the case, so no reminder is left.
    """
    if not term.runs or term.lapsed_on is not None:
        return None
    reminder = None if quiet else next_reminder(rule, term.started_on, term.due_on, term.rung, calendar, since)
    return reminder or term.due_on + ONE_DAY


def next_reminder(
    rule: TermRule,
    started_on: date,
    due_on: date,
    sent: int | None,
    calendar: WorkingCalendar,
    since: date | None = None,
) -> date | None:
    """The day of the next reminder after that ``sent``, later than the start of the term and from ``since`` on."""
    for reminder in rule.reminders:
        if sent is None or reminder.days_before < sent:
            day = reminder_day(reminder, due_on, calendar)
            if day > started_on and (since is None or day >= since):
                return day
    return None


def reminder_day(reminder: Reminder, due_on: date, calendar: WorkingCalendar) -> date:
    """The day of a reminder: ``days_before`` working days before the due date, or before the day off that it is."""
    if reminder.days_before == 0 and calendar.is_working_estimated(due_on):
        return due_on
    return calendar.estimate(due_on, -max(reminder.days_before, 1)).day


def awaited(calendar: WorkingCalendar, due_on: date) -> str:
    """The words beside a date that is not official: it waits for the arrangements of these years."""
    first = calendar.official_through.year + 1
    years = "、".join(f"{year}年" for year in range(first, max(first, due_on.year) + 1))
    return f"暂定，待国务院办公厅公布{years}节假日安排后确定"


def deadline_status(
    next_due: date | None, as_of: date, calendar: WorkingCalendar, *, suspended: bool, reference: bool
) -> DeadlineStatus:
    """The deadline status at the end of a day; ``reference``: of a body that 809号令第四十三条 only refers to."""
    if next_due is None:
        return DeadlineStatus.SUSPENDED if suspended else DeadlineStatus.NONE
    if reference:
        return DeadlineStatus.REFERENCE
    if as_of > next_due:
        return DeadlineStatus.OVERDUE
    soon = calendar.count_estimated(as_of, next_due) <= DUE_SOON_WORKING_DAYS
    return DeadlineStatus.DUE_SOON if soon else DeadlineStatus.NORMAL
