"""Effects of an act on the terms of a case: begun, answered, suspended, extended, ended, taken up again."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from calendars import WorkingCalendar
from negotiation.core.errors import FieldError
from negotiation.domain import lengths, terms
from negotiation.domain.machine.guards import holds
from negotiation.domain.machine.term_days import capped, date_set, start_of
from negotiation.domain.machine.term_ends import end_of, ends
from negotiation.domain.machine.values import Move
from negotiation.domain.rulebook import OPEN_ITEMS, Procedure, Start, TermRule, basis_of
from negotiation.domain.terms import NUMBERS, Term

WORKING = lengths.Unit.WORKING_DAYS

# ------------------------------------------------------------------------------------------- what an act does to them


def terms_left(move: Move, calendar: WorkingCalendar) -> dict[int, Term]:
    """The terms that an event answers, suspends, extends or ends, by number, as they are after it.

    Raises FieldError for more working days than the row allows.
    """
    changed: dict[int, Term] = {}
    answered = _answered(move)
    for term in move.case_state.terms:
        is_answered = term is answered and term.answered_on is None
        if term.struck_seq is not None or (term.ended_on is not None and not is_answered):
            continue
        new = term
        news: dict[str, Any] = {}
        if term.ended_on is None:
            new = _gone_on(move, term, calendar)
            if term.kind not in move.row.suspends and ends(move, term):
                news = end_of(move, term)
        if is_answered:
            news["answered_on"] = move.act.on
        if news:
            new = new._replace(**news)
        if new is not term:
            changed[term.n] = new
    return changed


def _answered(move: Move) -> Term | None:
    """The term that an act answers: with the answer to the last item, be it in dispute (条例第二十一条)."""
    kind = move.row.answers
    if not kind:
        return None
    if move.procedure.terms[kind].items == OPEN_ITEMS and move.row.items:
        before, after = ([item.answer for item in items] for items in (move.case_state.items, move.items))
        if "asked" in after or "asked" not in before:
            return None
    return move.case_state.term(kind)


def _gone_on(move: Move, term: Term, calendar: WorkingCalendar) -> Term:
    """A running term with another department, more days, or suspended, as the event has it; with what is still open."""
    row, act = move.row, move.act
    if act.parties:
        term = _handed_over(move, term)
    if row.lengthens == term.kind:
        term = terms.extended(move.procedure.terms[term.kind], term, _days_more(move), calendar)
    if term.kind in row.suspends:
        term = terms.suspended(term, act.on, calendar, whole=term.kind in row.restarts)
    if move.procedure.terms[term.kind].items == OPEN_ITEMS and move.are_open:
        still = tuple(item.n for item in move.items if item.is_open and item.term_n in (None, term.n))
        return term._replace(items=still) if still and still != term.items else term
    return term


def _handed_over(move: Move, term: Term) -> Term:
    """A running term follows the part it binds to the department that takes the part over."""
    for role, department in move.act.parties.items():
        if term.ended_on is None and term.department_id == move.case_state.parties.get(role) != department:
            return term._replace(department_id=department)
    return term


def _days_more(move: Move) -> int:
    row = move.row
    more = int(move.act.fields[row.lengthen_field])
    if more < 1 or (row.lengthen_at_most and more > row.lengthen_at_most):
        title = move.procedure.fields[row.lengthen_field].title
        unit = lengths.in_words(lengths.length_of(row.lengthen_at_most, _unit_of(move)))
        raise FieldError(f"“{title}”应为 1 至 {unit}", field=row.lengthen_field, todo="请改为允许的天数")
    return more


def _unit_of(move: Move) -> lengths.Unit:
    rule = move.procedure.terms[move.row.lengthens]
    return lengths.unit_of(rule.days or 0)


# --------------------------------------------------------------------------------------------------- those that begin


def terms_begun(move: Move, held: Mapping[int, Term], calendar: WorkingCalendar) -> dict[int, Term]:
    """The terms, by number, that the event and the state it leads to start; suspended ones resume, others run on."""
    begun: dict[int, Term] = {}
    started = 0
    for beginning in _beginnings(move):
        rule = move.procedure.terms[beginning.term]
        running = None if rule.supplies else _unended(held, beginning.term)
        by = date_set(rule, move.act, calendar)
        if running is not None and beginning.anew:
            begun[running.n] = running._replace(ended_on=move.act.on, ended_seq=move.seq, next_on=None)
        if running is None or beginning.anew:
            n = move.seq * NUMBERS + started
            begun[n] = _begun(move, rule, n, by, held, calendar, beginning.basis)
            started += 1
        elif running.suspended_on is not None:
            begun[running.n] = terms.resumed(rule, running, move.act.on, calendar)
        elif by is not None:
            begun[running.n] = terms.set_by_act(rule, running, by, calendar)
    return begun


def _beginnings(move: Move) -> Iterable[Start]:
    """The terms that begin, each kind once: those that the row starts, each set for its items, and the state's."""
    rules = move.procedure.terms
    found: dict[str, Start] = {}
    for start in move.row.starts:
        if (move.owed or not rules[start.term].supplies) and holds(start.when, move.case_state, move.act):
            found[start.term] = start
    if move.target != move.case_state.state:
        for start in move.procedure.states[move.target].begins:
            found.setdefault(start.term, start)
    return found.values()


