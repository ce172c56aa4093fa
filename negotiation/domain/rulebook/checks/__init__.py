"""The faults of a rulebook: all at once, each under its key."""

from collections.abc import Mapping

from negotiation.domain.rulebook.checks.events import check_events, check_history, check_meetings, check_rows
from negotiation.domain.rulebook.checks.exits import check_exits
from negotiation.domain.rulebook.checks.fields import (
    check_bases,
    check_basis_by,
    check_counted,
    check_fields,
    check_number,
    check_opening,
)
from negotiation.domain.rulebook.checks.ledger import check_ledger
from negotiation.domain.rulebook.checks.letters import check_letters
from negotiation.domain.rulebook.checks.names import HeadNames
from negotiation.domain.rulebook.checks.reach import check_reach
from negotiation.domain.rulebook.checks.relations import check_ties
from negotiation.domain.rulebook.checks.report import check_report
from negotiation.domain.rulebook.checks.states import check_milestones, check_states
from negotiation.domain.rulebook.checks.terms import check_terms
from negotiation.domain.rulebook.model import Procedure
from negotiation.domain.rulebook.reader import Reader


def check(procedure: Procedure, read: Reader, names: HeadNames, groups: Mapping[str, tuple[str, ...]]) -> None:
    """Adds every fault of a procedure, and each key that nobody took, under the key where it stands.

    ``groups``: name → states.
    """
    read.finish()
    check_states(procedure, read, names.roles, groups)
    check_events(procedure, read, names.roles)
    check_rows(procedure, read)
    check_history(procedure, read)
    check_meetings(procedure, read, names.in_meetings)
    check_terms(procedure, read, names)
    check_fields(procedure, read)
    check_counted(procedure, read)
    check_reach(procedure, read)
    check_exits(procedure, read)
    check_milestones(procedure, read)
    check_ledger(procedure, read)
    check_opening(procedure, read)
    check_ties(procedure, read)
    check_letters(procedure, read, names.roles)
    check_report(procedure, read)
    check_bases(procedure, read, names.laws)
    check_basis_by(procedure, read)
    check_number(procedure, read)
