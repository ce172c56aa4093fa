"""The list narrowed, ordered and acted on as a whole; each case on its own, looked at before anything is done.

Today is 21 September 2026. One case asks the police, one justice, one the tax office, which gets no automatic mail.
"""

import re
from html import unescape

import pytest

from negotiation.store import assignments
from negotiation.store.departments import set_department
from tests.conftest import CHAOYANG, JUSTICE, POLICE, TAX, Story, at
from tests.web_client import PASSWORD, TODAY, Browser


@pytest.fixture
def asked(story: Story) -> dict[str, str]:
    """The numbers of three cases of civil affairs, by the department that each asks; handed in on 18 September."""
    providers = {POLICE: "常住人口基本信息", JUSTICE: "律师执业信息", TAX: "纳税信用信息"}
    return {name: story.submitted("2026-09-18", provider=name, resource=what).no for name, what in providers.items()}


def chosen(*numbers: str) -> str:
    return "&".join(f"no={number}" for number in numbers)


def ticks(browser: Browser) -> dict[str, str]:
    """All that the preview would send, every case ticked."""
    return dict(re.findall(r'name="((?:case|shown):[^"]+)" value="([^"]*)"', unescape(browser.page)))


def line(browser: Browser, number: str) -> str:
    """The row of the table in which a number stands, as words."""
    rows = re.findall(r"<tr>.*?</tr>", browser.page, re.DOTALL)
    (found,) = [row for row in rows if f">{number}<" in row]
    return unescape(re.sub(r"<[^>]+>", " ", found))


def notes(story: Story, number: str) -> list[str]:
    story.no = number
    return [event for event, _, _ in story.events() if event == "note"]


# ----------------------------------------------------------------------------------------------------------- the list


def test_the_list_shows_who_handles_a_case_and_keeps_to_mine(browser_as, asked, database, story):
    browser = browser_as("office")
    story.no = asked[JUSTICE]
    case = story.record
    with database.write() as transaction:
        account = transaction.rows("SELECT id FROM account WHERE login = 'office'")[0][0]
        assignments.assign(transaction, case.id, 0, 1, account, on=case.received_on, by="测试")
    browser.get("/cases")
    assert "office某" in line(browser, asked[JUSTICE])
    assert "office某" not in line(browser, asked[POLICE])
    mine = re.search(r'<a href="([^"]+)">我的</a>', browser.page)
    assert mine
    browser.get(unescape(mine[1]))
    assert asked[JUSTICE] in browser.page
    assert asked[POLICE] not in browser.page
    assert re.search(r'aria-current="true">我的<', browser.page)
    assert re.search(r'<a href="/cases">全部</a>', browser.page)


def test_who_acts_in_no_case_has_no_cases_of_their_own(browser_as, asked):
    assert ">我的<" not in browser_as("auditor").get("/cases").page


def test_the_list_is_narrowed_to_a_department_and_to_whose_turn_it_is(browser_as, asked, story):
    story.no = asked[JUSTICE]
    story.act("refuse", "provider", TODAY, reason="涉及个人信息")
    browser = browser_as("office")
    assert asked[POLICE] not in browser.get(f"/?department={JUSTICE}").page
    assert asked[JUSTICE] in browser.page
    assert asked[JUSTICE] in browser.get("/?holder=applicant").page
    assert asked[POLICE] not in browser.page


def test_the_head_of_a_column_orders_the_list_and_a_second_click_turns_it_round(browser_as, asked):
    browser = browser_as("office").get("/?department=" + CHAOYANG).get("/cases")
    order = []
    for _ in range(2):
        link = re.search(r'<a href="([^"]+)">编号', browser.page)
        assert link
        browser.get(unescape(link[1]))
        order.append(re.findall(r'<td class="number"><a href="/cases/([^"]+)">', browser.page))
        assert re.search(r'aria-sort="(?:as|des)cending"><a href="[^"]+">编号', browser.page)
    assert order[0] == sorted(asked.values())
    assert order[1] == order[0][::-1]


# -------------------------------------------------------------------------------------------------------- looked at


def test_a_reminder_is_looked_at_first_to_whom_it_goes_and_what_it_is_called(browser_as, asked, story):
    browser = browser_as("office").get(f"/bulk?act=remind&{chosen(*asked.values())}")
    assert browser.status == 200
    police, tax = line(browser, asked[POLICE]), line(browser, asked[TAX])
    assert "a@gaj.gov.cn" in police
    assert f"〔催办〕{asked[POLICE]} 将于2026年10月9日届满" in police
    assert "任务：请电话或发函联系" in tax
    assert "垂管" in tax
    story.no = asked[POLICE]
    assert [event for event, _, _ in story.events()] == ["submit"]