def _items_of(move: Move, rule: TermRule) -> tuple[int, ...]:
    if rule.supplies:
        return move.owed
    return tuple(item.n for item in move.items if item.is_open) if rule.items == OPEN_ITEMS else ()


def _begun(
    move: Move, rule: TermRule, n: int, by: date | None, held: Mapping[int, Term], calendar: WorkingCalendar, basis: str
) -> Term:
    """``basis``: on what it rests where that is not the basis of its kind."""
    days = rule.days_for({**move.case_state.flags, **move.act.fields}) if rule.days_by[0] else rule.days
    start = start_of(move, rule, held, calendar)
    cap = _unended(held, rule.cap) if rule.cap else None
    if cap is not None and days is not None and terms.end_of(start, days, calendar)[0] > cap.due_on:
        by, days = capped(start, cap, calendar) if lengths.unit_of(days) is WORKING else (cap.due_on, days)
    holder = move.parties.get(rule.bound or move.procedure.states[move.target].held_by)
    term = terms.begun(rule, n, holder, start, days, by, calendar)
    if not (basis or rule.items or rule.basis_by):
        return term
    known = {**move.case_state.flags, **move.act.fields} if rule.basis_by else {}
    return term._replace(basis=basis or basis_of(rule, move.procedure.fields, known), items=_items_of(move, rule))


def _unended(held: Mapping[int, Term], kind: str) -> Term | None:
    for term in held.values():
        if term.kind == kind and term.ended_on is None and term.struck_seq is None:
            return term
    return None


# ------------------------------------------------------------------------------------------------ mail, void referrals


def reminders_moved(
    procedure: Procedure, held: Iterable[Term], calendar: WorkingCalendar, *, quiet: bool
) -> dict[int, Term]:
    """While the office has stopped a case's mail there are no reminders; lapses are recorded all the same."""
    changed = {}
    for term in held:
        if term.next_on is not None:
            day = terms.next_day(procedure.terms[term.kind], term, calendar, quiet=quiet)
            if day != term.next_on:
                changed[term.n] = term._replace(next_on=day)
    return changed


def terms_reopened(move: Move, held: Mapping[int, Term], calendar: WorkingCalendar) -> dict[int, Term]:
    """Back means: as it was. The terms that the referral ended go on with the days that were left of them.

    So does a reply that ended while some of its items were in dispute, once they are open again; one of which all was
    answered meanwhile (条例第二十一条) is over.
    """
    reopened: dict[int, Term] = {}
    for term in (each for each in held.values() if _goes_on(move, each)):
        rule = move.procedure.terms[term.kind]
        holder = move.case_state.parties.get(rule.bound, term.department_id)
        ended_on = term.ended_on or move.act.on
        running = term._replace(ended_on=None, ended_seq=None, department_id=holder)
        if term.lapsed_on is None and ended_on <= term.due_on:
            left = lengths.left_of(term.counted or 0, ended_on, term.due_on, calendar)
            running = terms.due_again(rule, running, move.act.on, left, calendar)
        reopened[term.n] = _gone_on(move, running, calendar)
    return reopened


def _goes_on(move: Move, term: Term) -> bool:
    """True if a term that has ended goes on after a void referral."""
    if term.ended_on is None or term.struck_seq is not None:
        return False
    is_referrals = term.ended_seq == move.case_state.back_seq
    if move.procedure.terms[term.kind].items != OPEN_ITEMS:
        return is_referrals
    is_awaited = any(item.is_open and item.term_n == term.n for item in move.items)
    return is_awaited and (is_referrals or term.answered_on is None)
