"""Rows that are written below a case, as values: their fields are the columns of their tables, in their order."""

from datetime import date, datetime
from typing import NamedTuple


class ContentRecord(NamedTuple):
    """The content of an event (``seq`` 0: the draft)."""

    case_id: int
    seq: int
    salt: bytes | None
    body: str | None
    sealed_at: datetime | None = None


class MovedRecord(NamedTuple):
    """A part in a case that a department gave to another by the event ``seq``."""

    case_id: int
    seq: int
    role: str
    from_id: int
    to_id: int
    happened_on: date


class TaskRecord(NamedTuple):
    """Something that a person must look at; the same ``key`` is the same task."""

    case_id: int
    key: str
    title: str
    term: int | None
    created_on: date
    done_on: date | None = None
