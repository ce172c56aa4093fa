"""The page of the calendar: an arrangement is seen day by day, as it was read, before it is taken in.

Today is Monday, 21 September 2026; 2027 is not published.
"""

import re
from pathlib import Path

from tests.web_client import Browser

FEEDS = Path(__file__).parents[1] / "calendars" / "feeds"
FEED_2027 = (FEEDS / "holidaycn_style_2027.ics").read_text(encoding="utf-8")
STORM = "文号：京政办发〔2026〕9号\n停止办公：2026-09-28 台风\n"


def cell(browser: Browser, month: int, day: int) -> str:
    """The class of a day in the year's picture."""
    (table,) = re.findall(rf"<caption>{month}月</caption>.*?</table>", browser.page, re.DOTALL)
    (found,) = re.findall(rf'<td class="([^"]+)"[^>]*>{day}(?:<small>|</td>)', table)
    return found


def test_a_rehearsal_shows_the_days_that_were_read_and_what_held_before(browser_as):
    browser = browser_as("office").get("/calendar").post("/calendar/rehearsal", layer="national", text=FEED_2027)
    row = re.search(r"<tr[^>]*><td[^>]*>2027-02-20</td>.*?</tr>", browser.page, re.DOTALL)
    assert row is not None
    assert all(word in row[0] for word in ("星期六", "上班", "推算放假"))
    assert "2027-06-09" in browser.page
    assert "应补班5天" in browser.page


def test_the_year_of_a_rehearsal_is_the_year_as_it_was_read_with_its_days_marked(browser_as):
    """By the estimate Saturday, 20 February is a weekend, and Sunday, 14 February worked."""
    browser = browser_as("office").get("/calendar?year=2027&layer=national")
    assert (cell(browser, 2, 20), cell(browser, 2, 14)) == ("day-weekend", "day-make-up")
    browser.post("/calendar/rehearsal", layer="national", text=FEED_2027)
    assert (cell(browser, 2, 20), cell(browser, 2, 14)) == ("day-make-up is-read", "day-weekend")
    browser.get("/calendar?year=2027&layer=national")
    assert cell(browser, 2, 14) == "day-make-up"


def test_what_was_taken_in_is_confirmed(browser_as, case):
    browser = browser_as("director").get("/calendar").post("/calendar/import", layer="municipal", text=STORM)
    assert browser.url == "/calendar"
    said = re.search(r'role="status">(.*?)</p>', browser.page)
    assert said is not None
    assert "已收录：市级" in said[1]
    assert "京政办发〔2026〕9号" in said[1]
    assert "期限变更1项" in said[1]
    browser.post("/calendar/import", layer="municipal", text=STORM)
    assert "未写入任何内容" in browser.page


def test_how_many_terms_moved_is_told_to_the_office_alone(browser_as, case):
    browser_as("director").get("/calendar").post("/calendar/import", layer="municipal", text=STORM)
    assert "期限变更" not in browser_as("police").get("/calendar?taken=1").page


def test_a_stop_of_work_is_named_so_in_the_ruler_of_a_case(browser_as, case):
    browser = browser_as("director").get("/calendar").post("/calendar/import", layer="municipal", text=STORM)
    assert cell(browser, 9, 28) == "day-stoppage"
    page = browser.get(f"/cases/{case}").page
    assert "停止办公（台风）（京政办发〔2026〕9号）" in page
    (day,) = re.findall(r'<li class="day day-stoppage[^"]*".*?</li>', page, re.DOTALL)
    assert '<span class="mark">停止办公</span>' in day


def test_what_is_refused_is_told_above_the_year_and_nothing_is_offered_for_taking_in(browser_as):
    text = (FEEDS / "rest_only_2027.ics").read_text(encoding="utf-8")
    for place in ("rehearsal", "import"):
        browser = browser_as("office").get("/calendar").post(f"/calendar/{place}", layer="national", text=text)
        assert browser.status == 400
        assert "缺5天" in browser.page
        assert browser.page.index("缺5天") < browser.page.index("<caption>1月</caption>")
        assert 'action="/calendar/import"' not in browser.page
        assert "--layer" not in browser.page


def test_half_a_day_is_refused_on_the_page_too(browser_as):
    browser = browser_as("office").get("/calendar")
    browser.post("/calendar/import", layer="municipal", text="放假：2026-12-24 下午 总结会")
    assert browser.status == 400
    assert "“下午”只是一天的一部分" in browser.page
    assert "“印发：" in browser.page


