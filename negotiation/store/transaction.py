"""A transaction, which every query and every write is given: for SQL of our own and for SQLAlchemy's queries."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection
from sqlalchemy.pool import PoolProxiedConnection

from negotiation.core import log

if TYPE_CHECKING:
    from negotiation.domain.working_days import Almanac
    from negotiation.store.database import Database


class Transaction:
    """One transaction of the database. ``driver``: the driver's connection; ``param``: its placeholder for a value.

    ``almanacs``: the calendars that were read in it, by their revision, which is never changed once it is written.
    ``lines``: of the log, which are written once it is committed; what is undone alone takes its own along.
    """

    def __init__(self, database: "Database", pooled: PoolProxiedConnection) -> None:
        self.database = database
        self.driver: Any = pooled.driver_connection
        self.param = database.param
        self.almanacs: dict[int, Almanac] = {}
        self.lines: list[Callable[[], None]] = []
        self._pooled = pooled

    @cached_property
    def connection(self) -> Connection:
        """The connection of SQLAlchemy in this transaction; made when asked for."""
        return Connection(self.database.engine, connection=self._pooled)

    def log(self, name: str, **facts: object) -> None:
        """Has a line written to the log (``core/log``) of something that happened, once this is committed."""
        self.lines.append(log.later(name, **facts))

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Any:
        """Runs one statement; returns the driver's cursor."""
        return self.driver.execute(sql, parameters)

    def execute_numbered(self, sql: str, parameters: Sequence[Any]) -> Any:
        """Executes, on PostgreSQL, a statement whose values are ``$1``, ``$2``, …; the driver need not parse it."""
        from psycopg import RawCursor  # noqa: PLC0415 - an extra: with SQLite alone it need not be installed

        return RawCursor(self.driver).execute(sql, parameters)

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        rows: list[Any] = self.driver.execute(sql, parameters).fetchall()
        return rows

    @contextmanager
    def several_statements(self) -> Iterator[None]:
        """All that is written inside, or nothing, also where the transaction is one of a single statement."""
        if self.database.is_sqlite:
            with self.savepoint():
                yield
        else:
            with self.driver.transaction():
                yield

    @property
    def is_undone(self) -> bool:
        """True after a fault with which SQLite undid all of it (a full disk): what is written now is in none."""
        return self.database.is_sqlite and not self.driver.in_transaction

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undoes alone what fails inside, and raises it; the rest stands, unless the whole ``is_undone``."""
        self.execute("SAVEPOINT step")
        lines = len(self.lines)
        try:
            yield
        except BaseException:
            del self.lines[lines:]
            if self.is_undone:
                raise
            self.execute("ROLLBACK TO SAVEPOINT step")
            self.execute("RELEASE SAVEPOINT step")
            raise
        self.execute("RELEASE SAVEPOINT step")
