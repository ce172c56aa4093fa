"""The administration's log: who changed accounts, departments, settings or imports."""

from datetime import datetime

from sqlalchemy import LargeBinary, Text
from sqlmodel import Field, SQLModel

from negotiation.store.schema.types import Instant


class AdminEntry(SQLModel, table=True):
    """An act of administration, added and never changed; ``n``: its place, from 1, without a gap.

    ``account_id`` NULL: whoever keeps the machine, by a command. ``subject``: on whom or what, in words, and
    ``subject_id`` the account, if it is one. ``was``, ``became``: JSON, what changed, in words and without secrets.
    ``digest``: over all of it and the digest of the entry before (``domain/administration``).
    """

    __tablename__ = "admin_entry"

    n: int = Field(primary_key=True)
    recorded_at: datetime = Field(sa_type=Instant)
    account_id: int | None = None
    author: str
    kind: str = Field(index=True)
    act: str
    subject: str
    subject_id: int | None = Field(default=None, index=True)
    was: str = Field(sa_type=Text)
    became: str = Field(sa_type=Text)
    digest: bytes = Field(sa_type=LargeBinary)
