"""A meeting as its planning and its outcomes change it: found in its state and version, its texts checked."""

from typing import Any

from negotiation.core.enums import MeetingState
from negotiation.core.errors import Conflict, FieldError, NegotiationError
from negotiation.core.labels import MEETING_STATE_TITLES
from negotiation.domain import forms
from negotiation.domain.meetings import Meeting
from negotiation.store import meetings as store
from negotiation.store.transaction import Transaction

LONGEST = 200  # characters of a place, a name, the number of the minutes


LONGEST_AGREED = 2000


def checked_text(text: str, field: str, title: str, *, most: int = LONGEST, needed: bool = True) -> str:
    """The text without blanks around it. Raises FieldError for an empty, too long or forbidden one."""
    text = text.strip()
    forms.demand_clean(text, field)
    if needed and not text:
        raise FieldError(f"须填写{title}", field=field, todo="请补填")
    if len(text) > most:
        raise FieldError(f"{title}有{len(text)}个字，至多{most}个字", field=field, todo="请缩短")
    return text


def meeting_in(transaction: Transaction, no: str, state: MeetingState, seen: int | None) -> Meeting:
    """The meeting, in the state demanded. Raises NotFound, NegotiationError (state), Conflict."""
    meeting = store.find(transaction, no)
    if meeting.state is not state:
        raise not_now(meeting)
    demand_version(meeting, seen)
    return meeting


def not_now(meeting: Meeting) -> NegotiationError:
    """The error for a meeting in a state that does not allow this, with the advice for its state."""
    advice = {
        MeetingState.PLANNED: "请先登记召开情况",
        MeetingState.HELD: "已召开的会议只能更正参加人员、纪要文号和尚未办理的议定事项",
        MeetingState.CANCELLED: "请另行安排会议",
    }
    title = MEETING_STATE_TITLES[meeting.state]
    return NegotiationError(f"会议{title}，不能这样办理", where=f"会议 {meeting.no}", todo=advice[meeting.state])


def demand_version(meeting: Meeting, seen: int | None) -> None:
    """Raises Conflict for a meeting changed since ``seen``, the version that was read (None: any)."""
    if seen not in (None, meeting.version):
        raise conflict(f"会议 {meeting.no}")


def write(transaction: Transaction, meeting: Meeting, **values: Any) -> None:
    """Writes columns of a meeting. Raises Conflict for one that was changed meanwhile."""
    if not store.change(transaction, meeting, **values):
        raise conflict(f"会议 {meeting.no}")


def conflict(where: str) -> Conflict:
    """The error for what somebody else has changed meanwhile."""
    return Conflict("在您填写期间已有人更改，本次没有写入", where=where, todo="请看过现在的内容后再决定是否提交")
