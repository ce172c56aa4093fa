"""The catalogue in the browser: its list and sheets, what its classes mean to who applies, what the office prepares.

Today is Monday, 21 September 2026.
"""

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from openpyxl import load_workbook

from negotiation.core.enums import BANNED_WORDS, Level
from negotiation.domain.rulebook import load, shipped
from negotiation.store.departments import set_department
from tests.conftest import CIVIL, JUSTICE, POLICE, Story
from tests.documents.catalogues import LAW, catalogued, held, made, row
from tests.web_client import TODAY

FREE, ON_CONDITION, CLOSED, OTHER = (f"11000013/00000{n}" for n in (1, 2, 3, 4))
ROWS = (
    row(FREE, 资源名称="派出所名录", 共享类型="无条件共享"),
    row(ON_CONDITION, 资源名称="常住人口基本信息"),
    row(CLOSED, 资源名称="身份证指纹信息", 共享类型="不予共享", 不予共享依据=LAW),
    row(OTHER, 资源名称="律师执业信息", 提供部门=JUSTICE, 发布日期="2026-08-01"),
)
FORM = {
    "applicant": CIVIL, "provider": POLICE, "use_basis": "《社会救助暂行办法》第五十八条", "scenario": "低保核对",
    "mode": "服务接口", "period": "长期", "on": TODAY, "reviewed": "yes", "submit": "draft",
}  # fmt: skip


@pytest.fixture(autouse=True)
def catalogue(database, context, tmp_path):
    catalogued(database, context, tmp_path, *ROWS)


def codes(page: str) -> list[str]:
    """The codes of the list, in its order."""
    return re.findall(r'<a href="/resources/\d+">([^<]+)</a>', page)


def apply(browser, code: str, procedure: str = "sharing", **fields):
    browser.get(f"/apply/{procedure}")
    return browser.post(f"/apply/{procedure}", **{**FORM, "resource_code": code, **fields})


# ------------------------------------------------------------------------------------------------------ the list


@pytest.mark.parametrize("login", ["civil", "justice", "office", "admin"])
def test_everybody_reads_the_catalogue(browser_as, login):
    browser = browser_as(login).get("/resources")
    assert codes(browser.page) == [FREE, ON_CONDITION, CLOSED, OTHER]
    assert ("导入目录" in browser.page) == (login == "office")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("text=基本信息", [ON_CONDITION]),
        ("text=11000013/000003", [CLOSED]),
        (f"department={JUSTICE}", [OTHER]),
        ("class=unconditional", [FREE]),
        ("class=不予共享", [CLOSED]),
        ("text=不存在的", []),
        ("sort=published&descending=1", [OTHER, CLOSED, ON_CONDITION, FREE]),
        ("sort=code&descending=1", [OTHER, CLOSED, ON_CONDITION, FREE]),
    ],
)
def test_the_list_is_searched_filtered_and_put_in_order(browser_as, asked, found):
    assert codes(browser_as("civil").get(f"/resources?{asked}").page) == found


def test_pages_are_walked_without_losing_or_repeating_a_line(browser_as, database, context, tmp_path):
    catalogued(database, context, tmp_path, *(row(f"2200/{n:03}", 资源名称=f"目录{n % 7}") for n in range(120)))
    for order in ("", "?sort=name", "?sort=published&descending=1"):
        browser, seen = browser_as("civil").get(f"/resources{order}"), []
        while True:
            seen += codes(browser.page)
            onward = re.search(r'<a href="([^"]+)">下一页', browser.page)
            if onward is None:
                break
            browser.get(onward[1].replace("&amp;", "&"))
        assert (len(seen), set(seen)) == (124, set(held(database)))


@pytest.mark.parametrize("asked", ["after=乱写", "sort=size", "class=4"])
def test_an_address_that_means_nothing_is_answered_in_a_sentence(browser_as, asked):
    browser = browser_as("civil").get(f"/resources?{asked}")
    assert browser.status == 400
    assert "条件有误，没有列出资源" in browser.page


def test_a_department_that_there_is_not_leaves_the_list_empty_and_is_named(browser_as):
    browser = browser_as("civil").get("/resources?department=市气象厅厅")
    assert (browser.status, codes(browser.page)) == (200, [])
    assert "没有名称中含“市气象厅厅”的部门" in browser.page


