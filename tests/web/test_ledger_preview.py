"""The first look at an office's own sheet: how its cases stand, which due dates are wrong, and cells mended at once."""

import re

import pytest

from tests.conftest import at
from tests.documents.ledgers import COLUMNS, facts, made, row
from tests.web.test_ledger_pages import sent

OWN = "应答复日期"


@pytest.fixture
def director(browser_as, fake_clock):
    fake_clock.now = at("2026-10-14", "09:00")
    return browser_as("director").get("/ledger")


def fields(page):
    """The cells that can be mended on a page, by their fields, with what stands in them."""
    return dict(re.findall(r'<input name="(mend:[^"]+)" value="([^"]*)"', page))


def kept(shown):
    return {"reviewed": "yes", "kept": shown.hidden("kept"), "named": "台账.xlsx"}


def test_the_sheets_wrong_due_date_stands_beside_the_right_one_with_its_ruler(director, tmp_path):
    rows = [row("B-1", "2026-09-24", **{OWN: "2026-10-16"}), row("B-2", "2026-09-18", **{OWN: "2026-10-02"})]
    page = sent(director, made(tmp_path / "own.xlsx", rows, columns=(*COLUMNS, OWN)), "preview").page
    assert "2 件，逾期 1，三日内到期 1" in page
    assert "您表中有 2 个到期日算错了，晚的 1 个，照表办会误期；其余 0 个一致" in page
    assert "<del>2026-10-16</del>" in page
    assert all(words in page for words in ("晚 1 天", "早 7 天", "自次日起第10个工作日，至2026年10月15日（星期四）"))
    assert "您表" in page
    assert 'title="2026-10-10 星期六' in page


def test_a_faulty_cell_is_mended_on_the_page_and_the_row_taken_in(director, database, tmp_path):
    path = made(tmp_path / "own.xlsx", [row("B-1", "2026-09-31"), row("B-2", "2026-10-12")])
    shown = sent(director, path, "preview")
    assert fields(shown.page) == {"mend:4:送达日期:Sheet": "2026-09-31"}
    assert "1 行未能读入" in shown.page
    mended = {"mend:4:送达日期:Sheet": "2026-09-30", "was:mend:4:送达日期:Sheet": "2026-09-31"}
    shown = director.post("/ledger/preview", **kept(shown), **mended)
    assert (fields(shown.page), facts(database)) == ({}, {})
    assert "未能读入" not in shown.page
    assert shown.hidden("mend:4:送达日期:Sheet") == "2026-09-30"
    director.post("/ledger/import", **kept(shown), **{"mend:4:送达日期:Sheet": "2026-09-30"})
    assert {no: each[1].isoformat() for no, each in facts(database).items()} == {
        "B-1": "2026-09-30",
        "B-2": "2026-10-12",
    }
    assert "台账.xlsx（在页面上改正 1 格）" in director.page


def test_a_cell_that_is_still_wrong_keeps_what_was_typed(director, tmp_path):
    shown = sent(director, made(tmp_path / "own.xlsx", [row("B-1", "2026-09-31")]), "preview")
    typed = {"mend:4:送达日期:Sheet": "9月底", "was:mend:4:送达日期:Sheet": "2026-09-31"}
    shown = director.post("/ledger/preview", **kept(shown), **typed)
    assert fields(shown.page) == {"mend:4:送达日期:Sheet": "9月底"}
    assert "was:mend" not in shown.page


def test_a_cell_that_nobody_touched_stays_what_it_is_in_the_file(director, tmp_path):
    shown = sent(director, made(tmp_path / "own.xlsx", [row("B-1", "=TODAY()")]), "preview")
    untouched = {"mend:4:送达日期:Sheet": "", "was:mend:4:送达日期:Sheet": ""}
    assert "公式没有保存结果" in director.post("/ledger/preview", **kept(shown), **untouched).page


def test_a_mend_of_no_cell_changes_nothing(director, tmp_path):
    shown = sent(director, made(tmp_path / "own.xlsx", [row("B-1", "2026-09-30")]), "preview")
    stray = {"mend:x": "1", "mend:9999999999:a:b": "1", "mend:4:没有:Sheet": "1"}
    assert "导入 1 件" in director.post("/ledger/preview", **kept(shown), **stray).page
