"""Meetings in the browser (第十七条): planned from the agenda, held, agreed, recorded; what others see of them.

Today is 21 September 2026. Two cases are coordinated since the 15th: one asks the police, the other justice.
"""

import re
from html import unescape

import pytest

from negotiation.core.scopes import Scope
from negotiation.services.accounts import management, tokens
from negotiation.services.meetings import outcomes, planning
from negotiation.services.meetings.planning import Plan
from tests.acceptance.steps import drafted
from tests.conftest import CIVIL, JUSTICE, POLICE, Story, admin_at, at, day
from tests.web_client import TODAY

MEETING = "HY2026-0001"
PLAN = {"kind": "coordination", "on": "2026-09-18", "at": "14:30", "place": "第一会议室", "chair": "李副主任"}
PRESENT = f"{CIVIL} 甲\n{POLICE} 乙"


def words(page: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def coordinated(story: Story, **fields: str) -> Story:
    story.submitted("2026-09-01", **fields).act("refuse", "provider", "2026-09-10", reason="涉及个人隐私")
    return story.act("refer", "applicant", "2026-09-14").act("accept_referral", "office", "2026-09-15")


@pytest.fixture
def both(story: Story) -> tuple[Story, Story]:
    other = Story(story.database, story.context)
    return coordinated(story), coordinated(other, provider=JUSTICE, resource="律师执业信息")


def planned(browser, *cases, **other):
    ticked = {"no": [each.no for each in cases], "reviewed": "yes", **PLAN, **other}
    return browser.get("/meetings/new?kind=coordination").post("/meetings/new", **ticked)


def held(browser, *cases, **other):
    planned(browser, *cases, **other)
    return browser.post(
        f"/meetings/{MEETING}/hold", version=1, present=PRESENT, minutes_no="京数协〔2026〕7号", reviewed="yes"
    )


def agreed(browser, *lines, **more):
    """Sends the form of what was agreed with these lines filled in: (case, text, by)."""
    fields = {f"{key}{case.no}": value for case, *said in lines
              for key, value in zip(("agreed:", "by:"), said, strict=False)}  # fmt: skip
    stands = {
        name: unescape(value)
        for name, value in re.findall(r'name="((?:seen|was):[^"]+)" value="([^"]*)"', browser.page)
    }
    now = {key.removeprefix("was:"): value for key, value in stands.items() if key.startswith("was:")}
    return browser.post(f"/meetings/{MEETING}/agreed", reviewed="yes", **{**stands, **now, **fields, **more})


# ----------------------------------------------------------------------------------------------------- from the agenda


def test_a_meeting_begins_at_the_agenda_with_the_cases_that_are_ticked(browser_as, both):
    browser = browser_as("office").get("/agenda")
    assert f'name="no" value="{both[0].no}"' in browser.page
    page = browser.get(f"/meetings/new?kind=coordination&no={both[1].no}").page
    assert f'value="{both[1].no}" checked' in page
    assert f'value="{both[0].no}">' in page, "the rest of the agenda can still be put on the list"
    planned(browser, *both)
    assert browser.url == f"/meetings/{MEETING}"
    shown = words(browser.page)
    assert "协调会议" in shown
    assert "2026年9月18日（星期五）14:30" in shown
    assert f"拟请单位 {CIVIL}、{POLICE}、{JUSTICE}" in shown
    assert MEETING in browser.get("/meetings?kind=coordination&state=planned&year=2026").page
    assert MEETING not in browser.get("/meetings?kind=deliberation").page
    assert MEETING not in browser.get("/meetings?year=2025").page


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"at": "下午"}, "不是时间"), ({"place": ""}, "须填写地点"), ({"on": "某日"}, "不是日期"),
        ({"on": ""}, "须填写日期"), ({"no": []}, "没有议题"), ({"no": ["GX2026-9999"]}, "GX2026-9999"),
        ({"reviewed": ""}, "保密审查"), ({"chair": "内部资料"}, "内部资料"), ({"kind": "宴会"}, "没有“宴会”"),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_comes_back_with_all_that_was_typed(browser_as, both, wrong, says):
    browser = planned(browser_as("office"), both[0], **wrong)
    assert (browser.status, says in browser.page) == (400, True)
    typed = PLAN | wrong
    assert all(f'value="{typed[key]}"' in browser.page for key in ("place", "chair", "at") if typed[key])
    assert "没有会议" in browser.get("/meetings").page


