"""Rows of the report as frozen values: cases one by one, moves between departments, figures typed in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Row:
    """A case in one of the tables that list them one by one (表4–表8). Days are dates; ``days`` are working days.

    ``answer``: the title of the last answer, result or decision; ``ended_on``: of the coordination, ``deliberation``:
    the opinion of the leading group, ``decided_by``: the body whose decision it was (表4). ``numbers``: a unit's own
    figures as it last handed them in, by their titles; ``differs``: where the office had counted otherwise that day.
    """

    no: str
    procedure: str
    provider: str
    applicant: str
    subject: str
    state: str
    received_on: date | None
    due_on: date | None = None
    answered_on: date | None = None
    on_time: bool | None = None
    answer: str = ""
    deliberated_on: date | None = None
    deliberation: str = ""
    decided_by: str = ""
    referred_on: date | None = None
    accepted_on: date | None = None
    ended_on: date | None = None
    days: int | None = None
    reported_on: date | None = None
    decided_on: date | None = None
    decision: str = ""
    closed_on: date | None = None
    class_title: str = ""
    numbers: Mapping[str, int] = field(default_factory=dict)
    differs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Moved:
    """Cases that went from one department to another within the period (划出 → 划入)."""

    procedure: str
    role: str
    given: str
    taken: str
    nos: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entered:
    """A figure that a person typed in, with where it comes from."""

    key: str
    title: str
    unit: str
    value: str
    source: str
    entered_by: str
    entered_at: datetime
