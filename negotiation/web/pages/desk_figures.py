"""The figures of the states on the desk, each with the list behind it; which working day of the year it is."""

from datetime import date

from negotiation.domain.rulebook import StateRule
from negotiation.store.case_list.counts import Counts
from negotiation.web.request_context import RequestContext


def by_state(ctx: RequestContext, counts: Counts) -> list[tuple[str, int, str]]:
    """Title, number, and the list behind it, of each state that the office or the leading group holds."""
    always, many = _main_states(ctx), counts["by_state"]
    return [
        (state.title, many.get(key, 0), f"/cases?state={key}")
        for key, state in _with_the_office(ctx).items()
        if ctx.person.is_office and (key in always or many.get(key))
    ]


def _main_states(ctx: RequestContext) -> set[str]:
    """The states whose figure is shown even if it is zero: those that follow the draft in the main procedure."""
    book = ctx.app_state.context.rulebook
    rules = book.procedure(book.main_procedure)
    return set(rules.states) - {rules.initial}


def _with_the_office(ctx: RequestContext) -> dict[str, StateRule]:
    """The states of all procedures that no department holds; those of the main one come first."""
    procedures = ctx.app_state.context.procedures.values()
    return {
        key: state
        for rules in procedures
        for key, state in rules.states.items()
        if state.held_by and state.held_by not in rules.department_roles
    }


def ordinal(ctx: RequestContext, today: date) -> str:
    """今年第215个工作日"""
    calendar = ctx.app_state.context.calendar
    if not calendar.is_working_estimated(today):
        return "今日休息"
    return f"今年第{calendar.count_estimated(date(today.year - 1, 12, 31), today)}个工作日"
