"""The files of a case."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from negotiation.store.schema.types import Instant, id_type


class Attachment(SQLModel, table=True):
    """A file that came with an act or a proposal. ``digest``: SHA-256 of its content, which stands in the act's own
    content; ``body`` can be sealed: destroyed, while the digest stays; ``name`` with the content that bears it."""

    __tablename__ = "attachment"

    case_id: int = Field(sa_type=id_type(), primary_key=True, foreign_key="case.id")
    n: int = Field(primary_key=True)
    name: str
    media: str
    size: int
    digest: bytes = Field(sa_type=LargeBinary)
    body: bytes | None = Field(default=None, sa_type=LargeBinary)
    author: str
    added_at: datetime = Field(sa_type=Instant)
    sealed_at: datetime | None = Field(default=None, sa_type=Instant)
