"""The state of the web process: settings, database, context, caches; one way to read and one way to write."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from negotiation.core.local_time import local_date
from negotiation.core.settings import Settings
from negotiation.documents.report.unit_figures import own_figures
from negotiation.services.accounts.attempts import Attempts
from negotiation.services.context import Context
from negotiation.store.database import Database
from negotiation.store.transaction import Transaction
from negotiation.web.alerts import Alerts
from negotiation.web.cache import Figures, Fragments
from negotiation.web.cookies import session_cookie
from negotiation.web.hashing import HashingPool
from negotiation.web.write_queue import Writer

T = TypeVar("T")


@dataclass
class AppState:
    """``clock`` is asked once for each request; everything below takes the instant as an argument."""

    settings: Settings
    database: Database
    context: Context
    clock: Callable[[], datetime]
    writer: Writer
    alerts: Alerts
    attempts: Attempts
    session_cookie: str
    behind_tls: bool
    hashing: HashingPool = field(default_factory=HashingPool)
    fragments: Fragments = field(default_factory=Fragments)
    figures: Figures = field(default_factory=Figures)

    @classmethod
    def open(cls, settings: Settings, database: Database, clock: Callable[[], datetime]) -> "AppState":
        """The state over a database that is ready; its writer lives until it is closed."""
        with database.read() as transaction:
            context = Context.of(transaction, settings, own_figures)
        alerts, attempts = Alerts(database, clock()), Attempts(settings)
        cookie = session_cookie(settings), settings.behind_tls  # asked with each request
        return cls(settings, database, context, clock, Writer(database, context), alerts, attempts, *cookie)

    @contextmanager
    def read(self, *, temporary: bool = False) -> Iterator[Transaction]:
        """A transaction for reading, with departments and calendar as the database has them now.

        ``temporary``: one that can look back.
        """
        with self.database.read(temporary=temporary) as transaction:
            with self.writer.resting() as free:
                if free:  # a work reads the same context, and reads it again when it begins
                    self.context.refresh(transaction)
            yield transaction

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Does the work on the one writer, away from the loop: a locked database must not freeze the other pages."""
        try:
            return await self.writer.write(work)
        finally:
            self.figures.forget()
            self.alerts.forget()

    def close(self) -> None:
        """Ends the writer, which still writes what it was given."""
        self.writer.close()

    def today(self) -> date:
        return local_date(self.clock())
