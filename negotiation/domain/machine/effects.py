"""Effects of an act on a case: its state, flags, parties, milestones, items and terms, in one step."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from calendars import WorkingCalendar
from negotiation.core.enums import QUIET
from negotiation.domain.fields import Flags, count_in
from negotiation.domain.items import OPEN, Item, state_of
from negotiation.domain.machine.guards import way_back_of
from negotiation.domain.machine.item_effects import handed_over, items_after
from negotiation.domain.machine.term_effects import reminders_moved, terms_begun, terms_left, terms_reopened
from negotiation.domain.machine.values import Act, CaseState, Move, NoticeRequest, Step, has_place
from negotiation.domain.rulebook import BACK, ITEMS, OPEN_ITEMS, STAY, Procedure, Transition, basis_of
from negotiation.domain.rulebook.item_rules import ANSWER_FLAGS
from negotiation.domain.terms import NUMBERS, Term


def apply(procedure: Procedure, row: Transition, case_state: CaseState, act: Act, calendar: WorkingCalendar) -> Step:
    """The step that an act is by its row of the table, with the case after it; its demands are met already.

    Raises FieldError for a date or a number of days that the act may not set, or an item that it may not name.
    """
    seq = act.seq or case_state.version + 1
    if row.hands_over and handed_over(procedure, row, case_state, act):
        act = act._replace(parties={})  # the rest of the case stays with those who have it
    items, owed = items_after(procedure, row, case_state, act, seq)
    target = _target(procedure, row, case_state, act, items)
    are_open = any(item.stage == OPEN for item in items)
    parties = {**case_state.parties, **act.parties} if act.parties else case_state.parties
    move = Move(procedure, row, case_state, act, seq, target, items, owed, are_open, parties)
    flags = _flags(move)
    terms = _terms(move, flags.get(QUIET), calendar)
    held = _bound(move, terms)
    after = _state_after(move, flags, tuple(terms.held.values()), held)
    changed_items = [] if held is case_state.items else [item for item in held if item not in case_state.items]
    notices = tuple([NoticeRequest(rule.to, rule.notice) for rule in row.event.notify])
    basis = basis_of(row, procedure.fields, {**flags, **act.fields}) if row.basis_by else row.basis
    return Step(
        act.event, act.role, act.on, basis, row, after, tuple(terms.changed.values()),
        tuple(changed_items), _milestones(move), notices,
        ended=tuple([n for n, term in terms.changed.items() if term.ended_on is not None]), reopened=terms.reopened,
    )  # fmt: skip


class _Terms(NamedTuple):
    """All terms after an act by number, those that it changed, and those of these that go on after a referral."""

    held: dict[int, Term]
    changed: dict[int, Term]
    reopened: tuple[Term, ...] = ()


def _terms(move: Move, quiet: object, calendar: WorkingCalendar) -> _Terms:
    """The terms after an act. ``quiet``: true while the case's mail is stopped, None if it never was."""
    held = {term.n: term for term in move.case_state.terms}
    changed = terms_left(move, calendar)
    held |= changed
    reopened: dict[int, Term] = {}
    if move.row.goes_back:
        changed |= (reopened := terms_reopened(move, held, calendar))
        held |= reopened
    if move.row.target != BACK:
        begun = terms_begun(move, held, calendar)
        changed |= begun
        held |= begun
    if quiet is not None:
        changed |= reminders_moved(move.procedure, held.values(), calendar, quiet=bool(quiet))
        held |= changed
    return _Terms(held, changed, tuple(reopened.values()))


