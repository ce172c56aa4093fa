"""Cases lived day by day by the fast path, and what holds of any of them whatever was entered.

Each property takes a case that was lived, and asserts; derivations that are broken on purpose are held against them.
"""

from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

from negotiation.core.enums import CLOCK
from negotiation.core.errors import NegotiationError
from negotiation.domain.machine import amendments, clock_events, lifecycle
from negotiation.domain.machine.amendments import Amendment
from negotiation.domain.machine.clock_numbers import ClockEvent, numbers_of
from negotiation.domain.machine.derivation import Calendars, Derived, derive
from negotiation.domain.machine.entries import Entry
from negotiation.domain.machine.values import CaseState, Step, has_place
from negotiation.domain.rulebook import Procedure, Transition, load, shipped
from tests.acceptance.paths import MONDAY, WEEKDAYS, act_of, filled, opened
from tests.conftest import at

LAW = {
    f"{book.id}/{rules.key}": rules
    for book in (load(folder) for folder in shipped().values())
    for rules in book.procedures.values()
}


class Life:
    """A case lived day by day by the fast path: what was entered, what the clock recorded, and how it stands."""

    def __init__(self, rules: Procedure, random: Random) -> None:
        self.rules, self.random = rules, random
        self.case_state, self.today = opened(rules), MONDAY
        self.entries: list[Entry] = []
        self.by_clock: list[ClockEvent] = []
        self.moving: set[int] = set()

    def live(self, acts: int) -> None:
        for _ in range(acts):
            self.today += timedelta(days=self.random.choice([0, 1, 1, 2, 5, 15]))
            if self.random.random() < 0.7:
                self.keep(clock_events.lapses(self.rules, self.case_state, self.today, WEEKDAYS))
            self.act()

    def act(self) -> None:
        """One lawful act of today, or late paper of a day before; nothing if none is."""
        rows = [row for row in self.rules.from_state(self.case_state.state) if set(row.by) != {CLOCK}]
        for row in self.random.sample(rows, len(rows)):
            on = self.today - timedelta(days=self.random.choice([0, 0, 0, 1, 4, 12]))
            fields = self.random.choice([*filled(self.rules, row, self.today, self.case_state), {}])
            if self.takes(row, on, fields):
                return

    def enter(self, event: str, on: date) -> None:
        """An act that is lawful, of a day, its form filled in but for what it need not mark."""
        row = self.rules.table[self.case_state.state, event]
        unasked = set(self.rules.mark_fields) - {*row.event.required}
        fields = next(filled(self.rules, row, self.today, self.case_state))
        assert self.takes(row, on, {key: value for key, value in fields.items() if key not in unasked})

    def takes(self, row: Transition, on: date, fields: dict[str, Any]) -> bool:
        """True if an act is lawful: then it was entered today."""
        role = next(role for role in row.by if role != CLOCK)
        act = act_of(self.rules, row, role, on, fields)
        try:
            *by_clock, own = lifecycle.follow(self.rules, self.case_state, act, WEEKDAYS)
        except NegotiationError:
            return False
        self.keep(by_clock)
        self.entries.append(self.entered(own, fields, role))
        self.case_state = own.after
        if has_place(self.rules, row, fields):
            self.moving.add(own.after.version)
        return True

    def entered(self, step: Step, fields: dict[str, Any], role: str) -> Entry:
        parties = {key: 3 for key in fields if key in self.rules.parties}
        moment = datetime.combine(self.today, datetime.min.time(), at("2026-03-02").tzinfo)
        return Entry(step.after.version, step.event, role, "测试", step.on, fields, parties, False, None, moment, 0, 0)

    def keep(self, steps: Any) -> None:
        for step in steps:
            self.by_clock.append(ClockEvent(step.after.version, step.event, step.term, step.on))
            self.case_state = step.after

    def derived(self, entries: list[Entry] | None = None) -> Derived:
        numbers = numbers_of(self.by_clock, self.case_state.version + 1)
        given = self.entries if entries is None else entries
        return derive(self.rules, opened(self.rules), given, Calendars(lambda _: WEEKDAYS), self.today, numbers=numbers)

    def amended(self, entries: list[Entry], changes: list[Amendment]) -> Derived:
        """The case as its entries make it with these corrections and strikes."""
        return self.derived(amendments.standing(self.rules, entries, changes))


