"""What an act rests on: the meeting that it names. Of the leading group nothing is on record without one (第十七条)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from negotiation.errors import FieldFault, NotFound
from negotiation.rulebook import AGENDAS, MEETING, EventRule, Procedure
from negotiation.store import meetings
from negotiation.store.cases import CaseRow
from negotiation.store.meetings import Agreed, Meeting
from negotiation.store.transaction import Transaction
from negotiation.vocabulary import MeetingState


def meeting_of(
    transaction: Transaction, procedure: Procedure, row: CaseRow, fields: Mapping[str, Any], on: date
) -> Meeting | None:
    """The meeting that an act of the day ``on`` on the case ``row`` names; None if it names none.

    Raises FieldFault for one that counts for nothing here: not held, held later, or without this case on its list.
    """
    for key, no in fields.items():
        if procedure.fields[key].kind == MEETING:
            meeting = _found(transaction, no, key)
            _demand_held(meeting, on, key)
            _demand_listed(meeting, procedure, row, key)
            return meeting
    return None


def _found(transaction: Transaction, no: str, key: str) -> Meeting:
    try:
        return meetings.find(transaction, no)
    except NotFound as error:
        raise FieldFault(error.what, field=key, todo=error.todo, command=error.command) from None


def _demand_held(meeting: Meeting, on: date, key: str) -> None:
    if meeting.state is MeetingState.CANCELLED:
        raise FieldFault(f"会议 {meeting.no} 已取消，不能作为依据", field=key, todo="请填写实际召开的会议")
    if meeting.state is not MeetingState.HELD:
        raise FieldFault(f"会议 {meeting.no} 尚未登记召开", field=key, todo="请先在会议页登记召开情况")
    if on < meeting.on:
        raise FieldFault(
            f"办理日期 {on} 早于会议 {meeting.no} 的召开日期 {meeting.on}", field=key, todo="请核对办理日期和会议编号"
        )


def _demand_listed(meeting: Meeting, procedure: Procedure, row: CaseRow, key: str) -> None:
    if meeting.item(row["no"]) is None:
        raise FieldFault(f"会议 {meeting.no} 的议题中没有本案", field=key, todo="请填写研究本案的会议")
    agenda = procedure.states[row["state"]].agenda
    if agenda not in ("", meeting.kind):
        what = f"会议 {meeting.no} 是{AGENDAS[meeting.kind]}会议，本案现须由{AGENDAS[agenda]}会议研究"
        raise FieldFault(what, field=key, todo="请核对会议编号")


def set_there(procedure: Procedure, event: EventRule, agreed: Agreed, fields: Mapping[str, Any]) -> dict[str, date]:
    """The date that the meeting set, for the field of the act which sets a term. Raises FieldFault for another one."""
    dates = {rule.due_field for rule in procedure.terms.values()}.intersection(event.fields)
    for key in dates if agreed.by else ():
        if fields.get(key) not in (None, agreed.by):
            title = procedure.fields[key].title
            what = f"“{title}”为 {fields[key]}，会议议定的日期是 {agreed.by}"
            raise FieldFault(what, field=key, todo="请核对，或先更正会议议定的日期")
    return dict.fromkeys(dates, agreed.by) if agreed.by else {}
