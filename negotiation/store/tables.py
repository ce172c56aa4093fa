"""What is remembered: the schema, and the model for reading. Writing a step goes through ``cases.py`` alone.

Every row below a case carries ``case_id`` and every unique key of such a table contains it, so that the tables can be
spread by case. Ids are integers. Instants are UTC, dates are dates.
"""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, DateTime, Index, Integer, LargeBinary, Table, Text, TypeDecorator, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlmodel import Field, SQLModel


class Instant(TypeDecorator[datetime]):
    """A moment in UTC. A naive datetime is refused: nobody could say when it was."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (its base asks)
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# A term whose date a calendar may still move: the clock looks at it, or its date was never official.
MAY_MOVE = "next_on IS NOT NULL OR NOT official"
IS_RECOUNT = "event = 'recount'"
IS_OPEN = "ending = ''"
A_DRAFT = "received_on IS NULL"
IN_A_MATTER = "matter <> ''"
IS_PROPOSED = "state = 'open'"
IS_HANDLING = "until IS NULL"
IS_TIED = "resource_id IS NOT NULL"
IS_RELATED = "related_id IS NOT NULL"


def _json() -> Any:
    return JSON().with_variant(JSONB(), "postgresql")


def _id() -> Any:
    return BigInteger().with_variant(Integer(), "sqlite")


def table_of(model: type[SQLModel]) -> Table:
    """The table of a class, for queries that read columns and not objects."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


class Department(SQLModel, table=True):
    """A department, its level and its place in the official order (never a ranking)."""

    __tablename__ = "department"

    id: int = Field(primary_key=True)
    name: str = Field(unique=True)
    level: str
    sort_no: int
    mail_stopped: bool = False
    active: bool = True


class Reorganization(SQLModel, table=True):
    """A department got another name, or became part of another one (``into_id``). Rows are added and never changed."""

    __tablename__ = "reorganization"

    id: int = Field(primary_key=True)
    department_id: int = Field(foreign_key="department.id", index=True)
    into_id: int | None = Field(default=None, foreign_key="department.id")
    name_before: str
    name_after: str
    happened_on: date
    doc_no: str = ""
    author: str = ""
    recorded_at: datetime = Field(sa_type=Instant)


class Clerk(SQLModel, table=True):
    """A person of a department and the duty: A, B, section_head or department_head."""

    __tablename__ = "clerk"

    department_id: int = Field(primary_key=True, foreign_key="department.id")
    duty: str = Field(primary_key=True)
    name: str = ""
    email: str = ""
    phone: str = ""


class Resource(SQLModel, table=True):
    """A resource of the catalogue, with the metadata of 发改高技〔2017〕1272号. ``sharing_class``: of ``SharingClass``.

    ``legal_basis``: on which the class 不予共享 rests (第十六条). Taken out of use (``active``), never deleted.
    """

    __tablename__ = "resource"

    id: int = Field(primary_key=True)
    code: str = Field(unique=True)
    name: str = Field(index=True)
    category: str = ""
    provider_id: int = Field(foreign_key="department.id", index=True)
    sharing_class: str
    condition: str = Field(default="", sa_type=Text)
    way: str = ""
    legal_basis: str = Field(default="", sa_type=Text)
    open_attribute: str = ""
    summary: str = Field(default="", sa_type=Text)
    format: str = ""
    items: list[str] = Field(sa_type=_json())
    update_cycle: str = ""
    published_on: date | None = None
    active: bool = True


