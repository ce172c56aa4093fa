"""Outcomes of a meeting: the acts that rest on it, and the fields that it fills."""

from negotiation.core.enums import MeetingState
from negotiation.core.errors import InvalidTransition
from negotiation.domain.meetings import Agreed, Meeting
from negotiation.domain.rulebook import AGENDAS, MEETING, EventRule, Procedure, Transition
from negotiation.services.cases.case_file import CaseFile
from negotiation.store import meetings as store
from negotiation.store.transaction import Transaction


def acts_open(file: CaseFile) -> list[Transition]:
    """The acts that a meeting can lead to in the present state of a case, by its own rulebook."""
    rules = file.procedure
    return [row for row in rules.from_state(file.state) if rules.takes_meeting(row.event)]


def entered(rules: Procedure, event: EventRule, meeting: Meeting, item: Agreed) -> dict[str, str]:
    """The fields of an act as the meeting fills them: its number, the date that it set, what was agreed."""
    due = {rule.due_field for rule in rules.terms.values()}
    first_text = next((key for key in event.fields if rules.fields[key].kind == "text"), "")
    kinds = {key: rules.fields[key].kind for key in event.fields}
    found = {key: meeting.no for key, kind in kinds.items() if kind == MEETING}
    found |= {key: item.by.isoformat() for key in kinds if key in due and item.by is not None}
    return found | ({first_text: item.agreed} if first_text and item.agreed else {})


def on_which(transaction: Transaction, file: CaseFile) -> list[Meeting]:
    """The meetings on which an act on this case may rest now."""
    agenda = file.procedure.states[file.state].agenda
    held = [each for each in store.of_case(transaction, file.case_id) if each.state is MeetingState.HELD]
    spoken = [each for each in held if file.no in {item.no for item in each.on_agenda}]
    return [each for each in spoken if agenda in ("", each.kind)]


def hindrance(transaction: Transaction, file: CaseFile, event: EventRule) -> InvalidTransition | None:
    """The error of an act that must name its meeting while none was held for this case; None if nothing hinders it."""
    rules = file.procedure
    needed = any(rules.fields[key].kind == MEETING for key in event.required)
    if not needed or on_which(transaction, file):
        return None
    kind = AGENDAS.get(rules.states[file.state].agenda, "")
    return InvalidTransition(
        f"办理“{event.title}”须依据会议，本案还没有召开过的{kind}会议",
        todo="请从“议程”页安排会议，召开后在会议页登记",
    )
