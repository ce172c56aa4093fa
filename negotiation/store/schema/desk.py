"""Tables of the desk alone: lists that people keep under a name. They are no record, and go when they are deleted."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from negotiation.store.schema.types import Instant, partial_index

IS_SHARED = "shared"


class SavedView(SQLModel, table=True):
    """A list of cases under a name: ``query``: its filters and order, as they stand in an address.

    ``department_id``: on whose side it is shown, 0 the office; ``shared``: to all of that side, else to its owner.
    """

    __tablename__ = "saved_view"
    __table_args__ = (partial_index("saved_view_shared", "department_id", where=IS_SHARED),)

    id: int = Field(primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    department_id: int
    name: str
    query: str = Field(sa_type=Text)
    shared: bool
    created_at: datetime = Field(sa_type=Instant)
