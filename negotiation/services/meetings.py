"""Meetings of coordination and deliberation (第十七条): planned from the agenda, held, what was agreed for each case.

A meeting changes no case: what it came to is recorded by an act on each, through the one door, with its number. And it
tells nobody: the official notice of a meeting is a letter that leaves after approval, never a mail by itself.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from negotiation.core.enums import MeetingState
from negotiation.core.errors import Conflict, DateError, FieldError, InvalidTransition, NegotiationError
from negotiation.core.labels import MEETING_STATE_TITLES
from negotiation.domain import forms
from negotiation.domain.meetings import Agreed, Meeting
from negotiation.domain.rulebook import AGENDAS, MEETING, EventRule, Procedure, Transition
from negotiation.services.cases import acting
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import Context, UnitOfWork
from negotiation.store import meetings as store
from negotiation.store.numbers import next_number
from negotiation.store.transaction import Transaction

NUMBER = "HY{year}-{seq:04}"
MOST_CASES = 100
LONGEST = 200  # characters of a place, a name, the number of the minutes
LONGEST_AGREED = 2000
_TIME = re.compile(r"([01]?\d|2[0-3])[:：]([0-5]\d)$")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is entered of a meeting: ``at`` as 14:30, ``cases`` by their numbers."""

    kind: str
    on: date
    at: str
    place: str
    chair: str
    cases: Sequence[str]


# ------------------------------------------------------------------------------------------------------- planned


def plan(transaction: Transaction, context: Context, wanted: Plan, *, author: str, at: datetime) -> Meeting:
    """A meeting on several cases, numbered by the year of its day; a day that is past is entered late.

    Raises FieldError (``kind``, ``at``, ``place``, ``chair``, ``cases``); nothing is written then.
    """
    if wanted.kind not in AGENDAS:
        known = "、".join(f"{key}（{title}）" for key, title in AGENDAS.items())
        raise FieldError(f"没有“{wanted.kind}”这种会议", field="kind", todo=f"可用：{known}")
    facts, files = _facts(wanted), _files(transaction, context, wanted.kind, wanted.cases, at)
    seq = next_number(transaction, f"meetings/{wanted.on.year}")
    no = NUMBER.format(year=wanted.on.year, seq=seq)
    number = next_number(transaction, "meeting")
    items = tuple(Agreed(file.row["id"], file.row["no"], "", "", "", "", "", None) for file in files)
    new = Meeting(number, no, wanted.kind, wanted.on, items=items, present=(), minutes_no="", author=author,
                  created_at=at, **facts)  # fmt: skip
    store.add(transaction, new)
    return store.find(transaction, no)


def amend(
    transaction: Transaction, context: Context, no: str, wanted: Plan, *, at: datetime, seen: int | None = None
) -> Meeting:
    """Changes a meeting that is only planned; its kind stays. ``seen``: the version that was read."""
    meeting = _standing(transaction, no, MeetingState.PLANNED, seen)
    facts = _facts(wanted)
    new = [each for each in wanted.cases if meeting.item(each) is None]
    kept = [item for item in meeting.items if item.no in wanted.cases]
    files = _files(transaction, context, meeting.kind, new, at) if new or not kept else []
    _write(transaction, meeting, held_on=wanted.on, **facts)
    for item in meeting.items:
        if item not in kept:
            store.take_off(transaction, meeting.id, item.case_id)
    for file in files:
        store.put_on(transaction, meeting.id, file.row["id"])
    return store.find(transaction, no)


def cancel(transaction: Transaction, no: str, reason: str, *, seen: int | None = None) -> Meeting:
    """A planned meeting does not take place; it stays on record and counts for nothing."""
    meeting = _standing(transaction, no, MeetingState.PLANNED, seen)
    said = _text(reason, "reason", "取消的原因", most=LONGEST_AGREED)
    _write(transaction, meeting, state=MeetingState.CANCELLED.value, reason=said)
    return store.find(transaction, no)


