"""The revision of the schema is asked within each write: who runs while another migrates writes nothing any more."""

import threading
from typing import Any

import pytest

from negotiation.core.enums import Job
from negotiation.core.errors import DatabaseUnavailable
from negotiation.store import migrate
from negotiation.store.database import Database
from negotiation.worker.scheduler import SCHEDULE, Round
from tests.conftest import Story, everything
from tests.log_lines import LogLines


def moved(database: Database, revision: str = "0099_later") -> None:
    """The schema of another program, by whoever does not ask."""
    other = Database(database.engine.url.render_as_string(hide_password=False))
    with other.write() as transaction:
        transaction.execute(f"UPDATE alembic_version SET version_num = '{revision}'")
    other.close()


@pytest.fixture
def prepared(database: Database) -> Any:
    """A database that this process has found right; it is as it was at the end."""
    migrate.demand(database, migrate.revision(database))
    yield database
    moved(database, migrate.HEAD)
    database.demanded = ""


def test_a_write_after_another_has_migrated_is_refused_and_leaves_nothing(prepared: Database, story: Story):
    story.submitted("2026-03-02")
    before = everything(prepared)
    moved(prepared)
    with pytest.raises(DatabaseUnavailable, match="0099_later，本程序需要") as caught, prepared.write() as transaction:
        transaction.execute("DELETE FROM task")
    assert "negotiation migrate" in caught.value.todo
    moved(prepared, migrate.HEAD)
    assert everything(prepared) == before
    with prepared.write() as transaction:
        transaction.execute("DELETE FROM task")


def test_pages_are_read_on_and_acts_answered_503(prepared: Database, browser_as: Any, case: str):
    police = browser_as("police").get(f"/cases/{case}")
    office = browser_as("office").get("/tasks")
    moved(prepared)
    assert police.get(f"/cases/{case}").status == 200
    answer = office.client.post("/password", data={"csrf": office.csrf, "old": "a", "new": "b", "again": "b"})
    assert police.client.post("/signout", data={"csrf": police.csrf}).status_code == 503
    assert answer.status_code in (400, 503)


def test_a_worker_does_nothing_on_a_schema_that_is_not_its_own(prepared: Database, context: Any, log_lines: LogLines):
    moved(prepared)
    sweep = Round(next(each for each in SCHEDULE if each.name is Job.SWEEP), prepared, context)
    sweep()
    assert "0099_later" in sweep.failure
    assert [each["outcome"] for each in log_lines.of("job_ended")] == ["failed"]


def test_a_migration_waits_for_who_is_writing_and_who_writes_next_waits_for_it(prepared: Database):
    """Order: a write that has begun, the migration, a write after it."""
    order: list[str] = []
    other = Database(prepared.engine.url.render_as_string(hide_password=False))

    def bring_along() -> None:
        migrate.migrate(other)
        order.append("migrated")

    with prepared.write() as transaction:
        thread = threading.Thread(target=bring_along)
        thread.start()
        thread.join(0.3)
        transaction.execute("DELETE FROM task")
        order.append("written")
    thread.join()
    assert order == ["written", "migrated"]
    other.close()
