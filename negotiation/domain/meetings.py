"""Meetings and what rests on them: of the leading group nothing is on record without one (第十七条)."""

from dataclasses import dataclass
from datetime import date, datetime

from negotiation.core.enums import MeetingState
from negotiation.core.errors import FieldError
from negotiation.domain.fields import Fields
from negotiation.domain.rulebook import AGENDAS, EventRule, Procedure


@dataclass(frozen=True, slots=True)
class Agreed:
    """A case on the list of a meeting, and what was agreed there: ``who`` does it ``by`` when.

    ``seq``: the latest event of the case that was recorded on this meeting, None before. ``version``: of this line.
    ``off``: why the case was taken off the agenda, "" while it is on it.
    """

    case_id: int
    no: str
    subject: str
    applicant: str
    provider: str
    agreed: str
    who: str
    by: date | None
    seq: int | None = None
    version: int = 1
    off: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """The day, hour and place that a meeting had before it was put off, and why it was."""

    on: date
    at: str
    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session; ``kind``: coordination or deliberation, ``at``: 14:30 in Beijing, ``items`` by the case's number.

    ``present``, ``absent`` (请假), ``observers`` (列席): people with their units; ``moves``: how it was put off (改期).
    """

    id: int
    no: str
    kind: str
    on: date
    at: str
    place: str
    chair: str
    present: tuple[str, ...]
    minutes_no: str
    items: tuple[Agreed, ...]
    state: MeetingState = MeetingState.PLANNED
    reason: str = ""
    author: str = ""
    created_at: datetime | None = None
    version: int = 1
    absent: tuple[str, ...] = ()
    observers: tuple[str, ...] = ()
    moves: tuple[Move, ...] = ()

    @property
    def on_agenda(self) -> tuple[Agreed, ...]:
        """The lines of the cases that it speaks of: without those that were taken off."""
        return tuple(each for each in self.items if not each.off)

    def item(self, no: str) -> Agreed | None:
        """The line of a case, by its number."""
        return next((each for each in self.items if each.no == no), None)


def demand_held(meeting: Meeting, on: date, key: str) -> None:
    """Raises FieldError, of the field ``key``, for a meeting that was not held or is later than the day ``on``."""
    if meeting.state is MeetingState.CANCELLED:
        raise FieldError(f"会议 {meeting.no} 已取消，不能作为依据", field=key, todo="请填写实际召开的会议")
    if meeting.state is not MeetingState.HELD:
        raise FieldError(f"会议 {meeting.no} 尚未登记召开", field=key, todo="请先在会议页登记召开情况")
    if on < meeting.on:
        raise FieldError(
            f"办理日期 {on} 早于会议 {meeting.no} 的召开日期 {meeting.on}", field=key, todo="请核对办理日期和会议编号"
        )


def demand_listed(meeting: Meeting, no: str, agenda: str, key: str) -> None:
    """Raises FieldError, of the field ``key``, for a meeting of the wrong kind, or that does not list the case ``no``.

    ``agenda``: the kind of meeting that must deal with the case as it stands; "": either.
    """
    item = meeting.item(no)
    if item is None:
        raise FieldError(f"会议 {meeting.no} 的议题中没有本案", field=key, todo="请填写研究本案的会议")
    if item.off:
        what = f"本案已从会议 {meeting.no} 的议题中撤下（{item.off}）"
        raise FieldError(what, field=key, todo="请填写研究本案的会议")
    if agenda not in ("", meeting.kind):
        what = f"会议 {meeting.no} 是{AGENDAS[meeting.kind]}会议，本案现须由{AGENDAS[agenda]}会议研究"
        raise FieldError(what, field=key, todo="请核对会议编号")


def set_there(procedure: Procedure, event: EventRule, agreed: Agreed, fields: Fields) -> dict[str, date]:
    """The date that the meeting set, for the field of the act which sets a term. Raises FieldError for another one."""
    dates = {rule.due_field for rule in procedure.terms.values()}.intersection(event.fields)
    for key in dates if agreed.by else ():
        if fields.get(key) not in (None, agreed.by):
            title = procedure.fields[key].title
            what = f"“{title}”为 {fields[key]}，会议议定的日期是 {agreed.by}"
            raise FieldError(what, field=key, todo="请核对，或先更正会议议定的日期")
    return dict.fromkeys(dates, agreed.by) if agreed.by else {}
