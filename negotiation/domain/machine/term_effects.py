"""Effects of an act on the terms of a case: begun, answered, suspended, extended, ended, taken up again."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from calendars import WorkingCalendar
from negotiation.core.errors import FieldError
from negotiation.domain import terms
from negotiation.domain.machine.guards import holds
from negotiation.domain.machine.term_ends import end_of, ends
from negotiation.domain.machine.values import Act, Move
from negotiation.domain.rulebook import OPEN_ITEMS, Procedure, TermRule
from negotiation.domain.terms import NUMBERS, Term

# ------------------------------------------------------------------------------------------- what an act does to them


def terms_left(move: Move, calendar: WorkingCalendar) -> dict[int, Term]:
    """The terms that an event answers, suspends, extends or ends, by number, as they are after it.

    Raises FieldError for more working days than the row allows.
    """
    changed: dict[int, Term] = {}
    answered = _answered(move)
    for term in move.case_state.terms:
        if term.struck_seq is not None:
            continue
        new = term
        news: dict[str, Any] = {}
        if term is answered and term.answered_on is None:
            news["answered_on"] = move.act.on
        if term.ended_on is None:
            new = _gone_on(move, term, calendar)
            if term.kind not in move.row.suspends and ends(move, term):
                news = end_of(move, term) | news
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
        before, after = (any(item.answer == "asked" for item in items) for items in (move.case_state.items, move.items))
        if after or not before:
            return None
    return move.case_state.term(kind)


def _gone_on(move: Move, term: Term, calendar: WorkingCalendar) -> Term:
    """A running term with another department, more days, or suspended, as the event has it."""
    row, act = move.row, move.act
    if act.parties:
        term = _handed_over(move, term)
    if row.lengthens == term.kind:
        term = terms.extended(move.procedure.terms[term.kind], term, _days_more(move), calendar)
    if term.kind in row.suspends:
        term = terms.suspended(term, act.on, calendar)
    rule = move.procedure.terms[term.kind]
    if rule.items == OPEN_ITEMS and move.are_open:
        still = tuple(item.n for item in move.items if item.is_open and item.term_n in (None, term.n))
        if still and still != term.items:
            term = term._replace(items=still)
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
        raise FieldError(
            f"“{title}”应为 1 至 {row.lengthen_at_most} 个工作日", field=row.lengthen_field, todo="请改为允许的天数"
        )
    return more


# --------------------------------------------------------------------------------------------------- those that begin


class _Beginning(NamedTuple):
    """A kind of term that begins: whether anew where one runs, and on what it rests."""

    anew: bool = False
    basis: str = ""


def terms_begun(move: Move, held: Mapping[int, Term], calendar: WorkingCalendar) -> dict[int, Term]:
    """The terms, by number, that the event and the state it leads to start; suspended ones resume, others run on."""
    begun: dict[int, Term] = {}
    started = 0
    for kind, beginning in _kinds_begun(move).items():
        rule = move.procedure.terms[kind]
        running = None if rule.supplies else _unended(held, kind)
        by = _date_set(rule, move.act)
        if running is not None and beginning.anew:
            begun[running.n] = running._replace(ended_on=move.act.on, ended_seq=move.seq, next_on=None)
        if running is None or beginning.anew:
            n = move.seq * NUMBERS + started
            begun[n] = _begun(move, rule, n, by, held, calendar)
            if beginning.basis or rule.items:
                begun[n] = begun[n]._replace(basis=beginning.basis or rule.basis, items=_items_of(move, rule))
            started += 1
        elif running.suspended_on is not None:
            begun[running.n] = terms.resumed(rule, running, move.act.on, calendar)
        elif by is not None:
            begun[running.n] = terms.set_by_act(rule, running, by, calendar)
    return begun


def _kinds_begun(move: Move) -> dict[str, _Beginning]:
    """The kinds of the terms that begin: those that the row starts, each set for its items, and that of the state."""
    rules = move.procedure.terms
    kinds = {
        start.term: _Beginning(start.anew, start.basis)
        for start in move.row.starts
        if holds(start.when, move.case_state, move.act) and (move.owed or not rules[start.term].supplies)
    }
    term = move.procedure.states[move.target].term
    if move.target != move.case_state.state and term:
        kinds.setdefault(term, _Beginning())
    return kinds


def _items_of(move: Move, rule: TermRule) -> tuple[int, ...]:
    if rule.supplies:
        return move.owed
    return tuple(item.n for item in move.items if item.is_open) if rule.items == OPEN_ITEMS else ()


def _begun(
    move: Move, rule: TermRule, n: int, by: date | None, held: Mapping[int, Term], calendar: WorkingCalendar
) -> Term:
    days = rule.days_for({**move.case_state.flags, **move.act.fields}) if rule.days_by[0] else rule.days
    start = _start(move, held)
    cap = _unended(held, rule.cap) if rule.cap else None
    if cap is not None and days is not None:
        days = min(days, max(calendar.count_estimated(start, cap.due_on), 0))
        if days == 0:
            by = cap.due_on
    holder = move.parties.get(rule.bound or move.procedure.states[move.target].held_by)
    return terms.begun(rule, n, holder, start, days, by, calendar)


def _start(move: Move, held: Mapping[int, Term]) -> date:
    """The day of the act; what is supplied awaits its receipt since the last of it was, and nothing else was open.

    A supply is entered late, of a day before that on which the rest was settled, and with it the term in which it was.
    """
    rules, on = move.procedure.item_rules, move.act.on
    if rules is None or move.target != rules.states["supplied"]:
        return on
    supplied = (item.supplied_on for item in move.items if item.awaits_receipt)
    over = [term for term in held.values() if term.ended_on is not None and term.struck_seq is None]
    settled = (day for term in over for day in (term.started_on, term.ended_on))
    return max([on, *(day for day in (*supplied, *settled) if day is not None)])


def _unended(held: Mapping[int, Term], kind: str) -> Term | None:
    for term in held.values():
        if term.kind == kind and term.ended_on is None and term.struck_seq is None:
            return term
    return None


def _date_set(rule: TermRule, act: Act) -> date | None:
    """The date that an act sets for a term, if it may and does; else the date of the year on which it ends."""
    day: date | None = act.fields.get(rule.due_field) if rule.due_field else None
    if day is None and rule.until is not None:
        day = date(act.on.year, *rule.until)
        return day if day >= act.on else day.replace(year=day.year + 1)
    if day is None and rule.days is None:
        command = f"--field {rule.due_field}=日期"
        raise FieldError(f"须填写{rule.title}的日期", field=rule.due_field, todo="请补填日期", command=command)
    if day is not None and day < act.on:
        raise FieldError(f"{rule.title} {day} 早于办理日期 {act.on}", field=rule.due_field, todo="请核对日期")
    return day


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

    So does a reply that ended while some of its items were in dispute, once they are open again.
    """
    reopened: dict[int, Term] = {}
    for term in (each for each in held.values() if each.struck_seq is None):
        is_awaited = any(item.is_open and item.term_n == term.n for item in move.items)
        if term.ended_on is None or (
            term.ended_seq != move.case_state.back_seq and (term.answered_on or not is_awaited)
        ):
            continue
        rule = move.procedure.terms[term.kind]
        holder = move.case_state.parties.get(rule.bound, term.department_id)
        running = term._replace(ended_on=None, ended_seq=None, department_id=holder)
        if term.lapsed_on is None and term.ended_on <= term.due_on:
            left = calendar.count_estimated(term.ended_on, term.due_on)
            running = terms.due_again(rule, running, move.act.on, left, calendar)
        reopened[term.n] = _gone_on(move, running, calendar)
    return reopened