def test_where_a_reminder_is_not_possible_the_preview_says_why_and_offers_no_tick(browser_as, asked, story):
    story.no = asked[JUSTICE]
    story.act("withdraw", "applicant", TODAY)
    browser = browser_as("office").get(f"/bulk?act=remind&{chosen(*asked.values())}&no=GX2026-9999")
    assert "不能办理" in line(browser, asked[JUSTICE])
    assert "已撤回" in line(browser, asked[JUSTICE])
    assert "没有编号为" in line(browser, "GX2026-9999")
    assert set(ticks(browser)) & {f"case:{asked[JUSTICE]}", "case:GX2026-9999"} == set()
    assert "可以办理 2 件" in browser.page


def test_a_department_whose_mail_is_stopped_is_to_be_called(browser_as, asked, database, context):
    with database.write() as transaction:
        police = context.directory.by_name[POLICE].id
        set_department(transaction, police, level=None, sort_no=None, mail_stopped=True)
    browser = browser_as("office").get(f"/bulk?act=remind&{chosen(asked[POLICE])}")
    assert "任务：请电话或发函联系（该部门已停发自动邮件）" in line(browser, asked[POLICE])


def test_nothing_chosen_or_too_much_is_said_in_a_sentence(browser_as, asked):
    assert "没有选择案件" in browser_as("office").get("/bulk?act=note").page
    many = browser_as("office").get("/bulk?act=note&" + chosen(*(f"GX2026-{n:04}" for n in range(201))))
    assert (many.status, "一次最多200件" in many.page) == (400, True)


# ------------------------------------------------------------------------------------------------------------- done


def test_the_reminders_that_were_looked_at_are_sent_and_each_case_is_named(browser_as, asked, story):
    browser = browser_as("office").get(f"/bulk?act=remind&{chosen(*asked.values())}")
    fields = ticks(browser)
    del fields[f"case:{asked[TAX]}"]
    browser.post("/bulk", act="remind", **fields)
    assert browser.status == 200
    assert "办理 2 件，没有办理 0 件" in browser.page
    story.no = asked[POLICE]
    assert story.events()[-1] == ("remind", TODAY, "office")
    assert ("reminder", story.context.directory.by_name[POLICE].id, "waiting") in story.notices()
    story.no = asked[TAX]
    assert [event for event, _, _ in story.events()] == ["submit"]


def test_a_case_on_which_somebody_acted_since_is_left_alone_and_the_others_are_done(browser_as, asked, story):
    browser = browser_as("office").get(f"/bulk?act=remind&{chosen(*asked.values())}")
    story.no = asked[POLICE]
    story.act("agree", "provider", TODAY)
    browser.post("/bulk", act="remind", **ticks(browser))
    assert "办理 2 件，没有办理 1 件" in browser.page
    assert "预览之后本案已有新的办理" in line(browser, asked[POLICE])
    assert story.events()[-1][0] == "agree"


def test_what_the_clock_did_since_does_not_matter(browser_as, asked, story, fake_clock):
    browser = browser_as("office").get(f"/bulk?act=note&{chosen(asked[POLICE])}")
    story.no = asked[POLICE]
    story.act("stop_mail", "office", "2026-09-18", reason="协商中")
    browser.get(f"/bulk?act=note&{chosen(asked[POLICE])}")
    fake_clock.now = at("2026-10-10")
    story.sweep("2026-10-10")
    assert story.events()[-1][0] == "lapse"
    fields = ticks(browser)
    browser.get("/signin").post("/signin", login="office", password=PASSWORD, back="/help")
    browser.post("/bulk", act="note", text="已电话联系", reviewed="yes", **fields)
    assert "办理 1 件，没有办理 0 件" in browser.page
    assert notes(story, asked[POLICE]) == ["note"]


def test_one_text_is_put_on_record_in_each_case_once_even_if_the_form_is_sent_twice(browser_as, asked, story):
    browser = browser_as("office").get(f"/bulk?act=note&{chosen(*asked.values())}")
    fields = ticks(browser)
    for _ in range(2):
        browser.post("/bulk", act="note", text="已电话联系", reviewed="yes", **fields)
        browser.get("/help")
    assert [notes(story, number) for number in asked.values()] == [["note"]] * 3
    assert "已电话联系" in browser.get(f"/cases/{asked[POLICE]}").page


