"""Derivation of a case: what its entries, the law and the calendar make of it. Pure, as the engine is.

Each entry is followed by the engine, in order, with the calendar that was known when it was entered; between them the
clock does what falls due by law. Nothing that was recorded of the clock's own is needed but its numbers.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import zip_longest
from typing import NamedTuple

from calendars import Unpublished, WorkingCalendar
from negotiation.core.enums import LAPSE, SUCCESSION_TITLE
from negotiation.core.errors import NegotiationError, OutOfPlace
from negotiation.core.local_time import local_date
from negotiation.domain.machine import clock_events, lifecycle
from negotiation.domain.machine.amendments import handed_in, takes_up
from negotiation.domain.machine.clock_numbers import NOTHING_RECORDED, ClockNumbers
from negotiation.domain.machine.division import taken_over
from negotiation.domain.machine.entries import Entry
from negotiation.domain.machine.succession import succeeded
from negotiation.domain.machine.values import CaseState, Step
from negotiation.domain.rulebook import Procedure


class Calendars(NamedTuple):
    """The calendar of a case. ``at``: as known at a revision; ``revisions``: the days and numbers of all, in order."""

    at: Callable[[int], WorkingCalendar]
    revisions: Sequence[tuple[date, int]] = ()


class Derived(NamedTuple):
    """A case as it follows from its entries: its steps in order, each with its entry (None: the clock's).

    ``blank``: what it was before the first of them. ``idle``: the numbers of the changes of law that find it ended and
    that no act follows that takes it up again: a case that has ended goes over only then.
    """

    blank: CaseState
    steps: tuple[tuple[Step, Entry | None], ...]
    case_state: CaseState
    idle: tuple[int, ...] = ()

    @property
    def by_clock(self) -> list[Step]:
        """The lapses, and what followed from them by itself."""
        return [step for step, entry in self.steps if entry is None and step.recounted is None]

    def step_of(self, seq: int) -> Step | None:
        """The step that the entry of this number is; None if it does not stand."""
        return next((step for step, entry in self.steps if entry is not None and entry.seq == seq), None)


class Unfit(NegotiationError):
    """The first entry that does not follow from those before it, and the error by which it is refused."""

    def __init__(self, entry: Entry, title: str, error: NegotiationError) -> None:
        super().__init__(f"第{entry.seq}项“{title}”不再成立：{error.what}", todo=error.todo)
        self.entry = entry
        self.error = error


def unlived(procedure: Procedure, entries: Iterable[Entry], parties: Mapping[str, int]) -> CaseState:
    """The case before the first of its entries: a draft between the parties with which it was handed in.

    ``parties``: those of today, where it was not handed in yet.
    """
    first = handed_in(procedure, entries)
    return CaseState(procedure.initial, 0, None, {}, (), {**parties, **(first.parties if first is not None else {})})


def derive(
    procedure: Procedure,
    blank: CaseState,
    entries: Sequence[Entry],
    calendars: Calendars,
    until: date,
    *,
    clock: bool = True,
    numbers: ClockNumbers = NOTHING_RECORDED,
) -> Derived:
    """The case at the end of the day ``until``, as its entries make it from what it was before the first of them.

    ``procedure``: that of the law by which it began; an entry with a ``law`` goes over to another.
    ``entries``: those that stand, in order. ``clock=False``: nothing is let pass. ``numbers``: of the clock's events.
    Raises Unfit.
    """
    replay = _Replay(procedure, blank, calendars, clock, numbers, max((each.seq for each in entries), default=0) + 1)
    for entry, following in zip_longest(entries, entries[1:]):
        replay.enter(entry)
        if entry.replayed and (following is None or following.recorded_at != entry.recorded_at):
            replay.stop_clock(local_date(entry.recorded_at))
    replay.let_pass(until)
    idle = replay.go_over_idly()
    return Derived(blank, tuple(replay.steps), replay.case_state, tuple(idle))


class _Replay:
    """A case on the way from its first entry to its last."""

    def __init__(
        self,
        procedure: Procedure,
        blank: CaseState,
        calendars: Calendars,
        clock: bool,
        numbers: ClockNumbers,
        free: int,
    ) -> None:
        self.case_state = blank
        self.steps: list[tuple[Step, Entry | None]] = []
        self._procedure = procedure
        self._calendars = calendars
        self._clock = clock
        self._known = numbers.known
        self._free = max(numbers.free, free)
        self._to_come = list(calendars.revisions)
        self._revision = 0
        self._counted_at: dict[int, int] = {}  # term → the revision with which it was last counted
        self._changes: list[Entry] = []  # of law, which found the case ended and wait for the act that takes it up
        self._imported: set[int] = set()  # the terms that the history of a ledger has begun, its clock not stopped yet

    def enter(self, entry: Entry) -> None:
        """Lets the clock act until the day of an entry, and follows the entry. Raises Unfit."""
        if self._clock and not entry.replayed:
            self._let_pass(entry.on, [each for each in self._to_come if each <= (entry.on, entry.calendar_revision)])
        if entry.law is not None and entry.law_before is not None:
            self._changes.append(entry)
            self._go_over_before(entry)
            return
        self._go_over_before(entry)
        if entry.carried is not None:
            self._take(taken_over(self._procedure, self.case_state, entry.carried, entry.on), entry)
            self._counted_at |= {term.n: entry.calendar_revision for term in entry.carried.terms}
            return
        before = {term.n for term in self.case_state.terms}
        *annulments, own = self._followed(entry)
        for step in annulments:
            self._withdraw(step)
        self._take(own, entry)
        self._counted_at |= {term.n: entry.calendar_revision for term in own.changed}
        if entry.replayed:
            self._imported |= {term.n for term in self.case_state.terms} - before

    def _go_over_before(self, entry: Entry) -> None:
        """Lets the changes of law take place that an entry finds due: that of an ended case when it is taken up."""
        while self._changes and self._changes[0].on <= entry.on:
            if self._has_ended and not takes_up(entry.rules or self._procedure, entry.event):
                return
            change = self._changes.pop(0)
            self._go_over(change, entry.on if self._has_ended else change.on)

    def go_over_idly(self) -> list[int]:
        """Lets the changes of law take place that no entry followed; the numbers of those that found the case ended."""
        idle = [each.seq for each in self._changes if self._has_ended]
        for change in self._changes:
            self._go_over(change, change.on)
        return idle

    def _go_over(self, change: Entry, on: date) -> None:
        """What comes after the day ``on`` is ruled by another law; terms that run stay as they are."""
        key, before, law = self._procedure.key, change.law_before, change.law
        assert before is not None
        assert law is not None
        try:
            step = succeeded(before, law, key, self.case_state, on, change.seq)
        except NegotiationError as error:
            raise self._unfit(change, error) from error
        self._procedure = law.procedure(key)
        self._take(step, change)

    @property
    def _has_ended(self) -> bool:
        return bool(self._procedure.states[self.case_state.state].ending)

    def let_pass(self, until: date) -> None:
        """Lets the clock act after the last entry: what was due before the day ``until``."""
        if self._clock:
            self._let_pass(until, [each for each in self._to_come if each[0] <= until])

    def stop_clock(self, as_of: date) -> None:
        """Stops the terms that were past when history was imported: they do not lapse, a person is asked to look."""
        terms = tuple(
            term._replace(next_on=None) if term.n in self._imported and term.runs and term.due_on < as_of else term
            for term in self.case_state.terms
        )
        self.case_state = self.case_state._replace(terms=terms)
        self._imported = set()

    def _followed(self, entry: Entry) -> list[Step]:
        calendar = self._calendars.at(entry.calendar_revision)
        try:
            return lifecycle.follow(self._procedure, self.case_state, entry.act, calendar, clock=False)
        except NegotiationError as error:
            raise self._unfit(entry, error) from error
        except (ValueError, Unpublished) as error:
            raise self._unfit(entry, NegotiationError(f"日期无法计算：{error}", todo="请核对日期")) from error

    def _unfit(self, entry: Entry, error: NegotiationError) -> Unfit:
        error = error.on(entry.on) if isinstance(error, OutOfPlace) else error
        rule = (entry.rules or self._procedure).events.get(entry.event)
        return Unfit(entry, rule.title if rule else SUCCESSION_TITLE if entry.law else entry.event, error)

    def _withdraw(self, annulment: Step) -> None:
        """A lapse that a later entry of an earlier day shows to be wrong has not happened."""
        lapse = (LAPSE, annulment.term)
        del self.steps[max(place for place, (step, _) in enumerate(self.steps) if (step.event, step.term) == lapse)]

    def _let_pass(self, on: date, recounts: Iterable[tuple[date, int]]) -> None:
        for day, revision in recounts:
            self._lapse_before(day)
            self._revision = revision
            self._count_again(day)
            self._to_come.remove((day, revision))
        self._lapse_before(on)

    def _lapse_before(self, on: date) -> None:
        calendar = self._calendars.at(self._revision)
        while (term := clock_events.first_passed(self.case_state, on)) is not None:
            seq = self._seq_of(LAPSE, term.n, term.due_on)
            case_state = self.case_state._replace(version=seq - 1)
            for step in clock_events.lapse(self._procedure, case_state, term, calendar, self._seq_of):
                self._take(step, None)
                self._counted_at |= {each.n: self._revision for each in step.changed}

    def _seq_of(self, event: str, term: int | None, on: date) -> int:
        """The number under which the clock has recorded an event; else the next one that is free."""
        known = self._known.get((event, term, on))
        if known is not None:
            return known
        self._free += 1
        return self._free - 1

    def _count_again(self, on: date) -> None:
        """A revision of the calendar moves what it finds, as it did on its day; what is past stays."""
        calendar = self._calendars.at(self._revision)
        for term in self.case_state.terms:
            if self._counted_at.get(term.n, 0) < self._revision:
                self._counted_at[term.n] = self._revision
                if clock_events.moves(self._procedure, self.case_state, term, on, calendar):
                    step = clock_events.recount(
                        self._procedure, self.case_state, term, on, "", calendar, last_notified=term.due_on
                    )
                    self._take(step, None)

    def _take(self, step: Step, entry: Entry | None) -> None:
        self.steps.append((step, entry))
        self.case_state = step.after
