"""Succession of laws, pure: a case goes over from the rulebook of its time to the one that follows (适用新规定).

Its state bears the name that it has there; terms that run keep their length and their basis, those that start
afterwards follow the new law.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeVar

from negotiation.core.enums import CLOCK, SUCCESSION, SUCCESSION_TITLE
from negotiation.core.errors import InvalidTransition
from negotiation.domain.machine.values import CaseState, Step
from negotiation.domain.rulebook import OFFICE_BASIS, EventRule, Procedure, Rulebook, Transition
from negotiation.domain.terms import Term

_RULE = EventRule(SUCCESSION, SUCCESSION_TITLE, (CLOCK,), (), (), (), approval=False, notify=())

Law = TypeVar("Law")


def ruling(
    events: Iterable[tuple[int, int | None, date]],
    first: Law,
    later: Mapping[int, Law],
    withdrawn: Mapping[int, int],
) -> dict[int, Law]:
    """The law under which each event of a case was entered: that of its day, where it was put in between others.

    ``events``: the number of each, in order, that of the event behind which it stands if it was put in between, and
    its day. ``first``: the law by which the case began; ``later``: those to which it went over, by the number of the
    event; ``withdrawn``: the changes that were taken back, by the number of the event that did.
    """
    law, found = first, dict[int, Law]()
    changes: dict[int, tuple[date, Law]] = {}  # the day of each, and the law before it
    for seq, after_seq, on in events:
        if seq in withdrawn:
            _, law = changes.pop(withdrawn[seq])
        elif seq in later:
            changes[seq] = on, law
            law = later[seq]
        former = next((before for day, before in changes.values() if day > on), law)
        found[seq] = law if after_seq is None else former
    return found


def succeeded(
    before: Rulebook, law: Rulebook, key: str, case_state: CaseState, on: date, seq: int | None = None
) -> Step:
    """The step by which a case goes over from one law to another on the day ``on``; ``key``: of its procedure.

    ``seq``: the number of the event. Raises InvalidTransition if the law has no state for it.
    """
    procedure = before.procedure(key)
    state = _state_in(law, procedure, case_state.state)
    row = Transition(_RULE, (CLOCK,), case_state.state, state, law.document)
    after = case_state._replace(
        state=state,
        version=seq or case_state.version + 1,
        last_on=_not_before(case_state.last_on, on),
        terms=tuple([_run_on(term, before) for term in case_state.terms]),
        back_state=case_state.back_state and _state_in(law, procedure, case_state.back_state),
        back_on=_not_before(case_state.back_on, on),
    )
    changed = [new for new, old in zip(after.terms, case_state.terms, strict=True) if new != old]
    return Step(SUCCESSION, CLOCK, on, law.document, row, after, tuple(changed))


def _run_on(term: Term, before: Rulebook) -> Term:
    """A term as the new law cites it: it rests on what it rested on, named with its document."""
    if term.ended_on is not None or term.basis == OFFICE_BASIS:
        return term
    return term._replace(basis=before.cited(term.basis))


def _state_in(law: Rulebook, procedure: Procedure, state: str) -> str:
    here = law.state_here(procedure.key, state)
    if here not in law.procedure(procedure.key).states:
        title = procedure.states[state].title
        raise InvalidTransition(
            f"规则 {law.id} 没有与“{title}”（{state}）对应的状态，案件不能转入",
            todo="请在 rulebook.toml 的 [succeeds.states] 中写明",
        )
    return here


def _not_before(day: date | None, on: date) -> date | None:
    """A paper of an earlier day than the change has its place before it, under the law of its day."""
    return day and max(day, on)
