"""What is wrong with a rulebook: every fault at once, each under the key where it stands."""

from collections.abc import Collection, Mapping

from negotiation.rulebook.checks.events import check_events, check_history, check_meetings, check_rows
from negotiation.rulebook.checks.fields import check_bases, check_fields, check_opening
from negotiation.rulebook.checks.ledger import check_ledger
from negotiation.rulebook.checks.letters import check_letters
from negotiation.rulebook.checks.reach import check_reach
from negotiation.rulebook.checks.relations import check_ties
from negotiation.rulebook.checks.report import check_report
from negotiation.rulebook.checks.states import check_milestones, check_states
from negotiation.rulebook.checks.terms import check_clock, check_terms
from negotiation.rulebook.model import Procedure
from negotiation.rulebook.reader import Reader


def check(
    procedure: Procedure,
    read: Reader,
    roles: tuple[str, ...],
    groups: Mapping[str, tuple[str, ...]],
    laws: Collection[str],
    in_meetings: Mapping[str, str],
) -> None:
    """Every fault of a procedure, each under the key where it stands; ``laws``: the short names of its documents.

    ``in_meetings``: the roles that say nothing outside of a meeting, each with the role that enters it.
    """
    check_states(procedure, read, roles, groups)
    check_events(procedure, read, roles)
    check_rows(procedure, read)
    check_history(procedure, read)
    check_meetings(procedure, read, in_meetings)
    check_terms(procedure, read, roles)
    check_clock(procedure, read)
    check_fields(procedure, read)
    check_reach(procedure, read)
    check_milestones(procedure, read)
    check_ledger(procedure, read)
    check_opening(procedure, read)
    check_ties(procedure, read)
    check_letters(procedure, read, roles)
    check_report(procedure, read)
    check_bases(procedure, read, laws)
    try:
        distinct = len({procedure.number_for(year, seq) for year in (2025, 2026) for seq in (1, 2)}) == 4
    except (KeyError, ValueError, IndexError):
        distinct = False
    if not distinct:
        read.fault("number", "编号格式须且只能使用 {year} 和 {seq}，例如 GX{year}-{seq:04}")
