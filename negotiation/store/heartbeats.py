"""Heartbeats of the worker's jobs, one row for each, and jumps of the clock with the person who confirmed them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from negotiation.core.enums import Job
from negotiation.core.local_time import local_date
from negotiation.store.codec import codec
from negotiation.store.schema.heartbeats import ClockJump, Heartbeat
from negotiation.store.transaction import Transaction


class Beat(NamedTuple):
    """The instant at which a job that was done last began, and by which process (``core/process``)."""

    at: datetime
    process: str


class Jump(NamedTuple):
    """A jump of the clock: the last heartbeat before it, and what the clock showed when it was last looked at.

    ``confirmed_at``: when a person confirmed it; None while it is open.
    """

    id: int
    before_at: datetime
    after_at: datetime
    confirmed_by: str = ""
    confirmed_at: datetime | None = None

    @property
    def day(self) -> date:
        """The day that the clock shows since."""
        return local_date(self.after_at)


def beat(transaction: Transaction, job: Job, at: datetime, process: str) -> None:
    """Records that a job was done; its row is written anew."""
    table, param = codec(Heartbeat, transaction.database.dialect), transaction.param
    transaction.execute(
        f"INSERT INTO heartbeat ({table.listed}) VALUES ({param}, {param}, {param}) "
        "ON CONFLICT (job) DO UPDATE SET beat_at = excluded.beat_at, process = excluded.process",
        table.bind((job.value, at, process)),
    )


def beats(transaction: Transaction) -> Mapping[Job, Beat]:
    """The last heartbeat of every job that has left one."""
    table = codec(Heartbeat, transaction.database.dialect)
    rows = map(table.read, transaction.rows(f"SELECT {table.listed} FROM heartbeat"))
    return {Job(job): Beat(at, process) for job, at, process in rows}


def last_jump(transaction: Transaction) -> Jump | None:
    """The newest jump of the clock, open or confirmed."""
    table = codec(ClockJump, transaction.database.dialect)
    rows = transaction.rows(f"SELECT {table.listed} FROM clock_jump ORDER BY id DESC LIMIT 1")
    return Jump(*table.read(rows[0])) if rows else None


def keep_jump(transaction: Transaction, jump: Jump) -> None:
    """Writes a jump that is open; one of that id that somebody has confirmed meanwhile stays as it is."""
    table = codec(ClockJump, transaction.database.dialect)
    params = ", ".join([transaction.param] * len(table.columns))
    transaction.execute(
        f"INSERT INTO clock_jump ({table.listed}) VALUES ({params}) ON CONFLICT (id) DO UPDATE SET "
        "before_at = excluded.before_at, after_at = excluded.after_at WHERE clock_jump.confirmed_at IS NULL",
        table.bind(jump),
    )


def confirm_jump(transaction: Transaction, jump: Jump, by: str, at: datetime) -> None:
    """A person says that the clock is right, if nobody has yet; heartbeats later than it shows go."""
    table, param = codec(ClockJump, transaction.database.dialect), transaction.param
    values = table.bind_some({"confirmed_by": by, "confirmed_at": at, "id": jump.id})
    done = transaction.execute(
        f"UPDATE clock_jump SET confirmed_by = {param}, confirmed_at = {param} "
        f"WHERE id = {param} AND confirmed_at IS NULL",
        values,
    )
    if done.rowcount:
        later = codec(Heartbeat, transaction.database.dialect).bind_value("beat_at", jump.after_at)
        transaction.execute(f"DELETE FROM heartbeat WHERE beat_at > {param}", [later])


def drop_open_jump(transaction: Transaction) -> None:
    """The clock was set right before anybody confirmed it: nothing has been done by it."""
    transaction.execute("DELETE FROM clock_jump WHERE confirmed_at IS NULL")