def test_the_list_is_taken_out_as_a_sheet(browser_as, tmp_path):
    answer = browser_as("civil").client.get(f"/resources/export?department={JUSTICE}")
    (tmp_path / "out.xlsx").write_bytes(answer.content)
    page = load_workbook(tmp_path / "out.xlsx").worksheets[0]
    assert [line[0].value for line in page.iter_rows(min_row=4)] == [OTHER]


# ----------------------------------------------------------------------------------------------- a sheet comes in


def sent(browser, path: Path, action: str, **fields):
    """Chooses a file and sends the form of the page."""
    data = {"csrf": browser.csrf, "reviewed": "yes", **fields}
    files = {"file": ("目录.xlsx", path.read_bytes(), "application/octet-stream")}
    return browser._read(browser.client.post(f"/resources/{action}", data=data, files=files))


def test_a_sheet_is_looked_at_first_and_then_taken_in(browser_as, database, tmp_path):
    path = made(tmp_path / "new.xlsx", [row("33/1", 资源名称="新资源"), row("33/2", 共享类型="2")])
    browser = sent(browser_as("office").get("/resources/import"), path, "preview")
    assert "新增 1 条，更新 0 条，未变 0 条，退回 1 行" in browser.page
    assert "只有代码“2”" in browser.page
    assert "33/1" not in held(database)
    browser.post("/resources/import", reviewed="yes", kept=browser.hidden("kept"))
    assert "已导入" in browser.page
    assert "33/1" in held(database)


def test_what_is_no_sheet_or_was_not_reviewed_is_refused(browser_as, database, tmp_path):
    browser = browser_as("office").get("/resources/import")
    (tmp_path / "no.xlsx").write_text("不是表格", "utf-8")
    assert "不是 .xlsx" in sent(browser, tmp_path / "no.xlsx", "preview").page
    path = made(tmp_path / "new.xlsx", [row("33/1")])
    assert "须确认已进行保密审查" in sent(browser, path, "import", reviewed="").page
    assert (browser.status, "33/1" in held(database)) == (400, False)


def test_only_the_office_takes_sheets_in(browser_as, database, tmp_path):
    path = made(tmp_path / "new.xlsx", [row("33/1")])
    assert sent(browser_as("police").get("/resources"), path, "import").status in (400, 404)
    assert "33/1" not in held(database)


# -------------------------------------------------------------------------------------------- one, and its cases


def test_a_resource_shows_its_cases_to_who_may_see_them(browser_as, story):
    story.submitted("2026-09-18", resource_code=ON_CONDITION)
    place = f"/resources/{story.record.resource_id}"
    for login in ("civil", "police", "office"):
        assert f"/cases/{story.no}" in browser_as(login).get(place).page
    assert story.no not in browser_as("justice").get(place).page
    assert story.no not in browser_as("admin").get(place).page
    assert browser_as("civil").get("/resources/999").status == 404


def test_a_case_shows_its_resource_with_the_basis_of_its_class_and_the_other_cases_about_it(browser_as, story):
    story.submitted("2026-09-17", resource_code=CLOSED, resource="身份证指纹信息")
    first = story.no
    story.submitted("2026-09-18", resource_code=CLOSED, resource="指纹")
    page = browser_as("police").get(f"/cases/{story.no}").page
    assert all(words in page for words in (CLOSED, "不予共享", LAW, f'href="/cases/{first}"'))


def test_from_a_resource_an_application_begins_with_what_is_known_of_it(browser_as, database, story):
    story.submitted("2026-09-18", resource_code=ON_CONDITION)
    browser = browser_as("civil").get(f"/resources/{story.record.resource_id}")
    browser.get(f"/apply/sharing?resource={quote(ON_CONDITION)}")
    assert all(f">{text}<" in browser.page or f'value="{text}"' in browser.page for text in (ON_CONDITION, POLICE))
    assert '<option value="conditional" selected>' in browser.page


