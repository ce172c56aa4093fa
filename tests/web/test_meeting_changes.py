"""A planned meeting that does not take place as planned, in the browser: put off, a case taken off, 请假 and 列席.

Today is 21 September 2026; the meeting is planned for the 25th.
"""

from typing import Any

import pytest

from negotiation.store import notices_made
from tests.conftest import CIVIL, JUSTICE, POLICE, Story
from tests.web.test_meeting_pages import MEETING, coordinated, planned, words

NEW = {"to": "2026-09-29", "at": "9:00", "place": "", "why": "主持人另有公务", "reviewed": "yes"}


@pytest.fixture
def both(story: Story) -> tuple[Story, Story]:
    other = Story(story.database, story.context)
    return coordinated(story), coordinated(other, provider=JUSTICE, resource="律师执业信息")


def test_a_meeting_is_put_off_from_its_page_and_shows_the_day_before(browser_as: Any, both: Any) -> None:
    browser = browser_as("office")
    planned(browser, *both, on="2026-09-25")
    page = browser.post(f"/meetings/{MEETING}/postpone", version=1, **NEW).page
    assert browser.url == f"/meetings/{MEETING}"
    assert "时间 2026年9月29日（星期二）09:00" in words(page)
    assert "原定 2026年9月25日（星期五）14:30 第一会议室 ：主持人另有公务" in words(page)
    assert "起草会议改期函" in page
    with both[0].database.read() as transaction:
        told = [
            each for each in notices_made.of_case(transaction, both[0].record.id) if each.template == "meeting_moved"
        ]
    assert {both[0].context.directory.name(each.department_id) for each in told} == {CIVIL, POLICE}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"to": ""}, "须填写改期后的日期"), ({"to": "2026-09-01"}, "已过"), ({"why": ""}, "改期的原因"),
        ({"at": "早上"}, "不是时间"), ({"reviewed": ""}, "保密审查"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_new_day_comes_back_in_the_form(
    browser_as: Any, both: Any, wrong: dict[str, str], says: str
) -> None:
    browser = browser_as("office")
    planned(browser, *both, on="2026-09-25")
    page = browser.post(f"/meetings/{MEETING}/postpone", version=1, **(NEW | wrong)).page
    assert says in words(page)
    assert "2026年9月25日（星期五）14:30" in words(page)
    assert "原定" not in page


def test_a_case_is_taken_off_and_stays_struck_out_with_the_reason(browser_as: Any, both: Any) -> None:
    browser = browser_as("office")
    planned(browser, *both, on="2026-09-25")
    taken = {"case": both[1].no, "off_reason": "材料待补", "reviewed": "yes"}
    page = browser.post(f"/meetings/{MEETING}/off", **taken).page
    assert "已撤下：材料待补" in page
    assert f'<option value="{both[1].no}"' not in page
    assert f"拟请单位 {CIVIL}、{POLICE}" in words(page)
    assert "材料待补" not in browser_as("justice").get(f"/meetings/{MEETING}").page  # the reason is the office's


def test_leave_and_observers_stand_beside_those_present(browser_as: Any, both: Any) -> None:
    browser = browser_as("office")
    planned(browser, *both)
    people = {"present": f"{CIVIL} 甲", "absent": f"{POLICE} 乙", "observers": "市审计局 丙\n市财政局 丁"}
    page = browser.post(f"/meetings/{MEETING}/hold", version=1, minutes_no="", reviewed="yes", **people).page
    assert f"出席 {CIVIL} 甲 请假 {POLICE} 乙 列席 市审计局 丙、市财政局 丁" in words(page)


def test_nobody_is_present_and_on_leave_at_once(browser_as: Any, both: Any) -> None:
    browser = browser_as("office")
    planned(browser, *both)
    people = {"present": f"{CIVIL} 甲", "absent": f"{CIVIL} 甲", "observers": ""}
    answer = browser.post(f"/meetings/{MEETING}/hold", version=1, minutes_no="", reviewed="yes", **people)
    assert answer.status == 400
    assert f"“{CIVIL} 甲”既填作出席，又填作请假" in answer.page


@pytest.mark.parametrize("what", ["postpone", "off", "cancel"])
def test_only_the_office_changes_a_meeting(browser_as: Any, both: Any, what: str) -> None:
    planned(browser_as("office"), *both, on="2026-09-25")
    taken = {"case": both[0].no, "off_reason": "无", "reason": "无", **NEW}
    assert browser_as("police").get(f"/meetings/{MEETING}").post(f"/meetings/{MEETING}/{what}", **taken).status == 404
    assert "已撤下" not in browser_as("office").get(f"/meetings/{MEETING}").page


def test_the_form_of_a_request_asks_for_the_offices_own_view_and_whom_to_telephone(
    browser_as: Any, story: Story
) -> None:
    coordinated(story).act("fail", "office", "2026-09-18")
    browser = browser_as("office").get(f"/cases/{story.no}/letters/request")
    assert "拟办意见" in browser.page
    assert "联系人（印在附注中）" in browser.page
    answer = browser.post(f"/cases/{story.no}/letters/request", signer="韩主任", proposal="", contact="周颖")
    assert (answer.status, "请示须写明拟办意见" in words(answer.page)) == (400, True)
    wishes = {"signer": "韩主任", "proposal": "建议同意共享", "contact": "周颖"}
    assert browser.post(f"/cases/{story.no}/letters/request", **wishes).status == 200