class Case(SQLModel, table=True):
    """A case as it stands: state, version (= number of events), parties, dates and the head of its chain.

    ``due_on`` is the due date of the latest main term, kept after it stopped; ``owed``: that term runs unanswered;
    ``late``: a main term was answered after its due date, or ended after it without an answer (it stays so).
    ``applicant_id`` is empty in a procedure that knows no applicant. ``drafted_by``: the department whose draft it is
    until it is received, empty for the office's.
    ``matter``: the number of the letter (来文事项) that asks several departments; ``copied``: how many are copied.
    ``resource_id``: the resource of the catalogue that it is about. ``related_id``: the case that gave rise to it.
    """

    __tablename__ = "case"
    __table_args__ = (
        Index("case_open", "next_due", "id", sqlite_where=text(IS_OPEN), postgresql_where=text(IS_OPEN)),
        Index("case_open_no", "no", sqlite_where=text(IS_OPEN), postgresql_where=text(IS_OPEN)),
        Index("case_received", "received_on", "id"),
        Index("case_version", "id", "version"),  # what a block of cases is known by, without reading the cases
        Index("case_draft", "drafted_by", sqlite_where=text(A_DRAFT), postgresql_where=text(A_DRAFT)),
        Index("case_matter", "matter", sqlite_where=text(IN_A_MATTER), postgresql_where=text(IN_A_MATTER)),
        Index("case_resource", "resource_id", sqlite_where=text(IS_TIED), postgresql_where=text(IS_TIED)),
        Index("case_related", "related_id", sqlite_where=text(IS_RELATED), postgresql_where=text(IS_RELATED)),
    )

    id: int = Field(sa_type=_id(), primary_key=True)
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
    related_id: int | None = Field(default=None, sa_type=_id())
    marks: dict[str, Any] = Field(sa_type=_json())
    last_on: date | None = None
    back_state: str | None = None
    back_on: date | None = None
    back_seq: int | None = None
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

    ``content_digest`` is the salted digest of what was entered, which stands outside the chain (Content).
    """

    __tablename__ = "event"
    __table_args__ = (
        # What one change of the calendar moved: its events bear its instant. No other event is in this index.
        Index("event_recount", "recorded_at", sqlite_where=text(IS_RECOUNT), postgresql_where=text(IS_RECOUNT)),
        Index("event_happened", "event", "happened_on"),  # what the annual report counts by its day
    )

    case_id: int = Field(sa_type=_id(), primary_key=True, foreign_key="case.id")
    seq: int = Field(primary_key=True)
    event: str
    actor: str
    role: str
    state: str
    basis: str
    term: int | None = None
    happened_on: date
    recorded_at: datetime = Field(sa_type=Instant)
    content_digest: bytes | None = Field(default=None, sa_type=LargeBinary)
    digest: bytes = Field(sa_type=LargeBinary)


class Content(SQLModel, table=True):
    """What was entered with an event (seq 0: the draft). It can be sealed: destroyed, while its digest stays."""

    __tablename__ = "content"

    case_id: int = Field(sa_type=_id(), primary_key=True, foreign_key="case.id")
    seq: int = Field(primary_key=True)
    salt: bytes | None = Field(default=None, sa_type=LargeBinary)
    body: str | None = Field(default=None, sa_type=Text)
    sealed_at: datetime | None = Field(default=None, sa_type=Instant)


class Item(SQLModel, table=True):
    """A data item of an application and its own answer: asked, agreed or refused."""

    __tablename__ = "item"

    case_id: int = Field(sa_type=_id(), primary_key=True, foreign_key="case.id")
    n: int = Field(primary_key=True)
    name: str
    answer: str
    answered_seq: int | None = None


class Copied(SQLModel, table=True):
    """A department (配合单位) that a case is copied to: it sees the case and is told, and nothing binds it."""

    __tablename__ = "copied"

    case_id: int = Field(sa_type=_id(), primary_key=True, foreign_key="case.id")
    department_id: int = Field(primary_key=True, foreign_key="department.id", index=True)


class Proposal(SQLModel, table=True):
    """An act that a clerk proposes and the head approves (签批); until then nothing has happened to the case.

    ``department_id``: whose head signs, 0 the office's. ``version``: of the case that its author saw. ``body``: what
    was entered, as JSON; it can be sealed. ``state``: values of ``ProposalState``; ``said``: why it was returned.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        Index(
            "proposal_open",
            "department_id",
            "proposed_at",
            sqlite_where=text(IS_PROPOSED),
            postgresql_where=text(IS_PROPOSED),
        ),
    )

    case_id: int = Field(sa_type=_id(), primary_key=True, foreign_key="case.id")
    n: int = Field(primary_key=True)
    event: str
    role: str
    department_id: int
    version: int
    body: str | None = Field(default=None, sa_type=Text)
    author_id: int = Field(foreign_key="account.id")
    author: str
    proposed_at: datetime = Field(sa_type=Instant)
    state: str
    decided_by: str = ""
    decided_at: datetime | None = Field(default=None, sa_type=Instant)
    said: str = Field(default="", sa_type=Text)