def test_an_application_names_its_resource_by_code_alone(browser_as, story):
    browser = apply(browser_as("civil"), ON_CONDITION, provider="")
    assert browser.url == "/cases/GX2026-0001"
    story.no = "GX2026-0001"
    assert (story.record.subject, story.record.provider_id) == ("常住人口基本信息", 2)


# --------------------------------------------------------------------------------- 无条件共享, 37号第十七条


def test_who_asks_for_what_is_free_is_told_before_anything_is_opened__article_17(browser_as, database):
    browser = apply(browser_as("civil"), FREE, scenario="一段不能丢的话")
    assert browser.status == 400
    assert all(words in browser.page for words in ("无需协商", "仍要申请", "一段不能丢的话"))
    with database.read() as transaction:
        assert transaction.rows('SELECT count(*) FROM "case"')[0][0] == 0


def test_the_reason_counts_with_its_tick_and_the_tick_with_its_reason__article_17(browser_as):
    browser = browser_as("civil")
    assert apply(browser, FREE, despite="接口不含历史数据").status == 400
    assert "接口不含历史数据" in browser.page
    assert apply(browser, FREE, still="yes").status == 400
    assert apply(browser, FREE, still="yes", despite="接口不含历史数据").url == "/cases/GX2026-0001"
    assert "接口不含历史数据" in browser.page


def test_a_form_that_begins_with_a_free_resource_says_so_at_once__article_17(browser_as):
    assert "无需协商" in browser_as("civil").get(f"/apply/sharing?resource={quote(FREE)}").page
    assert "仍要申请" not in browser_as("civil").get(f"/apply/sharing?resource={quote(ON_CONDITION)}").page


# --------------------------------------------------------------------------- answers that do not agree, 第十六条


def test_the_form_of_an_answer_points_out_what_would_not_agree__article_16(browser_as, story):
    story.submitted("2026-09-18", resource_code=CLOSED, resource="")
    assert "同意共享的，与目录不一致" in browser_as("police").get(f"/cases/{story.no}/acts/agree").page
    assert "与目录不一致" not in browser_as("police").get(f"/cases/{story.no}/acts/refuse").page


def test_what_was_answered_all_the_same_stands_on_the_case_and_among_the_offices_tasks__article_16(browser_as, story):
    story.submitted("2026-09-18", resource_code=CLOSED, resource="").act("agree", "provider", "2026-09-21")
    said = "资源目录登记为“不予共享”，答复同意共享"
    assert said in browser_as("police").get(f"/cases/{story.no}").page
    tasks = browser_as("office").get("/tasks").page
    assert said in tasks
    assert story.no in tasks


# ------------------------------------------------------------------------------ a rectification prepared, 第三十三条


@pytest.fixture
def late(story: Story) -> str:
    """Received on 1 September, due on the 15th, and not answered."""
    story.submitted("2026-09-01").sweep(TODAY)
    return story.no


def test_the_office_prepares_a_notice_from_a_late_reply_and_a_person_chooses_the_ground__article_33(browser_as, late):
    browser = browser_as("office").get(f"/cases/{late}")
    assert "准备整改" in browser.page
    browser.get(f"/apply/rectification?from={late}")
    for text in ("市公安局", late, "截至2026年9月21日，系统尚未登记答复", "答复期限于2026年9月15日届满"):
        assert text in browser.page
    ground = re.search(r'<select id="f-ground".*?</select>', browser.page, re.DOTALL)
    assert ground is not None
    assert "selected" not in ground[0]
    facts = re.search(r'<textarea id="f-facts".*?</textarea>', browser.page, re.DOTALL)
    assert facts is not None
    assert not [word for word in BANNED_WORDS if word in facts[0]]


def test_without_the_ground_nothing_is_issued__article_33(browser_as, late):
    browser = browser_as("director").get(f"/apply/rectification?from={late}")
    asked = {"provider": POLICE, "topic": "办理", "facts": "—", "demand": "答复", "rectify_by": "2026-10-30"}
    browser.post("/apply/rectification", **asked, on=TODAY, reviewed="yes", submit="submit")
    assert (browser.status, "须填写“整改情形”" in browser.page) == (400, True)