def test_a_planned_meeting_is_changed_or_given_up(browser_as, both):
    browser = planned(browser_as("office"), both[0], on="2026-09-25")
    browser.get(f"/meetings/{MEETING}/edit")
    form = PLAN | {"place": "第二会议室", "no": [both[1].no], "reviewed": "yes", "version": browser.hidden("version")}
    browser.post(f"/meetings/{MEETING}/edit", **form)
    assert ("第二会议室" in browser.page, both[0].no in browser.page, both[1].no in browser.page) == (True, False, True)
    browser.post(f"/meetings/{MEETING}/cancel", reason="", version=2, reviewed="yes")
    assert (browser.status, "须填写取消的原因" in browser.page) == (400, True)
    browser.post(f"/meetings/{MEETING}/cancel", reason="另行安排", version=2, reviewed="yes")
    assert "已取消：另行安排" in browser.page
    assert browser.post(f"/meetings/{MEETING}/hold", present=PRESENT, version=3, reviewed="yes").status == 400


# ------------------------------------------------------------------------------------------------------ held, recorded


def test_what_was_agreed_is_recorded_on_each_case_with_the_date_that_was_set(browser_as, both):
    """The head acts at once; each case comes to its own end, and what would be sent is seen before."""
    settled, failed = both
    browser = agreed(
        held(browser_as("director"), *both), (settled, "脱敏后提供", "2026-11-30"), (failed, "未能一致", "")
    )
    assert "脱敏后提供" in browser.page
    chosen = f"act:{settled.no}=settle&act:{failed.no}=fail"
    browser.get(f"/meetings/{MEETING}/record?{chosen}")
    assert "可以办理 2 件" in words(browser.page)
    assert "a@mzj.gov.cn" in browser.page
    assert settled.state == failed.state == "in_coordination"
    seen = {f"case:{each.no}": str(each.record.version) for each in both}
    acts = {f"act:{settled.no}": "settle", f"act:{failed.no}": "fail"}
    browser.post(f"/meetings/{MEETING}/record", **seen, **acts)
    assert "登记会议结果：办理 2 件，没有办理 0 件" in browser.page
    assert (settled.state, failed.state) == ("agreed", "coordination_failed")
    assert str(settled.term("supply").due_on) == "2026-11-30"
    assert settled.events()[-1] == ("settle", "2026-09-18", "office")
    browser.get(f"/cases/{settled.no}")
    assert f"会议：{MEETING}" in browser.page
    assert "意见：脱敏后提供" in browser.page
    assert f'href="/meetings/{MEETING}"' in browser.page
    browser.post(f"/meetings/{MEETING}/record", **seen, **acts)  # the same form once more does nothing twice
    assert "办理 0 件，没有办理 2 件" in browser.page
    assert settled.events()[-1] == ("settle", "2026-09-18", "office")


def test_what_the_head_must_approve_is_proposed_and_counts_from_the_approval(browser_as, both):
    case = both[0]
    browser = agreed(held(browser_as("office"), case), (case, "脱敏后提供", "2026-11-30"))
    version = str(case.record.version)
    browser.post(f"/meetings/{MEETING}/record", **{f"act:{case.no}": "settle", f"case:{case.no}": version})
    assert "已提请签批" in browser.page
    assert case.state == "in_coordination"
    head = browser_as("director").get(f"/cases/{case.no}")
    head.post(f"/cases/{case.no}/proposals/1/approve", version=version)
    assert case.events()[-1] == ("settle", TODAY, "office")
    assert str(case.term("supply").due_on) == "2026-11-30"


