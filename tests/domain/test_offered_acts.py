"""What is offered can be done, and what is not offered is refused: in every procedure of every shipped rulebook.

The standings are those that ``walking`` reaches; an act is tried with every way of filling in its form.
"""

from collections.abc import Iterator
from datetime import date

import pytest

from negotiation.core.enums import CLOCK
from negotiation.core.errors import NegotiationError
from negotiation.domain.machine import lifecycle
from negotiation.domain.machine.values import Act, CaseState
from negotiation.domain.rulebook import Procedure, Transition, load, shipped
from negotiation.services import offers
from tests.acceptance.paths import FOUR, MONDAY, ONE_DAY, WEEKDAYS, filled, walk
from tests.acceptance.plain_items import SUPPLYING

LAW = {
    f"{book.id}/{key}": rules
    for book in (load(folder) for folder in shipped().values())
    for key, rules in book.procedures.items()
}


def case_states(rules: Procedure) -> Iterator[tuple[CaseState, date]]:
    """Each standing that the walk came through, with the days on which somebody might look at it."""
    seen = {}
    for taken in walk(rules).values():
        for case_state in (taken.before, taken.steps[-1].after):
            seen[repr(case_state)] = case_state
    for case_state in seen.values():
        last = max([case_state.last_on or MONDAY, *(term.started_on for term in case_state.terms)])
        dues = [term.due_on for term in case_state.terms if term.runs]
        for today in {last, *dues, *(due + ONE_DAY for due in dues)}:
            yield case_state, today


def succeeds(rules: Procedure, case_state: CaseState, row: Transition, on: date) -> bool:
    """Whether the act is taken on that day, in some role, with some fields; what need not be marked may be left out."""
    unasked = set(rules.mark_fields) - {*row.event.required}
    full = list(filled(rules, row, on, case_state))
    for fields in (*full, *({key: form[key] for key in form if key not in unasked} for form in full)):
        parties = {key: FOUR for key in fields if key in rules.parties}
        for role in row.by:
            try:
                lifecycle.follow(rules, case_state, Act(row.event.key, role, on, fields, parties), WEEKDAYS)
            except NegotiationError:
                continue
            return True
    return False


@pytest.mark.parametrize("name", LAW)
def test_the_law_lets_through_what_it_offers_and_nothing_else(name: str) -> None:
    rules = LAW[name]
    tried = 0
    for case_state, today in case_states(rules):
        for row in rules.from_state(case_state.state):
            if set(row.by) == {CLOCK}:
                continue
            days = offers.days_to_try(case_state, today)
            open_on = {on for on in days if asked(rules, case_state, row, on)}
            assert open_on == {on for on in days if succeeds(rules, case_state, row, on)}, (case_state, row.event.key)
            tried += len(days)
    assert tried > 100


def asked(rules: Procedure, case_state: CaseState, row: Transition, on: date) -> bool:
    then = lifecycle.state_on(rules, case_state, on, WEEKDAYS)
    return lifecycle.hindrance(rules, then, row.event.key, on, WEEKDAYS) is None


@pytest.mark.parametrize("name", ["beijing-2017/sharing", "beijing-2025/sharing", "beijing-2025/catalogue-update"])
def test_no_day_up_to_today_is_missed(name: str) -> None:
    """The days that are tried stand for all: what is lawful on any day is lawful on one of them."""
    rules = LAW[name]
    for case_state, today in case_states(rules):
        for row in rules.from_state(case_state.state):
            if set(row.by) != {CLOCK}:
                every = [today - n * ONE_DAY for n in range(60)]
                chosen = offers.days_to_try(case_state, today)
                ever = any(asked(rules, case_state, row, on) for on in every)
                assert ever == any(asked(rules, case_state, row, on) for on in chosen), (case_state, row.event.key)


@pytest.mark.parametrize("name", ["beijing-2017/sharing", "beijing-2025/sharing"])
def test_a_referral_that_waits_for_a_term_of_its_items_is_told_with_the_first_day_of_it(name: str) -> None:
    """No day before it is lawful, and that day is."""
    rules, waited = LAW[name], 0
    for case_state, today in case_states(rules):
        row = rules.table.get((case_state.state, "refer"))
        why = lifecycle.hindrance(rules, case_state, "refer", today, WEEKDAYS) if row else None
        if row is None or why is None:
            continue
        offer = offers.later(rules, row, why, case_state, today, WEEKDAYS)
        dues = [term.due_on for term in case_state.terms if term.runs and term.kind in ("reply", *SUPPLYING)]
        lawful = [due + ONE_DAY for due in sorted(dues) if due >= today]
        lawful = [on for on in lawful if asked(rules, case_state, row, on)]
        assert offer.since == (lawful[0] if lawful else None), (case_state, today)
        waited += offer.since is not None
    assert waited > 3
