"""No event is changed or deleted, on either engine; the triggers that refuse it are made and dropped by one module."""

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import make_url

from negotiation.core.errors import DatabaseUnavailable
from negotiation.core.settings import Settings
from negotiation.services import keeping_checks
from negotiation.store import erasures, migrate, triggers
from negotiation.store.database import Database
from tests.conftest import Story, settle_in

CHANGES = ("UPDATE event SET actor = '别人'", "DELETE FROM event", "UPDATE event SET happened_on = happened_on")


@pytest.mark.parametrize("statement", CHANGES)
def test_an_event_is_neither_changed_nor_deleted(story: Story, statement: str) -> None:
    story.submitted("2026-03-02")
    with pytest.raises(DatabaseUnavailable, match=triggers.WORDS), story.database.write() as transaction:
        transaction.execute(statement)
    assert story.events() == [("submit", "2026-03-02", "applicant")]


def test_events_are_not_emptied_either(story: Story) -> None:
    if not story.database.is_sqlite:
        with pytest.raises(DatabaseUnavailable, match=triggers.WORDS), story.database.write() as transaction:
            transaction.execute("TRUNCATE event CASCADE")


def test_they_are_there_after_a_migration_and_after_they_were_lifted(empty: Database) -> None:
    migrate.migrate(empty)
    with empty.write() as transaction:
        assert triggers.missing(transaction) == []
        with triggers.lifted(transaction):
            assert "event_is_not_changed" in triggers.missing(transaction)
        assert triggers.missing(transaction) == []


def test_one_that_was_dropped_or_does_nothing_is_named_and_made_again_by_migrate(empty: Database) -> None:
    migrate.migrate(empty)
    harmless = "BEFORE UPDATE ON event BEGIN SELECT 1; END"
    with empty.write() as transaction:
        if empty.is_sqlite:
            transaction.execute("DROP TRIGGER event_is_not_changed")
            transaction.execute(f"CREATE TRIGGER event_is_not_changed {harmless}")
        else:
            transaction.execute("ALTER TABLE event DISABLE TRIGGER event_is_not_changed")
    with empty.read() as transaction:
        assert triggers.missing(transaction) == ["event_is_not_changed"]
        (finding,) = keeping_checks.examine(transaction)
    assert (finding.serious, "event_is_not_changed" in finding.what) == (True, True)
    migrate.migrate(empty)
    with empty.read() as transaction:
        assert triggers.missing(transaction) == []


ROLE = (
    "CREATE ROLE desk LOGIN PASSWORD 'desk'",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO desk",
    "REVOKE UPDATE, DELETE, TRUNCATE ON event FROM desk",
)


@pytest.fixture
def desk(postgres: str) -> Iterator[Database]:
    """PostgreSQL as a role of its own has it, to which the right to change events was not given."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("CREATE DATABASE roles")
    owner = make_url(postgres).set(database="roles")
    database = Database(owner.render_as_string(hide_password=False))
    migrate.migrate(database)
    with database.write() as transaction:
        for statement in ROLE:
            transaction.execute(statement)
    database.close()
    own = Database(owner.set(username="desk", password="desk").render_as_string(hide_password=False))
    yield own
    own.close()
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("DROP DATABASE roles WITH (FORCE)")
        connection.execute("DROP ROLE desk")


def test_a_role_without_the_right_does_all_of_the_desk_s_work_and_changes_no_event(
    desk: Database, settings: Settings
) -> None:
    story = Story(desk, settle_in(desk, settings))
    story.submitted("2026-03-02").act("agree", "provider", "2026-03-10").sweep("2026-03-11")
    with pytest.raises(DatabaseUnavailable, match="permission denied"), desk.write() as transaction:
        transaction.execute("UPDATE event SET actor = '别人'")
    with pytest.raises(DatabaseUnavailable, match="无权重写"):
        erasures.rewrite(desk)
