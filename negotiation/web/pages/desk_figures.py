"""The figures above the list of cases, each with the list behind it; which working day of the year it is."""

from datetime import date

from negotiation.domain.rulebook import StateRule
from negotiation.store.case_list.counts import Counts
from negotiation.web.request_context import RequestContext


def tiles(ctx: RequestContext, counts: Counts) -> list[tuple[str, int, str]]:
    """Title, number, and the list behind it. The states are those that the office or the leading group holds."""
    burning = [("逾期", counts["overdue"], "/?light=overdue"), ("临期", counts["due_soon"], "/?light=due_soon")]
    always, many = _main_states(ctx), counts["by_state"]
    own = [
        (state.title, many.get(key, 0), f"/?state={key}")
        for key, state in _with_the_office(ctx).items()
        if key in always or many.get(key)
    ]
    office = [*own, ("待办", counts["tasks"], "/tasks")] if ctx.person.is_office else []
    signing = [("待签批", counts["to_sign"], "/proposals")] if "proposals" in ctx.pages else []
    granting = [("待确认授权", counts["grants"], "/grants")] if "grants" in ctx.pages else []
    rest = [("暂定期限", counts["provisional"], "/?provisional=1"), ("在办", counts["open"], "/")]
    return [*burning, *office, *signing, *granting, *rest]


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
