"""The page of the year's figures: all for the office, its own lines for a department; behind each number its cases."""

import html
import io
import json
import re
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook

from negotiation.documents.report.definitions import DEFINITIONS
from negotiation.documents.report.figures import Line, Scope, Span
from negotiation.documents.report.grids import Grid
from negotiation.web.pages.report import SHORT
from negotiation.web.pages.report_query import Asked
from negotiation.web.templating import environment
from tests.conftest import CIVIL, POLICE, at, day
from tests.web_client import Browser

PUBLISH = "/report/2026/publish"


def tables(page: str) -> list[dict[str, dict[str, str]]]:
    """Each table of a page: its lines by name, each with its cells by the titles of their columns."""
    return [dict(_lines(table)) for table in re.findall(r"<table.*?</table>", page, re.DOTALL)]


def _lines(table: str) -> Any:
    titles = re.findall(r'<th scope="col">(.*?)</th>', table)[1:]
    for name, cells in re.findall(r'<tr><th scope="row"[^>]*>(.*?)</th>(.*?)</tr>', table):
        texts = [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", cells)]
        yield re.sub(r"<[^>]+>", "", name), dict(zip(titles, texts, strict=False))


def behind(browser: Browser, page: str, title: str, name: str, nth: int = 0) -> list[str]:
    """The cases that a reader finds behind a number: of the line ``name`` in the first table, in the column."""
    table = page.split("</table>", maxsplit=1)[0]
    column = re.findall(r'<th scope="col">(.*?)</th>', table).index(title) - 1
    cells = re.search(rf'<tr><th scope="row">{name}</th>(.*?)</tr>', table)
    assert cells
    links = re.findall(r'href="(.*?)"', re.findall(r"<td[^>]*>(.*?)</td>", cells[1])[column])
    return list(tables(browser.get(html.unescape(links[nth])).page)[0])


# -------------------------------------------------------------------------------------------------------- who sees what


def test_the_office_reads_all_and_each_department(browser_as, case, story):
    story.act("agree", "provider", "2026-09-21")
    found = tables(browser_as("office").get("/report").page)[0]
    assert list(found) == ["合计", POLICE]
    assert found[POLICE] == {
        "上年结转": "0", "本年新收": "1", "划入": "0", "本年办结": "0", "划出": "0", "结转下年": "1",
        "按时答复率": "—", "平均答复用时": "2.0（1件）", "本年逾期": "0", "届满未答复、转入协调": "0",
        "期末逾期未答复": "0", "提请协调": "0",
        "报请审议（报告领导小组）": "0",
    }  # fmt: skip
    assert found["合计"] == found[POLICE]


def test_a_department_reads_its_own_figures_and_nobody_else_s(browser_as, case):
    police, civil = browser_as("police").get("/report").page, browser_as("civil").get("/report").page
    assert {name for table in tables(police) for name in table} == {POLICE}
    assert {name for table in tables(civil) for name in table} == {CIVIL}
    assert tables(police)[0][POLICE]["本年新收"] == "1"
    assert tables(civil)[0][CIVIL]["本年新收"] == "0"  # as provider
    assert tables(civil)[1][CIVIL]["本年新收"] == "1"  # as applicant
    assert POLICE not in civil.split("<main", maxsplit=1)[1]


def test_a_year_that_cannot_be_is_a_sentence(browser_as):
    assert browser_as("office").get("/report?year=3000").status == 400
    assert browser_as("office").get("/report?from=昨天").status == 400
    assert browser_as("office").get("/report?year=2026&from=2026-09-10&to=2026-09-01").status == 400
    assert browser_as("office").get("/report?procedure=nonsense").status == 404
    assert browser_as("admin").get("/report").status == 404


def test_a_period_of_its_own_is_counted_and_kept_in_the_links(browser_as, case):
    browser = browser_as("office")
    page = browser.get("/report?from=2026-09-01&to=2026-09-17").page
    assert "2026-09-01 至 2026-09-17" in page
    assert tables(page)[0]["合计"]["本年新收"] == "0"
    page = browser.get("/report?from=2026-09-18&to=2026-09-20").page
    assert 'name="from" type="date" value="2026-09-18"' in page
    assert behind(browser, page, "本年新收", POLICE) == [case]


def test_all_procedures_are_counted_and_one_can_be_chosen(browser_as, case):
    browser = browser_as("office")
    page = browser.get("/report?procedure=rectification&by=applicant").page
    assert "按使用部门" not in page  # nobody applies for one
    assert list(tables(page)[0]) == ["合计"]
    by_procedure, finishing = tables(browser.get("/report?procedure=rectification&by=overall").page)[2:4]
    assert list(finishing) == ["整改"]
    assert finishing["整改"]["完成率"] == "—"
    assert by_procedure["共享申请"]["本年新收"] == "1"


def test_charts_stand_in_the_page_with_their_numbers_beside_them(browser_as, case):
    page = browser_as("office").get("/report?by=overall").page
    assert page.count("<svg") == 5
    assert "style=" not in page
    assert tables(page)[4]["9月"]["新收"] == "1"


def test_the_page_of_a_city_is_light():
    """Sixty departments, and nothing of any of them is nothing."""
    asked = Asked.read({}, 2026, day("2026-12-31"), "sharing")
    counts = dict.fromkeys({name for each in DEFINITIONS.values() for name in each.numerator}, 345)
    counts |= dict.fromkeys({name for each in DEFINITIONS.values() for name in each.denominator or ()}, 345)
    lines = [(f"市第{n}局", Line("sharing", Scope(Span.PROVIDER, str(n), f"市第{n}局"), counts)) for n in range(60)]
    table = Grid("表2", "按提供部门", "提供部门", SHORT, tuple(lines))
    macro: Any = environment().get_template("_report.html").module
    assert len(str(macro.grid(asked, table)).encode()) < 90_000


# ------------------------------------------------------------------------------------------------- behind the numbers


def test_a_number_opens_the_cases_that_it_counts(browser_as, case, story):
    story.act("agree", "provider", "2026-09-21")
    browser = browser_as("office")
    page = browser.get("/report").page
    assert behind(browser, page, "本年新收", POLICE) == [case]
    assert behind(browser, page, "平均答复用时", "合计") == [case]
    level = browser.get("/report/2026/cases?procedure=sharing&figure=received&of=level:municipal").page
    assert list(tables(level)[0]) == [case]
    month = browser.get("/report/2026/cases?procedure=sharing&figure=received&of=month:2026-08").page
    assert tables(month)[0] == {}
    assert "共0件" in month


def test_a_department_opens_its_own_numbers_only(browser_as, case):
    browser = browser_as("police")
    assert behind(browser, browser.get("/report").page, "本年新收", POLICE) == [case]
    for of in ("total", "level:municipal", "month:2026-09", "provider:1", "applicant:1", "provider:", "nonsense"):
        assert browser.get(f"/report/2026/cases?procedure=sharing&figure=received&of={of}").status == 404


@pytest.mark.parametrize(
    "asked",
    [
        "figure=nonsense&of=total", "figure=received&of=provider:99", "figure=received&of=month:2026-13",
        "figure=received&of=total&part=third", "figure=received&of=level:none",
    ],
)  # fmt: skip
def test_a_number_that_there_is_not_is_a_sentence(browser_as, asked):
    assert browser_as("office").get(f"/report/2026/cases?procedure=sharing&{asked}").status == 404


# ------------------------------------------------------------------------------------------------------------ papers


def test_the_office_takes_the_report_along_as_workbook_document_and_figures(browser_as, case):
    browser = browser_as("office")
    book = load_workbook(io.BytesIO(browser.client.get("/report/2026/files/xlsx").content))
    assert book["表2"]["A5"].value == POLICE
    document = Document(io.BytesIO(browser.client.get("/report/2026/files/docx").content))
    assert document.paragraphs[2].text == "2026年度\n政务信息资源共享开放工作年度报告"
    asked = "?paper=leading_group&number=京政数〔2027〕3号&signer=张三"
    document = Document(io.BytesIO(browser.client.get(f"/report/2026/files/docx{asked}").content))
    assert document.paragraphs[0].text == "京政数〔2027〕3号\t签发人：张三"
    assert 'name="signer"' in browser.get("/report").page
    assert browser.get("/report/2026/files/docx?paper=nobody").status == 400
    assert browser.get("/report/2026/files/docx?number=3").status == 400
    assert json.loads(browser.client.get("/report/2026/files/json").content)["received"] == 1
    assert browser.get("/report/2026/files/pdf").status == 404
    assert browser_as("police").get("/report/2026/files/xlsx").status == 404


def test_figures_that_do_not_balance_are_named_and_not_handed_out(browser_as, case, database):
    with database.write() as transaction:
        transaction.execute('UPDATE "case" SET closed_on = received_on')
    browser = browser_as("office")
    page = browser.get("/report").page
    assert "不平衡" in page
    assert case in page
    refused = browser.get("/report/2026/files/xlsx")
    assert refused.status == 400
    assert case in refused.page


# -------------------------------------------------------------------------------------------------------- publishing


def test_the_head_publishes_a_year_that_is_over_and_later_differences_are_shown(browser_as, case, fake_clock, story):
    fake_clock.now = at("2027-01-15")
    head = browser_as("director")
    assert "尚未发布" in head.get("/report?year=2026").page
    done = head.post(PUBLISH, reason="")
    assert done.status == 200
    assert "第1版" in done.page
    assert re.search(r"<code>[0-9a-f]{64}</code>", done.page)
    assert "完全一致" in done.page
    assert "第1版" in browser_as("office").get("/report?year=2026").page
    story.act("agree", "provider", "2026-09-24", entered="2027-01-18")
    fake_clock.now = at("2027-01-18")
    page = browser_as("director").get("/report?year=2026").page
    assert "现在的数字与第1版不同之处" in page
    assert f'<a href="/cases/{case}">{case}</a>' in page[page.index('id="editions"') :]
    assert "2026年9月24日“答复：同意共享”于1月18日登记" in page


def test_the_figures_of_a_past_day_stand_beside_those_of_now(browser_as, case, fake_clock, story):
    fake_clock.now = at("2026-10-12")
    story.act("agree", "provider", "2026-09-24", entered="2026-10-12")
    page = browser_as("office").get("/report?year=2026&as_of=2026-10-10&known_on=2026-10-10").page
    assert "本页为截至2026年10月10日的情况，按2026年10月10日所知。" in page
    changes = page[page.index('id="changes"') : page.index('id="editions"')]
    for words in ("按时答复", f'<a href="/cases/{case}">{case}</a>', "9月24日“答复：同意共享”于10月12日登记"):
        assert words in changes
    assert "known_on=2026-10-10" in page, "the numbers lead to the cases of that day"
    assert 'id="changes"' not in browser_as("office").get("/report?year=2026").page
    own = browser_as("police").get("/report?year=2026&known_on=2026-10-10").page
    assert "按2026年10月10日所知" in own
    for query, sentence in (("2026-10-13", "尚未到来"), ("2020-01-01", "还没有任何案件"), ("昨天", "不是日期")):
        shown = browser_as("office").get(f"/report?year=2020&known_on={query}")
        assert shown.status == 400
        assert sentence in shown.page


def test_another_edition_needs_a_reason_and_what_was_typed_is_kept(browser_as, case, fake_clock):
    fake_clock.now = at("2027-01-15")
    head = browser_as("director")
    head.post(PUBLISH)
    refused = head.post(PUBLISH, reason="　")
    assert refused.status == 400
    assert "理由" in refused.page
    long = "更正" * 300
    assert long in head.post(PUBLISH, reason=long).page
    assert "第2版" in head.post(PUBLISH, reason="补登一件").page


def test_nobody_else_publishes_and_no_year_before_its_end(browser_as, case, fake_clock):
    head = browser_as("director")
    head.get("/report")
    assert "尚未结束" in head.post(PUBLISH).page
    fake_clock.now = at("2027-01-15")
    for login in ("office", "police", "secretary", "auditor", "admin"):
        browser = browser_as(login)
        assert 'action="/report/2026/publish"' not in browser.get("/report?year=2026").page
        browser.get("/help")
        assert browser.post(PUBLISH).status == 404


def test_what_people_typed_is_text_on_the_page(browser_as, story):
    story.submitted("2026-09-18", resource="<b>人口</b>")
    page = browser_as("office").get("/report/2026/cases?procedure=sharing&figure=received&of=total").page
    assert "&lt;b&gt;人口" in page
    assert "<b>人口" not in page
