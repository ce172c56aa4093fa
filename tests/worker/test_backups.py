"""The worker's backup of each day: at its hour, once, the newest kept, a failure told to the office."""

from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path

import pytest

from negotiation.core.errors import NegotiationError
from negotiation.core.settings import Settings
from negotiation.services import host
from negotiation.services.context import Context
from negotiation.store.database import Database
from negotiation.store.tasks import open_tasks
from negotiation.worker import backups
from tests.cli.installations import PROGRAMS
from tests.conftest import at, settle_in

Run = Callable[[str, str], list[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


@pytest.fixture
def daily(settings: Settings, folder: Path) -> Settings:
    """Backups at half past two, of which three are kept."""
    wanted = {"backup_folder": str(folder), "backup_time": time(2, 30), "backup_keep": 3, "postgres_bin": str(PROGRAMS)}
    return settings.model_copy(update=wanted)


@pytest.fixture
def context(database: Database, daily: Settings) -> Context:
    return settle_in(database, daily)


@pytest.fixture
def run(database: Database, context: Context, folder: Path) -> Run:
    """The job is woken at an hour of a day; the names of the backups afterwards."""

    def run(on: str, hour: str) -> list[str]:
        backups.run(database, context, at(on, hour))
        return sorted(each.name for each in folder.iterdir())

    return run


def test_a_backup_is_made_when_it_is_due_and_once_a_day_and_three_are_kept(run: Run) -> None:
    assert run("2026-03-02", "02:29") == ["negotiation-20260302-0229.zip"], "that of the day before was missed"
    assert run("2026-03-02", "02:30") == ["negotiation-20260302-0229.zip", "negotiation-20260302-0230.zip"]
    assert len(run("2026-03-02", "23:00")) == 2
    assert len(run("2026-03-03", "02:29")) == 2
    assert run("2026-03-04", "09:00")[-1] == "negotiation-20260304-0900.zip", "the machine was off at night"
    assert run("2026-03-05", "02:40") == [f"negotiation-2026030{each}.zip" for each in ("2-0230", "4-0900", "5-0240")]


def test_other_files_in_the_folder_are_let_be(run: Run, folder: Path) -> None:
    folder.mkdir()
    for name in ("negotiation-old.zip", "a.txt", "negotiation-20200101-0000.zip.part"):
        (folder / name).write_text("1")
    for day in range(2, 9):
        run(f"2026-03-0{day}", "03:00")
    assert {each.name for each in folder.iterdir()} > {
        "negotiation-old.zip",
        "a.txt",
        "negotiation-20200101-0000.zip.part",
    }
    assert len(list(folder.iterdir())) == 6


def test_what_a_killed_worker_left_half_written_goes_after_a_day(run: Run, folder: Path) -> None:
    folder.mkdir()
    old, new = (f".negotiation-202603{each}.zip.age.part" for each in ("01-0200", "02-0230"))
    for name in (old, new):
        (folder / name).write_text("half")
    assert run("2026-03-02", "02:31") == [new, "negotiation-20260302-0231.zip"]


def test_nothing_is_made_while_no_folder_is_set(sqlite: Database, settings: Settings) -> None:
    assert backups.run(sqlite, settle_in(sqlite, settings), at("2026-03-02")) == ""
    assert not settings.home.exists()


def titles(database: Database) -> list[str]:
    with database.read() as transaction:
        return [each.title for each in open_tasks(transaction) if each.key == backups.TASK]


def test_a_failure_is_a_task_until_a_backup_succeeds(database: Database, run: Run, folder: Path) -> None:
    folder.write_text("a file in its place")
    with pytest.raises(NegotiationError):
        run("2026-03-02", "03:00")
    assert [each.startswith("定时备份没有完成") for each in titles(database)] == [True]
    folder.unlink()
    assert len(run("2026-03-02", "03:10")) == 1
    assert titles(database) == []


def found(settings: Settings, instant: datetime) -> list[tuple[bool, str]]:
    return [(each.serious, each.what) for each in host.examine(settings, instant) if "备份" in each.what]


def test_doctor_misses_a_backup_three_hours_after_it_was_due(daily: Settings, run: Run) -> None:
    assert found(daily, at("2026-03-02")) == [(False, f"{daily.backup_folder} 中还没有备份")]
    run("2026-03-02", "02:30")
    assert found(daily, at("2026-03-03", "05:29")) == []
    assert found(daily, at("2026-03-03", "05:30")) == [(True, "最近一次定时备份是 2026-03-02 02:30")]


def test_doctor_says_that_no_backups_are_scheduled(settings: Settings) -> None:
    assert found(settings, at("2026-03-02")) == [(False, "没有设置定时备份")]
