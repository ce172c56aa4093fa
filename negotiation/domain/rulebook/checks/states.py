"""Faults of the states of a procedure and of the dates that they set."""

from collections.abc import Mapping

from negotiation.domain.rulebook.checks.names import unknown
from negotiation.domain.rulebook.event_rules import MILESTONE_COLUMNS
from negotiation.domain.rulebook.model import AGENDAS, Procedure
from negotiation.domain.rulebook.reader import Reader


def check_states(
    procedure: Procedure, read: Reader, roles: tuple[str, ...], groups: Mapping[str, tuple[str, ...]]
) -> None:
    """Add the faults of the first state, of each state and of each group; ``groups``: name → states."""
    if procedure.initial not in procedure.states:
        unknown(read, "initial", (procedure.initial,), procedure.states, "状态")
    drafter = procedure.states[procedure.initial].held_by if procedure.initial in procedure.states else ""
    if drafter in procedure.seats:
        read.fault(f"states.{procedure.initial}.held_by", "案件须由申请或提供的部门或办公室登记，不能由固定的部门登记")
    for state in procedure.states.values():
        unknown(read, f"states.{state.key}.held_by", filter(None, (state.held_by,)), roles, "角色")
        if not state.held_by and not state.ending:
            read.fault(f"states.{state.key}.held_by", "缺少：未结束的状态须写明由谁办理")
        unknown(read, f"states.{state.key}.term", filter(None, (state.term,)), procedure.terms, "期限")
        if state.agenda and state.agenda not in AGENDAS:
            read.fault(f"states.{state.key}.agenda", f"应为 {'、'.join(AGENDAS)} 之一")
        if state.ending not in ("", "closed", "void"):
            read.fault(f"states.{state.key}.ending", "应为 closed（计入办结）或 void（不计入统计）")
    for name, members in groups.items():
        unknown(read, f"groups.{name}", members, procedure.states, "状态")


def check_milestones(procedure: Procedure, read: Reader) -> None:
    """Add the faults of the dates that events and states set on a case."""
    for event, column in procedure.milestones.items():
        unknown(read, f"milestones.{event}", (event,), (*procedure.events, *procedure.states, "ending"), "事件或状态")
        if column not in MILESTONE_COLUMNS:
            read.fault(f"milestones.{event}", f"应为 {'、'.join(MILESTONE_COLUMNS)} 之一")
    if "received_on" not in procedure.milestones.values():
        read.fault("milestones", '缺少 received_on（例如 submit = "received_on"）：没有收到日期的案件，提供部门看不到')
