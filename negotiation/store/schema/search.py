"""The texts of files, of which the index of the search (查找) is made.

The index itself is the table ``search_case``, a row for each case: of SQLite's FTS5, which no class describes, and of
PostgreSQL's text search; ``search_due`` has the cases that wait to be read. Migration 0007 makes both, triggers fill
the one (``store/search_triggers``), and ``store/search_index`` alone knows the other.
"""

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from negotiation.store.schema.types import id_type, partial_index


class FileText(SQLModel, table=True):
    """The text of a file of a case, read when the worker had time; NULL: of this file none can be read."""

    __tablename__ = "file_text"
    __table_args__ = (partial_index("file_text_none", "case_id", where="body IS NULL"),)

    case_id: int = Field(sa_type=id_type(), primary_key=True)
    n: int = Field(primary_key=True)
    body: str | None = Field(default=None, sa_type=Text)
