"""The terms of a case."""

from datetime import date

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from negotiation.store.schema.types import Numbers, id_type, partial_index

# A term whose date a calendar may still move: the clock looks at it, or its date was never official.
MAY_MOVE = "next_on IS NOT NULL OR NOT official"


class Term(SQLModel, table=True):
    """A term of a case; the fields are those of ``terms.Term``. ``next_on``: when the clock must look at it."""

    __tablename__ = "term"
    __table_args__ = (
        partial_index(
            "term_next",
            "next_on",
            "case_id",
            "n",
            where="next_on IS NOT NULL",
        ),
        Index("term_due", "main", "due_on"),
        # What a new arrangement of working days may move: read whole, and without touching a row.
        partial_index(
            "term_counted",
            "counts_from",
            "counted",
            "due_on",
            "official",
            where=MAY_MOVE,
        ),
    )

    case_id: int = Field(sa_type=id_type(), primary_key=True, foreign_key="case.id")
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
    items: tuple[int, ...] = Field(default=(), sa_type=Numbers)
    basis: str = ""
    struck_seq: int | None = None
