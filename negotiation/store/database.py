"""The database: SQLite under the home (the default) or PostgreSQL. Connections and transactions.

SQLite runs with WAL and synchronous=FULL, and a transaction that writes begins IMMEDIATE: one writer, short steps.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import is_dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import Connection as Connection  # noqa: PLC0414 - for others: only the store imports sqlalchemy
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from negotiation.core.errors import DatabaseUnavailable, UsageError, reason
from negotiation.store.faults import driver_errors, other_revision, translated, trouble
from negotiation.store.transaction import Transaction

LOCK_WAIT_SECONDS = 10
MIGRATION_LOCK = 37_2017  # any number that only this program uses
_REVISION = "SELECT version_num FROM alembic_version"
CONNECT_SECONDS = 10  # a server that does not answer in that time is an error


class Database:
    """One database. ``url`` as SQLAlchemy writes it; ``postgresql://`` means the psycopg driver."""

    def __init__(self, url: str) -> None:
        self.url = _url(url)
        self.is_sqlite = self.url.startswith("sqlite")
        self.param = "?" if self.is_sqlite else "%s"
        self.engine = _engine(self.url)
        self.dialect = self.engine.dialect
        self.demanded = ""  # the revision of the schema without which nothing is written; "" while none was demanded
        self._one_writer = threading.Lock()
        self._writer: PoolProxiedConnection | None = None

    @contextmanager
    def read(self, *, temporary: bool = False) -> Iterator[Transaction]:
        """A transaction for reading: all that is read in it is one state of the database, and nothing is written.

        ``temporary``: it may make temporary tables and views, which end with it (``store/past_tables``).
        """
        with self._pooled() as pooled:
            driver: Any = pooled.driver_connection
            one_state = f"BEGIN ISOLATION LEVEL REPEATABLE READ{'' if temporary else ' READ ONLY'}"
            driver.execute("BEGIN" if self.is_sqlite else one_state)
            try:
                yield Transaction(self, pooled)
            finally:
                _roll_back(driver)

    @contextmanager
    def write(
        self, *, single_statement: bool = False, keep: bool = True, patience: float | None = None
    ) -> Iterator[Transaction]:
        """A transaction for writing: all of it is written, or nothing; with ``keep=False`` nothing in the end.

        ``single_statement``: for one step, which PostgreSQL writes in one statement; it needs no transaction around it.
        ``patience``: seconds to wait for others who write, if fewer than usual, before DatabaseUnavailable is raised.
        """
        if single_statement and keep and not self.is_sqlite:
            with self._pooled() as pooled:
                yield Transaction(self, pooled)
            return
        with self._kept_connection(patience) if self.is_sqlite else self._pooled() as pooled:
            transaction = Transaction(self, pooled)
            driver = transaction.driver
            try:
                self._begin(driver, patience)
                yield transaction
                driver.execute("COMMIT" if keep else "ROLLBACK")
            except BaseException:
                _roll_back(driver)
                raise
        for write_line in transaction.lines if keep else ():
            write_line()

    def _begin(self, driver: Any, patience: float | None) -> None:
        """Begins a transaction in which nobody migrates, over a schema of the revision that this process demanded."""
        if self.is_sqlite:
            driver.execute("BEGIN IMMEDIATE")
            cursor: Any = driver.execute(_REVISION) if self.demanded else None
        else:
            wait = f"{(LOCK_WAIT_SECONDS if patience is None else patience) * 1000:.0f}ms"
            unmigrated = f"SELECT pg_advisory_xact_lock_shared({MIGRATION_LOCK}); {_REVISION}" if self.demanded else ""
            cursor = driver.execute(f"BEGIN; SET LOCAL lock_timeout = '{wait}'; {unmigrated}", prepare=False)
            cursor.set_result(-1)
        if self.demanded:
            (known,) = cursor.fetchone()
            if known != self.demanded:
                raise other_revision(known, self.demanded, self.place)

    @contextmanager
    def outside_transactions(self) -> Iterator[Any]:
        """The driver's connection in no transaction, for what can be done in none: VACUUM, a checkpoint."""
        with self._kept_connection(None) if self.is_sqlite else self._pooled() as pooled:
            yield pooled.driver_connection

    @contextmanager
    def _kept_connection(self, patience: float | None) -> Iterator[PoolProxiedConnection]:
        """SQLite has one writer in a process: its connection is kept, and who comes second waits for the first."""
        if not self._one_writer.acquire(timeout=-1 if patience is None else patience):
            raise trouble(sqlite3.OperationalError("database is locked"))
        try:
            with translated():
                self._writer = self._writer or self.engine.raw_connection()
                if patience is not None:
                    _wait_for_others(self._writer, patience)
                yield self._writer
        except DatabaseUnavailable:
            self._release_writer()  # a new connection next time: the file may be another one by then
            raise
        finally:
            if patience is not None and self._writer is not None:
                _wait_for_others(self._writer, LOCK_WAIT_SECONDS)
            self._one_writer.release()

    def _release_writer(self) -> None:
        if self._writer is not None:
            self._writer.invalidate()
            self._writer = None

    @contextmanager
    def _pooled(self) -> Iterator[PoolProxiedConnection]:
        with translated():
            pooled = self.engine.raw_connection()
            driver: Any = pooled.driver_connection
            try:
                yield pooled
            finally:
                if not self.is_sqlite and driver.closed:
                    self.engine.dispose()  # the server went away: the connections that wait in the pool are dead too
                pooled.close()

    def close(self) -> None:
        self._release_writer()
        self.engine.dispose()

    @property
    def place(self) -> str:
        """The address of the database, without its password."""
        return make_url(self.url).render_as_string(hide_password=True)


