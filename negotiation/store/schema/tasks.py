"""A task for a person."""

from datetime import date

from sqlmodel import Field, SQLModel

from negotiation.store.schema.types import id_type, partial_index


class Task(SQLModel, table=True):
    """A task for a person. ``term``: it is done by itself when that term ends."""

    __tablename__ = "task"
    __table_args__ = (
        partial_index(
            "task_open",
            "created_on",
            where="done_on IS NULL",
        ),
    )

    case_id: int = Field(sa_type=id_type(), primary_key=True)
    key: str = Field(primary_key=True)
    title: str
    term: int | None = None
    created_on: date
    done_on: date | None = None
