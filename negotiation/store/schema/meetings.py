"""Meetings and the cases on their lists."""

from datetime import date, datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from negotiation.store.schema.types import Instant, Json, id_type

# The columns that revision 0002 adds: rows of before have the default.
EMPTY_LIST = {"server_default": "[]"}


class Meeting(SQLModel, table=True):
    """A session on several cases; ``no``: HY2026-0007. ``kind``: of the rulebook's agendas; ``at``: 14:30 in Beijing.

    ``state``: values of ``MeetingState``; ``reason``: why it was cancelled. ``version`` counts its changes.
    ``absent``, ``observers``: 请假, 列席; ``moves``: day, hour and place before each postponement, and its reason.
    """

    __tablename__ = "meeting"

    id: int = Field(primary_key=True)
    no: str = Field(unique=True)
    kind: str
    held_on: date = Field(index=True)
    at: str
    place: str
    chair: str
    present: list[str] = Field(sa_type=Json)
    minutes_no: str = ""
    state: str
    reason: str = Field(default="", sa_type=Text)
    author: str
    created_at: datetime = Field(sa_type=Instant)
    version: int = 1
    absent: list[str] = Field(sa_type=Json, sa_column_kwargs=EMPTY_LIST)
    observers: list[str] = Field(sa_type=Json, sa_column_kwargs=EMPTY_LIST)
    moves: list[dict[str, str]] = Field(sa_type=Json, sa_column_kwargs=EMPTY_LIST)


class MeetingCase(SQLModel, table=True):
    """A case on the list of a meeting, and what was agreed there: by whom (``who``) and by when (``by_on``).

    ``seq``: the latest event of the case that was recorded on this meeting; from then on what was agreed stands.
    ``version`` counts the corrections. ``off``: why the case was taken off the agenda; NULL while it is on it.
    """

    __tablename__ = "meeting_case"

    case_id: int = Field(sa_type=id_type(), primary_key=True, foreign_key="case.id")
    meeting_id: int = Field(primary_key=True, foreign_key="meeting.id", index=True)
    agreed: str = Field(default="", sa_type=Text)
    who: str = ""
    by_on: date | None = None
    seq: int | None = None
    version: int = 1
    off: str | None = Field(default=None, sa_type=Text)