def test_the_choices_of_a_decision_are_offered_one_by_one(browser_as, story):
    """登记审议结果：应予共享 and 不予共享 are two offers; neither needs a form of its own."""
    coordinated(story).act("fail", "office", "2026-09-16").act("report_up", "office", "2026-09-16")
    no = story.met("2026-09-18")
    browser = browser_as("office").get(f"/meetings/{no}/record")
    assert "登记审议结果：应予共享" in browser.page
    assert "登记审议结果：不予共享" in browser.page
    value = "decide/not_share"
    browser.post(f"/meetings/{no}/record", **{f"act:{story.no}": value, f"case:{story.no}": str(story.record.version)})
    assert (story.state, story.record.flags["decision"]) == ("closed", "not_share"), "what is not shared leaves nothing"


def test_the_form_of_an_act_offers_the_meetings_of_its_case_and_takes_what_was_said_there(browser_as, both):
    case = both[0]
    browser = agreed(held(browser_as("office"), case), (case, "脱敏后提供", "2026-11-30"))
    page = browser.get(f"/cases/{case.no}/acts/settle?meeting={MEETING}").page
    assert f'<option value="{MEETING}" selected>' in page
    assert 'name="supply_by" type="date" value="2026-11-30"' in page
    assert 'name="on" type="date" value="2026-09-18"' in page
    assert ">脱敏后提供</textarea>" in page
    assert MEETING not in browser.get(f"/cases/{both[1].no}/acts/settle?meeting={MEETING}").page
    assert "本案还没有召开过的会议" in browser.page


def test_what_was_recorded_is_not_agreed_anew(browser_as, both):
    case = both[0]
    browser = held(browser_as("director"), case)
    with case.database.write() as transaction:
        outcomes.agree(transaction, MEETING, case.no, "脱敏后提供", POLICE, None)
    case.act("settle", "office", "2026-09-18", meeting=MEETING)
    assert f'name="agreed:{case.no}"' not in browser.get(f"/meetings/{MEETING}").page
    browser.post(
        f"/meetings/{MEETING}/agreed", reviewed="yes", **{f"agreed:{case.no}": "另作他议", f"seen:{case.no}": "2"}
    )
    assert (browser.status, "已依据这次会议办理" in browser.page) == (400, True)


# ----------------------------------------------------------------------------------------------------- from every entry


def test_the_leading_group_says_nothing_without_a_meeting_from_any_entry(browser_as, database, fake_clock, story):
    """第十七条: in the browser and for a program alike; with a meeting both take it."""
    coordinated(story).act("fail", "office", "2026-09-16").act("report_up", "office", "2026-09-16")
    browser = browser_as("office").get(f"/cases/{story.no}/acts/decide")
    assert (browser.status, "本案还没有召开过的审议会议" in browser.page) == (400, True)
    fields = {"decision": "share", "on": TODAY, "reviewed": "yes", "version": str(story.record.version)}
    browser.get(f"/cases/{story.no}").post(f"/cases/{story.no}/acts/decide", **fields)
    assert (browser.status, "本案还没有召开过的审议会议" in browser.page) == (400, True)
    with database.write() as transaction:
        whose = management.find(transaction, "office").person.id
        token = tokens.create_token(
            transaction,
            whose,
            "平台",
            tuple(Scope),
            expires_at=at("2026-12-01"),
            operation=admin_at(fake_clock.now),
        )
    client, headers = browser_as().client, {"Authorization": f"Bearer {token}"}
    fields = {"decision": "share"}
    body = {"by": "leading_group", "fields": fields}
    address = f"/api/v1/cases/{story.no}/acts/decide"
    refused = client.post(address, json=body, headers=headers)
    assert (refused.status_code, refused.json()["field"]) == (400, "meeting")
    assert "请先登记会议" in refused.json()["todo"]
    fields["meeting"] = story.met("2026-09-18")
    assert client.post(address, json=body, headers=headers).json()["state"] == "decided"


