"""Backup and restoration by command, on both databases: everything comes back, or nothing is changed."""

import hashlib
import itertools
import threading
from pathlib import Path

import pytest

from negotiation.core.errors import NegotiationError
from negotiation.store import migrate
from negotiation.store.schema.whole import METADATA
from tests.cli.installations import Found, Installation, lived_in, on
from tests.cli.terminal import TODAY, Terminal
from tests.conftest import Story, settle_in
from tests.store import written
from tests.store.revisions import upgrade

Step = tuple[int, int]  # the id of its case, and its place there


@pytest.fixture(params=["sqlite", "postgresql"])
def found(request: pytest.FixtureRequest, terminal: Terminal, tmp_path: Path) -> Found:
    return on(request.param, terminal, tmp_path, lambda: str(request.getfixturevalue("postgres")))


def test_everything_comes_back_in_an_empty_place(found: Found, tmp_path: Path) -> None:
    here, there = found("here"), found("there")
    lived_in(here)
    here.json("account", "add", "wang", "--name", "王办", "--role", "office_clerk")
    sign_in(here)
    made = here.json("backup", str(tmp_path / "b.zip"))
    assert made["sha256"] == hashlib.sha256((tmp_path / "b.zip").read_bytes()).hexdigest()
    assert (made["encrypted"], made["not_carried"]) == (False, [])
    assert (tmp_path / "b.zip").stat().st_mode & 0o777 == 0o600
    done = there.json("restore", str(tmp_path / "b.zip"))
    assert there.rows() == here.rows()
    assert there.files() == here.files()
    assert len(there.files()) == 3
    assert made["files"] == done["files"] == 4, "and the log of the day"
    assert [each for each in done["findings"] if each["serious"]] == []
    assert there.json("doctor")["ok"]
    assert there.json("audit", "verify")["broken"] == []
    assert there.not_derived() == []
    assert (sign_ins(here), sign_ins(there)) == (1, 0), "some were ended after the backup was made"
    assert there.json("restore", str(tmp_path / "b.zip"), status=1)["error"]["what"].startswith("数据库不是空的")


def test_a_restored_home_knows_the_backup_that_it_came_from(found: Found, tmp_path: Path) -> None:
    """An order to destroy lists the backups that hold the case; the one that was restored is one of them."""
    here, there = found("here"), found("there")
    lived_in(here)
    made = here.json("backup", str(tmp_path / "b.zip"))
    there.json("restore", str(tmp_path / "b.zip"))
    with there.database() as database, database.read() as transaction:
        rows = transaction.rows("SELECT path, sha256 FROM backup_made")
    assert [tuple(row) for row in rows] == [(str(tmp_path / "b.zip"), made["sha256"])]


def sign_in(place: Installation) -> None:
    with place.database() as database, database.write() as transaction:
        (account,) = transaction.rows("SELECT id FROM account")
        row = {"digest": b"1", "account_id": account[0], "csrf": "2", "created_at": TODAY, "seen_at": TODAY}
        transaction.connection.execute(METADATA.tables["session"].insert(), row)


def sign_ins(place: Installation) -> int:
    with place.database() as database, database.read() as transaction:
        return len(transaction.rows("SELECT 1 FROM session"))


def test_a_backup_has_every_step_that_was_acknowledged_before_it_began(found: Found, tmp_path: Path) -> None:
    here, there = found("here"), found("there")
    here.json("migrate")
    with here.database() as database:
        stories = [Story(database, settle_in(database, here.settings)).open("2026-03-02")]
        stories += [Story(database, stories[0].context).open("2026-03-02") for _ in range(3)]
        before, after = at_work(stories, here, tmp_path / "b.zip")
    there.json("restore", str(tmp_path / "b.zip"))
    restored = {(row[0], row[1]) for row in there.rows()["event"]}
    assert len(before) >= 12
    assert before <= restored
    assert restored <= after
    assert there.json("audit", "verify")["broken"] == []
    assert there.not_derived() == []


