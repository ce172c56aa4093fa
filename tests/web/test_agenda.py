"""The agendas of coordination and of the leading group: what they are to speak of, and who may read them."""

import io
import re
from html import unescape

import pytest
from openpyxl import load_workbook

from tests.conftest import JUSTICE, POLICE, Story
from tests.web_client import TODAY


@pytest.fixture
def refused(story: Story) -> Story:
    """Refused by the police on the 10th, referred on the 14th, taken up on the 15th: coordinated until 12 October."""
    story.submitted("2026-09-01", items="姓名、住址")
    story.act("refuse", "provider", "2026-09-10", reason="涉及个人隐私", legal_basis="《居民身份证法》第六条")
    story.act("refer", "applicant", "2026-09-14", opinion="核对低保资格必须使用")
    return story.act("accept_referral", "office", "2026-09-15")


def words(page: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def test_the_agenda_says_what_is_disputed_and_why_it_was_referred(browser_as, refused):
    page = words(browser_as("secretary").get("/agenda").page)
    assert "协调议程 1 件" in page
    assert refused.no in page
    assert "答复：不同意共享 2026-09-10" in page
    assert "理由：涉及个人隐私" in page
    assert "依据：《居民身份证法》第六条" in page
    assert "提请协调 2026-09-14 意见：核对低保资格必须使用" in page
    assert "收到 2026-09-01 提请协调 2026-09-14 受理 2026-09-15" in page
    for name in ("姓名", "住址"):
        assert f"{name} 未同意 理由：涉及个人隐私；依据：《居民身份证法》第六条 未达成一致" in page
    assert "协调期限至 2026-10-12" in page


def test_a_department_that_never_answered_is_said_to_be_silent(browser_as, story):
    story.submitted("2026-08-31").sweep("2026-09-16")
    story.act("refer", "applicant", "2026-09-16").act("accept_referral", "office", "2026-09-17")
    assert "提供部门意见 提供部门未答复" in words(browser_as("office").get("/agenda").page)


def test_what_waits_for_acceptance_is_not_on_it_and_what_goes_up_changes_over(browser_as, refused):
    other = Story(refused.database, refused.context).submitted("2026-09-01", provider=JUSTICE)
    other.act("refuse", "provider", "2026-09-10", reason="律师执业信息").act("refer", "applicant", "2026-09-14")
    browser = browser_as("office")
    assert other.no not in browser.get("/agenda").page
    refused.act("fail", "office", "2026-09-18", opinion="双方意见不一").act("report_up", "office", TODAY)
    assert refused.no not in browser.get("/agenda?of=coordination").page
    page = browser.get("/agenda?of=deliberation").page
    assert refused.no in page
    assert "报请审议 2026-09-21" in words(page)


def test_what_is_due_first_stands_first(browser_as, refused):
    later = Story(refused.database, refused.context).submitted("2026-09-02")
    later.act("refuse", "provider", "2026-09-03", reason="另有规定").act("refer", "applicant", "2026-09-04")
    later.act("accept_referral", "office", "2026-09-18")
    found = re.findall(r'<h2[^>]*>\d．<a href="/cases/([^"]+)">', browser_as("office").get("/agenda").page)
    assert found == [refused.no, later.no]


def test_the_agenda_is_given_out_as_a_sheet(browser_as, refused):
    answer = browser_as("auditor").client.get("/agenda/export?of=coordination")
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    (row,) = [[cell.value for cell in line] for line in sheet.iter_rows() if line[0].value == 1]
    assert row[1:5] == [refused.no, "常住人口基本信息", "市民政局", POLICE]
    assert "理由：涉及个人隐私" in str(row[5])
    assert str(row[7]).startswith("姓名：未同意（理由：涉及个人隐私；依据：《居民身份证法》第六条）；住址：")
    assert row[8] is None
    assert str(row[13]).startswith("2026-10-12")


def test_an_empty_agenda_and_an_unknown_one_say_so(browser_as):
    browser = browser_as("secretary")
    assert "现在没有待审议的案件" in browser.get("/agenda?of=deliberation").page
    assert (browser.get("/agenda?of=nothing").status, "可用：协调、审议" in browser.page) == (400, True)


@pytest.mark.parametrize("login", ["civil", "police", "admin"])
def test_the_agenda_is_not_for_departments_and_administrators(browser_as, refused, login):
    browser = browser_as(login)
    assert browser.get("/agenda").status == 404
    assert browser.get("/agenda/export").status == 404
    assert 'href="/agenda"' not in browser.get("/help").page
