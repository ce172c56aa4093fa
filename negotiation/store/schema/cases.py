"""Cases with what happened to them: events and what was entered with them, items, copied departments, moved parties."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, Text
from sqlmodel import Field, SQLModel

from negotiation.store.schema.types import Instant, Json, id_type, partial_index

IS_RECOUNT = "event = 'recount'"
IS_OPEN = "ending = ''"
A_DRAFT = "received_on IS NULL"
IN_A_MATTER = "matter <> ''"
IS_TIED = "resource_id IS NOT NULL"
IS_RELATED = "related_id IS NOT NULL"
OF_A_BATCH = "batch IS NOT NULL"


# The life of a case with such an event, a correction, a strike or a paper that was put in between, is not told by the
# order in which its events were recorded.
IS_AMENDED = "event IN ('correct_entry', 'strike_entry') OR after_seq IS NOT NULL"


class Case(SQLModel, table=True):
    """A case as it stands: state, version (= number of events), parties, dates and the head of its chain.

    ``due_on`` is the due date of the latest main term, kept after it stopped; ``owed``: that term runs unanswered;
    ``late``: a main term was answered after its due date, or ended after it without an answer (it stays so).
    ``applicant_id`` is empty in a procedure that knows no applicant. ``drafted_by``: the department whose draft it is
    until it is received, empty for the office's.
    ``matter``: the number of the letter (来文事项) that asks several departments; ``copied``: how many are copied.
    ``resource_id``: the resource of the catalogue that it is about. ``related_id``: the case that gave rise to it.
    ``batch``: the import that opened it; where none of its entries stands any more, ``ending`` is void without a day.
    """

    __tablename__ = "case"
    __table_args__ = (
        partial_index("case_open", "next_due", "id", where=IS_OPEN),
        partial_index("case_open_law", "rulebook", "id", where=IS_OPEN),  # which cases go over to a new law
        partial_index("case_open_no", "no", where=IS_OPEN),
        Index("case_received", "received_on", "id"),
        Index("case_version", "id", "version"),  # what a block of cases is known by, without reading the cases
        partial_index("case_draft", "drafted_by", where=A_DRAFT),
        partial_index("case_matter", "matter", where=IN_A_MATTER),
        partial_index("case_resource", "resource_id", where=IS_TIED),
        partial_index("case_related", "related_id", where=IS_RELATED),
    )

    id: int = Field(sa_type=id_type(), primary_key=True)
    no: str = Field(unique=True)
    procedure: str
    rulebook: str
    edition: str
    state: str
    version: int
    applicant_id: int | None = Field(default=None, foreign_key="department.id", index=True)
    provider_id: int = Field(foreign_key="department.id", index=True)
    subject: str
    matter: str = ""
    copied: int = 0
    drafted_by: int | None = None
    resource_id: int | None = Field(default=None, foreign_key="resource.id")
    related_id: int | None = Field(default=None, sa_type=id_type())
    batch: int | None = None
    flags: dict[str, Any] = Field(sa_type=Json)
    last_on: date | None = None
    back_state: str | None = None
    back_on: date | None = None
    back_seq: int | None = None
    handed_on: date | None = None
    received_on: date | None = None
    replied_on: date | None = None
    referred_on: date | None = None
    accepted_on: date | None = None
    coordinated_on: date | None = None
    reported_on: date | None = None
    decided_on: date | None = None
    closed_on: date | None = None
    ending: str = ""
    reopened: int = 0
    due_on: date | None = None
    official: bool = True
    owed: bool = False
    late: bool = False
    next_due: date | None = None
    suspended: bool = False
    items: int = 0
    opened_at: datetime = Field(sa_type=Instant)
    head: bytes = Field(sa_type=LargeBinary)


class Event(SQLModel, table=True):
    """One thing that happened; rows are added and never changed. ``digest`` chains it to the one before it.

    ``data``: what was entered and is never sealed, as ``domain.entered`` splits it; ``content_digest``: the salted
    digest of the rest, which stands outside the chain (Content). ``account_id``, ``side`` (a department, 0 the office)
    and ``token``: who entered it, empty for the clock and for what came without an account. ``after_seq``: the event
    behind which it stands, if that is not the one before it. ``batch``: the import that wrote it.
    """

    __tablename__ = "event"
    __table_args__ = (
        # What one change of the calendar moved: its events bear its instant. No other event is in this index.
        partial_index("event_recount", "recorded_at", where=IS_RECOUNT),
        partial_index("event_amends", "case_id", where=IS_AMENDED),
        Index("event_happened", "event", "happened_on"),  # what the annual report counts by its day
        partial_index("event_batch", "batch", where=OF_A_BATCH),
    )

    case_id: int = Field(sa_type=id_type(), primary_key=True, foreign_key="case.id")
    seq: int = Field(primary_key=True)
    event: str
    actor: str
    role: str
    state: str
    basis: str
    term: int | None = None
    happened_on: date
    recorded_at: datetime = Field(sa_type=Instant)
    data: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    account_id: int | None = None
    side: int | None = None
    token: int | None = None
    after_seq: int | None = None
    batch: int | None = None
    content_digest: bytes | None = Field(default=None, sa_type=LargeBinary)
    digest: bytes = Field(sa_type=LargeBinary)


class Content(SQLModel, table=True):
    """The content of an event (seq 0: the draft). It can be sealed: destroyed, while its digest stays."""

    __tablename__ = "content"

    case_id: int = Field(sa_type=id_type(), primary_key=True, foreign_key="case.id")
    seq: int = Field(primary_key=True)
    salt: bytes | None = Field(default=None, sa_type=LargeBinary)
    body: str | None = Field(default=None, sa_type=Text)
    sealed_at: datetime | None = Field(default=None, sa_type=Instant)


class Item(SQLModel, table=True):
    """A data item of a case with its own answer, supply and receipt; the fields are those of ``items.Item``."""

    __tablename__ = "item"

    case_id: int = Field(sa_type=id_type(), primary_key=True, foreign_key="case.id")
    n: int = Field(primary_key=True)
    name: str
    code: str = ""
    whole: bool = False
    answer: str
    stage: str
    condition: str = Field(default="", sa_type=Text)
    reason: str = Field(default="", sa_type=Text)
    reason_class: str = ""
    legal_basis: str = Field(default="", sa_type=Text)
    answered_on: date | None = None
    answered_seq: int | None = None
    since_on: date | None = None
    since_seq: int | None = None
    term_n: int | None = None
    supplied_on: date | None = None
    supplied_seq: int | None = None
    supplied_by: int | None = Field(default=None, foreign_key="department.id")
    received_on: date | None = None
    received_seq: int | None = None


class Copied(SQLModel, table=True):
    """A department (配合单位) that a case is copied to: it sees the case and its notices, and nothing binds it."""

    __tablename__ = "copied"

    case_id: int = Field(sa_type=id_type(), primary_key=True, foreign_key="case.id")
    department_id: int = Field(primary_key=True, foreign_key="department.id", index=True)


class MovedParty(SQLModel, table=True):
    """A department gave its part in a case to another, by the event ``seq`` (划出, 划入). Rows are added only."""

    __tablename__ = "moved_party"

    case_id: int = Field(sa_type=id_type(), primary_key=True, foreign_key="case.id")
    seq: int = Field(primary_key=True)
    role: str = Field(primary_key=True)
    from_id: int = Field(foreign_key="department.id")
    to_id: int = Field(foreign_key="department.id")
    happened_on: date


class Counter(SQLModel, table=True):
    """The last number given out under a name: case numbers run without a gap within a year."""

    __tablename__ = "counter"

    name: str = Field(primary_key=True)
    last: int
