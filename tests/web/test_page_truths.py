"""A page is true for its reader: links, tokens of forms, the order and the answers shown."""

import html
import re
from typing import Any

import pytest

from negotiation.domain.departments import Directory
from tests.conftest import Story, day
from tests.web.test_routes import PAGES, city  # noqa: F401 (a fixture)
from tests.web_client import PEOPLE, TODAY

LINK = re.compile(r'<a\b[^>]*\bhref="(/[^"#]*)')


@pytest.mark.parametrize("login", list(PEOPLE))
def test_no_link_leads_where_its_reader_finds_nothing(browser_as: Any, city: None, login: str) -> None:  # noqa: F811
    client = browser_as(login).client
    answers = [(row.address, client.get(row.address)) for row in PAGES]
    links = {
        html.unescape(link): address
        for address, answer in answers
        if answer.status_code == 200 and answer.headers["content-type"].startswith("text/html")
        for link in LINK.findall(answer.text)
    }
    assert len(links) > 10
    assert {link: page for link, page in links.items() if client.get(link).status_code == 404} == {}


def test_what_was_entered_is_shown_in_the_order_of_the_form(browser_as: Any, case: str) -> None:
    shown = re.findall(r'<p class="entered">(.+?)：', browser_as("office").get(f"/cases/{case}").page)
    form = browser_as("civil").get("/apply/sharing").page
    asked = re.findall(r'<label for="f-\w+">([^<]+)', form)
    assert [title for title in asked if title in shown] == [title for title in shown if title in asked]
    assert shown[0] == "资源名称"


def test_a_draft_has_no_empty_tables_and_no_stray_dash(browser_as: Any, story: Story) -> None:
    page = browser_as("civil").get(f"/cases/{story.open('2026-09-18').no}").page
    assert "草稿" in page
    assert 'id="h-terms"' not in page
    assert 'id="h-events"' not in page
    assert "—" not in page


def test_beside_a_date_stands_what_the_office_chose_where_the_law_leaves_it_open(browser_as: Any, case: str) -> None:
    for login in ("civil", "police", "office"):
        page = browser_as(login).get(f"/cases/{case}").page
        assert "按本办公室规定：自提供部门收文（平台送达）之日起算（选项“答复期限自何时起算”）" in page


def test_of_several_fields_of_which_one_is_needed_each_names_the_others(browser_as: Any, case: str) -> None:
    page = re.sub(r"<[^>]+>", "", browser_as("office").get(f"/cases/{case}/acts/transfer?as=office").page)
    assert "使用部门（与“提供部门”至少填一项）" in page
    assert "提供部门（与“使用部门”至少填一项）" in page


@pytest.mark.parametrize(("event", "login", "answer"), [("withdraw", "civil", "已撤回"), ("void", "office", "未答复")])
def test_no_answer_is_awaited_to_an_item_of_a_case_that_was_given_up(
    browser_as: Any, story: Story, event: str, login: str, answer: str
) -> None:
    no = story.submitted("2026-09-18", items="姓名、地址").no
    assert "待答复</td>" in browser_as(login).get(f"/cases/{no}").page
    browser_as(login).act(no, event, on=TODAY, reason="重复", signed_by="王局长", signed_on=TODAY)
    for path in (f"/cases/{no}", f"/print?no={no}"):
        page = browser_as(login).get(path).page
        assert ("待答复</td>" in page, page.count(f"{answer}</td>")) == (False, 2), path


def test_without_departments_their_page_says_so(browser_as: Any, monkeypatch: Any) -> None:
    browser = browser_as("admin").get("/help")
    monkeypatch.setattr(Directory, "in_order", lambda _directory: [])
    assert "还没有登记部门。" in browser.get("/departments").page


def test_what_nobody_objected_to_in_time_says_so_where_a_receipt_would_stand(browser_as, story):
    """Supplied on Monday 14 September, receipt until the 20th, a make-up Sunday: the next day the case has ended."""
    story.submitted("2026-09-01", items="姓名、住址").act("agree", "provider", "2026-09-10")
    story.act("supply", "provider", "2026-09-14", items="姓名")
    story.act("supply", "provider", "2026-09-14", items="住址").act("confirm", "applicant", "2026-09-15", items="住址")
    assert "期满未提异议" not in browser_as("civil").get(f"/cases/{story.no}").page
    story.sweep("2026-09-21")
    assert story.state == "closed"
    page = browser_as("civil").get(f"/cases/{story.no}").page
    assert page.count("期满未提异议</small>") == 1
    assert "2026-09-20<br><small>期满未提异议</small>" in page
    assert [item.received_on for item in story.file.case_state.items] == [None, day("2026-09-15")]


def test_a_case_shows_its_way_all_its_terms_and_opens_a_notice_in_place(browser_as, case, story):
    """The reply was refused in time: its term is over, that of the applicant runs; both stand on the axis."""
    story.act("refuse", "provider", "2026-09-21", reason="涉及隐私")
    page = browser_as("office").get(f"/cases/{case}").page
    way = page.partition('<ol class="way"')[2].partition("</ol>")[0]
    assert way.index("待答复") < way.index("不同意共享") < way.index("接下来可办")
    axis = page.partition('<details class="axis"')[2].partition("</details>")[0]
    assert axis.count("<svg") == 2
    assert "答复期限（已结束）" in page.partition('class="past-rulers"')[2].partition("</details>")[0]
    link = re.search(rf'href="(/cases/{case}\?notice=[^"#]+)#h-notices"', page)
    assert link
    opened = browser_as("office").get(link[1]).page.partition('class="opened"')[2]
    assert case in opened.partition("</pre>")[0]
    assert "notice=" not in browser_as("police").get(link[1]).page