class Handler(SQLModel, table=True):
    """Who handles a case on one side (``department_id`` 0: the office): ``rank`` 1 the 经办人, 2 the second.

    Rows are added and ended (``until``), never changed otherwise: who handled a case when stays known.
    """

    __tablename__ = "handler"
    __table_args__ = (
        Index(
            "handler_of",
            "account_id",
            "case_id",
            sqlite_where=text(IS_HANDLING),
            postgresql_where=text(IS_HANDLING),
        ),
    )

    case_id: int = Field(sa_type=_id(), primary_key=True, foreign_key="case.id")
    n: int = Field(primary_key=True)
    department_id: int
    rank: int
    account_id: int = Field(foreign_key="account.id")
    since: date
    until: date | None = None
    assigned_by: str = ""


class Attachment(SQLModel, table=True):
    """A file that came with an act or a proposal. ``digest``: SHA-256 of its content, which stands in the act's own
    content; ``body`` can be sealed: destroyed, while the digest stays."""

    __tablename__ = "attachment"

    case_id: int = Field(sa_type=_id(), primary_key=True, foreign_key="case.id")
    n: int = Field(primary_key=True)
    name: str
    media: str
    size: int
    digest: bytes = Field(sa_type=LargeBinary)
    body: bytes | None = Field(default=None, sa_type=LargeBinary)
    author: str
    added_at: datetime = Field(sa_type=Instant)
    sealed_at: datetime | None = Field(default=None, sa_type=Instant)


class Meeting(SQLModel, table=True):
    """A session on several cases; ``no``: HY2026-0007. ``kind``: of the rulebook's agendas; ``at``: 14:30 in Beijing.

    ``state``: values of ``MeetingState``; ``reason``: why it was cancelled. ``version`` counts its changes.
    """

    __tablename__ = "meeting"

    id: int = Field(primary_key=True)
    no: str = Field(unique=True)
    kind: str
    held_on: date = Field(index=True)
    at: str
    place: str
    chair: str
    present: list[str] = Field(sa_type=_json())
    minutes_no: str = ""
    state: str
    reason: str = Field(default="", sa_type=Text)
    author: str
    created_at: datetime = Field(sa_type=Instant)
    version: int = 1


class MeetingCase(SQLModel, table=True):
    """A case on the list of a meeting, and what was agreed there: by whom (``who``) and by when (``by_on``).

    ``seq``: the latest event of the case that was recorded on this meeting; from then on what was agreed stands.
    ``version`` counts the corrections.
    """

    __tablename__ = "meeting_case"

    case_id: int = Field(sa_type=_id(), primary_key=True, foreign_key="case.id")
    meeting_id: int = Field(primary_key=True, foreign_key="meeting.id", index=True)
    agreed: str = Field(default="", sa_type=Text)
    who: str = ""
    by_on: date | None = None
    seq: int | None = None
    version: int = 1


class MovedParty(SQLModel, table=True):
    """A department gave its part in a case to another, by the event ``seq`` (划出, 划入). Rows are added only."""

    __tablename__ = "moved_party"

    case_id: int = Field(sa_type=_id(), primary_key=True, foreign_key="case.id")
    seq: int = Field(primary_key=True)
    role: str = Field(primary_key=True)
    from_id: int = Field(foreign_key="department.id")
    to_id: int = Field(foreign_key="department.id")
    happened_on: date