# ---------------------------------------------------------------------------------------------------- who sees what


def test_a_department_sees_when_its_own_case_is_spoken_of_and_nothing_of_others(browser_as, both):
    own, other = both
    browser = agreed(held(browser_as("office"), *both), (own, "脱敏后提供", "2026-11-30"), (other, "另行研究", ""))
    police = browser_as("police")
    assert f'href="/meetings/{MEETING}"' in police.get(f"/cases/{own.no}").page
    shown = words(police.get(f"/meetings/{MEETING}").page)
    assert "2026年9月18日（星期五）14:30" in shown
    assert "第一会议室" in shown
    assert own.no in shown
    for hidden in (other.no, "律师执业信息", JUSTICE, "另行研究", "李副主任", "京数协", "甲", "脱敏后提供"):
        assert hidden not in shown, hidden
    own.act("settle", "office", "2026-09-18", meeting=MEETING)
    assert "脱敏后提供" in police.get(f"/meetings/{MEETING}").page
    assert browser.get(f"/meetings/{MEETING}").status == 200


def test_a_department_without_a_case_there_finds_no_such_meeting(browser_as, both):
    planned(browser_as("office"), both[0])
    answers = {
        login: browser_as(login).get(f"/meetings/{MEETING}").status
        for login in ("civil", "justice", "auditor", "admin")
    }
    assert answers == {"civil": 200, "justice": 404, "auditor": 200, "admin": 404}


def test_nobody_is_mailed_about_a_meeting(browser_as, both, database):
    """§ 6: its notice is a letter, after approval."""
    before = both[0].notices(), both[1].notices()
    held(browser_as("office"), *both)
    assert (both[0].notices(), both[1].notices()) == before


# ------------------------------------------------------------------------------------------------------- two at once


def test_two_who_edit_one_meeting_lose_nothing_of_what_they_typed(browser_as, both):
    first = planned(browser_as("office"), *both, on="2026-09-25")
    first.get(f"/meetings/{MEETING}/edit")
    seen = first.hidden("version")
    other = browser_as("director").get(f"/meetings/{MEETING}/edit")
    other.post(f"/meetings/{MEETING}/edit", **PLAN, no=both[0].no, reviewed="yes", version=seen)
    form = PLAN | {"place": "东楼", "no": [each.no for each in both], "reviewed": "yes"}
    first.post(f"/meetings/{MEETING}/edit", **form, version=seen)
    assert (first.status, "已有人更改" in first.page, 'value="东楼"' in first.page) == (409, True, True)
    assert "2026-09-18 14:30 第一会议室" in words(first.page), "what stands now is shown beside"
    first.post(f"/meetings/{MEETING}/edit", **form, version=first.hidden("version"))
    assert (first.status, "东楼" in first.page) == (200, True)


def test_two_who_enter_what_was_agreed_write_each_their_own_line(browser_as, both):
    one, two = both
    first = held(browser_as("office"), *both)
    before = first.page
    other = browser_as("director").get(f"/meetings/{MEETING}")
    agreed(other, (one, "脱敏后提供", ""))
    assert agreed(first, (two, "另行研究", "")).status == 200  # the line that was not touched is not undone
    assert ("脱敏后提供" in first.page, "另行研究" in first.page) == (True, True)
    first.page = before
    agreed(first, (one, "不提供", ""))
    assert (first.status, ">不提供</textarea>" in first.page, "脱敏后提供" in first.page) == (409, True, True)
    agreed(first, (one, "不提供", ""))  # seen, and meant all the same
    assert (first.status, "脱敏后提供" in first.page) == (200, False)


