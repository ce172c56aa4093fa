"""The database: SQLite under the home (the default) or PostgreSQL. Connections, transactions, revisions.

SQLite runs with WAL and synchronous=FULL, and a transaction that writes begins IMMEDIATE: one writer, short steps.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any

from alembic.util import CommandError
from sqlalchemy import Connection as Connection  # noqa: PLC0414 - for others: only the store imports sqlalchemy
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from negotiation.core.errors import DatabaseUnavailable, UsageError, reason
from negotiation.store.faults import driver_errors, translated
from negotiation.store.transaction import Transaction

HEAD = "0001_initial"  # the newest migration; a test holds that alembic agrees
UNRELEASED = frozenset(f"{n:04}" for n in range(1, 14))  # the revisions of trial versions, before the one initial one
LOCK_WAIT_SECONDS = 10
CONNECT_SECONDS = 10  # a server that does not answer in that time is told of
_MIGRATION_LOCK = 37_2017  # any number that only this program uses


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
    def read(self) -> Iterator[Transaction]:
        """A transaction for reading: all that is read in it is one state of the database, and nothing is written."""
        with self._pooled() as pooled:
            driver: Any = pooled.driver_connection
            driver.execute("BEGIN" if self.is_sqlite else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            try:
                yield Transaction(self, pooled)
            finally:
                _roll_back(driver)

    def write(self, *, single_statement: bool = False) -> AbstractContextManager[Transaction]:
        """A transaction for writing: all of it is written, or nothing.

        ``single_statement``: for one step, which PostgreSQL writes in one statement; it needs no transaction around it.
        """
        return self._statement() if single_statement and not self.is_sqlite else self._transaction()

    @contextmanager
    def _transaction(self) -> Iterator[Transaction]:
        with self._kept_connection() if self.is_sqlite else self._pooled() as pooled:
            driver: Any = pooled.driver_connection
            driver.execute("BEGIN IMMEDIATE" if self.is_sqlite else "BEGIN")
            try:
                yield Transaction(self, pooled)
                driver.execute("COMMIT")
            except BaseException:
                _roll_back(driver)
                raise

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

    # ------------------------------------------------------------------------------------------------ revision

    def revision(self) -> str | None:
        """The revision of the schema, None for an empty database."""
        with translated(), self.engine.connect() as connection:
            if not self.engine.dialect.has_table(connection, "alembic_version"):
                return None
            row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
            return row[0] if row else None

    def migrate(self) -> None:
        """Brings the schema to the newest revision. Raises DatabaseUnavailable for a database of no known revision."""
        self._refuse_unreleased(self.revision())  # first: alembic takes 0001 for short of 0001_initial
        from alembic import command  # noqa: PLC0415 (60 ms that only a migration needs)
        from alembic.config import Config  # noqa: PLC0415

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with translated(), self.engine.connect() as connection:
            if self.is_sqlite:  # where a table is made anew under its name, its children must not miss it meanwhile
                connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            # One transaction: a migration that is killed leaves nothing, and of two that start at once one waits.
            connection.exec_driver_sql("BEGIN IMMEDIATE" if self.is_sqlite else "BEGIN")
            if not self.is_sqlite:
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, "head")
            except CommandError:
                revision = self.revision()
                raise DatabaseUnavailable(
                    f"数据库的版本 {revision} 不是本程序所知道的版本", where=self.place, todo="请升级程序，或从备份恢复"
                ) from None
            connection.exec_driver_sql("COMMIT")
            if self.is_sqlite:
                connection.exec_driver_sql("PRAGMA foreign_keys=ON")

    def prepare(self) -> None:
        """Makes an empty database ready; refuses one of another revision."""
        revision = self.revision()
        if revision is None:
            self.migrate()
        else:
            self.demand(revision)

    def demand(self, revision: str | None) -> None:
        if revision is None:
            raise DatabaseUnavailable("数据库还是空的", where=self.place, todo="请先运行 negotiation migrate")
        self._refuse_unreleased(revision)
        if revision != HEAD:
            raise DatabaseUnavailable(
                f"数据库的版本是 {revision}，本程序需要 {HEAD}",
                where=self.place,
                todo="请先备份，再运行 negotiation migrate；如数据库更新，请升级程序",
            )

    def _refuse_unreleased(self, revision: str | None) -> None:
        if revision in UNRELEASED:
            raise DatabaseUnavailable(
                f"这个数据库由 0.2.0 以前的试用版建立（数据库版本 {revision}），本程序不能读取",
                where=self.place,
                todo="请换用新的空数据库并重新导入台账，原数据库留存备查",
                command="NEGOTIATION_HOME（或 NEGOTIATION_DATABASE_URL）指向新的位置，再运行 negotiation ledger import",
            )

    @property
    def place(self) -> str:
        """Where the database is, without its password."""
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
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise UsageError(
                "数据库只支持 SQLite 和 PostgreSQL",
                where=parsed.render_as_string(hide_password=True),
                todo="请检查 NEGOTIATION_DATABASE_URL",
            )
        if parsed.get_backend_name() == "postgresql":
            waiting = {} if "connect_timeout" in parsed.query else {"connect_timeout": CONNECT_SECONDS}
            return create_engine(parsed, isolation_level="AUTOCOMMIT", connect_args=waiting, json_serializer=_json)
    except (ArgumentError, NoSuchModuleError, ValueError):
        # Never with the address: it may hold a password.
        raise UsageError("数据库地址无法识别", where="NEGOTIATION_DATABASE_URL", todo="请改正这项设置") from None
    except ImportError:
        raise UsageError(
            "本机没有安装访问 PostgreSQL 的组件 psycopg",
            where="NEGOTIATION_DATABASE_URL",
            todo="请运行 pip install 'negotiation[postgres]' 安装；改用 SQLite 的，请取消这项设置",
        ) from None
    if parsed.database and parsed.database != ":memory:" and not parsed.database.startswith("file:"):
        _make_folder(Path(parsed.database).parent)
    locked = {"timeout": LOCK_WAIT_SECONDS}
    engine = create_engine(parsed, isolation_level="AUTOCOMMIT", connect_args=locked, json_serializer=_json)
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
    # Where the connection is gone, the transaction is too; the first error is the one to tell.
    with suppress(*driver_errors()):
        driver.execute("ROLLBACK")