class Absence(SQLModel, table=True):
    """Days on which who has a duty in a department is away, and who stands in (name and address; empty: nobody)."""

    __tablename__ = "absence"

    id: int = Field(primary_key=True)
    department_id: int = Field(foreign_key="department.id", index=True)
    duty: str
    since: date
    until: date
    name: str = ""
    email: str = ""
    phone: str = ""


class Term(SQLModel, table=True):
    """A term of a case; the fields are those of ``terms.Term``. ``next_on``: when the clock must look at it."""

    __tablename__ = "term"
    __table_args__ = (
        Index(
            "term_next",
            "next_on",
            "case_id",
            "n",
            sqlite_where=Column("next_on").is_not(None),
            postgresql_where=Column("next_on").is_not(None),
        ),
        Index("term_due", "main", "due_on"),
        # What a new arrangement of working days may move: read whole, and without touching a row.
        Index(
            "term_counted",
            "counts_from",
            "counted",
            "due_on",
            "official",
            sqlite_where=text(MAY_MOVE),
            postgresql_where=text(MAY_MOVE),
        ),
    )

    case_id: int = Field(sa_type=_id(), primary_key=True, foreign_key="case.id")
    n: int = Field(primary_key=True)
    kind: str
    main: bool
    department_id: int | None = None
    started_on: date
    days: int | None = None
    counts_from: date
    counted: int | None = None
    due_on: date
    official: bool
    next_on: date | None = None
    rung: int | None = None
    suspended_on: date | None = None
    frozen: int | None = None
    paused: int = 0
    lapsed_on: date | None = None
    answered_on: date | None = None
    ended_on: date | None = None
    ended_seq: int | None = None


