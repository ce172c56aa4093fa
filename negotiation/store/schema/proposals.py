"""Acts that wait for a head (签批)."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from negotiation.store.schema.types import Instant, id_type, partial_index

IS_PROPOSED = "state = 'open'"


class Proposal(SQLModel, table=True):
    """An act that a clerk proposes and the head approves (签批); until then nothing has happened to the case.

    ``department_id``: whose head signs, 0 the office's. ``version``: of the case that its author saw. ``body``: what
    was entered, as JSON; it can be sealed. ``state``: values of ``ProposalState``; ``said``: why it was returned.
    ``token``: with which a program proposed it.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        partial_index(
            "proposal_open",
            "department_id",
            "proposed_at",
            where=IS_PROPOSED,
        ),
    )

    case_id: int = Field(sa_type=id_type(), primary_key=True, foreign_key="case.id")
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
    token: int | None = None