def test_a_text_that_is_missing_secret_or_not_reviewed_brings_the_preview_back(browser_as, asked, story):
    browser = browser_as("office").get(f"/bulk?act=note&{chosen(asked[POLICE], asked[JUSTICE])}")
    fields = ticks(browser)
    del fields[f"case:{asked[JUSTICE]}"]
    for typed, said in (
        ({"text": " ", "reviewed": "yes"}, "须写明办理记录"),
        ({"text": "见附件（机密★1年）", "reviewed": "yes"}, "不得录入"),
        ({"text": "已电话联系"}, "保密审查"),
    ):
        browser.post("/bulk", act="note", **typed, **fields)
        assert (browser.status, said in browser.page) == (400, True)
        assert typed["text"] in browser.page
        assert re.search(rf'name="case:{asked[POLICE]}"[^>]*checked', browser.page)
        assert not re.search(rf'name="case:{asked[JUSTICE]}"[^>]*checked', browser.page)
    assert notes(story, asked[POLICE]) == []


def test_handlers_are_named_for_many_cases_at_once(browser_as, asked, database):
    browser = browser_as("office").get(f"/bulk?act=assign&{chosen(*asked.values())}")
    person = re.search(r'<option value="(\d+)">director某', browser.page)
    assert person
    browser.post("/bulk", act="assign", rank="1", account="", **ticks(browser))
    assert (browser.status, "须选择一人" in browser.page) == (400, True)
    browser.post("/bulk", act="assign", rank="1", account=person[1], **ticks(browser))
    assert "办理 3 件" in browser.page
    browser.get("/cases")
    assert all("director某" in line(browser, number) for number in asked.values())
    assert "director某" not in browser_as("police").get("/cases").page


def test_somebody_of_another_department_cannot_be_named(browser_as, asked, database):
    browser = browser_as("office").get(f"/bulk?act=assign&{chosen(asked[POLICE])}")
    with database.read() as transaction:
        stranger = transaction.rows("SELECT id FROM account WHERE login = 'police'")[0][0]
    browser.post("/bulk", act="assign", rank="1", account=str(stranger), **ticks(browser))
    assert "没有办理：该账户不是本单位在用的经办账户" in line(browser, asked[POLICE])


def test_a_department_acts_on_its_own_cases_only_and_reminds_nobody(browser_as, asked, story):
    browser = browser_as("police").get("/cases")
    assert 'value="note"' in browser.page
    assert 'value="remind"' not in browser.page
    assert browser.get(f"/bulk?act=remind&{chosen(asked[POLICE])}").status == 404
    browser.get(f"/bulk?act=note&{chosen(asked[POLICE], asked[JUSTICE])}")
    assert "没有编号为" in line(browser, asked[JUSTICE])
    assert "律师执业信息" not in browser.page
    forged = {**ticks(browser), f"case:{asked[JUSTICE]}": "1"}
    browser.post("/bulk", act="note", text="已转业务处", reviewed="yes", **forged)
    assert "没有办理" in line(browser, asked[JUSTICE])
    assert notes(story, asked[JUSTICE]) == []
    assert notes(story, asked[POLICE]) == ["note"]


@pytest.mark.parametrize("login", ["secretary", "auditor"])
def test_who_only_reads_may_print_and_nothing_else(browser_as, asked, login):
    browser = browser_as(login).get("/cases")
    assert 'formaction="/print"' in browser.page
    assert not re.search(r'name="act" value="', browser.page)
    assert browser.get(f"/bulk?act=note&{chosen(asked[POLICE])}").status == 404
    assert browser.get("/help").post("/bulk", act="note").status == 404


# ---------------------------------------------------------------------------------------------------------- on paper


def test_the_chosen_cases_are_printed_whole_each_on_its_own_sheet(browser_as, asked, story):
    story.no = asked[JUSTICE]
    story.act("refuse", "provider", TODAY, reason="涉及个人信息")
    page = browser_as("office").get(f"/print?{chosen(asked[POLICE], asked[JUSTICE])}").page
    assert page.count('<article class="sheet"') == 2
    assert "涉及个人信息" in page
    assert "答复期限" in page
    assert "第十七条" in page


def test_a_department_does_not_print_the_case_of_another(browser_as, asked):
    assert browser_as("police").get(f"/print?{chosen(asked[POLICE], asked[JUSTICE])}").status == 404