def at_work(stories: list[Story], here: Installation, target: Path) -> tuple[set[Step], set[Step]]:
    """Steps are written by threads, a backup is made in their midst: those acknowledged before it, and in the end."""
    acknowledged, enough, stop = set[Step](), threading.Semaphore(0), threading.Event()
    troubles: list[NegotiationError] = []

    def work(story: Story) -> None:
        case_id = story.record.id
        for seq in itertools.count(1):
            if stop.is_set():
                return
            try:
                event, fields = ("submit", {}) if seq == 1 else ("note", {"text": "补充"})
                story.act(event, "applicant", "2026-03-02", **fields)
            except NegotiationError as error:
                troubles.append(error)
                return
            acknowledged.add((case_id, seq))
            enough.release()

    threads = [threading.Thread(target=work, args=(story,)) for story in stories]
    for each in threads:
        each.start()
    for _ in range(12):
        enough.acquire()
    before = set(acknowledged)
    here.json("backup", str(target))
    grown = len(acknowledged)
    stop.set()
    for each in threads:
        each.join()
    assert troubles == []
    assert grown > len(before), "steps went on while the backup was made"
    return before, acknowledged


def test_a_backup_of_an_older_revision_is_brought_up_to_date(found: Found, tmp_path: Path) -> None:
    here, there = found("here"), found("there")
    old = "0001_initial"
    with here.database() as database:
        upgrade(database, old)
        written.load(database, written.read((written.FOLDER / f"{old}.json").read_text("utf-8")))
    assert here.json("backup", str(tmp_path / "b.zip"))["revision"] == old
    done = there.json("restore", str(tmp_path / "b.zip"))
    assert (done["from_revision"], done["revision"]) == (old, migrate.HEAD)
    assert there.json("audit", "verify")["events"] > 80
    assert there.not_derived() == []
    here.json("migrate")
    assert there.rows()["event"] == here.rows()["event"]


def test_a_database_that_is_not_empty_is_left_as_it_is(found: Found, tmp_path: Path) -> None:
    here, there = found("here"), found("there")
    lived_in(here)
    here.json("backup", str(tmp_path / "b.zip"))
    there.json("department", "set", "市公安局")
    before = there.rows(), there.files()
    error = there.error("restore", str(tmp_path / "b.zip"))
    assert error["what"].startswith("数据库不是空的")
    assert "secret" not in error["where"]
    assert (there.rows(), there.files()) == before


def test_an_empty_database_has_nothing_to_back_up(found: Found, tmp_path: Path) -> None:
    here = found("here")
    assert "空的" in here.error("backup", str(tmp_path / "b.zip"))["what"]
    assert not (tmp_path / "b.zip").exists()


def of_revision(place: Installation, revision: str) -> None:
    """A database as an older program left it."""
    with place.database() as database:
        upgrade(database, revision)


def revision_of(place: Installation) -> str | None:
    with place.database() as database:
        return migrate.revision(database)


def test_a_migration_makes_a_backup_before_it_changes_anything(found: Found) -> None:
    here, there = found("here"), found("there")
    of_revision(here, "0006_keeping")
    done = here.json("migrate")
    assert Path(done["backup"]).name.startswith(f"before-{migrate.HEAD}-")
    assert there.json("restore", done["backup"])["from_revision"] == "0006_keeping"
    assert here.json("migrate")["backup"] == "", "there was nothing to change"


def test_a_migration_without_a_backup_is_for_who_says_so(found: Found) -> None:
    here = found("here")
    of_revision(here, "0006_keeping")
    assert here.json("migrate", "--no-backup")["backup"] == ""
    assert (revision_of(here), (here.home / "backups").exists()) == (migrate.HEAD, False)


def test_a_migration_whose_backup_cannot_be_made_changes_nothing(found: Found) -> None:
    here = found("here")
    of_revision(here, "0006_keeping")
    here.home.mkdir(exist_ok=True)
    (here.home / "backups").write_text("a file in the place of the folder", "utf-8")
    error = here.error("migrate")
    assert error["what"].startswith("更新之前的备份没有完成，没有更新：不能写入")
    assert error["todo"].endswith("已另行备份的，可加 --no-backup")
    assert revision_of(here) == "0006_keeping"


def test_a_migration_that_has_nothing_to_do_makes_a_backup_if_it_is_told_to(found: Found) -> None:
    here, there = found("here"), found("there")
    assert here.json("migrate", "--backup")["backup"] == "", "there was nothing yet"
    here.json("department", "set", "市公安局")
    before = here.rows()["department"]
    done = here.json("migrate", "--backup")
    assert Path(done["backup"]).parent == here.home / "backups"
    there.json("restore", done["backup"])
    assert there.rows()["department"] == before
    assert sorted(there.files()) == []