def test_a_meeting_that_is_ahead_is_not_held(browser_as, both):
    browser = planned(browser_as("office"), both[0], on="2026-09-22")
    browser.post(f"/meetings/{MEETING}/hold", version=1, present="只有我", minutes_no="", reviewed="yes")
    assert (browser.status, "请在召开之后登记" in browser.page, "只有我" in browser.page) == (400, True, True)


def test_what_is_no_version_has_seen_nothing(browser_as, both):
    browser = planned(browser_as("office"), both[0])
    for version in ("", "x", "9" * 30):
        browser.post(f"/meetings/{MEETING}/hold", version=version, present=PRESENT, reviewed="yes")
        assert (browser.status, PRESENT.split(maxsplit=1)[0] in browser.page) == (409, True)


def test_there_is_no_such_meeting(browser_as):
    browser = browser_as("office")
    for path in (
        "/meetings/HY2026-0099",
        "/meetings/HY2026-0099/edit",
        "/meetings/HY2026-0099/record",
        "/meetings/%00",
    ):
        assert browser.get(path).status == 404
    assert browser.get("/meetings?year=%C2%B2&kind=x&state=y").status == 200


def test_a_rectification_that_was_reported_is_on_the_leading_groups_agenda__article_33(
    browser_as, database, context, story
):
    """A case of one unit: it has no applicant, and its act needs the meeting all the same."""
    facts = {
        "topic": "目录更新",
        "ground": "catalogue",
        "facts": "目录未更新",
        "demand": "请更新",
        "rectify_by": "2026-09-10",
    }
    drafted(story, "rectification", "2026-09-01", topic="目录更新").act("issue", "office", "2026-09-01", **facts)
    story.act("report_up", "office", "2026-09-14", text="整改情况报告")
    page = browser_as("secretary").get("/agenda?of=deliberation").page
    assert story.no in page
    assert " → " not in words(page)
    with database.write() as transaction:
        wanted = Plan("deliberation", day("2026-09-18"), "9:00", "第一会议室", "王副市长", [story.no])
        planning.plan(transaction, context, wanted, author="测试", at=at(TODAY))
    browser = browser_as("office").get(f"/meetings/{MEETING}")
    browser.post(f"/meetings/{MEETING}/hold", version=1, present="王副市长", reviewed="yes")
    browser.get(f"/meetings/{MEETING}/record?act:{story.no}=conclude/again")
    assert "须填写整改期限的日期" in browser.page, "to go on needs a date: the meeting has set none"
    agreed(browser.get(f"/meetings/{MEETING}"), (story, "继续整改", "2026-10-30"))
    acts = {f"act:{story.no}": "conclude/again", f"case:{story.no}": str(story.record.version)}
    browser.post(f"/meetings/{MEETING}/record", **acts)
    assert (story.state, str(story.term("rectification").due_on)) == ("rectifying", "2026-10-30")


def test_the_page_of_a_meeting_shows_each_disputed_item_and_then_what_it_came_to(browser_as, story):
    """The item that was agreed from the first is no business of the meeting."""
    story.submitted("2026-09-01", items="姓名、住址、户籍")
    split = {"items": "姓名", "refused_items": "住址、户籍", "reason": "涉及个人隐私", "reason[3]": "无此数据"}
    story.act("agree_partly", "provider", "2026-09-10", **split)
    story.act("refer", "applicant", "2026-09-14").act("accept_referral", "office", "2026-09-15")
    held(browser_as("office"), story)
    before = words(browser_as("secretary").get(f"/meetings/{MEETING}").page)
    assert "住址：未同意（理由：涉及个人隐私） 户籍：未同意（理由：无此数据）" in before
    assert "姓名：" not in before
    story.act("settle", "office", "2026-09-18", entered=TODAY, items="住址", meeting=MEETING)
    after = words(browser_as("secretary").get(f"/meetings/{MEETING}").page)
    assert "住址：同意提供 户籍：未达成一致（理由：无此数据）" in after
