"""The database: SQLite under the home (the default) or PostgreSQL. Connections and transactions.

SQLite runs with WAL and synchronous=FULL, and a transaction that writes begins IMMEDIATE: one writer, short steps.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection as Connection  # noqa: PLC0414 - for others: only the store imports sqlalchemy
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from negotiation.core.errors import DatabaseUnavailable, UsageError, reason
from negotiation.store.faults import driver_errors, translated
from negotiation.store.transaction import Transaction

LOCK_WAIT_SECONDS = 10
CONNECT_SECONDS = 10  # a server that does not answer in that time is an error


class Database:
    """One database. ``url`` as SQLAlchemy writes it; ``postgresql://`` means the psycopg driver."""

    def __init__(self, url: str) -> None:
        self.url = _url(url)
        self.is_sqlite = self.url.startswith("sqlite")
        self.param = "?" if self.is_sqlite else "%s"
        self.engine = _engine(self.url)
        self.dialect = self.engine.dialect
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

    def write(self, *, single_statement: bool = False, keep: bool = True) -> AbstractContextManager[Transaction]:
        """A transaction for writing: all of it is written, or nothing; with ``keep=False`` nothing in the end.

        ``single_statement``: for one step, which PostgreSQL writes in one statement; it needs no transaction around it.
        """
        is_alone = single_statement and keep and not self.is_sqlite
        return self._statement() if is_alone else self._transaction(keep=keep)

    @contextmanager
    def _transaction(self, *, keep: bool) -> Iterator[Transaction]:
        with self._kept_connection() if self.is_sqlite else self._pooled() as pooled:
            driver: Any = pooled.driver_connection
            driver.execute("BEGIN IMMEDIATE" if self.is_sqlite else "BEGIN")
            try:
                yield (transaction := Transaction(self, pooled))
                driver.execute("COMMIT" if keep else "ROLLBACK")
            except BaseException:
                _roll_back(driver)
                raise
        for write_line in transaction.lines if keep else ():
            write_line()

    @contextmanager
    def _statement(self) -> Iterator[Transaction]:
        with self._pooled() as pooled:
            yield Transaction(self, pooled)

    @contextmanager
    def _kept_connection(self) -> Iterator[PoolProxiedConnection]:
        """SQLite has one writer in a process: its connection is kept, and who comes second waits for the first."""
        with translated(), self._one_writer:
            if self._writer is None:
                self._writer = self.engine.raw_connection()
            try:
                yield self._writer
            except sqlite3.Error:
                self._release_writer()  # a new connection next time: the file may be another one by then
                raise

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


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


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
        return create_engine(url, isolation_level="AUTOCOMMIT", connect_args=waiting, json_serializer=_json)
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
    engine = create_engine(url, isolation_level="AUTOCOMMIT", connect_args=locked, json_serializer=_json)
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


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
