"""Once a day the worker reads every page of the database; what is damaged is a task, a fault and an alarm."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from negotiation.core.enums import Job
from negotiation.services.system_checks import DAMAGE_TASK
from negotiation.services.unattended import beat
from negotiation.store import copies, notices_made
from negotiation.store.database import Database
from negotiation.store.tasks import open_since
from negotiation.worker import upkeep
from tests.conftest import at, day

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
NOW = at("2026-03-02")


def passed(database: Database, context: Any, instant: Any) -> str:
    said = upkeep.run(database, context, instant)
    beat(database, Job.UPKEEP, instant)
    return said


def damaged_since(database: Database) -> Any:
    with database.read() as transaction:
        return open_since(transaction, 0, DAMAGE_TASK)


def test_damage_is_found_once_a_day_and_is_over_when_a_later_day_finds_none(
    database: Database, context: Any, monkeypatch: pytest.MonkeyPatch
):
    read: list[int] = []

    def damage(_database: Database) -> str:
        read.append(1)
        return "page 7" if len(read) == 1 else ""

    monkeypatch.setattr(copies, "damage", damage)
    assert "请系统管理员从备份恢复（page 7）" in passed(database, context, NOW)
    assert damaged_since(database) == day("2026-03-02")
    passed(database, context, NOW + timedelta(minutes=10))
    assert len(read) == 1
    assert "数据库恢复正常" in passed(database, context, NOW + timedelta(days=1))
    assert damaged_since(database) is None
    with database.read() as transaction:
        assert [*notices_made.of_no_case(transaction, "alarm:database")] == [
            "alarm:database/1",
            "alarm:database/1/over",
        ]


def test_a_whole_database_is_no_task(database: Database, context: Any, tmp_path: Path):
    assert "损坏" not in passed(database, context, NOW)
    assert damaged_since(database) is None
