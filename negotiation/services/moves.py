"""Whose move it is in the states of negotiations, by the office's rulebooks; the groups of the desk (工作台) by it."""

from negotiation.core.enums import PARTY_ROLES
from negotiation.domain.rulebook import Procedure
from negotiation.services.context import Context
from negotiation.store.case_list.conditions import DeskGroup, DeskSection, States

GROUPS = {
    DeskSection.OVERDUE: "逾期",
    DeskSection.TODAY: "今日届满",
    DeskSection.SOON: "三日内",
    DeskSection.HELD: "待本方办理",
}


def is_negotiation(rules: Procedure) -> bool:
    """True for a procedure between two parties; yearly summaries and the like concern one unit each."""
    return len(rules.parties) > 1


def above(context: Context) -> frozenset[str]:
    """The roles above the office, to whom its report goes up: it enters what they decide, no more."""
    return frozenset(paper.to for book in context.books for paper in book.papers.values())


def negotiated(context: Context) -> States:
    """The open states (procedure, state) of negotiations, in any of the office's rulebooks."""
    return tuple(dict.fromkeys(state for state, _ in _held(context)))


def office_moves(context: Context) -> States:
    """Those of them in which the office is to move: held by no department, and by none above the office."""
    high = above(context)
    departments = {
        role for book in context.books for rules in book.procedures.values() for role in rules.department_roles
    }
    return tuple(dict.fromkeys(state for state, role in _held(context) if role not in departments | high))


def group_of(context: Context, section: DeskSection) -> DeskGroup:
    """A group of the desk, one of ``GROUPS``."""
    found = negotiated(context)
    if section is not DeskSection.HELD:
        return DeskGroup(section, found)
    applicant, provider = (
        tuple(dict.fromkeys(state for state, role in _held(context) if role == party)) for party in PARTY_ROLES
    )
    return DeskGroup(section, found, office_moves(context), applicant, provider)


def _held(context: Context) -> list[tuple[tuple[str, str], str]]:
    """Each of them with the role that holds it."""
    return [
        ((rules.key, key), rules.states[key].held_by)
        for book in context.books
        for rules in book.procedures.values()
        if is_negotiation(rules)
        for key in rules.open_states
    ]