def test_an_arrangement_is_revoked_after_a_preview_and_stands_struck_out(browser_as, case):
    browser = browser_as("director").get("/calendar").post("/calendar/import", layer="municipal", text=STORM)
    browser.post("/calendar/revocation/rehearsal", number="1", reason="台风改道")
    assert all(word in browser.page for word in ("撤销预演（尚未写入）", "理由：台风改道", "2026-09-28", "期限的变化"))
    assert cell(browser, 9, 28) == "day-working"
    assert "<s>" not in browser.page
    browser.post("/calendar/revocation", number="1", reason="台风改道")
    assert 'role="status">已撤销市级：' in browser.page
    assert re.search(r"<s>市级：[^<]*京政办发〔2026〕9号[^<]*</s>　已撤销（见序2）", browser.page)
    assert "理由：台风改道" in browser.page
    assert cell(browser, 9, 28) == "day-working"


def test_a_revocation_that_cannot_be_is_refused_with_its_sentence(browser_as, case):
    browser = browser_as("director").get("/calendar").post("/calendar/import", layer="municipal", text=STORM)
    browser.post("/calendar/revocation/rehearsal", number="1", reason=" ")
    assert "撤销一份工作日安排须写明理由" in browser.page
    browser.post("/calendar/revocation", number="1", reason="误收").post(
        "/calendar/revocation", number="1", reason="误收"
    )
    assert "已经撤销" in browser.page


def test_a_clerks_notice_waits_for_the_head_and_moves_nothing_until_signed(browser_as, case, story):
    office = browser_as("office").get("/calendar").post("/calendar/rehearsal", layer="municipal", text=STORM)
    assert "提请签批" in office.page
    before = story.term("reply").due_on
    office.post("/calendar/import", layer="municipal", text=STORM)
    assert office.url == "/calendar/proposals/1"
    assert all(word in office.page for word in ("待签批", "office某提请", "2026-09-28", "期限的变化"))
    assert "签批，即日生效" not in office.page
    assert story.term("reply").due_on == before
    head = browser_as("director").get("/proposals")
    assert "放假调休安排，签批后移动全市的期限" in head.page
    head.get("/calendar/proposals/1").post("/calendar/proposals/1/approve")
    assert "已收录：市级" in head.page
    assert "office某（director某签批）" in head.page
    assert story.term("reply").due_on > before
    assert "已经签批、退回或撤回" in head.post("/calendar/proposals/1/approve").page


def test_a_clerk_signs_nothing_and_the_same_notice_waits_once(browser_as, case):
    office = browser_as("office").get("/calendar").post("/calendar/import", layer="municipal", text=STORM)
    assert office.post("/calendar/proposals/1/approve").status == 400
    assert "由办公室负责人签批" in office.page
    office.post("/calendar/import", layer="municipal", text=STORM)
    assert "正等待签批" in office.page


def test_a_returned_or_withdrawn_notice_changes_nothing(browser_as, case):
    office, head = browser_as("office"), browser_as("director")
    office.get("/calendar").post("/calendar/import", layer="municipal", text=STORM)
    head.get("/calendar/proposals/1").post("/calendar/proposals/1/return", said=" ")
    assert "退回须写明意见" in head.page
    head.post("/calendar/proposals/1/return", said="请补附件")
    assert "待签批" not in head.get("/calendar").page
    office.post("/calendar/import", layer="municipal", text=STORM)
    assert head.post("/calendar/proposals/2/withdraw").status == 400
    office.post("/calendar/proposals/2/withdraw")
    assert cell(office.get("/calendar"), 9, 28) == "day-working"


def test_a_revocation_waits_for_the_head_too(browser_as, case):
    head = browser_as("director").get("/calendar").post("/calendar/import", layer="municipal", text=STORM)
    office = browser_as("office").get("/calendar").post("/calendar/revocation", number="1", reason="台风改道")
    assert "待签批：撤销市级" in office.page
    assert cell(office.get("/calendar"), 9, 28) == "day-stoppage"
    head.get("/calendar/proposals/1").post("/calendar/proposals/1/approve")
    assert cell(head, 9, 28) == "day-working"


def test_a_department_is_not_offered_to_revoke(browser_as, case):
    browser_as("director").get("/calendar").post("/calendar/import", layer="municipal", text=STORM)
    assert "/calendar/revocation" not in browser_as("police").get("/calendar").page
