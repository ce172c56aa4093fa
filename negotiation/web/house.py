"""What every page works in: settings, the database, the practice; one way to read and one way to write."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from starlette.concurrency import run_in_threadpool

from negotiation.casework import Practice
from negotiation.clock import local_date
from negotiation.settings import Settings
from negotiation.store.database import Database, Transaction

T = TypeVar("T")


@dataclass
class House:
    """``clock`` is asked once for each request; everything below takes the instant as an argument."""

    settings: Settings
    database: Database
    practice: Practice
    clock: Callable[[], datetime]

    @contextmanager
    def looking(self) -> Iterator[Transaction]:
        """A transaction for reading, with departments and calendar as the database has them now."""
        with self.database.looking() as transaction:
            self.practice.refresh(transaction)
            yield transaction

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Does the work in a transaction, away from the loop: a locked database must not freeze the other pages."""
        return await run_in_threadpool(self._write, work)

    def _write(self, work: Callable[[Transaction], T]) -> T:
        with self.database.writing() as transaction:
            self.practice.refresh(transaction)
            return work(transaction)

    def today(self) -> date:
        return local_date(self.clock())
