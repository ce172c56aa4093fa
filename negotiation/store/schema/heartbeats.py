"""When the jobs of the worker were done, and the jumps of the clock."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from negotiation.store.schema.types import Instant


class Heartbeat(SQLModel, table=True):
    """When a job of the worker was last done, by the instant at which it began; one row for each value of ``Job``.

    ``process``: who did it (``core/process``).
    """

    __tablename__ = "heartbeat"

    job: str = Field(primary_key=True)
    beat_at: datetime = Field(sa_type=Instant)
    process: str


class ClockJump(SQLModel, table=True):
    """A jump of the clock from the last heartbeat (``before_at``) to ``after_at``, and the person who confirmed it.

    At most one row is open (``confirmed_at`` NULL), and its ``after_at`` goes on with the clock; it is deleted where
    the clock is set right again. Confirmed rows stay.
    """

    __tablename__ = "clock_jump"

    id: int = Field(primary_key=True)
    before_at: datetime = Field(sa_type=Instant)
    after_at: datetime = Field(sa_type=Instant)
    confirmed_by: str = ""
    confirmed_at: datetime | None = Field(default=None, sa_type=Instant)
