"""The office's tasks: found, done with a word in the history of the case, and undone on the same day.

It is 10 October 2026: yesterday the police should have replied, and the clock has asked the office to look.
"""

import re
from html import unescape
from urllib.parse import quote

import pytest

from negotiation.store.tasks import add_task
from negotiation.store.unsent import BOUNCED_TASKS, MISSED_TASKS, SERVER_TASK
from tests.conftest import JUSTICE, Story, at, day

TODAY = "2026-10-10"
ASKED = "答复期限届满，系统未登记答复"
CALENDAR = "请核对日历：两个来源不一致"


@pytest.fixture
def lapsed(fake_clock, case, story) -> str:
    fake_clock.now = at(TODAY)
    story.sweep(TODAY)
    return case


@pytest.fixture
def of_no_case(database) -> str:
    with database.write() as transaction:
        add_task(transaction, 0, "calendar/2005-12-31", CALENDAR, day("2026-10-08"))
    return "calendar/2005-12-31"


def form_of(browser, number: str) -> str:
    """The link by which a task of that case, as the list shows it, is done."""
    rows = re.findall(r"<tr>.*?</tr>", browser.page, re.DOTALL)
    row = next(row for row in rows if (f">{number}<" in row if number else "/cases/" not in row) and "办结" in row)
    found = re.search(r'href="(/tasks/done[^"]+)"', row)
    assert found
    return unescape(found[1])


def do(browser, number: str, **fields: str):
    browser.get("/tasks").get(form_of(browser, number))
    names = {name: browser.hidden(name) for name in ("case_id", "key")}
    return browser.post("/tasks/done", **names, **fields)


def test_tasks_are_searched_and_put_in_order(browser_as, lapsed, of_no_case, story):
    other = Story(story.database, story.context).submitted("2026-09-17", provider=JUSTICE, resource="律师执业信息")
    other.sweep(TODAY)
    browser = browser_as("office").get("/tasks")
    assert browser.page.index(CALENDAR) < browser.page.index(lapsed)
    browser.get("/tasks?newest=1")
    assert browser.page.index(CALENDAR) > browser.page.index(lapsed)
    browser.get(f"/tasks?text={quote('律师 答复')}")
    assert other.no in browser.page
    assert lapsed not in browser.page
    assert CALENDAR not in browser.page
    assert f'href="/cases/{other.no}"' in browser.page


def test_a_task_is_done_and_the_case_remembers_how(browser_as, lapsed, story):
    browser = do(browser_as("office"), lapsed, remark="已电话联系，本周内回函", reviewed="yes")
    assert (browser.status, browser.url) == (200, "/tasks")
    assert story.tasks()[0][1] is not None
    assert story.events()[-1] == ("note", TODAY, "office")
    history = browser_as("police").get(f"/cases/{lapsed}").page
    assert "待办已办：已电话联系，本周内回函" in history
    assert ASKED not in history  # what the office was asked to do is its own, and departments read the history


def test_without_a_word_or_the_review_nothing_is_done_and_nothing_lost(browser_as, lapsed, story):
    browser = browser_as("office")
    for typed, said in (
        ({"remark": " ", "reviewed": "yes"}, "须写明如何办理的"),
        ({"remark": "已电话联系"}, "保密审查"),
        ({"remark": "见内部资料", "reviewed": "yes"}, "不得录入"),
    ):
        do(browser, lapsed, **typed)
        assert (browser.status, said in browser.page) == (400, True)
        assert typed["remark"] in browser.page
    assert story.tasks()[0][1] is None
    assert story.events()[-1][0] == "lapse"


def test_a_task_that_somebody_has_done_meanwhile_is_not_done_twice(browser_as, lapsed, story):
    late = browser_as("director").get("/tasks")
    late.get(form_of(late, lapsed))
    names = {name: late.hidden(name) for name in ("case_id", "key")}
    do(browser_as("office"), lapsed, remark="已电话联系", reviewed="yes")
    late.post("/tasks/done", **names, remark="也已联系", reviewed="yes")
    assert (late.status, "这项待办已经办结" in late.page) == (409, True)
    assert [event for event, _, _ in story.events()].count("note") == 1


def test_a_task_of_no_case_is_just_done(browser_as, of_no_case, database):
    browser = do(browser_as("office"), "")
    assert browser.url == "/tasks"
    assert "没有待办" in browser.page
    with database.read() as transaction:
        assert transaction.rows("SELECT count(*) FROM event")[0][0] == 0


