"""The outbox."""

from datetime import datetime

from sqlalchemy import Text, text
from sqlmodel import Field, SQLModel

from negotiation.domain.notice_facts import Facts
from negotiation.store.schema.notice_facts import FactsType
from negotiation.store.schema.types import Instant, id_type, partial_index


class Notice(SQLModel, table=True):
    """The outbox. Its key is ids and ISO dates and unique: a second notice of the same thing cannot be written.

    ``case_id`` is 0 for what belongs to no case (digests). ``department_id`` 0 is the office. ``digest_key``: the
    digest that carries it; of one that was missed or bounced, the task that tells of it. ``claimed_by``: the process
    that took it last (``core/process``).
    """

    __tablename__ = "notice"
    __table_args__ = (
        partial_index(
            "notice_next",
            "next_try",
            "case_id",
            "key",
            where="next_try IS NOT NULL",
        ),
    )

    case_id: int = Field(sa_type=id_type(), primary_key=True)
    key: str = Field(primary_key=True)
    kind: str
    template: str
    department_id: int
    term: int | None = None
    facts: Facts = Field(sa_type=FactsType)
    state: str
    created_at: datetime = Field(sa_type=Instant)
    next_try: datetime | None = Field(default=None, sa_type=Instant)
    tries: int = 0
    address: str = ""
    message_id: str = ""
    said: str = Field(default="", sa_type=Text)
    sent_at: datetime | None = Field(default=None, sa_type=Instant)
    digest_key: str = ""
    claimed_by: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
