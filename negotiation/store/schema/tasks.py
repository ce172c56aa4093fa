"""A task for a person."""

from datetime import date

from sqlalchemy import Column, Index
from sqlmodel import Field, SQLModel

from negotiation.store.schema.types import id_type


class Task(SQLModel, table=True):
    """A task for a person. ``term``: it is done by itself when that term ends."""

    __tablename__ = "task"
    __table_args__ = (
        Index(
            "task_open",
            "created_on",
            sqlite_where=Column("done_on").is_(None),
            postgresql_where=Column("done_on").is_(None),
        ),
    )

    case_id: int = Field(sa_type=id_type(), primary_key=True)
    key: str = Field(primary_key=True)
    title: str
    term: int | None = None
    created_on: date
    done_on: date | None = None
