"""Seals: a log of what stands in the registers, of which each seal signs the head."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, Text
from sqlmodel import Field, SQLModel

from negotiation.store.schema.types import Instant


class SealLeaf(SQLModel, table=True):
    """A row of a register as it stood at a seal; leaves are added and never changed. ``n``: its place, from 0.

    ``kind``: of the register (``store/registers``); ``key``: of the row; ``version``: of a case the number of its last
    event, of what may be changed how often it was sealed before. ``digest``: of the row; ``content_digest``: salted, of
    the part that can be sealed for good (封存清除), which then loses its ``salt``.
    """

    __tablename__ = "seal_leaf"
    __table_args__ = (Index("seal_leaf_of", "kind", "key", "version"),)

    n: int = Field(primary_key=True)
    kind: str
    key: str
    version: int
    digest: bytes = Field(sa_type=LargeBinary)
    content_digest: bytes | None = Field(default=None, sa_type=LargeBinary)
    salt: bytes | None = Field(default=None, sa_type=LargeBinary)


class Seal(SQLModel, table=True):
    """A seal over the first ``size`` leaves: their root, and the note that was signed. Rows are added only."""

    __tablename__ = "seal"

    n: int = Field(primary_key=True)
    sealed_at: datetime = Field(sa_type=Instant)
    size: int
    root: bytes = Field(sa_type=LargeBinary)
    note: str = Field(sa_type=Text)
