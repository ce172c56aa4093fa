"""Imported arrangements of working days, their revocation, and the revisions of the calendar that these made."""

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


class Revocation(SQLModel, table=True):
    """An imported arrangement that was revoked, and why; its row stays. ``id``: the calendar revision that it made."""

    __tablename__ = "revocation"

    id: int = Field(primary_key=True)
    arrangement_id: int = Field(foreign_key="arrangement.id", unique=True)
    reason: str


class CalendarRevision(SQLModel, table=True):
    """Each time the calendar changed here: what changed it, who entered it, and what became of the running terms.

    ``days``: the working days of every layer as they were known from then on (``domain/kept_days``). Revision 0 is the
    calendar that was shipped with the program that made the database.
    """

    __tablename__ = "calendar_revision"

    id: int = Field(primary_key=True)
    what: str
    author: str
    recorded_at: datetime = Field(sa_type=Instant)
    moved: int = 0
    confirmed: int = 0
    findings: int = 0
    days: str = Field(sa_type=Text)


class CalendarProposal(SQLModel, table=True):
    """A change of the calendar that waits for the head of the office: a notice to import, or one to revoke.

    ``body``: the text of the notice, or the reason; ``revokes``: the arrangement that is to be revoked. ``state``: of
    ``ProposalState``; ``said``: why it was returned.
    """

    __tablename__ = "calendar_proposal"

    id: int = Field(primary_key=True)
    layer: str
    title: str
    body: str = Field(sa_type=Text)
    revokes: int | None = None
    author_id: int = Field(foreign_key="account.id")
    author: str
    proposed_at: datetime = Field(sa_type=Instant)
    state: str
    decided_by: str = ""
    decided_by_id: int | None = None
    decided_at: datetime | None = Field(default=None, sa_type=Instant)
    said: str = Field(default="", sa_type=Text)
