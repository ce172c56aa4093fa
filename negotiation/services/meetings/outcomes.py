"""Meetings held: who was present, what was agreed for each case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from negotiation.core.enums import MeetingState
from negotiation.core.errors import DateError, FieldError, NegotiationError
from negotiation.domain.meetings import Meeting
from negotiation.services.meetings.changing import (
    LONGEST_AGREED,
    checked_text,
    conflict,
    demand_version,
    meeting_in,
    not_now,
    write,
)
from negotiation.store import meetings as store
from negotiation.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Beside:
    """Who is on the list beside those present: who asked for leave (请假), who sat in without being a member (列席)."""

    absent: Sequence[str] = ()
    observers: Sequence[str] = ()


NOBODY = Beside()


def hold(
    transaction: Transaction, no: str, present: Sequence[str], minutes_no: str, *, today: date,
    beside: Beside = NOBODY, seen: int | None = None,
) -> Meeting:  # fmt: skip
    """Records that a meeting took place: who was there, the number of the minutes ("": none yet); again: corrects it.

    Raises NotFound, NegotiationError (cancelled), DateError (before its day), FieldError (``present``, ``minutes_no``)
    and Conflict.
    """
    meeting = store.find(transaction, no)
    if meeting.state is MeetingState.CANCELLED:
        raise not_now(meeting)
    if today < meeting.on:
        raise DateError(f"会议定于 {meeting.on} 召开，今天是 {today}", where=f"会议 {no}", todo="请在召开之后登记")
    people = {
        "present": _names(present, "present", "参加人员"),
        "absent": _names(beside.absent, "absent", "请假人员"),
        "observers": _names(beside.observers, "observers", "列席人员"),
    }
    _demand_attendance(people)
    number = checked_text(minutes_no, "minutes_no", "会议纪要文号", needed=False)
    demand_version(meeting, seen)
    write(transaction, meeting, state=MeetingState.HELD.value, minutes_no=number, **people)
    return store.find(transaction, no)


def _demand_attendance(people: Mapping[str, Sequence[str]]) -> None:
    """Raises FieldError for a session without anyone, and for who was there and is said to be on leave or listening."""
    if not people["present"]:
        raise FieldError("须填写参加人员", field="present", todo="请照签到填写，每人一项")
    for field, title in (("absent", "请假"), ("observers", "列席")):
        if twice := set(people["present"]) & set(people[field]):
            raise FieldError(f"“{'、'.join(sorted(twice))}”既填作出席，又填作{title}", field=field, todo="请照签到核对")


def _names(people: Sequence[str], field: str, title: str) -> list[str]:
    """The names without blanks. Raises FieldError for one that is too long."""
    return [checked_text(name, field, title) for name in people if name.strip()]


def agree(
    transaction: Transaction, no: str, case_no: str, text: str, who: str, by: date | None, *, seen: int | None = None
) -> Meeting:
    """Records what was agreed for a case, who does it, by when; it may be corrected until its act is recorded.

    ``seen``: the version of the line that was read. Raises NotFound, NegotiationError (not held, or the act is
    recorded), FieldError (``case``, ``agreed``, ``who``, ``by``) and Conflict.
    """
    meeting = meeting_in(transaction, no, MeetingState.HELD, None)
    item = meeting.item(case_no)
    if item is None or item.off:
        raise FieldError(f"会议 {no} 的议题中没有案件 {case_no}", field="case", todo="请核对案件编号")
    if item.seq is not None:
        raise NegotiationError(
            "本案已依据这次会议办理，议定事项不再更改",
            where=f"会议 {no}，案件 {case_no}",
            todo="确有变化的，请在案件中另行办理",
        )
    agreed = checked_text(text, "agreed", "议定事项", most=LONGEST_AGREED)
    named = checked_text(who, "who", "责任单位", needed=False)
    if by is not None and by < meeting.on:
        raise FieldError(f"完成日期 {by} 早于会议日期 {meeting.on}", field="by", todo="请核对日期")
    if seen not in (None, item.version) or not store.agree(transaction, meeting, item, agreed, named, by):
        raise conflict(f"会议 {no}，案件 {case_no}")
    return store.find(transaction, no)