def invited(context: Context, meeting: Meeting) -> list[str]:
    """The departments of its cases, in official order."""
    parties = {name for item in meeting.items for name in (item.applicant, item.provider)}
    return [unit.name for unit in context.directory.in_order() if unit.name in parties]


def _facts(wanted: Plan) -> dict[str, Any]:
    match = _TIME.match(wanted.at.strip())
    if match is None:
        raise FieldError(f"“{wanted.at}”不是时间", field="at", todo="请写成 14:30")
    return {
        "at": f"{int(match[1]):02}:{match[2]}",
        "place": _text(wanted.place, "place", "地点"),
        "chair": _text(wanted.chair, "chair", "主持人"),
    }


def _text(text: str, field: str, title: str, *, most: int = LONGEST, needed: bool = True) -> str:
    text = text.strip()
    forms.demand_clean(text, field)
    if needed and not text:
        raise FieldError(f"须填写{title}", field=field, todo="请补填")
    if len(text) > most:
        raise FieldError(f"{title}有{len(text)}个字，至多{most}个字", field=field, todo="请缩短")
    return text


def _files(
    transaction: Transaction, context: Context, kind: str, numbers: Iterable[str], at: datetime
) -> list[CaseFile]:
    """The cases of a list, each once. Raises FieldError for none, too many, or one that has no business there."""
    listed = list(dict.fromkeys(numbers))
    if not listed:
        raise FieldError("没有议题", field="cases", todo="请从“议程”页勾选案件，至少一件")
    if len(listed) > MOST_CASES:
        raise FieldError(f"议题有{len(listed)}件，一次会议至多{MOST_CASES}件", field="cases", todo="请分几次会议")
    files = [acting.take(UnitOfWork(transaction, context, at), no) for no in listed]
    for file in files:
        _demand_business(file, kind)
    return files


def _demand_business(file: CaseFile, kind: str) -> None:
    state = file.procedure.states[file.row["state"]]
    if not acts_open(file) or state.agenda not in ("", kind):
        what = f"案件 {file.row['no']} 现为“{state.title}”，没有由{AGENDAS[kind]}会议研究的事项"
        raise FieldError(what, field="cases", todo="请从“议程”页选择案件")


# ----------------------------------------------------------------------------------------------------- held, agreed


def hold(
    transaction: Transaction, no: str, present: Sequence[str], minutes_no: str, *, today: date, seen: int | None = None
) -> Meeting:
    """It took place: who was present, the number of the minutes ("": not given yet). Entered again, it is corrected."""
    meeting = store.find(transaction, no)
    if meeting.state is MeetingState.CANCELLED:
        raise _not_now(meeting)
    if today < meeting.on:
        raise DateError(f"会议定于 {meeting.on} 召开，今天是 {today}", where=f"会议 {no}", todo="请在召开之后登记")
    people = [_text(name, "present", "参加人员") for name in present if name.strip()]
    if not people:
        raise FieldError("须填写参加人员", field="present", todo="请照签到填写，每人一项")
    number = _text(minutes_no, "minutes_no", "会议纪要文号", needed=False)
    _demand_version(meeting, seen)
    _write(transaction, meeting, state=MeetingState.HELD.value, present=people, minutes_no=number)
    return store.find(transaction, no)


def agree(
    transaction: Transaction, no: str, case_no: str, text: str, who: str, by: date | None, *, seen: int | None = None
) -> Meeting:
    """What was agreed for a case, who does it, by when; corrected until its act is recorded, by an act afterwards.

    ``seen``: the version of the line that was read.
    """
    meeting = _standing(transaction, no, MeetingState.HELD, None)
    item = meeting.item(case_no)
    if item is None:
        raise FieldError(f"会议 {no} 的议题中没有案件 {case_no}", field="case", todo="请核对案件编号")
    if item.seq is not None:
        raise NegotiationError(
            "本案已依据这次会议办理，议定事项不再更改",
            where=f"会议 {no}，案件 {case_no}",
            todo="确有变化的，请在案件中另行办理",
        )
    agreed = _text(text, "agreed", "议定事项", most=LONGEST_AGREED)
    named = _text(who, "who", "责任单位", needed=False)
    if by is not None and by < meeting.on:
        raise FieldError(f"完成日期 {by} 早于会议日期 {meeting.on}", field="by", todo="请核对日期")
    if seen not in (None, item.version) or not store.agree(transaction, meeting, item, agreed, named, by):
        raise _overtaken(f"会议 {no}，案件 {case_no}")
    return store.find(transaction, no)


