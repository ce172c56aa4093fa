"""The schema is that of the classes; every migration keeps what the version before it wrote; another revision is
refused."""

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import make_url, select

from negotiation import store
from negotiation.core.errors import DatabaseUnavailable
from negotiation.core.settings import Settings
from negotiation.store import audit, migrate
from negotiation.store.database import Database
from negotiation.store.schema.whole import METADATA
from tests.conftest import Story, settle_in
from tests.store import written

CONFIG = Config()
CONFIG.set_main_option("script_location", str(Path(store.__file__).parent / "migrations"))
REVISIONS = list(reversed(list(ScriptDirectory.from_config(CONFIG).walk_revisions())))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of its own in which there is nothing yet, no table either."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    else:
        server = request.getfixturevalue("postgres")
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS empty WITH (FORCE)")
            connection.execute("CREATE DATABASE empty")
        database = Database(make_url(server).set(database="empty").render_as_string(hide_password=False))
    yield database
    database.close()


def upgrade(database: Database, revision: str) -> None:
    """The migrations up to a revision, as ``Database.migrate`` runs them up to the newest."""
    with database.engine.connect() as connection:
        if database.is_sqlite:
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("BEGIN")
        CONFIG.attributes["connection"] = connection
        command.upgrade(CONFIG, revision)
        connection.exec_driver_sql("COMMIT")


def broken_links(database: Database) -> list[object]:
    with database.read() as transaction:
        return list(audit.broken_links(transaction))


def test_the_newest_migration_is_the_one_that_the_program_asks_for() -> None:
    assert ScriptDirectory.from_config(CONFIG).get_heads() == [migrate.HEAD]


def test_the_migrations_make_the_schema_of_the_classes(empty: Database) -> None:
    migrate.migrate(empty)
    with empty.engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), METADATA) == []
    assert migrate.revision(empty) == migrate.HEAD


@pytest.mark.parametrize("step", REVISIONS, ids=lambda step: step.revision)
def test_every_migration_keeps_what_the_version_before_it_wrote(empty: Database, step: Script) -> None:
    rows: written.Rows = {}
    if step.down_revision is not None:
        rows = written.read((written.FOLDER / f"{step.down_revision}.json").read_text("utf-8"))
        upgrade(empty, str(step.down_revision))
        written.load(empty, rows)
    upgrade(empty, step.revision)
    assert migrate.revision(empty) == step.revision
    migrate.migrate(empty)
    found = as_read(empty)
    assert {table: len(found[table]) for table in rows} == {table: len(lines) for table, lines in rows.items()}
    assert broken_links(empty) == []


def test_what_a_version_wrote_is_the_same_in_an_empty_database_of_its_revision(
    sqlite: Database, settings: Settings, empty: Database
) -> None:
    story = Story(sqlite, settle_in(sqlite, settings))
    story.submitted("2026-03-02", items="姓名").act("refuse", "provider", "2026-03-10", reason="—")
    rows = written.read(written.dumped(sqlite))
    upgrade(empty, migrate.HEAD)
    written.load(empty, rows)
    assert {table for table, lines in rows.items() if lines} >= {"case", "event", "content", "term", "item", "notice"}
    assert broken_links(empty) == []
    assert as_read(empty) == as_read(sqlite)


def as_read(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """All rows as the ORM reads them, which is the same on either engine."""
    with database.read() as transaction:
        return {
            each.name: [tuple(row) for row in transaction.connection.execute(select(each).order_by(*each.primary_key))]
            for each in METADATA.sorted_tables
        }


def test_an_empty_database_is_made_ready_and_a_ready_one_left_alone(empty: Database) -> None:
    assert migrate.revision(empty) is None
    migrate.prepare(empty)
    assert migrate.revision(empty) == migrate.HEAD
    migrate.prepare(empty)


def of_revision(database: Database, revision: str) -> None:
    with database.write() as transaction:
        transaction.execute(f"UPDATE alembic_version SET version_num = '{revision}'")


@pytest.mark.parametrize("revision", ["0000", "9999"])
def test_a_database_of_another_revision_is_refused_with_what_to_do(empty: Database, revision: str) -> None:
    migrate.prepare(empty)
    of_revision(empty, revision)
    with pytest.raises(DatabaseUnavailable, match="negotiation migrate") as caught:
        migrate.prepare(empty)
    assert revision in caught.value.what
    assert migrate.HEAD in caught.value.what
    assert migrate.revision(empty) == revision


@pytest.mark.parametrize("revision", ["0001", "0013"])
@pytest.mark.parametrize("tried", [migrate.prepare, migrate.migrate])
def test_a_database_of_a_trial_version_is_named_as_what_it_is_and_stays_as_it_is(
    empty: Database, revision: str, tried: Callable[[Database], None]
) -> None:
    migrate.prepare(empty)
    of_revision(empty, revision)
    with pytest.raises(DatabaseUnavailable, match="试用版") as caught:
        tried(empty)
    assert revision in caught.value.what
    assert "重新导入台账" in caught.value.todo
    assert "negotiation ledger import" in caught.value.command
    assert migrate.revision(empty) == revision
