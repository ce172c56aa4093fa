"""Effects of an act on a case: its state, flags, parties, milestones and terms, in one step."""

from collections.abc import Mapping
from datetime import date

from calendars import WorkingCalendar
from negotiation.core.enums import QUIET
from negotiation.domain.fields import Flags
from negotiation.domain.machine.guards import way_back_of
from negotiation.domain.machine.term_effects import reminders_moved, terms_begun, terms_left, terms_reopened
from negotiation.domain.machine.values import Act, CaseState, NoticeRequest, Step
from negotiation.domain.rulebook import BACK, STAY, Procedure, Transition
from negotiation.domain.terms import Term


def apply(procedure: Procedure, row: Transition, case_state: CaseState, act: Act, calendar: WorkingCalendar) -> Step:
    """The step that an act is by its row of the table, with the case after it; its demands are met already.

    Raises FieldError for a date or a number of days that the act may not set.
    """
    target = _target(row, case_state, act)
    flags = _flags(procedure, row, case_state, act)
    quiet = None if (flag := flags.get(QUIET)) is None else bool(flag)
    terms, changed, reopened = _terms(procedure, row, case_state, act, target, quiet, calendar)
    after = _state_after(row, case_state, act, target, flags, tuple(terms.values()))
    return Step(
        act.event,
        act.role,
        act.on,
        row.basis,
        row,
        after,
        tuple(changed.values()),
        _milestones(procedure, case_state, act, target),
        tuple([NoticeRequest(rule.to, rule.notice) for rule in row.event.notify]),
        ended=tuple([n for n, term in changed.items() if term.ended_seq == after.version]),
        reopened=tuple(reopened.values()),
    )


def _terms(
    procedure: Procedure,
    row: Transition,
    case_state: CaseState,
    act: Act,
    target: str,
    quiet: bool | None,
    calendar: WorkingCalendar,
) -> tuple[dict[int, Term], dict[int, Term], dict[int, Term]]:
    """All terms after the act, those of them that it changed, and those of these that go on after a referral.

    ``quiet``: True while the office has stopped the mail of the case; None if it never has.
    """
    changed = terms_left(procedure, row, case_state, act, target, calendar)
    held = {term.n: term for term in case_state.terms} | changed
    reopened: dict[int, Term] = {}
    if row.target == BACK:
        changed |= (reopened := terms_reopened(procedure, case_state, held, act, calendar))
    else:
        changed |= terms_begun(procedure, row, case_state, held, act, target, calendar)
    if quiet is not None:
        changed |= reminders_moved(procedure, (held | changed).values(), calendar, quiet=quiet)
    held |= changed
    return held, changed, reopened


def _state_after(
    row: Transition,
    case_state: CaseState,
    act: Act,
    target: str,
    flags: Flags,
    terms: tuple[Term, ...],
) -> CaseState:
    version = case_state.version + 1
    parties = {**case_state.parties, **act.parties} if act.parties else case_state.parties
    if row.remembers:  # a referral: "back" leads to the state before it
        way_back: tuple[str | None, date | None, int | None] = case_state.state, case_state.last_on, version
    else:
        way_back = case_state.back_state, case_state.back_on, case_state.back_seq
    return CaseState(target, version, _last_on(row, case_state, act), flags, terms, parties, *way_back)


def _target(row: Transition, case_state: CaseState, act: Act) -> str:
    if row.target_field:
        return row.targets[act.fields[row.target_field]]
    if row.target == STAY:
        return case_state.state
    if row.target == BACK:
        return way_back_of(row, case_state)
    return row.target


def _flags(procedure: Procedure, row: Transition, case_state: CaseState, act: Act) -> Flags:
    flags = {key: act.fields[key] for key in procedure.mark_fields if key in act.fields}
    if row.answers:
        flags["answer"] = act.event
    return {**case_state.flags, **row.set, **flags} if flags or row.set else case_state.flags


def _last_on(row: Transition, case_state: CaseState, act: Act) -> date | None:
    """A referral that was withdrawn or declined is void: dates are checked against the event before it."""
    if row.target == BACK:
        return case_state.back_on
    return act.on if row.moves else case_state.last_on


def _milestones(procedure: Procedure, case_state: CaseState, act: Act, target: str) -> Mapping[str, date | None]:
    dates: dict[str, date | None] = {}
    for key in (act.event, target if target != case_state.state else ""):
        if key in procedure.milestones:
            dates[procedure.milestones[key]] = act.on
    ending = procedure.ending_column
    if ending and procedure.states[target].ending and target != case_state.state:
        dates[ending] = act.on
    elif ending and procedure.states[case_state.state].ending and not procedure.states[target].ending:
        dates[ending] = None
    return dates
