"""A driver connection inside a transaction, which every read and write of a step is given."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from negotiation.store.database import Database


class Transaction:
    """A driver connection inside a transaction. ``mark`` is the driver's placeholder."""

    def __init__(self, database: "Database", driver: Any) -> None:
        self.database = database
        self.driver = driver
        self.param = database.param

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Any:
        """Runs one statement; returns the driver's cursor."""
        return self.driver.execute(sql, parameters)

    def execute_numbered(self, sql: str, parameters: Sequence[Any]) -> Any:
        """The same on PostgreSQL for a statement whose values are ``$1``, ``$2``, …; the driver need not parse it."""
        from psycopg import RawCursor  # noqa: PLC0415 - an extra: with SQLite alone it need not be installed

        return RawCursor(self.driver).execute(sql, parameters)

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        rows: list[Any] = self.driver.execute(sql, parameters).fetchall()
        return rows

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What happens inside is undone alone if it fails; the rest of the transaction stands."""
        self.execute("SAVEPOINT step")
        try:
            yield
        except BaseException:
            self.execute("ROLLBACK TO SAVEPOINT step")
            self.execute("RELEASE SAVEPOINT step")
            raise
        self.execute("RELEASE SAVEPOINT step")
