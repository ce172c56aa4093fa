"""系统状态: what is looked after, each with its state in a word and a shape, since when and what to do."""

import re
import shutil
from collections import namedtuple
from datetime import timedelta
from typing import Any

import pytest

from negotiation.core.checks import CHECKED_TITLES
from negotiation.core.enums import Job
from negotiation.store import heartbeats
from negotiation.store.records import TaskRecord
from negotiation.store.tasks import renew_tasks
from negotiation.store.unsent import SERVER_TASK
from tests.conftest import Story, at, day
from tests.web_client import FakeClock

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # a page of what other tests hold on both
ROW = re.compile(r'<tr><th scope="row">(.*?)</th><td>.*?>(\S)</span> (\S+)</span></td><td>(.*?)</td><td>(.*?)</td>')
Usage = namedtuple("Usage", "total used free")


def rows(browser_as: Any, login: str = "admin") -> dict[str, tuple[str, ...]]:
    """Each thing that is looked after: shape, word, how it stands, since when."""
    page = browser_as(login).get("/status").page
    return {title: tuple(rest) for title, *rest in ROW.findall(page)}


def beaten(database: Any, instant: Any) -> None:
    with database.write() as transaction:
        for job in (Job.SWEEP, Job.POST):
            heartbeats.beat(transaction, job, instant, "here:1")


def test_each_thing_has_its_row_and_what_runs_is_in_order(browser_as: Any, database: Any, fake_clock: FakeClock):
    beaten(database, fake_clock.now)
    found = rows(browser_as)
    assert set(found) == set(CHECKED_TITLES.values())
    assert found["期限检查"] == ("●", "正常", "最近一次 2026-09-21 10:00", "—")
    assert found["备份"][:3] == ("▲", "注意", "没有设置定时备份")
    assert found["邮件服务器"][1] == "注意"
    assert found["数据库"][1] == "正常"


def test_a_worker_that_is_silent_is_a_fault_since_its_last_sign(browser_as: Any, database: Any, fake_clock: FakeClock):
    beaten(database, fake_clock.now)
    fake_clock.now += timedelta(minutes=30)
    found = rows(browser_as)
    assert found["期限检查"] == ("■", "异常", "期限没有在处理", "2026-09-21 10:00")
    assert found["通知发送"] == ("■", "异常", "提醒没有在发送", "2026-09-21 10:00")


def test_what_waits_is_named_with_its_day(browser_as: Any, database: Any, fake_clock: FakeClock, story: Story):
    story.submitted("2026-09-01")
    fake_clock.now = at("2026-11-09")
    beaten(database, fake_clock.now)
    with database.write() as transaction:
        renew_tasks(transaction, [TaskRecord(0, SERVER_TASK, "邮件服务器", None, day("2026-11-06"))])
    found = rows(browser_as, "office")
    assert found["期限检查"][1:3] == ("注意", "有期限自 2026-09-10 起待检查")
    assert found["通知发送"] == ("■", "异常", "有通知等了一个工作日以上还没有送出", "2026-11-06")
    assert found["节假日安排"][1:] == ("注意", "2027年节假日安排尚未收录，0项在办期限为暂定", "2026-11-01")


def test_a_disk_that_is_short_stands_on_the_page_and_in_health(
    browser_as: Any, database: Any, fake_clock: FakeClock, monkeypatch: pytest.MonkeyPatch
):
    beaten(database, fake_clock.now)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(1 << 40, 0, 50 << 20))
    assert rows(browser_as)["磁盘"][1] == "异常"
    answer = browser_as().client.get("/health")
    assert answer.status_code == 503
    assert "只剩 50 MB" in answer.json()["what"]
    assert answer.json()["checks"]["disk"] == "fault"


@pytest.mark.parametrize("login", ["civil", "chief", "auditor", "secretary"])
def test_nobody_else_has_the_page(browser_as: Any, login: str):
    assert browser_as(login).get("/status").status == 404


@pytest.mark.parametrize("login", ["office", "admin", "civil", "auditor"])
def test_the_foot_of_each_page_leads_there_for_whoever_may(browser_as: Any, login: str):
    assert ('<a href="/status">' in browser_as(login).get("/help").page) == (login in ("office", "admin"))