def test_what_was_done_by_mistake_is_open_again_on_the_same_day_and_not_later(browser_as, lapsed, story, fake_clock):
    browser = do(browser_as("office"), lapsed, remark="已电话联系", reviewed="yes")
    names = {name: browser.hidden(name) for name in ("case_id", "key")}
    browser.post("/tasks/reopen", **names)
    assert (browser.url, story.tasks()[0][1]) == ("/tasks", None)
    assert "待办恢复" in browser.get(f"/cases/{lapsed}").page
    do(browser, lapsed, remark="已当面联系", reviewed="yes")
    fake_clock.now = at("2026-10-12")
    later = browser_as("office").get("/tasks")
    assert "今天办结" not in later.page
    later.get("/help").post("/tasks/reopen", **names)
    assert (later.status, "只能恢复今天办结的待办" in later.page) == (409, True)
    assert story.tasks()[0][1] is not None


@pytest.mark.parametrize("login", ["secretary", "auditor", "admin"])
def test_who_only_looks_does_no_task(browser_as, lapsed, of_no_case, login):
    browser = browser_as(login).get("/tasks")
    assert CALENDAR in browser.page
    assert "/tasks/done" not in browser.page
    assert browser.get(f"/tasks/done?case_id=0&key={of_no_case}").status == 404
    assert browser.get("/help").post("/tasks/done", case_id="0", key=of_no_case).status == 404
    assert CALENDAR in browser.get("/tasks").page


def test_a_task_that_there_is_not_is_said_so(browser_as):
    browser = browser_as("office")
    for address in ("case_id=1&key=nothing", "case_id=x&key=nothing", "key=nothing"):
        assert browser.get(f"/tasks/done?{address}").status == 404


def test_the_administrator_reads_that_mail_does_not_leave_and_no_task_that_names_a_case(browser_as, lapsed, database):
    with database.write() as transaction:
        add_task(transaction, 0, SERVER_TASK, "请系统管理员检查邮件服务器", day(TODAY))
        add_task(transaction, 0, f"{MISSED_TASKS}{TODAY}/1", f"请电话告知：市公安局（{lapsed}）", day(TODAY))
        add_task(transaction, 0, f"{BOUNCED_TASKS}a@gaj.gov.cn/{TODAY}/1", f"退信（{lapsed}）", day(TODAY))
    seen = browser_as("admin").get("/tasks").page
    assert ("请系统管理员检查邮件服务器" in seen, lapsed in seen) == (True, False)
    seen = browser_as("office").get("/tasks").page
    assert [words in seen for words in ("检查邮件服务器", "请电话告知", "退信")] == [True] * 3


def test_a_task_about_an_address_is_done_from_its_page(browser_as, database):
    key = f"{BOUNCED_TASKS}a+b_c@gaj.gov.cn/{TODAY}/1"
    with database.write() as transaction:
        add_task(transaction, 0, key, "请电话或发函联系市公安局", day(TODAY))
    browser = browser_as("office")
    do(browser, "")
    assert "请电话或发函联系市公安局" not in browser.get("/tasks").page.partition("今天办结")[0]


def test_tasks_that_ask_for_the_same_stand_together_and_are_done_at_once_with_one_word(browser_as, lapsed, story):
    other = Story(story.database, story.context).submitted("2026-09-17", provider=JUSTICE, resource="律师执业信息")
    other.sweep(TODAY)
    browser = browser_as("office").get("/tasks")
    assert re.search(rf"{ASKED} <small>2 项</small>", browser.page)
    picked = re.findall(r'name="pick" value="([^"]+)"[^>]* checked', browser.page)
    assert len(picked) == 2
    asked = {"group": ASKED, "pick": picked, "reviewed": "yes"}
    assert "须写明如何办理的" in browser.post("/tasks/done-together", **asked, remark=" ").page
    assert story.tasks()[0][1] is None
    browser.post("/tasks/done-together", **asked, remark="已逐一电话联系")
    assert [each.tasks()[0][1] is not None for each in (story, other)] == [True, True]
    assert "已逐一电话联系" in browser_as("police").get(f"/cases/{lapsed}").page
    assert "已逐一电话联系" in browser_as("justice").get(f"/cases/{other.no}").page


def test_only_who_handles_cases_hands_work_over_and_only_to_the_same_side(browser_as, case):
    """Defect 27: the auditor, the secretary and the administrator never had any."""
    page = browser_as("director").get("/handover").page
    leavers = page.partition('name="leaver"')[2].partition("</select>")[0]
    assert "police某" in leavers
    assert not {"auditor某", "secretary某", "admin某"} & set(re.findall(r"[a-z]+某", leavers))
    police = re.search(r'<option value="(\d+)"[^>]*>[^<]*police某', leavers)
    assert police
    page = browser_as("director").get(f"/handover?leaver={police[1]}").page
    assert set(re.findall(r"[a-z]+某", page.partition('name="successor"')[2].partition("</select>")[0])) == {
        "police某", "chief某"
    }  # fmt: skip
