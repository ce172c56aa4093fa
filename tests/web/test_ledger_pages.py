"""The ledger in the browser: looked at before it is taken in, corrected with a reason, taken back whole."""

from pathlib import Path
from typing import Any

import pytest

from tests.documents.ledgers import facts, made, refused, row, state, stored

NO = "GX2026-0901"
TOLD = refused(NO, "2026-09-01", replied="2026-09-10")
WHY = "台账误填，依据来文更正"


def sent(browser: Any, path: Path, action: str, **fields: str) -> Any:
    """Chooses a file and sends the form of the page."""
    data = {"csrf": browser.csrf, "reviewed": "yes", **fields}
    files = {"file": ("九月台账.xlsx", path.read_bytes(), "application/octet-stream")}
    return browser._read(browser.client.post(f"/ledger/{action}", data=data, files=files))


@pytest.fixture
def director(browser_as):
    """The page of the ledger, before the head of the office."""
    return browser_as("director").get("/ledger")


@pytest.fixture
def told(director, tmp_path):
    """The same, after a ledger was imported."""
    assert "已导入，为第1次导入" in sent(director, made(tmp_path / "first.xlsx", [TOLD]), "import").page
    return director


def test_a_ledger_is_looked_at_first_and_then_taken_in(director, database, tmp_path):
    shown = sent(director, made(tmp_path / "first.xlsx", [TOLD, row("B-2", kind="?")]), "preview")
    assert "预览（尚未写入）" in shown.page
    assert "导入 1 件，续办 0 件，更正 0 件，未变 0 件，退回 1 行" in shown.page
    assert NO not in facts(database)
    director.post("/ledger/import", reviewed="yes", kept=shown.hidden("kept"), named=shown.hidden("named"))
    assert "已导入，为第1次导入" in director.page
    assert "九月台账.xlsx" in director.page
    assert state(database, NO) == "refused"
    assert stored(database, "event WHERE batch = 1 AND account_id IS NOT NULL") == 2


def test_what_was_mended_is_shown_and_corrected_with_a_reason(told, database, tmp_path):
    mended = made(tmp_path / "mended.xlsx", [TOLD | {"replied": "2026-09-11"}])
    shown = sent(told, mended, "preview")
    assert all(words in shown.page for words in ("与系统不一致之处", "2026-09-10", "2026-09-11", "退回 1 行"))
    kept = {"reviewed": "yes", "kept": shown.hidden("kept"), "named": "九月台账.xlsx", "correct": "yes"}
    assert "更正须写明理由" in told.post("/ledger/import", **kept).page
    shown = told.post("/ledger/preview", **kept, reason=WHY)
    assert "更正 1 件" in shown.page
    assert facts(database)[NO][5].isoformat() == "2026-09-10"
    told.post("/ledger/import", **kept, reason=WHY)
    assert facts(database)[NO][5].isoformat() == "2026-09-11"


def test_an_import_is_taken_back_after_a_preview(told, database):
    told.get("/ledger/1")
    shown = told.post("/ledger/1/take-back", reason=WHY, reviewed="yes", do="preview")
    assert "1 件案件的 2 项登记" in shown.page
    assert state(database, NO) == "refused"
    assert "撤回须写明理由" in told.post("/ledger/1/take-back", reason="", reviewed="yes", do="preview").page
    assert WHY in told.post("/ledger/1/take-back", reason=WHY, reviewed="yes", do="enter").page
    assert NO not in facts(database)
    assert "撤回第1次导入" not in told.get("/ledger").page
    assert "登记已撤回" in told.get(f"/cases/{NO}").page


def test_only_the_head_of_the_office_takes_in_and_takes_back(told, browser_as, database, tmp_path):
    clerk = browser_as("office").get("/ledger")
    path = made(tmp_path / "more.xlsx", [row("B-2", "2026-09-14")])
    assert "由办公室负责人导入" in sent(clerk, path, "preview").page
    assert sent(clerk, path, "import").status == 404
    clerk.get("/ledger/1")
    assert "由办公室负责人撤回" in clerk.post("/ledger/1/take-back", reason=WHY, reviewed="yes", do="preview").page
    assert "负责人签批" in clerk.post("/ledger/1/take-back", reason=WHY, reviewed="yes", do="enter").page
    assert list(facts(database)) == [NO]


def test_what_is_no_ledger_or_was_not_reviewed_is_refused(director, database, tmp_path):
    (tmp_path / "no.xlsx").write_text("不是表格", "utf-8")
    assert "不是 .xlsx" in sent(director, tmp_path / "no.xlsx", "preview").page
    path = made(tmp_path / "first.xlsx", [TOLD])
    assert "须确认已进行保密审查" in sent(director, path, "import", reviewed="").page
    assert (director.status, stored(database, "import_batch")) == (400, 0)
    assert "没有选择文件" in director.post("/ledger/preview", reviewed="yes").page


def test_a_form_that_is_refused_keeps_what_was_typed_and_ticked(director, tmp_path):
    page = sent(director, made(tmp_path / "first.xlsx", [TOLD]), "preview", correct="yes", reason=WHY, reviewed="").page
    assert "须确认已进行保密审查" in page
    assert f'rows="2">{WHY}</textarea>' in page
    assert 'name="correct" value="yes" checked' in page
