"""Demands on an act: its fields, its date and the conditions of its transition. Each refuses with a sentence."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from calendars import WorkingCalendar
from negotiation.core.enums import QUIET
from negotiation.core.errors import DateError, FieldError, InvalidTransition
from negotiation.domain.fields import Fields, Flags, by_item, count_in
from negotiation.domain.items import selected
from negotiation.domain.machine.item_effects import candidates
from negotiation.domain.machine.item_facts import demand_answers
from negotiation.domain.machine.values import Act, CaseState, has_place
from negotiation.domain.own_figures import unbalanced
from negotiation.domain.rulebook import BACK, MEETING, EventRule, FieldRule, Procedure, Transition
from negotiation.domain.rulebook.item_rules import OVERDUE
from negotiation.domain.terms import Term


def lacking(procedure: Procedure, row: Transition, act: Act) -> Iterator[FieldError]:
    """The faults of a form as a whole: what is empty and may not be, what others demand, what does not add up.
    Raises FieldError for a fact of a single item by an act that answers none."""
    event, fields = row.event, act.fields
    unknown = set(event.fields) - procedure.ledger_fields if act.replayed else set()
    said = {key.partition("[")[0] for key in fields if key.endswith("]")}  # of items: each is looked at by itself
    if said:
        demand_answers(row, act)
    for key in event.required:
        value = fields.get(key)
        if not value and value in (None, "", [], ()) and key not in unknown | said:  # 0 and no are answers
            yield _missing(procedure, key, f"办理“{event.title}”须填写“{procedure.fields[key].title}”")
    if event.required_if or event.in_order:
        yield from _by_others(procedure, event, fields)
    if event.one_of and not any(fields.get(key) for key in event.one_of) and unknown.isdisjoint(event.one_of):
        titles = "、".join(procedure.fields[key].title for key in event.one_of)
        yield FieldError(
            f"办理“{event.title}”须填写以下至少一项：{titles}",
            field=event.one_of[0],
            todo="请补填其中一项",
            command=" 或 ".join(f"--field {key}=…" for key in event.one_of),
        )
    if procedure.report.balances:
        yield from unbalanced(procedure, fields)


def _missing(procedure: Procedure, key: str, what: str) -> FieldError:
    todo, command = _how_to_fill(procedure.fields[key])
    return FieldError(what, field=key, todo=todo, command=command)


def _by_others(procedure: Procedure, event: EventRule, fields: Fields) -> Iterator[FieldError]:
    """Fields that are required by what others say, of any data item, and dates out of order."""
    said = (fields, *({**fields, **own} for own in by_item(fields).values()))
    for key, when in event.required_if.items():
        if any(not each.get(key) and all(each.get(k) == v for k, v in when.items()) for each in said):
            asked = [(procedure.fields[name], str(value)) for name, value in when.items()]
            why = "、".join(f"“{each.title}”为“{each.choices.get(value, value)}”" for each, value in asked)
            yield _missing(procedure, key, f"{why}的，须填写“{procedure.fields[key].title}”")
    dates = [(key, day) for key in event.in_order if isinstance(day := fields.get(key), date)]
    for (before, first), (after, then) in pairwise(dates):
        if then < first:
            what = f"“{procedure.fields[after].title}”{then} 早于“{procedure.fields[before].title}”{first}"
            yield FieldError(what, field=after, todo="请核对两个日期")


def _how_to_fill(rule: FieldRule) -> tuple[str, str]:
    """The advice to fill a field, and the command."""
    command = f"--field {rule.key}=…"
    if rule.kind == MEETING:
        todo = "请先登记会议、列入本案（“议程”页），召开后填写会议编号"
        return todo, f"negotiation meeting plan，召开后 {command}"
    return f"请补填“{rule.title}”", command


def demand_order(procedure: Procedure, row: Transition, case_state: CaseState, act: Act) -> None:
    """Raises DateError for an act dated before the last valid event; a supply is held against its items instead."""
    if row.by_items and case_state.handed_on is not None and act.on < case_state.handed_on:
        what = f"“{row.event.title}”的日期 {act.on} 早于职责划转的日期 {case_state.handed_on}"
        raise DateError(what, todo="请核对日期")
    orders = not row.by_items and (row.moves or has_place(procedure, row, act.fields))
    last_on = case_state.last_on if orders else None
    if last_on is not None and act.on < last_on:
        raise DateError(f"“{row.event.title}”的日期 {act.on} 早于上一办理环节的日期 {last_on}", todo="请核对日期")


def demand_conditions(
    procedure: Procedure, row: Transition, case_state: CaseState, act: Act, calendar: WorkingCalendar
) -> None:
    """Raises InvalidTransition where the flags, the fields or the terms of a case do not allow the act."""
    if row.when and not holds(row.when, case_state, act):
        raise InvalidTransition(f"不能办理“{row.event.title}”：{row.when_says}")
    if row.unless and holds(row.unless, case_state, act):
        raise InvalidTransition(f"不能办理“{row.event.title}”：{row.unless_says}")
    if row.limit and count_in(case_state.flags.get(row.limit.flag)) >= row.limit.at_most:
        raise InvalidTransition(f"“{row.event.title}”至多办理{row.limit.at_most}次，本案已办理{row.limit.at_most}次")
    if row.target == BACK:
        way_back_of(row, case_state)
    if row.items is not None:
        _demand_items(procedure, row, case_state, act)
    if QUIET in row.set:
        _demand_other_mail(row, case_state)
    if row.after_due:
        _demand_passed(procedure, row, case_state, act)
    if row.before_due:
        _demand_unpassed(procedure, row, case_state, act)
    if row.within:
        _demand_within(procedure, row, case_state, act, calendar)


def _demand_items(procedure: Procedure, row: Transition, case_state: CaseState, act: Act) -> None:
    """An act on data items needs some to which it applies; of those whose term still runs nothing has failed yet."""
    effect = row.items
    if effect is None or row.hands_over or "ask" in effect.verbs or candidates(row, case_state, act.on):
        return
    waiting = terms_waited_for(row, case_state)
    if waiting:
        term = min(waiting, key=lambda term: term.due_on)
        raise _not_passed(procedure, row, term)
    early = [item.since_on for item in selected(case_state.items, effect.among, bool) if item.since_on]
    if row.by_items and early:
        what = f"“{row.event.title}”的日期 {act.on} 早于数据项应予提供的日期 {min(early)}"
        raise DateError(what, todo="请核对日期：应为同意提供（或者提出异议）之后的日期")
    raise InvalidTransition(f"不能办理“{row.event.title}”：没有可以这样办理的数据项", todo="请核对数据项的办理情况")


def terms_waited_for(row: Transition, case_state: CaseState) -> list[Term]:
    """The running terms of items that an act may name only once they have passed."""
    if row.items is None or not any(name.endswith(OVERDUE) for name in row.items.among):
        return []
    found = selected(case_state.items, row.items.among, bool)
    terms = [case_state.term_of(item) for item in found]
    return [term for term in terms if term is not None and term.runs]


def _demand_other_mail(row: Transition, case_state: CaseState) -> None:
    """The reminders of a case are stopped once, and go on only where they were stopped: else nothing has happened."""
    stopped = bool(case_state.flags.get(QUIET))
    if stopped == row.set[QUIET]:
        so = "自动提醒已经停发" if stopped else "自动提醒没有停发"
        raise InvalidTransition(f"不能办理“{row.event.title}”：{so}", todo="无须办理")


def way_back_of(row: Transition, case_state: CaseState) -> str:
    """The state to which an event leads that leads back. Raises InvalidTransition if there is none."""
    if case_state.back_state is None:
        raise InvalidTransition(f"不能办理“{row.event.title}”：没有可以退回的环节")
    return case_state.back_state


def _demand_passed(procedure: Procedure, row: Transition, case_state: CaseState, act: Act) -> None:
    """Silence is not yet 协商未果: while the term runs, nothing has failed (第十七条)."""
    term = case_state.term(row.after_due)
    if term is not None and act.on <= term.due_on:
        raise _not_passed(procedure, row, term)


def _not_passed(procedure: Procedure, row: Transition, term: Term) -> InvalidTransition:
    return InvalidTransition(
        f"{procedure.terms[term.kind].title}至 {term.due_on} 届满，在此之前不能办理“{row.event.title}”",
        todo=f"请在 {term.due_on} 之后办理，或先登记对方的办理情况",
    )


def _demand_unpassed(procedure: Procedure, row: Transition, case_state: CaseState, act: Act) -> None:
    """An extension is asked for before the term has ended: afterwards there is nothing left to extend."""
    term = case_state.term(row.before_due)
    if term is not None and act.on > term.due_on:
        raise InvalidTransition(
            f"{procedure.terms[term.kind].title}已于 {term.due_on} 届满，不能再办理“{row.event.title}”",
            todo="请尽快办理；如在届满前已书面办理，请照其日期登记",
        )


def _demand_within(
    procedure: Procedure, row: Transition, case_state: CaseState, act: Act, calendar: WorkingCalendar
) -> None:
    """Some acts are open only in the first working days of a term."""
    assert row.within, "asked of rows that say within how many days"
    kind, days = row.within
    term = case_state.term(kind)
    if term is not None and calendar.count_estimated(term.started_on, act.on) > days:
        raise InvalidTransition(
            f"“{row.event.title}”须在{procedure.terms[kind].title}开始后{days}个工作日内办理",
            todo="期限继续计算，请按期答复",
        )


def holds(conditions: Flags, case_state: CaseState, act: Act) -> bool:
    """True if the fields of an act, or else the flags of the case, are these."""
    return not conditions or all(
        act.fields.get(key, case_state.flags.get(key)) == value for key, value in conditions.items()
    )