def lived(name: str, seed: int, acts: int = 10) -> Life:
    """A case of a procedure, the clock having done what was due."""
    life = Life(LAW[name], Random(seed))
    life.live(acts)
    life.keep(clock_events.lapses(life.rules, life.case_state, life.today, WEEKDAYS))
    return life


def answered_in_time_and_entered_late(name: str, seed: int) -> Life:
    """A case that was talked about after its reply had lapsed, and then it turned out that it was answered in time."""
    life = Life(LAW[name], Random(seed))
    life.enter("submit", life.today)
    due = max(term.due_on for term in life.case_state.terms)
    life.today = due + timedelta(days=life.random.randint(2, 20))
    life.keep(clock_events.lapses(life.rules, life.case_state, life.today, WEEKDAYS))
    life.enter("note", life.today)
    life.enter(life.random.choice(["agree", "refuse"]), MONDAY + (due - MONDAY) * life.random.random())
    life.keep(clock_events.lapses(life.rules, life.case_state, life.today, WEEKDAYS))
    return life


def alike(one: CaseState, other: CaseState) -> bool:
    """True if two cases are the same; when the clock looks at their terms again is not asked."""
    return _without_clock(one) == _without_clock(other)


def _without_clock(state: CaseState) -> CaseState:
    return state._replace(version=0, terms=tuple(term._replace(next_on=None, rung=None) for term in state.terms))


# ------------------------------------------------------------------------------------------------------- properties


def what_is_stored_follows_from_the_entries(life: Life) -> None:
    """The case, and what the clock has recorded of it and not taken back."""
    derived = life.derived()
    assert alike(derived.case_state, life.case_state)
    stands = {(event, on) for event, _, on in numbers_of(life.by_clock, 0).known}
    assert {(step.event, step.on) for step in derived.by_clock} == stands


def an_entry_corrected_to_what_it_was_changes_nothing(life: Life) -> None:
    free = life.case_state.version + 1
    for entry in life.entries:
        same = Amendment(free, entry.seq, False, entry.recorded_at, 0, entry.on, entry.fields, entry.parties)
        assert alike(life.amended(life.entries, [same]).case_state, life.case_state)


def an_entry_that_is_struck_has_not_been_made(life: Life) -> None:
    """Whatever was entered once more, and where it stands."""
    free = life.case_state.version + 1
    for entry in life.entries:
        again = entry._replace(seq=free, after_seq=life.random.choice([None, entry.seq]))
        strike = Amendment(free + 1, free, True, entry.recorded_at, 0)
        assert alike(life.amended([*life.entries, again], [strike]).case_state, life.case_state)


def a_paper_that_was_entered_late_stands_in_its_place(life: Life) -> None:
    """Whichever it is, and whatever was entered meanwhile."""
    free = life.case_state.version + 1
    for before, late in pairwise(life.entries):
        others = [each for each in life.entries if each.seq != late.seq]
        anew = life.amended([*others, late._replace(seq=free, after_seq=before.seq)], [])
        assert plain(anew.case_state) == plain(life.case_state)


def plain(case_state: CaseState) -> Any:
    """A case without the numbers of its events."""
    days = ("kind", "started_on", "due_on", "answered_on", "ended_on", "lapsed_on", "suspended_on", "items")
    terms = sorted(str([getattr(term, name) for name in days]) for term in case_state.terms)
    numbers: Any = dict.fromkeys(("answered_seq", "since_seq", "supplied_seq", "received_seq", "term_n"))
    items = [item._replace(**numbers) for item in case_state.items]
    return case_state.state, case_state.last_on, case_state.parties, terms, items


PROPERTIES = (
    what_is_stored_follows_from_the_entries,
    an_entry_corrected_to_what_it_was_changes_nothing,
    an_entry_that_is_struck_has_not_been_made,
    a_paper_that_was_entered_late_stands_in_its_place,
)