def column_json(value: Any) -> str:
    """JSON of a column: of facts their fields by name, days in ISO 8601."""
    kind: Any = type(value)
    return _writer(kind)(value).decode()


@lru_cache(maxsize=32)
def _writer(kind: Any) -> Callable[[Any], bytes]:
    """The writer of a type; of facts one that knows their fields beforehand, which takes half the time."""
    if not is_dataclass(kind):
        return to_json
    from pydantic import TypeAdapter  # noqa: PLC0415 - a command that writes no facts starts without it

    writer: Callable[[Any], bytes] = TypeAdapter(kind).serializer.to_json
    return writer


_JSON: dict[str, Any] = {"json_serializer": column_json, "json_deserializer": from_json}


def _url(url: str) -> str:
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "postgresql":
            return _postgresql(parsed)
    except (ArgumentError, NoSuchModuleError, ValueError):
        # Never with the address: it may hold a password.
        raise UsageError("数据库地址无法识别", where="NEGOTIATION_DATABASE_URL", todo="请改正这项设置") from None
    if parsed.get_backend_name() != "sqlite":
        raise UsageError(
            "数据库只支持 SQLite 和 PostgreSQL",
            where=parsed.render_as_string(hide_password=True),
            todo="请检查 NEGOTIATION_DATABASE_URL",
        )
    return _sqlite(parsed)


def _postgresql(url: URL) -> Engine:
    waiting = {} if "connect_timeout" in url.query else {"connect_timeout": CONNECT_SECONDS}
    try:
        return create_engine(url, isolation_level="AUTOCOMMIT", connect_args=waiting, **_JSON)
    except ImportError:
        raise UsageError(
            "本机没有安装访问 PostgreSQL 的组件 psycopg",
            where="NEGOTIATION_DATABASE_URL",
            todo="请运行 pip install 'negotiation[postgres]' 安装；改用 SQLite 的，请取消这项设置",
        ) from None


def _sqlite(url: URL) -> Engine:
    if url.database and url.database != ":memory:" and not url.database.startswith("file:"):
        _make_folder(Path(url.database).parent)
    locked = {"timeout": LOCK_WAIT_SECONDS}
    engine = create_engine(url, isolation_level="AUTOCOMMIT", connect_args=locked, **_JSON)
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _wait_for_others(connection: PoolProxiedConnection, seconds: float) -> None:
    driver: Any = connection.driver_connection
    driver.execute(f"PRAGMA busy_timeout = {seconds * 1000:.0f}")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnavailable(
            f"不能建立文件夹（{reason(error)}）", where=str(folder), todo="请检查 NEGOTIATION_HOME 及其写入权限"
        ) from None


def _prepare_sqlite(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    with suppress(sqlite3.OperationalError):  # a read-only file can still be read; the first write says what is wrong
        connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _roll_back(driver: Any) -> None:
    # Where the connection is gone, the transaction is too; the first error is the one to raise.
    with suppress(*driver_errors()):
        driver.execute("ROLLBACK")
