"""Imports of the ledger, each a batch that can be taken back."""

from datetime import date, datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from negotiation.store.schema.types import Instant


class ImportBatch(SQLModel, table=True):
    """An import of the ledger; its events bear its number. ``file``: the name, ``digest``: SHA-256 of what was read.

    ``author`` and ``account_id``: who imported it. The counts are cases, ``rejected`` rows. ``taken_back_at``, by whom
    and why: empty while it stands.
    """

    __tablename__ = "import_batch"

    id: int = Field(primary_key=True)
    file: str
    digest: str
    as_of: date
    author: str
    account_id: int | None = None
    recorded_at: datetime = Field(sa_type=Instant)
    imported: int = 0
    updated: int = 0
    corrected: int = 0
    unchanged: int = 0
    rejected: int = 0
    taken_back_at: datetime | None = Field(default=None, sa_type=Instant)
    taken_back_by: str = ""
    reason: str = Field(default="", sa_type=Text)
