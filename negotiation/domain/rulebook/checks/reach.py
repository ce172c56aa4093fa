"""States of a procedure that nobody reaches or nobody can leave; those in which a case does not count yet."""

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
    _check_uncounted(procedure, read)


def _check_uncounted(procedure: Procedure, read: Reader) -> None:
    """Add the states in which a case does not count yet and that a counted case could come to, or leave unseen."""
    uncounted = {key for key, state in procedure.states.items() if state.uncounted}
    for (source, event), row in procedure.table.items():
        targets = set(procedure.targets_of(row)) & procedure.states.keys()
        if targets & uncounted and source not in (procedure.initial, *uncounted):
            read.fault(f"transitions（{source} · {event}）", "已计入统计的案件不能再到尚不计入统计的状态（uncounted）")
        begun = {each for each in targets - uncounted if source in uncounted and not procedure.states[each].ending}
        if begun and "received_on" not in {procedure.milestones.get(each) for each in (event, *begun)}:
            read.fault(f"milestones.{event}", '离开尚不计入统计的状态（uncounted）时计为收到：应为 "received_on"')
