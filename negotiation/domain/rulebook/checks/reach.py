"""States of a procedure that nobody reaches or nobody can leave."""

from negotiation.domain.rulebook.event_rules import STAY
from negotiation.domain.rulebook.model import Procedure
from negotiation.domain.rulebook.reader import Reader


def check_reach(procedure: Procedure, read: Reader) -> None:
    """Add the states that no way leads to, and those that no way leads out of."""
    reached = {procedure.initial}
    grew = True
    while grew:
        grew = False
        for (source, _), row in procedure.table.items():
            found = set(procedure.targets_of(row)) & procedure.states.keys() - reached
            if source in reached and found:
                reached |= found
                grew = True
    for state in procedure.states.values():
        if state.key not in reached:
            read.fault(f"states.{state.key}", "无法到达这一状态")
        onward = [
            row
            for row in procedure.from_state(state.key)
            if row.target not in (STAY, state.key) and row.event.key not in procedure.general_events
        ]
        if not onward and not state.ending:
            read.fault(f"states.{state.key}", "无法离开这一状态（撤回、作废等各状态都可办理的事件不算）")
