"""The schema is that of the classes; every migration keeps what the version before it wrote; another revision is
refused."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select

from negotiation import store
from negotiation.core.errors import DatabaseUnavailable
from negotiation.core.settings import Settings
from negotiation.services.cases import acting, case_history
from negotiation.services.context import Context, UnitOfWork
from negotiation.store import audit, migrate
from negotiation.store.database import Database
from negotiation.store.schema.whole import METADATA
from tests.conftest import Story, settle_in
from tests.store import written
from tests.store.revisions import CONFIG, upgrade

VERSIONS = Path(store.__file__).parent / "migrations" / "versions"
RELEASED = sorted(file.stem for file in written.FOLDER.glob("*.json"))
RELEASED_STATEMENTS = {
    "0001_initial.sqlite.sql": "f46e23cfa0506206664942a6f83f6795ae171daf2d8633c8acaa1aeab79bed06",
    "0001_initial.postgresql.sql": "cfa9985d56fbca045fa7b7083c57b709197093c398d012bbd3ff100a3eb46068",
}


def broken_links(database: Database) -> list[object]:
    with database.read() as transaction:
        return list(audit.broken_links(transaction))


def test_the_newest_migration_is_the_one_that_the_program_asks_for() -> None:
    assert ScriptDirectory.from_config(CONFIG).get_heads() == [migrate.HEAD]


def is_of_a_class(name: str | None, kind: str, _parents: object) -> bool:
    """The index of the search is a table of each engine's own, which no class describes."""
    return not (kind == "table" and name is not None and name.startswith("search_"))


def test_the_migrations_make_the_schema_of_the_classes(empty: Database) -> None:
    migrate.migrate(empty)
    with empty.engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True, "include_name": is_of_a_class}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), METADATA) == []
    assert migrate.revision(empty) == migrate.HEAD


@pytest.mark.parametrize("revision", RELEASED)
def test_what_a_released_version_wrote_is_kept_by_all_that_followed(
    empty: Database, settings: Settings, revision: str
) -> None:
    rows = written.read((written.FOLDER / f"{revision}.json").read_text("utf-8"))
    upgrade(empty, revision)
    written.load(empty, rows)
    migrate.migrate(empty)
    assert migrate.revision(empty) == migrate.HEAD
    found = as_read(empty)
    assert {table: len(found[table]) for table in rows} == {table: len(lines) for table, lines in rows.items()}
    assert broken_links(empty) == []
    assert differences(empty, settings, [row["no"] for row in rows["case"]]) == []


@pytest.mark.parametrize(("file", "digest"), RELEASED_STATEMENTS.items())
def test_what_a_released_revision_does_is_never_changed(file: str, digest: str) -> None:
    statements = (VERSIONS / file).read_bytes()
    assert hashlib.sha256(statements).hexdigest() == digest


def differences(database: Database, settings: Settings, numbers: list[str]) -> list[str]:
    """What is stored otherwise than it follows from the entries, of these cases."""
    with database.read() as transaction:
        work = UnitOfWork(transaction, Context.of(transaction, settings), datetime(2030, 1, 1, tzinfo=UTC))
        return [each for no in numbers for each in case_history.verify(transaction, acting.take(work, no))]


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
