"""The revision of the schema: read, brought up to date, demanded. Alembic has the steps under ``migrations``."""

from pathlib import Path

from sqlalchemy import Connection

from negotiation.core.errors import DatabaseUnavailable
from negotiation.store import search_triggers, triggers
from negotiation.store.database import MIGRATION_LOCK, Database
from negotiation.store.faults import other_revision, translated

HEAD = "0009_desk"  # the newest migration; a test holds that alembic agrees
UNRELEASED = frozenset(f"{n:04}" for n in range(1, 14))  # the revisions of trial versions, before the one initial one
_MIGRATIONS = Path(__file__).parent / "migrations"


def revision(database: Database) -> str | None:
    """The revision of the schema, None for an empty database. Raises DatabaseUnavailable if it cannot be reached."""
    with translated(), database.engine.connect() as connection:
        if not database.dialect.has_table(connection, "alembic_version"):
            return None
        row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
        return row[0] if row else None


def migrate(database: Database) -> None:
    """Brings the schema to the newest revision, once all who write have finished. Raises DatabaseUnavailable for a
    database of no known revision, and where somebody goes on writing."""
    _refuse_unreleased(database, revision(database))  # first: alembic takes 0001 for short of 0001_initial
    with translated(), database.engine.connect() as connection:
        if database.is_sqlite:  # where a table is made anew under its name, its children must not miss it meanwhile
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        # One transaction: a migration that is killed leaves nothing, and of two that start at once one waits.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if database.is_sqlite else "BEGIN")
        if not database.is_sqlite:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
        for module in (triggers, search_triggers):
            for statement in module.dropping(is_sqlite=database.is_sqlite):
                connection.exec_driver_sql(statement)
        _upgrade(database, connection)
        for module in (triggers, search_triggers):
            for statement in module.making(is_sqlite=database.is_sqlite):
                connection.exec_driver_sql(statement)
        connection.exec_driver_sql("COMMIT")
        if database.is_sqlite:
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")
    database.demanded = HEAD


def knows(known: str) -> bool:
    """True for a revision from which there is a way to this program's. Raises DatabaseUnavailable for a trial one."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 (300 ms that only a restoration needs)

    _refuse_trial(known, "")
    return known in {each.revision for each in ScriptDirectory(str(_MIGRATIONS)).walk_revisions()}


def _upgrade(database: Database, connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 (180 ms that only a migration needs)
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError:
        raise DatabaseUnavailable(
            f"数据库的版本 {revision(database)} 不是本程序所知道的版本",
            where=database.place,
            todo="请升级程序，或从备份恢复",
        ) from None


def prepare(database: Database) -> None:
    """Migrates an empty database. Raises DatabaseUnavailable for one of another revision than this program needs."""
    known = revision(database)
    if known is None:
        migrate(database)
    else:
        demand(database, known)


def demand(database: Database, known: str | None) -> None:
    """Raises DatabaseUnavailable unless ``known``, the revision of the database, is the newest one.

    From now on it is asked in each transaction that writes: another process may migrate while this one runs.
    """
    if known is None:
        raise DatabaseUnavailable("数据库还是空的", where=database.place, todo="请先运行 negotiation migrate")
    _refuse_unreleased(database, known)
    if known != HEAD:
        raise other_revision(known, HEAD, database.place)
    database.demanded = HEAD


def _refuse_unreleased(database: Database, known: str | None) -> None:
    _refuse_trial(known, database.place)


def _refuse_trial(known: str | None, where: str) -> None:
    if known in UNRELEASED:
        raise DatabaseUnavailable(
            f"这个数据库由 0.2.0 以前的试用版建立（数据库版本 {known}），本程序不能读取",
            where=where,
            todo="请换用新的空数据库并重新导入台账，原数据库留存备查",
            command="NEGOTIATION_HOME（或 NEGOTIATION_DATABASE_URL）指向新的位置，再运行 negotiation ledger import",
        )
