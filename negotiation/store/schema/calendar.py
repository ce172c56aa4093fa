"""Imported arrangements of working days, and the revisions of the calendar that they made."""

from datetime import date, datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from negotiation.store.schema.types import Instant, Json


class Arrangement(SQLModel, table=True):
    """An arrangement of working days that was imported; rows are added and never changed, the later decides.

    ``off`` and ``work``: {ISO date: name}. ``source``: the text as it was imported. ``id``: the calendar revision
    that it made.
    """

    __tablename__ = "arrangement"

    id: int = Field(primary_key=True)
    layer: str
    year: int
    doc_no: str | None = None
    title: str = ""
    issued: date | None = None
    off: dict[str, str] = Field(sa_type=Json)
    work: dict[str, str] = Field(sa_type=Json)
    source: str = Field(default="", sa_type=Text)


class CalendarRevision(SQLModel, table=True):
    """Each time the calendar changed here: what changed it, who entered it, and what became of the running terms."""

    __tablename__ = "calendar_revision"

    id: int = Field(primary_key=True)
    what: str
    author: str
    recorded_at: datetime = Field(sa_type=Instant)
    moved: int = 0
    confirmed: int = 0
    findings: int = 0
