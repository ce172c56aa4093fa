"""Copies of the whole database as one file: made while others write, and put back into an empty one.

SQLite copies itself page by page (its backup API); PostgreSQL is written out by its own pg_dump. Either is one state.
"""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Literal, NamedTuple

from sqlalchemy.engine import make_url

from negotiation.core.errors import DatabaseUnavailable, NegotiationError, UsageError
from negotiation.store import postgres_tools
from negotiation.store.database import Database
from negotiation.store.faults import translated

Engine = Literal["sqlite", "postgresql"]
SQLITE: Engine = "sqlite"
POSTGRESQL: Engine = "postgresql"
_TABLES: Mapping[Engine, str] = {
    SQLITE: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    POSTGRESQL: "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()",
}


class Copied(NamedTuple):
    """A copy of a database: its engine and the major version of that, the schema's revision, its rows by table."""

    engine: Engine
    version: int
    revision: str
    rows: Mapping[str, int]


def engine_of(database: Database) -> Engine:
    """The name of the engine, as a copy names it."""
    return SQLITE if database.is_sqlite else POSTGRESQL


def make(database: Database, path: Path, programs: str) -> Copied:
    """Copies a database into a new file, while others may write. ``programs``: the folder of PostgreSQL's, if set.

    Raises DatabaseUnavailable for a database that is empty, damaged or not to be reached.
    """
    copied = _copy_sqlite(database, path) if database.is_sqlite else _dump(database, path, programs)
    if not copied.revision:
        raise DatabaseUnavailable("数据库还是空的，没有可备份的内容", where=database.place)
    return copied


def _copy_sqlite(database: Database, path: Path) -> Copied:
    with database.read() as transaction, closing(sqlite3.connect(path, isolation_level=None)) as copy:
        transaction.driver.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
        return _examined(copy, path)


def _examined(copy: sqlite3.Connection, path: Path) -> Copied:
    """The facts of a copy. Raises DatabaseUnavailable for one whose pages are damaged."""
    with translated():
        found = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if found != "ok":
            raise DatabaseUnavailable(f"数据库文件已损坏（{found}）", where=str(path), todo="请从较早的备份恢复")
        return _facts(copy, SQLITE, sqlite3.sqlite_version_info[0])


def _dump(database: Database, path: Path, programs: str) -> Copied:
    with database.read() as transaction:
        driver = transaction.driver
        major = driver.info.server_version // 10000
        program = postgres_tools.find("pg_dump", programs, major)
        snapshot = driver.execute("SELECT pg_export_snapshot()").fetchone()[0]
        facts = _facts(driver, POSTGRESQL, major)
        words = ("--format=custom", f"--snapshot={snapshot}", "--no-owner", "--no-privileges", f"--file={path}")
        postgres_tools.run(program, driver, words)
        return facts


def _facts(driver: Any, engine: Engine, version: int) -> Copied:
    tables = sorted(row[0] for row in driver.execute(_TABLES[engine]).fetchall())
    rows = {each: driver.execute(f'SELECT count(*) FROM "{each}"').fetchone()[0] for each in tables}
    known = driver.execute("SELECT version_num FROM alembic_version").fetchone() if "alembic_version" in rows else None
    return Copied(engine, version, known[0] if known else "", rows)


# -------------------------------------------------------------------------------------------------------- put back


def damage(database: Database) -> str:
    """The first damage in the pages of a file of SQLite, in its own words; "" for none, and for a server."""
    if not database.is_sqlite:
        return ""
    with database.read() as transaction:
        found = str(transaction.rows("PRAGMA quick_check(1)")[0][0])
    return "" if found == "ok" else found


def sqlite_file(database: Database) -> Path:
    """The file of an SQLite database. Raises UsageError where it is none that can be replaced."""
    name = make_url(database.url).database
    if not name or name == ":memory:" or name.startswith("file:"):
        raise UsageError("这样的数据库地址不能恢复备份", where="NEGOTIATION_DATABASE_URL", todo="请改为 sqlite:///文件")
    return Path(name)


def demand_empty(database: Database) -> None:
    """Raises NegotiationError for a database in which there is a table; nothing is made by asking."""
    tables = _tables_in_file(sqlite_file(database)) if database.is_sqlite else _tables_of_server(database)
    if tables:
        raise NegotiationError(
            f"数据库不是空的（已有{tables}张表），没有恢复",
            where=database.place,
            todo="备份只恢复到空的数据库：请换一个新的位置或新的数据库",
        )


def _tables_in_file(path: Path) -> int:
    if not path.exists():
        return 0
    with translated(), closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as driver:
        return len(driver.execute(_TABLES[SQLITE]).fetchall())


def _tables_of_server(database: Database) -> int:
    with database.read() as transaction:
        return len(transaction.rows(_TABLES[POSTGRESQL]))


def read_file(path: Path) -> Copied:
    """The facts of a copy of SQLite. Raises DatabaseUnavailable for a file that is damaged or no database."""
    with translated(), closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as copy:
        return _examined(copy, path)


def load(database: Database, path: Path, copied: Copied, programs: str) -> None:
    """Puts a copy of PostgreSQL into an empty database: all of it or nothing. Raises DatabaseUnavailable."""
    with database.read() as transaction:
        driver = transaction.driver
        major = driver.info.server_version // 10000
        if major < copied.version:
            raise DatabaseUnavailable(
                f"备份来自 PostgreSQL {copied.version}，这里的服务器是 {major}，不能恢复到更旧的版本",
                where=database.place,
                todo=f"请使用 PostgreSQL {copied.version} 或更高版本的服务器",
            )
        program = postgres_tools.find("pg_restore", programs, major)
        words = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", str(path))
        postgres_tools.run(program, driver, words)


def facts_of(database: Database) -> Copied:
    """The facts of a database of PostgreSQL as it stands."""
    with database.read() as transaction:
        driver = transaction.driver
        return _facts(driver, POSTGRESQL, driver.info.server_version // 10000)


def end_sessions(database: Database) -> None:
    """Ends every sign-in: some were ended after the copy was made."""
    with database.write() as transaction:
        transaction.execute("DELETE FROM session")
