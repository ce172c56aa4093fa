"""The annual report: what was published, what was counted, what people entered."""

from datetime import date, datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from negotiation.store.schema.types import Instant, id_type


class ReportEdition(SQLModel, table=True):
    """A published annual report, frozen: its JSON as published, the SHA-256 of it, who and when. Never changed.

    ``edition`` 1 is the first; a later one says why (``reason``). ``erased_at``: when the name of a case was last taken
    out of it on an order (封存清除); ``erased_digest``: of the JSON since then.
    """

    __tablename__ = "report_edition"

    year: int = Field(primary_key=True)
    edition: int = Field(primary_key=True)
    body: str = Field(sa_type=Text)
    digest: str
    published_by: str
    published_at: datetime = Field(sa_type=Instant)
    reason: str = ""
    erased_at: datetime | None = Field(default=None, sa_type=Instant)
    erased_digest: str | None = None


class ReportSum(SQLModel, table=True):
    """The annual report's figures of a block of cases, with the stamp by which it holds (``store/sums.py``).

    It can be deleted at any time: what is missing is counted again.
    """

    __tablename__ = "report_sum"

    first_id: int = Field(sa_type=id_type(), primary_key=True)
    since: date = Field(primary_key=True)
    until: date
    holds_from: date
    holds_to: date
    cases: int
    versions: int = Field(sa_type=id_type())
    counted_by: str
    body: str = Field(sa_type=Text)


class EnteredFigure(SQLModel, table=True):
    """A figure of a year that no case gives (目录数, 汇聚率 …) as a person entered it; the highest ``n`` holds."""

    __tablename__ = "entered_figure"

    year: int = Field(primary_key=True)
    key: str = Field(primary_key=True)
    n: int = Field(primary_key=True)
    value: str
    source: str
    entered_by: str
    entered_at: datetime = Field(sa_type=Instant)