def _bound(move: Move, terms: _Terms) -> tuple[Item, ...]:
    """The items with the numbers of the terms in which they are to be answered or supplied."""
    items, rules = move.items, move.procedure.terms
    terms_of = {n: term.n for term in terms.changed.values() if term.n // NUMBERS == move.seq for n in term.items}
    for term in terms.held.values():
        if term.ended_on is None and rules[term.kind].items == OPEN_ITEMS:
            terms_of |= {item.n: term.n for item in items if item.stage == OPEN}
            break
    if not terms_of:
        return items
    moved = {item.n for item in items if terms_of.get(item.n, item.term_n) != item.term_n}
    if not moved:
        return items
    return tuple([item._replace(term_n=terms_of[item.n]) if item.n in moved else item for item in items])


def _state_after(move: Move, flags: Flags, terms: tuple[Term, ...], items: tuple[Item, ...]) -> CaseState:
    case_state, parties = move.case_state, move.parties
    if move.row.remembers:  # a referral: what makes it void leads back to what was before it
        way_back: tuple[str | None, date | None, int | None] = case_state.state, case_state.last_on, move.seq
    else:
        back_on = case_state.back_on
        if back_on is not None and _outlives_referral(move):
            back_on = max(back_on, move.act.on)
        way_back = case_state.back_state, back_on, case_state.back_seq
    is_begun = case_state.state != move.procedure.initial
    handed_on = move.act.on if is_begun and parties != case_state.parties else case_state.handed_on
    return CaseState(move.target, move.seq, _last_on(move), flags, terms, parties, *way_back, handed_on, items)


def _outlives_referral(move: Move) -> bool:
    """True for an act beside the dispute, which holds though the referral is void: of items, an answer, a mark."""
    row, act = move.row, move.act
    if act.parties or row.by_items:
        return True
    has_mark = not row.moves and has_place(move.procedure, row, act.fields)
    return move.target == move.case_state.state and (row.items is not None or bool(row.answers) or has_mark)


def _target(procedure: Procedure, row: Transition, case_state: CaseState, act: Act, items: tuple[Item, ...]) -> str:
    if row.target == ITEMS:
        assert procedure.item_rules is not None, "checked when the rulebook was loaded"
        current = (row.goes_back and case_state.back_state) or case_state.state
        return state_of(procedure.item_rules, items, current)
    if row.target_field:
        return row.targets[act.fields[row.target_field]]
    if row.target == STAY:
        return case_state.state
    if row.target == BACK:
        return way_back_of(row, case_state)
    return row.target


def _flags(move: Move) -> Flags:
    row, fields, before = move.row, move.act.fields, move.case_state.flags
    flags = {key: fields[key] for key in move.procedure.mark_fields if key in fields}
    if row.answers:
        flags["answer"] = move.act.event
    if row.limit:
        flags[row.limit.flag] = count_in(before.get(row.limit.flag)) + 1
    if row.items is not None:
        found = {item.answer for item in move.items}
        flags |= {flag: answer in found for answer, flag in ANSWER_FLAGS.items()}
    return {**before, **row.set, **flags} if flags or row.set else before


def _last_on(move: Move) -> date | None:
    """A referral that was withdrawn or declined is void: dates are checked against the event before it.

    What was supplied earlier than the last event was orders no later act, nor does a lapse that is found later.
    """
    row, case_state, on = move.row, move.case_state, move.act.on
    if row.goes_back:
        return case_state.back_on
    if not row.moves and not has_place(move.procedure, row, move.act.fields):
        return case_state.last_on
    return on if case_state.last_on is None else max(case_state.last_on, on)


def _milestones(move: Move) -> Mapping[str, date | None]:
    procedure, row, target, on = move.procedure, move.row, move.target, move.act.on
    source = move.case_state.state
    dates: dict[str, date | None] = {}
    if not (row.answers and move.are_open):
        reached = (move.act.event, target if target != source else "")
        dates = {procedure.milestones[key]: on for key in reached if key in procedure.milestones}
    ending = procedure.ending_column
    if ending and procedure.states[target].ending and target != source:
        dates[ending] = on
    elif ending and procedure.states[source].ending and not procedure.states[target].ending:
        dates[ending] = None
    return dates
