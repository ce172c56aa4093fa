"""Effects of an act on the terms of a case: begun, answered, suspended, extended, ended, taken up again."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from calendars import WorkingCalendar
from negotiation.core.errors import FieldError
from negotiation.domain import terms
from negotiation.domain.machine.guards import holds
from negotiation.domain.machine.values import Act, CaseState
from negotiation.domain.rulebook import STAY, Procedure, TermRule, Transition
from negotiation.domain.terms import Term

TERMS_OF_AN_EVENT = 8  # at most: a term is numbered by the event that starts it, so that its number never moves


def terms_left(
    procedure: Procedure, row: Transition, case_state: CaseState, act: Act, target: str, calendar: WorkingCalendar
) -> dict[int, Term]:
    """The terms that an event answers, suspends, extends or ends, by number, as they are after it.

    Raises FieldError for more working days than the row allows.
    """
    changed: dict[int, Term] = {}
    answered = case_state.term(row.answers) if row.answers else None
    for term in case_state.terms:
        new = term
        news: dict[str, Any] = {}
        if term is answered and term.answered_on is None:
            news["answered_on"] = act.on
        if term.ended_on is None:
            new = _gone_on(procedure, row, case_state, act, term, calendar)
            if term.kind not in row.suspends and _ends(procedure, row, case_state, term, target):
                news.update(ended_on=act.on, ended_seq=case_state.version + 1, next_on=None)
        if news:
            new = new._replace(**news)
        if new is not term:
            changed[term.n] = new
    return changed


def _gone_on(
    procedure: Procedure, row: Transition, case_state: CaseState, act: Act, term: Term, calendar: WorkingCalendar
) -> Term:
    """A running term with another department, more days, or suspended, as the event has it."""
    if act.parties:
        term = _handed_over(term, case_state, act)
    if row.lengthens == term.kind:
        term = terms.extended(procedure.terms[term.kind], term, _days_more(procedure, row, act), calendar)
    if term.kind in row.suspends:
        term = terms.suspended(term, act.on, calendar)
    return term


def _handed_over(term: Term, case_state: CaseState, act: Act) -> Term:
    """A running term follows the part it binds to the department that takes the part over."""
    for role, department in act.parties.items():
        if term.ended_on is None and term.department_id == case_state.parties.get(role) != department:
            return term._replace(department_id=department)
    return term


def _ends(procedure: Procedure, row: Transition, case_state: CaseState, term: Term, target: str) -> bool:
    if procedure.states[target].ending or term.kind in row.stops:
        return True
    if row.target == STAY or term.kind in row.keeps:
        return False
    return term.kind == procedure.states[case_state.state].term


def _days_more(procedure: Procedure, row: Transition, act: Act) -> int:
    more = int(act.fields[row.lengthen_field])
    if more < 1 or (row.lengthen_at_most and more > row.lengthen_at_most):
        title = procedure.fields[row.lengthen_field].title
        raise FieldError(
            f"“{title}”应为 1 至 {row.lengthen_at_most} 个工作日", field=row.lengthen_field, todo="请改为允许的天数"
        )
    return more


def terms_begun(
    procedure: Procedure,
    row: Transition,
    case_state: CaseState,
    held: Mapping[int, Term],
    act: Act,
    target: str,
    calendar: WorkingCalendar,
) -> dict[int, Term]:
    """The terms, by number, that the event and the state it leads to start; suspended ones resume, others run on."""
    begun: dict[int, Term] = {}
    for kind, anew in _kinds_begun(procedure, row, case_state, act, target).items():
        rule, running = procedure.terms[kind], _unended(held, kind)
        by = _date_set(rule, act)
        if running is not None and anew:
            begun[running.n] = running._replace(ended_on=act.on, ended_seq=case_state.version + 1, next_on=None)
        if running is None or anew:
            n = (case_state.version + 1) * TERMS_OF_AN_EVENT + sum(number not in held for number in begun)
            begun[n] = _begun(rule, n, by, case_state, act, procedure.states[target].held_by, calendar)
        elif running.suspended_on is not None:
            begun[running.n] = terms.resumed(rule, running, act.on, calendar)
        elif by is not None:
            begun[running.n] = terms.set_by_act(rule, running, by, calendar)
    return begun


def _kinds_begun(
    procedure: Procedure, row: Transition, case_state: CaseState, act: Act, target: str
) -> dict[str, bool]:
    """The kinds of the terms that begin, each with whether it begins anew where one runs."""
    kinds = {start.term: start.anew for start in row.starts if holds(start.when, case_state, act)}
    term = procedure.states[target].term
    if target != case_state.state and term:
        kinds.setdefault(term, False)
    return kinds


def _begun(
    rule: TermRule, n: int, by: date | None, case_state: CaseState, act: Act, held_by: str, calendar: WorkingCalendar
) -> Term:
    parties = {**case_state.parties, **act.parties} if act.parties else case_state.parties
    days = rule.days_for({**case_state.flags, **act.fields}) if rule.days_by[0] else rule.days
    return terms.begun(rule, n, parties.get(rule.bound or held_by), act.on, days, by, calendar)


def _unended(held: Mapping[int, Term], kind: str) -> Term | None:
    for term in held.values():
        if term.kind == kind and term.ended_on is None:
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


def terms_reopened(
    procedure: Procedure, case_state: CaseState, held: Mapping[int, Term], act: Act, calendar: WorkingCalendar
) -> dict[int, Term]:
    """Back means: as it was. The terms that the referral ended go on with the days that were left of them."""
    reopened: dict[int, Term] = {}
    for term in held.values():
        if term.ended_on is None or term.ended_seq != case_state.back_seq:
            continue
        rule = procedure.terms[term.kind]
        running = term._replace(ended_on=None, ended_seq=None)
        if term.lapsed_on is None and term.ended_on <= term.due_on:
            left = calendar.count_estimated(term.ended_on, term.due_on)
            running = terms.due_again(rule, running, act.on, left, calendar)
        reopened[term.n] = running
    return reopened
