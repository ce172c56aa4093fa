"""No desk without its clock, and no clock that jumped: what the office sees, and what waits for a person.

Today is Monday, 21 September 2026, ten in the morning. A case of Friday is due on 9 October.
"""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from negotiation.store.database import Database
from negotiation.worker import scheduler
from tests.conftest import Story, at
from tests.web_client import Browser

SILENT = "期限没有在处理、提醒没有在发送"
ELEVEN_MINUTES = timedelta(minutes=11)


@pytest.fixture
def round_at(database: Database, context: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """One round of the worker's jobs at an instant, and what it logged."""
    rounds = [scheduler.Round(alarm, database, context) for alarm in scheduler.SCHEDULE]

    def work(instant: datetime) -> None:
        monkeypatch.setattr(scheduler, "now", lambda: instant)
        for each in rounds:
            each()

    return work


def health(browser: Browser) -> tuple[int, dict[str, Any]]:
    answer = browser.client.get("/health")
    return answer.status_code, answer.json()


def rows(database: Database, sql: str) -> list[tuple]:
    with database.read() as transaction:
        return [tuple(row) for row in transaction.connection.exec_driver_sql(sql)]


# ------------------------------------------------------------------------------------------------- without a worker


@pytest.mark.parametrize("login", ["office", "director", "secretary", "auditor", "admin"])
def test_ten_minutes_without_a_worker_every_page_of_the_office_says_so(browser_as, fake_clock, login):
    browser = browser_as(login)
    fake_clock.now += timedelta(minutes=10)
    assert SILENT not in browser.get("/help").page
    fake_clock.now += timedelta(minutes=1)
    for path in ("/help", "/tasks", "/calendar", "/password"):
        browser.get(path)
        assert f"{SILENT}（最后一次：没有记录）" in browser.page, path
        assert "请联系系统管理员启动后台服务" in browser.page
    assert "negotiation" not in browser.page


def test_departments_and_who_is_not_signed_in_do_not_read_it(browser_as, fake_clock):
    civil, nobody = browser_as("civil"), browser_as()
    fake_clock.now += ELEVEN_MINUTES
    assert SILENT not in civil.get("/").page
    assert SILENT not in nobody.get("/signin").page


def test_without_a_worker_the_desk_is_not_well_and_says_why(browser_as, fake_clock):
    browser = browser_as()
    status, found = health(browser)
    assert (status, found["ok"]) == (200, True)
    fake_clock.now += ELEVEN_MINUTES
    status, found = health(browser)
    assert (status, found["ok"]) == (503, False)
    assert found["what"] == f"{SILENT}（最后一次：没有记录）"


def test_every_job_of_the_worker_leaves_one_heartbeat_however_often_it_is_done(
    browser_as, fake_clock, round_at, database
):
    for _ in range(3):
        round_at(fake_clock.now)
        fake_clock.now += timedelta(minutes=1)
    found = health(browser_as())[1]["heartbeats"]
    assert set(found.values()) == {(fake_clock.now - timedelta(minutes=1)).isoformat()}
    assert rows(database, "SELECT count(*) FROM heartbeat") == [(len(found),)]
    ((process,),) = rows(database, "SELECT DISTINCT process FROM heartbeat")
    assert re.fullmatch(r".+:\d+", process)
    assert process not in browser_as().client.get("/health").text


def test_a_heartbeat_holds_ten_minutes_also_at_night_and_when_nothing_is_due(browser_as, fake_clock, round_at):
    fake_clock.now = at("2026-09-27", "03:00")  # a Sunday
    browser = browser_as("office")
    round_at(fake_clock.now)
    fake_clock.now += timedelta(minutes=9)
    assert SILENT not in browser.get("/help").page
    fake_clock.now += timedelta(minutes=2)
    assert f"{SILENT}（最后一次：2026-09-27 03:00）" in browser.get("/help").page
    round_at(fake_clock.now)
    fake_clock.now += timedelta(seconds=10)
    assert SILENT not in browser.get("/help").page
    assert health(browser)[0] == 200


def test_mails_that_cannot_be_sent_are_missed_by_themselves(browser_as, fake_clock, round_at, context):
    """The sweep goes on; only what fails is said to be missing."""
    context.settings.mail_from = "not an address"
    browser = browser_as("office")
    fake_clock.now += ELEVEN_MINUTES
    round_at(fake_clock.now)
    page = browser.get("/help").page
    assert "提醒没有在发送（最后一次：没有记录）" in page
    assert "期限没有在处理" not in page
    assert "请联系系统管理员检查后台服务" in page


# ---------------------------------------------------------------------------------------------- a clock that jumps


@pytest.fixture
def jumped(browser_as, case, fake_clock, round_at) -> str:
    """The worker was there on Monday; the machine is started again on Thursday, 5 November, or its clock is wrong."""
    round_at(fake_clock.now)
    fake_clock.now = at("2026-11-05")
    round_at(fake_clock.now)
    return case


def test_nothing_is_done_under_a_clock_that_jumped(jumped, database, story, fake_clock, round_at):
    fake_clock.now += timedelta(minutes=1)
    round_at(fake_clock.now)
    assert [event for event, _, _ in story.events()] == ["submit"]
    assert rows(database, 'SELECT count(*) FROM "case"') == [(1,)]  # nor what is opened yearly
    assert {state for _, _, state in story.notices()} <= {"sent", "waiting"}
    tasks = rows(database, "SELECT title FROM task WHERE done_on IS NULL AND case_id = 0")
    assert tasks == [("系统时钟由2026年9月21日跳到2026年11月5日，期限检查和通知发送已暂停，请核实后继续",)]


def test_the_office_reads_that_the_clock_jumped_and_so_does_who_watches(jumped, browser_as, fake_clock):
    browser = browser_as("office")
    for path in ("/help", "/tasks"):
        page = browser.get(path).page
        assert "系统时钟由2026年9月21日跳到2026年11月5日" in page
        assert "若系统停机多日后重新启动，核对日期无误后点“日期无误，继续”" in page
        assert SILENT not in page
    status, found = health(browser)
    assert (status, found["ok"]) == (503, False)
    assert found["clock_jump"] == {"from": at("2026-09-21").isoformat(), "to": at("2026-11-05").isoformat()}
    assert "系统时钟" not in browser_as("civil").get("/").page
    looker = browser_as("secretary").get("/").page
    assert "请由办公室的经办人、负责人或系统管理员核实" in looker
    assert "点“日期无误，继续”" not in looker


@pytest.mark.parametrize("login", ["office", "director", "admin"])
def test_a_person_confirms_it_by_name_and_the_work_goes_on_from_there(
    jumped, browser_as, fake_clock, story, round_at, database, login
):
    browser = browser_as(login).get("/help")
    assert ">日期无误，继续<" in browser.page
    fake_clock.now += timedelta(minutes=2)
    browser.post("/clock/confirm", jump=browser.hidden("jump"), day=browser.hidden("day"))
    assert browser.status == 200
    assert "系统时钟" not in browser.page
    assert SILENT not in browser.page
    assert rows(database, "SELECT confirmed_by FROM clock_jump") == [(f"{login}某",)]
    assert rows(database, "SELECT count(*) FROM task WHERE key = 'clock/jump' AND done_on IS NULL") == [(0,)]
    round_at(fake_clock.now)
    assert ("lapse", "2026-10-09", "clock") in story.events()
    assert health(browser)[0] == 200


@pytest.mark.parametrize("login", ["secretary", "auditor"])
def test_who_only_looks_on_has_no_button(jumped, browser_as, login):
    browser = browser_as(login).get("/help")
    assert "系统时钟由2026年9月21日跳到2026年11月5日" in browser.page
    assert ">日期无误，继续<" not in browser.page
    assert browser.post("/clock/confirm", jump="1", day="2026-11-05").status == 404


def test_a_department_cannot_confirm_it_nor_can_a_form_of_another_site(jumped, browser_as, database):
    assert browser_as("chief").get("/help").post("/clock/confirm", jump="1", day="2026-11-05").status == 404
    browser = browser_as("director").get("/help")
    assert browser.client.post("/clock/confirm", data={"jump": "1", "day": "2026-11-05"}).status_code == 400
    assert rows(database, "SELECT confirmed_at FROM clock_jump") == [(None,)]


def test_what_is_confirmed_is_the_day_that_was_shown(jumped, browser_as, fake_clock, round_at):
    browser = browser_as("director").get("/help")
    fake_clock.now = at("2026-11-06", "00:01")
    round_at(fake_clock.now)
    shown = {"jump": browser.hidden("jump"), "day": browser.hidden("day")}
    browser = browser_as("director").get("/help")
    assert browser.post("/clock/confirm", **shown).status == 409
    assert "系统时钟由2026年9月21日跳到2026年11月6日" in browser.get("/help").page


def test_a_clock_that_is_set_right_again_goes_on_by_itself(jumped, browser_as, fake_clock, round_at, database, story):
    fake_clock.now = at("2026-09-22")
    round_at(fake_clock.now)
    assert "系统时钟" not in browser_as("office").get("/help").page
    assert rows(database, "SELECT count(*) FROM clock_jump") == [(0,)]
    assert rows(database, "SELECT count(*) FROM task WHERE key = 'clock/jump' AND done_on IS NULL") == [(0,)]
    round_at(at("2026-09-25"))
    assert health(browser_as())[1]["heartbeats"]["sweep"] == at("2026-09-25").isoformat()


def test_a_task_that_is_closed_without_confirming_comes_up_again_once(
    jumped, browser_as, fake_clock, round_at, database
):
    browser = browser_as("office").get("/tasks")
    browser.post("/tasks/done", case_id="0", key="clock/jump")
    round_at(fake_clock.now)
    assert rows(database, "SELECT done_on FROM task WHERE key = 'clock/jump'") == [(None,)]


def test_a_clock_that_was_set_back_is_held_too_and_confirmed_once(browser_as, fake_clock, round_at, database):
    """It was wrong before: 2027. Whoever confirms the day of today is not asked again while it goes on."""
    round_at(at("2027-03-01"))
    fake_clock.now = at("2026-09-22")
    round_at(fake_clock.now)
    browser = browser_as("director").get("/help")
    assert "系统时钟由2027年3月1日跳到2026年9月22日" in browser.page
    browser.post("/clock/confirm", jump=browser.hidden("jump"), day=browser.hidden("day"))
    for minutes in (1, 60, 24 * 60):
        fake_clock.now = at("2026-09-22") + timedelta(minutes=minutes)
        round_at(fake_clock.now)
        assert "系统时钟" not in browser_as("director").get("/help").page
    assert rows(database, "SELECT count(*) FROM clock_jump") == [(1,)]


@pytest.mark.parametrize(
    ("last", "now", "held"),
    [
        ("2026-09-30", "2026-10-09", False),  # National Day: two working days
        ("2026-09-18", "2026-09-27", False),  # over Mid-Autumn: with the make-up Sunday the fifth is the 24th
        ("2026-09-18", "2026-09-28", True),
        ("2026-11-13", "2026-11-20", False),  # the fifth working day
        ("2026-11-13", "2026-11-22", False),  # the Sunday after it
        ("2026-11-13", "2026-11-23", True),  # the sixth
        ("2026-02-13", "2026-02-24", False),  # Spring Festival: nine days off
        ("2027-11-12", "2027-11-19", False),  # 2027 is not published: Monday to Friday
        ("2027-11-12", "2027-11-22", True),
        ("2027-09-30", "2027-10-08", True),  # even where a holiday is likely
        ("2026-11-13", "2026-11-13", False),
        ("2026-11-13", "2026-11-12", True),  # set back by a day
        ("2026-11-13", "2099-01-01", True),
    ],
)
def test_five_working_days_are_the_longest_that_it_may_have_slept(
    browser_as, fake_clock, round_at, database, last, now, held
):
    round_at(at(last))
    round_at(at(now))
    assert rows(database, "SELECT count(*) FROM clock_jump") == [(int(held),)]


def test_two_machines_may_differ_by_minutes_around_midnight(browser_as, round_at, database):
    round_at(at("2026-09-22", "00:01"))
    round_at(at("2026-09-21", "23:58"))
    assert rows(database, "SELECT count(*) FROM clock_jump") == [(0,)]


def test_a_home_that_no_worker_ever_saw_goes_on_whatever_the_day(case, story: Story, round_at):
    round_at(at("2031-01-06"))
    assert ("lapse", "2026-10-09", "clock") in story.events()


def test_the_same_is_said_once_in_the_log_and_its_end_too(case, round_at, caplog):
    caplog.set_level("INFO")
    round_at(at("2026-09-21"))
    for minute in range(3):
        round_at(at("2026-11-05", f"10:0{minute}"))
    told = [each.getMessage() for each in caplog.records if "系统时钟" in each.getMessage()]
    assert len(told) == len(scheduler.SCHEDULE)
    assert told[1].startswith("检查期限未能完成：系统时钟由2026年9月21日跳到2026年11月5日")
    round_at(at("2026-09-21", "11:00"))
    assert "检查期限已恢复" in [each.getMessage() for each in caplog.records]