def drafted(browser_as, late: str) -> str:
    """The notice kept as a draft; its number."""
    browser = browser_as("office").get(f"/apply/rectification?from={late}")
    asked = {"provider": POLICE, "topic": "共享申请的办理", "related": late, "facts": "—"}
    browser.post("/apply/rectification", **asked, on=TODAY, reviewed="yes", submit="draft")
    return browser.url.rpartition("/")[2]


def test_the_draft_and_the_case_lead_to_each_other_for_the_office__article_33(browser_as, late):
    notice = drafted(browser_as, late)
    assert f'href="/cases/{late}"' in browser_as("office").get(f"/cases/{notice}").page
    assert f'href="/cases/{notice}"' in browser_as("office").get(f"/cases/{late}").page


@pytest.mark.parametrize("login", ["police", "chief", "civil"])
def test_no_department_sees_the_suggestion_or_the_draft__article_33(browser_as, late, login):
    notice = drafted(browser_as, late)
    browser = browser_as(login).get(f"/cases/{late}")
    assert browser.status == 200
    assert "整改" not in browser.page
    assert notice not in browser.page
    assert browser.get(f"/cases/{notice}").status == 404
    assert browser.get(f"/apply/rectification?from={late}").status == 404


@pytest.mark.parametrize("login", ["secretary", "auditor"])
def test_who_only_looks_on_prepares_nothing__article_33(browser_as, late, login):
    assert "准备整改" not in browser_as(login).get(f"/cases/{late}").page


def test_an_issued_notice_shows_the_provider_the_case_behind_it_and_not_the_way_back__article_33(
    browser_as, late, story
):
    fields = {"topic": "办理", "ground": "其他", "facts": "—", "demand": "答复", "rectify_by": "2026-10-30"}
    notice = drafted(browser_as, late)
    story.no = notice
    story.act("issue", "office", TODAY, **fields | {"ground": "other"})
    page = browser_as("police").get(f"/cases/{notice}").page
    assert f'起因案件：<a href="/cases/{late}">' in page
    assert notice not in browser_as("police").get(f"/cases/{late}").page


def test_nothing_is_prepared_where_nothing_is_late(browser_as, case, story):
    browser = browser_as("office").get(f"/cases/{case}")
    assert "准备整改" not in browser.page
    assert browser.get(f"/apply/rectification?from={case}").status == 404
    assert browser.get("/apply/rectification?from=GX2026-9999").status == 404


def test_a_reply_that_came_late_is_told_as_it_is_registered(browser_as, late, story):
    story.act("agree", "provider", "2026-09-18", entered=TODAY)
    page = browser_as("office").get(f"/apply/rectification?from={late}").page
    assert "系统登记的答复日期为2026年9月18日" in page
    assert "尚未登记" not in page


def test_a_reply_in_time_that_was_entered_late_leaves_nothing_to_prepare(browser_as, late, story):
    story.act("agree", "provider", "2026-09-14", entered=TODAY)
    assert "准备整改" not in browser_as("office").get(f"/cases/{late}").page


def test_who_follows_by_reference_is_never_late__article_43(browser_as, late, story):
    with story.database.write() as transaction:
        set_department(transaction, 2, level=Level.REFERENCE, sort_no=None, mail_stopped=None)
    assert "准备整改" not in browser_as("office").get(f"/cases/{late}").page


def test_a_late_supply_prepares_it_too(browser_as, story, fake_clock):
    story.submitted("2026-09-01").act("agree", "provider", "2026-09-02", supply_by="2026-09-10")
    browser = browser_as("office").get(f"/apply/rectification?from={story.no}")
    assert "提供期限于2026年9月10日届满。截至2026年9月21日，系统尚未登记办理情况" in browser.page
    story.act("supply", "provider", "2026-09-15", entered=TODAY)
    assert "系统登记的办理情况日期为2026年9月15日" in browser.get(f"/apply/rectification?from={story.no}").page


def test_every_rulebook_with_the_notice_prepares_it_from_its_own_main_procedure():
    for folder in shipped().values():
        book = load(folder)
        (row,) = book.procedure("rectification").prepared
        assert row.source == book.main_procedure
        assert not [word for word in BANNED_WORDS if any(word in text for text in row.texts)]
