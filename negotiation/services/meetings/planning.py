"""Meetings planned from the agenda, and changed while they are planned."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from negotiation.core.enums import MeetingState
from negotiation.core.errors import FieldError
from negotiation.domain.meetings import Agreed, Meeting
from negotiation.domain.rulebook import AGENDAS
from negotiation.services.cases import acting
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import Context, UnitOfWork
from negotiation.services.meetings.acts import acts_open
from negotiation.services.meetings.changing import checked_text, meeting_in, write
from negotiation.store import meetings as store
from negotiation.store.numbers import next_number
from negotiation.store.transaction import Transaction

NUMBER = "HY{year}-{seq:04}"


MOST_CASES = 100


_TIME = re.compile(r"([01]?\d|2[0-3])[:：]([0-5]\d)$")


@dataclass(frozen=True, slots=True)
class Plan:
    """The fields entered of a meeting: ``at`` as 14:30, ``cases`` by their numbers."""

    kind: str
    on: date
    at: str
    place: str
    chair: str
    cases: Sequence[str]


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
    items = tuple(Agreed(file.case_id, file.no, "", "", "", "", "", None) for file in files)
    new = Meeting(number, no, wanted.kind, wanted.on, items=items, present=(), minutes_no="", author=author,
                  created_at=at, **facts)  # fmt: skip
    store.add(transaction, new)
    return store.find(transaction, no)


def amend(
    transaction: Transaction, context: Context, no: str, wanted: Plan, *, at: datetime, seen: int | None = None
) -> Meeting:
    """Changes a meeting that is only planned; its kind stays. ``seen``: the version that was read.

    Raises NotFound, NegotiationError (not planned), FieldError as ``plan``, Conflict.
    """
    meeting = meeting_in(transaction, no, MeetingState.PLANNED, seen)
    facts, listed = _facts(wanted), {item.no for item in meeting.on_agenda}
    new = [each for each in wanted.cases if each not in listed]
    kept = listed.intersection(wanted.cases)
    files = _files(transaction, context, meeting.kind, new, at) if new or not kept else []
    write(transaction, meeting, held_on=wanted.on, **facts)
    for item in meeting.on_agenda:
        if item.no not in kept:
            store.remove(transaction, meeting.id, item.case_id)
    for file in files:
        _put_on(transaction, meeting, file)
    return store.find(transaction, no)


def _put_on(transaction: Transaction, meeting: Meeting, file: CaseFile) -> None:
    """On the agenda, for the first time or again."""
    if meeting.item(file.no) is None:
        store.put_on(transaction, meeting.id, file.case_id)
    else:
        store.strike_off(transaction, meeting.id, file.case_id, "")


def _facts(wanted: Plan) -> dict[str, Any]:
    return {
        "at": hour_of(wanted.at),
        "place": checked_text(wanted.place, "place", "地点"),
        "chair": checked_text(wanted.chair, "chair", "主持人"),
    }


def hour_of(text: str) -> str:
    """An hour as it is kept: 09:00. Raises FieldError for what is none."""
    match = _TIME.match(text.strip())
    if match is None:
        raise FieldError(f"“{text}”不是时间", field="at", todo="请写成 14:30")
    return f"{int(match[1]):02}:{match[2]}"


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
    state = file.procedure.states[file.state]
    if not acts_open(file) or state.agenda not in ("", kind):
        what = f"案件 {file.no} 现为“{state.title}”，没有由{AGENDAS[kind]}会议研究的事项"
        raise FieldError(what, field="cases", todo="请从“议程”页选择案件")
