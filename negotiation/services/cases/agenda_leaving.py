"""A case that leaves the agenda of a meeting which is only planned: it is taken off, and whoever chairs is told."""

from collections.abc import Sequence

from negotiation.core.enums import OFFICE, MeetingState
from negotiation.domain import notices
from negotiation.domain.machine.values import Step
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.cases.case_file import CaseFile
from negotiation.store import meetings
from negotiation.store.transaction import Transaction


def leave(transaction: Transaction, file: CaseFile, request: ActRequest, before: str, steps: Sequence[Step]) -> None:
    """Takes a case off the planned meetings for which it has no business any more since it left the state ``before``.

    The office is told by a notice and a task, unless it did that itself.
    """
    was = file.procedure.states[before].agenda
    title, on = file.procedure.events[request.event].title, request.on
    for meeting in meetings.of_case(transaction, file.case_id):
        item = meeting.item(file.no)
        if meeting.state is MeetingState.PLANNED and meeting.kind == was and item is not None and not item.off:
            meetings.strike_off(transaction, meeting.id, file.case_id, f"{title}（{on}）")
            if file.rulebook.entered_by.get(request.role, request.role) != OFFICE:
                _tell_office(file, steps[-1])
                asked = f"“{title}”：已从会议 {meeting.no} 的议题中撤下，请告知主持人{meeting.chair}"
                file.tasks.add(f"event:{file.version}/meeting:{meeting.id}", asked)


def _tell_office(file: CaseFile, step: Step) -> None:
    """Notifies the office of a step of which the rulebook does not tell it."""
    if OFFICE not in {rule.to for rule in step.transition.event.notify}:
        file.add_notices([notices.to_office(file.about(step))])
