"""The table of those who handle a case."""

from datetime import date

from sqlmodel import Field, SQLModel

from negotiation.store.schema.types import id_type, partial_index

IS_HANDLING = "until IS NULL"


class Handler(SQLModel, table=True):
    """The assignment of a case on one side (``department_id`` 0: the office): ``rank`` 1 the 经办人, 2 the second.

    Rows are added and ended (``until``), never changed otherwise: who handled a case when stays known.
    """

    __tablename__ = "handler"
    __table_args__ = (
        partial_index(
            "handler_of",
            "account_id",
            "case_id",
            where=IS_HANDLING,
        ),
    )

    case_id: int = Field(sa_type=id_type(), primary_key=True, foreign_key="case.id")
    n: int = Field(primary_key=True)
    department_id: int
    rank: int
    account_id: int = Field(foreign_key="account.id")
    since: date
    until: date | None = None
    assigned_by: str = ""