def _standing(transaction: Transaction, no: str, state: MeetingState, seen: int | None) -> Meeting:
    """The meeting, if it is in that state and nobody has changed it since it was seen."""
    meeting = store.find(transaction, no)
    if meeting.state is not state:
        raise _not_now(meeting)
    _demand_version(meeting, seen)
    return meeting


def _not_now(meeting: Meeting) -> NegotiationError:
    advice = {
        MeetingState.PLANNED: "请先登记召开情况",
        MeetingState.HELD: "已召开的会议只能更正参加人员、纪要文号和尚未办理的议定事项",
        MeetingState.CANCELLED: "请另行安排会议",
    }
    title = MEETING_STATE_TITLES[meeting.state]
    return NegotiationError(f"会议{title}，不能这样办理", where=f"会议 {meeting.no}", todo=advice[meeting.state])


def _demand_version(meeting: Meeting, seen: int | None) -> None:
    if seen not in (None, meeting.version):
        raise _overtaken(f"会议 {meeting.no}")


def _write(transaction: Transaction, meeting: Meeting, **values: Any) -> None:
    if not store.change(transaction, meeting, **values):
        raise _overtaken(f"会议 {meeting.no}")


def _overtaken(where: str) -> Conflict:
    return Conflict("在您填写期间已有人更改，本次没有写入", where=where, todo="请看过现在的内容后再决定是否提交")


# ------------------------------------------------------------------------------------------------------ what follows


def acts_open(file: CaseFile) -> list[Transition]:
    """What a meeting can come to for a case as it stands, by its own rulebook."""
    rules = file.procedure
    return [row for row in rules.from_state(file.row["state"]) if rules.takes_meeting(row.event)]


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
    agenda = file.procedure.states[file.row["state"]].agenda
    held = [each for each in store.of_case(transaction, file.row["id"]) if each.state is MeetingState.HELD]
    return [each for each in held if agenda in ("", each.kind)]


def hindrance(transaction: Transaction, file: CaseFile, event: EventRule) -> InvalidTransition | None:
    """Why an act that must name its meeting cannot: none that counts for this case was held yet."""
    rules = file.procedure
    needed = any(rules.fields[key].kind == MEETING for key in event.required)
    if not needed or on_which(transaction, file):
        return None
    kind = AGENDAS.get(rules.states[file.row["state"]].agenda, "")
    return InvalidTransition(
        f"办理“{event.title}”须依据会议，本案还没有召开过的{kind}会议",
        todo="请从“议程”页安排会议，召开后在会议页登记",
    )


def as_json(context: Context, meeting: Meeting) -> dict[str, Any]:
    """A meeting as scripts read it."""
    return {
        "no": meeting.no,
        "kind": meeting.kind,
        "state": meeting.state.value,
        "on": meeting.on,
        "at": meeting.at,
        "place": meeting.place,
        "chair": meeting.chair,
        "invited": invited(context, meeting),
        "present": list(meeting.present),
        "minutes_no": meeting.minutes_no,
        "reason": meeting.reason,
        "cases": [
            {"no": each.no, "subject": each.subject, "applicant": each.applicant, "provider": each.provider,
             "agreed": each.agreed, "who": each.who, "by": each.by, "recorded_as": each.seq}
            for each in meeting.items
        ],
    }  # fmt: skip
