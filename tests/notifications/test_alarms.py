"""Alarms to the office: one mail when something is not as it should be, one when it is over, whoever asks how often."""

from datetime import timedelta
from typing import Any

import pytest

from negotiation.core.checks import Checked, CheckState
from negotiation.notifications import alarms
from negotiation.services.findings import Check
from negotiation.store import outbox
from negotiation.store.database import Database
from negotiation.worker import upkeep
from tests.conftest import Story, at

NOW = at("2026-03-02")
SHORT = Check(Checked.DISK, CheckState.HINT, "所在磁盘只剩 900 MB", "请清理磁盘空间")
ROOM = Check(Checked.DISK, CheckState.GOOD, "可用空间 20 GB")


def told(database: Database) -> list[tuple[str, str, bool]]:
    """The alarms in the outbox: key, how it stands, whether it is over."""
    with database.read() as transaction:
        found = outbox.of_no_case(transaction, "alarm:")
    return [(key, facts.what, facts.over) for key, facts in sorted(found.items())]  # type: ignore[union-attr]


def looked(database: Database, *checks: Check) -> list[str]:
    with database.write() as transaction:
        return alarms.watch(transaction, checks, NOW)


def test_an_alarm_is_told_once_and_once_more_when_it_is_over(database: Database):
    assert looked(database, SHORT) == ["已提示办公室：磁盘，所在磁盘只剩 900 MB"]
    assert looked(database, SHORT) == []
    assert looked(database, ROOM) == ["已告知办公室：磁盘恢复正常"]
    assert looked(database, ROOM) == []
    assert told(database) == [("alarm:disk/1", SHORT.what, False), ("alarm:disk/1/over", SHORT.what, True)]


def test_the_same_alarm_of_another_time_is_told_again(database: Database):
    for check in (SHORT, ROOM, SHORT, SHORT, ROOM):
        looked(database, check)
    assert [key for key, _, _ in told(database)] == [
        "alarm:disk/1", "alarm:disk/1/over", "alarm:disk/2", "alarm:disk/2/over",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("of", "state", "told_of"),
    [
        (Checked.SWEEP, CheckState.HINT, True),
        (Checked.POST, CheckState.FAULT, True),
        (Checked.BACKUP, CheckState.FAULT, True),
        (Checked.BACKUP, CheckState.HINT, False),
        (Checked.SEAL, CheckState.HINT, True),
        (Checked.CALENDAR, CheckState.HINT, False),
        (Checked.MAIL_SERVER, CheckState.HINT, False),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_some_states_are_told_and_others_stand_on_the_page_alone(
    database: Database, of: Checked, state: CheckState, told_of: bool
):
    assert bool(looked(database, Check(of, state, "情况"))) == told_of


@pytest.fixture
def late(story: Story, context: Any) -> Story:
    """A term that nobody looked at on its day; the backup and the seal are not in question."""
    context.settings.home.mkdir(parents=True, exist_ok=True)
    return story.submitted("2026-03-02")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_worker_tells_of_late_terms_and_a_restart_tells_nothing_again(late: Story, context: Any):
    instant = at("2026-03-25")
    assert "已提示办公室：期限检查，有期限自 2026-03-11 起待检查" in upkeep.run(late.database, context, instant)
    assert "期限检查" not in upkeep.run(late.database, context, instant + timedelta(minutes=10))
    late.sweep("2026-03-25")
    assert "已告知办公室：期限检查恢复正常" in upkeep.run(late.database, context, instant + timedelta(minutes=20))
