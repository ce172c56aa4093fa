"""The rulebooks in use."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from negotiation.store.schema.types import Instant


class RulebookVersion(SQLModel, table=True):
    """The content of every version of a rulebook in use, with its digest. It never changes."""

    __tablename__ = "rulebook_version"

    rulebook: str = Field(primary_key=True)
    edition: str = Field(primary_key=True)
    digest: str
    content: str = Field(sa_type=Text)
    stored_at: datetime = Field(sa_type=Instant)
