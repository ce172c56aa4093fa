"""Meetings that do not take place as planned: put off under the same number, cancelled, a case taken off.

Whoever was asked to come is told of another day: the clerks of the parties, by a notice on one of their cases.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from negotiation.core.enums import MeetingState, NoticeKind, NoticeState
from negotiation.core.errors import FieldError, NegotiationError
from negotiation.core.local_time import local_date
from negotiation.domain.meetings import Agreed, Meeting
from negotiation.domain.notice_facts import MeetingFacts
from negotiation.domain.notices import NoticeRecord
from negotiation.domain.rulebook import AGENDAS
from negotiation.domain.wording import one_line
from negotiation.services.context import Context
from negotiation.services.meetings.changing import LONGEST_AGREED, checked_text, conflict, meeting_in, not_now
from negotiation.services.meetings.planning import hour_of
from negotiation.store import meetings as store
from negotiation.store import outbox
from negotiation.store.transaction import Transaction

MOVED = "meeting_moved"
ADDRESS = "贵单位"


@dataclass(frozen=True, slots=True)
class NewDay:
    """The day to which a meeting is put off: its hour as 14:30, its place ("": the same), and why."""

    on: date
    at: str
    place: str
    reason: str


def postpone(
    transaction: Transaction, context: Context, no: str, wanted: NewDay, *, at: datetime, seen: int | None = None
) -> Meeting:
    """Puts a planned meeting off (改期): number and agenda stay, the day before is kept, the parties are told.

    Raises NotFound, NegotiationError (not planned), FieldError (``on``, ``at``, ``reason``), Conflict.
    """
    meeting = meeting_in(transaction, no, MeetingState.PLANNED, seen)
    reason = checked_text(wanted.reason, "reason", "改期的原因", most=LONGEST_AGREED)
    hour, place = hour_of(wanted.at), checked_text(wanted.place or meeting.place, "place", "地点")
    if wanted.on < local_date(at):
        raise FieldError(f"改期后的日期 {wanted.on} 已过", field="on", todo="请填写今天或以后的日期")
    if (wanted.on, hour, place) == (meeting.on, meeting.at, meeting.place):
        raise FieldError("时间、地点与原来相同", field="on", todo="请填写改期后的日期和时间")
    if not store.put_off(transaction, meeting, wanted.on, hour, place, reason):
        raise conflict(f"会议 {no}")
    moved = store.find(transaction, no)
    outbox.add(transaction, list(_notices(context, meeting, moved, at)))
    return moved


def cancel(
    transaction: Transaction, context: Context, no: str, reason: str, *, at: datetime, seen: int | None = None
) -> Meeting:
    """Cancels a planned meeting; it stays on record, and the parties are told if its day is still to come.

    Raises NotFound, NegotiationError (not planned), FieldError (``reason``), Conflict.
    """
    meeting = meeting_in(transaction, no, MeetingState.PLANNED, seen)
    text = checked_text(reason, "reason", "取消的原因", most=LONGEST_AGREED)
    if not store.change(transaction, meeting, state=MeetingState.CANCELLED.value, reason=text):
        raise conflict(f"会议 {no}")
    if meeting.on >= local_date(at):
        outbox.add(transaction, list(_notices(context, meeting, None, at)))
    return store.find(transaction, no)


def take_off(transaction: Transaction, no: str, case_no: str, reason: str, *, seen: int | None = None) -> Meeting:
    """Takes a case off the agenda (撤下议题): it stays on the list, struck out, with the reason.

    ``seen``: the version of the line that was read. Raises NotFound, NegotiationError (cancelled, or the act is
    recorded), FieldError (``case``, ``reason``) and Conflict.
    """
    meeting = store.find(transaction, no)
    if meeting.state is MeetingState.CANCELLED:
        raise not_now(meeting)
    item = meeting.item(case_no)
    if item is None or item.off:
        raise FieldError(f"会议 {no} 的议题中没有案件 {case_no}", field="case", todo="请核对案件编号")
    if item.seq is not None:
        where = f"会议 {no}，案件 {case_no}"
        raise NegotiationError("本案已依据这次会议办理，不再撤下", where=where, todo="登记有误的，请在案件页更正")
    text = checked_text(reason, "reason", "撤下的原因", most=LONGEST_AGREED)
    if seen not in (None, item.version):
        raise conflict(f"会议 {no}，案件 {case_no}")
    store.strike_off(transaction, meeting.id, item.case_id, text)
    return store.find(transaction, no)


def _notices(context: Context, was: Meeting, now: Meeting | None, at: datetime) -> Iterator[NoticeRecord]:
    """One for each department that has a part in a case of the agenda, on the first of these."""
    change = f"moved:{len(now.moves)}" if now else "cancelled"
    for unit in context.directory.in_order():
        own = [each for each in was.on_agenda if unit.name in (each.applicant, each.provider)]
        if own:
            yield NoticeRecord(
                case_id=own[0].case_id,
                key=f"meeting:{was.id}/{change}/to:{unit.id}",
                kind=NoticeKind.ACT.value,
                template=MOVED,
                department_id=unit.id,
                term=None,
                facts=_facts(was, now, own),
                state=NoticeState.WAITING.value,
                created_at=at,
                next_try=at,
            )


def _facts(was: Meeting, now: Meeting | None, own: list[Agreed]) -> MeetingFacts:
    return MeetingFacts(
        meeting=was.no,
        kind=AGENDAS[was.kind],
        was_on=was.on,
        was_at=was.at,
        on=now.on if now else None,
        at=now.at if now else "",
        place=one_line(now.place) if now else "",
        subjects=tuple(one_line(each.subject) for each in own),
        address=ADDRESS,
    )
