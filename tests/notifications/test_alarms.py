"""Alarms to the office: one mail when something is not as it should be, one when it has been over for an hour, whoever
asks how often."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from negotiation.core.checks import Checked, CheckState
from negotiation.core.enums import NoticeState
from negotiation.domain.entered import EnteredBy
from negotiation.notifications import alarms
from negotiation.services.administration import Operation
from negotiation.services.findings import Check
from negotiation.services.settings_record import record_settings
from negotiation.store import notices_made, outbox
from negotiation.store.database import Database
from negotiation.worker import upkeep
from tests.conftest import Story, at

NOW = at("2026-03-02")
SHORT = Check(Checked.DISK, CheckState.HINT, "所在磁盘只剩 900 MB", "请清理磁盘空间")
ROOM = Check(Checked.DISK, CheckState.GOOD, "可用空间 20 GB")


def told(database: Database) -> list[tuple[str, str, bool]]:
    """The alarms in the outbox: key, how it stands, whether it is over."""
    with database.read() as transaction:
        found = notices_made.of_no_case(transaction, "alarm:")
    return [(key, facts.what, facts.over) for key, facts in sorted(found.items())]  # type: ignore[union-attr]


def looked(database: Database, *checks: Check, minutes: int = 0) -> list[str]:
    """What is said by who looks so many minutes later."""
    with database.write() as transaction:
        return alarms.watch(transaction, checks, NOW + timedelta(minutes=minutes))


def left(database: Database, minutes: int) -> list[str]:
    """The mails that leave so many minutes later."""
    instant = NOW + timedelta(minutes=minutes)
    with database.write() as transaction:
        claimed = outbox.claim(transaction, instant, instant + timedelta(minutes=10), 100)
        for notice in claimed:
            outbox.settle(transaction, notice, state=NoticeState.SENT.value, next_try=None, sent_at=instant)
    return [notice.key for notice in claimed]


def test_an_alarm_is_told_once_and_once_more_when_it_is_over(database: Database):
    assert looked(database, SHORT) == ["已提示办公室：磁盘，所在磁盘只剩 900 MB"]
    assert looked(database, SHORT) == []
    assert looked(database, ROOM) == ["磁盘恢复正常，一小时内不再异常即告知办公室"]
    assert looked(database, ROOM) == []
    assert told(database) == [("alarm:disk/1", SHORT.what, False), ("alarm:disk/1/over", SHORT.what, True)]


def test_what_comes_and_goes_within_an_hour_is_told_once_and_is_over_once(database: Database):
    for minutes in range(0, 300, 40):  # forty minutes are longer than any look at it, and shorter than the hour
        looked(database, SHORT, minutes=minutes)
        assert left(database, minutes) == ([] if minutes else ["alarm:disk/1"])
        looked(database, ROOM, minutes=minutes + 20)
        assert left(database, minutes + 20) == []
    assert left(database, 300 + 59) == []
    assert left(database, 300 + 60) == ["alarm:disk/1/over"]


def test_the_same_alarm_is_told_again_after_it_was_over(database: Database):
    for check, minutes in ((SHORT, 0), (ROOM, 10), (SHORT, 90), (SHORT, 100), (ROOM, 110)):
        looked(database, check, minutes=minutes)
        left(database, minutes + 69)
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
def test_records_that_were_never_sealed_are_told_after_two_days(late: Story, context: Any):
    never = "已提示办公室：封印，自 2026-03-02 开始登记以来从未封印"
    assert never not in upkeep.run(late.database, context, at("2026-03-04"))
    assert never in upkeep.run(late.database, context, at("2026-03-05"))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_folder_that_never_had_a_backup_is_told_three_hours_after_it_was_set(
    database: Database, context: Any, tmp_path: Path
):
    context.settings.home.mkdir(parents=True, exist_ok=True)
    context.settings.backup_folder = str(tmp_path / "backups")
    by_itself = Operation(EnteredBy("系统"), NOW)
    record_settings(database, context.settings, by_itself)
    never = f"已提示办公室：备份，{context.settings.backup_folder} 中还没有备份"
    assert never not in upkeep.run(database, context, NOW + timedelta(hours=3))
    assert never in upkeep.run(database, context, NOW + timedelta(hours=3, minutes=1))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_worker_tells_of_late_terms_and_a_restart_tells_nothing_again(late: Story, context: Any):
    instant = at("2026-03-25")
    assert "已提示办公室：期限检查，有期限自 2026-03-11 起待检查" in upkeep.run(late.database, context, instant)
    assert "期限检查" not in upkeep.run(late.database, context, instant + timedelta(minutes=10))
    late.sweep("2026-03-25")
    assert "期限检查恢复正常" in upkeep.run(late.database, context, instant + timedelta(minutes=20))
