"""Departments, their former names, their clerks and who stands in for them."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from negotiation.store.schema.types import Instant


class Department(SQLModel, table=True):
    """A department, its level and its place in the official order (never a ranking)."""

    __tablename__ = "department"

    id: int = Field(primary_key=True)
    name: str = Field(unique=True)
    level: str
    sort_no: int
    mail_stopped: bool = False
    active: bool = True


class Reorganization(SQLModel, table=True):
    """A department got another name, or became part of another one (``into_id``). Rows are added and never changed."""

    __tablename__ = "reorganization"

    id: int = Field(primary_key=True)
    department_id: int = Field(foreign_key="department.id", index=True)
    into_id: int | None = Field(default=None, foreign_key="department.id")
    name_before: str
    name_after: str
    happened_on: date
    doc_no: str = ""
    author: str = ""
    recorded_at: datetime = Field(sa_type=Instant)


class Clerk(SQLModel, table=True):
    """A person of a department and the duty: A, B, section_head or department_head."""

    __tablename__ = "clerk"

    department_id: int = Field(primary_key=True, foreign_key="department.id")
    duty: str = Field(primary_key=True)
    name: str = ""
    email: str = ""
    phone: str = ""


class Absence(SQLModel, table=True):
    """Days on which who has a duty in a department is away, and who stands in (name and address; empty: nobody)."""

    __tablename__ = "absence"

    id: int = Field(primary_key=True)
    department_id: int = Field(foreign_key="department.id", index=True)
    duty: str
    since: date
    until: date
    name: str = ""
    email: str = ""
    phone: str = ""