class Notice(SQLModel, table=True):
    """The outbox. Its key is ids and ISO dates and unique: a second notice of the same thing cannot be written.

    ``case_id`` is 0 for what belongs to no case (digests). ``department_id`` 0 is the office.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index(
            "notice_next",
            "next_try",
            "case_id",
            "key",
            sqlite_where=Column("next_try").is_not(None),
            postgresql_where=Column("next_try").is_not(None),
        ),
    )

    case_id: int = Field(sa_type=_id(), primary_key=True)
    key: str = Field(primary_key=True)
    kind: str
    template: str
    department_id: int
    term: int | None = None
    facts: dict[str, Any] = Field(sa_type=_json())
    state: str
    created_at: datetime = Field(sa_type=Instant)
    next_try: datetime | None = Field(default=None, sa_type=Instant)
    tries: int = 0
    address: str = ""
    message_id: str = ""
    said: str = Field(default="", sa_type=Text)
    sent_at: datetime | None = Field(default=None, sa_type=Instant)
    digest_key: str = ""


class Task(SQLModel, table=True):
    """What a person must look at. ``term``: it is done by itself when that term ends."""

    __tablename__ = "task"
    __table_args__ = (
        Index(
            "task_open",
            "created_on",
            sqlite_where=Column("done_on").is_(None),
            postgresql_where=Column("done_on").is_(None),
        ),
    )

    case_id: int = Field(sa_type=_id(), primary_key=True)
    key: str = Field(primary_key=True)
    title: str
    term: int | None = None
    created_on: date
    done_on: date | None = None


class Counter(SQLModel, table=True):
    """The last number given out under a name: case numbers run without a gap within a year."""

    __tablename__ = "counter"

    name: str = Field(primary_key=True)
    last: int


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
    off: dict[str, str] = Field(sa_type=_json())
    work: dict[str, str] = Field(sa_type=_json())
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


class Heartbeat(SQLModel, table=True):
    """When a job of the worker was last done, by the instant at which it began; one row for each value of ``Job``.

    ``process``: host and process id of whoever did it.
    """

    __tablename__ = "heartbeat"

    job: str = Field(primary_key=True)
    beat_at: datetime = Field(sa_type=Instant)
    process: str


class ClockJump(SQLModel, table=True):
    """A jump of the clock from the last heartbeat (``before_at``) to ``after_at``, and the person who confirmed it.

    At most one row is open (``confirmed_at`` NULL), and its ``after_at`` goes on with the clock; it is deleted where
    the clock is set right again. Confirmed rows stay.
    """

    __tablename__ = "clock_jump"

    id: int = Field(primary_key=True)
    before_at: datetime = Field(sa_type=Instant)
    after_at: datetime = Field(sa_type=Instant)
    confirmed_by: str = ""
    confirmed_at: datetime | None = Field(default=None, sa_type=Instant)


class RulebookVersion(SQLModel, table=True):
    """The content of every version of a rulebook in use, with its digest. It never changes."""

    __tablename__ = "rulebook_version"

    rulebook: str = Field(primary_key=True)
    edition: str = Field(primary_key=True)
    digest: str
    content: str = Field(sa_type=Text)
    stored_at: datetime = Field(sa_type=Instant)


class ReportEdition(SQLModel, table=True):
    """A published annual report, frozen: its JSON as published, the SHA-256 of it, who and when. Never changed.

    ``edition`` 1 is the first; a later one says why (``reason``).
    """

    __tablename__ = "report_edition"

    year: int = Field(primary_key=True)
    edition: int = Field(primary_key=True)
    body: str = Field(sa_type=Text)
    digest: str
    published_by: str
    published_at: datetime = Field(sa_type=Instant)
    reason: str = ""


class ReportSum(SQLModel, table=True):
    """What the annual report counted of a block of cases, with the stamp by which it holds (``store/sums.py``).

    It can be deleted at any time: what is missing is counted again.
    """

    __tablename__ = "report_sum"

    first_id: int = Field(sa_type=_id(), primary_key=True)
    since: date = Field(primary_key=True)
    until: date
    holds_from: date
    holds_to: date
    cases: int
    versions: int = Field(sa_type=_id())
    counted_by: str
    body: str = Field(sa_type=Text)


class EnteredFigure(SQLModel, table=True):
    """A figure of a year that no case tells (目录数, 汇聚率 …) as a person entered it; the highest ``n`` holds."""

    __tablename__ = "entered_figure"

    year: int = Field(primary_key=True)
    key: str = Field(primary_key=True)
    n: int = Field(primary_key=True)
    value: str
    source: str
    entered_by: str
    entered_at: datetime = Field(sa_type=Instant)


class Account(SQLModel, table=True):
    """A person who may sign in. ``department_id`` NULL: of the office itself. Deactivated, never deleted.

    ``roles``: values of ``AccountRole``. ``failures``: wrong passwords in a row; ``locked_until``: what they led to.
    """

    __tablename__ = "account"

    id: int = Field(primary_key=True)
    login: str = Field(unique=True)
    name: str
    department_id: int | None = Field(default=None, foreign_key="department.id")
    roles: list[str] = Field(sa_type=_json())
    password_hash: str
    must_change: bool
    active: bool = True
    created_at: datetime = Field(sa_type=Instant)
    failures: int = 0
    locked_until: datetime | None = Field(default=None, sa_type=Instant)


class Session(SQLModel, table=True):
    """A sign-in. ``digest``: SHA-256 of what the browser holds, which is written nowhere; ``csrf`` stands in forms."""

    __tablename__ = "session"

    digest: bytes = Field(sa_type=LargeBinary, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    csrf: str
    created_at: datetime = Field(sa_type=Instant)
    seen_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)


class Token(SQLModel, table=True):
    """What a program shows instead of a password; as a session, only its digest is kept. ``scopes``: of ``Scope``."""

    __tablename__ = "token"

    digest: bytes = Field(sa_type=LargeBinary, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    name: str
    scopes: list[str] = Field(sa_type=_json())
    created_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)
