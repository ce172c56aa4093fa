"""Keeping and destruction: what was ordered to be destroyed and lies in files still, which backups were made."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from negotiation.store.schema.types import Instant, id_type, partial_index

IS_PENDING = "done_at IS NULL"


class Erasure(SQLModel, table=True):
    """What the event ``seq`` of a case has destroyed in the tables, and is to be destroyed in the files too: mails,
    sheets, the database's own pages. ``done_at``: when that was done."""

    __tablename__ = "erasure"
    __table_args__ = (partial_index("erasure_pending", "ordered_at", where=IS_PENDING),)

    case_id: int = Field(sa_type=id_type(), primary_key=True, foreign_key="case.id")
    seq: int = Field(primary_key=True)
    ordered_at: datetime = Field(sa_type=Instant)
    done_at: datetime | None = Field(default=None, sa_type=Instant)


class BackupMade(SQLModel, table=True):
    """A backup that this program made: where it was written, and its SHA-256. Rows are added only."""

    __tablename__ = "backup_made"

    id: int = Field(primary_key=True)
    made_at: datetime = Field(sa_type=Instant)
    path: str = Field(sa_type=Text)
    sha256: str
    encrypted: bool
