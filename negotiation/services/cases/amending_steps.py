"""The events by which a rewriting is recorded: each is of today, and the case stands after it as after all of them."""

from negotiation.core.enums import ANNUL, CLOCK, LAPSE, STRIKE_ENTRY
from negotiation.core.labels import AMENDMENT_TITLES
from negotiation.domain.machine.amendments import Amendment
from negotiation.domain.machine.clock_numbers import ClockEvent
from negotiation.domain.machine.values import CaseState, Step
from negotiation.domain.rulebook import OFFICE_BASIS, STAY, EventRule, Transition
from negotiation.services.cases.case_file import CaseFile


def amendment_step(file: CaseFile, after: CaseState, amendment: Amendment) -> Step:
    """The event by which an entry is corrected or struck; ``after``: the case after all that is recorded now."""
    event = next(key for key in AMENDMENT_TITLES if (key == STRIKE_ENTRY) == amendment.struck)
    rule = EventRule(event, AMENDMENT_TITLES[event], (), (), (), (), approval=False, notify=())
    return own_step(after, amendment.seq, rule, file)


def annulment_step(file: CaseFile, after: CaseState, seq: int, gone: ClockEvent) -> Step:
    """The event of this number by which the clock takes one of its own back."""
    rule, basis = file.procedure.events[ANNUL], OFFICE_BASIS
    if gone.event == LAPSE:
        term = next(each for each in file.case_state.terms if each.n == gone.term)
        basis = term.basis or file.procedure.terms[term.kind].basis
    return own_step(after, seq, rule, file)._replace(role=CLOCK, term=gone.term, basis=basis)


def own_step(after: CaseState, seq: int, rule: EventRule, file: CaseFile) -> Step:
    """An event of today by which the case comes to stand as it does ``after`` all of them."""
    row = Transition(rule, rule.by, after.state, STAY, OFFICE_BASIS)
    return Step(rule.key, CLOCK, file.today, OFFICE_BASIS, row, after._replace(version=seq))
