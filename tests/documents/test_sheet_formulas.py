"""Formulas whose results a program did not save: such a cell is not empty, nobody knows what stands in it."""

import io
import zipfile
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.formula import ArrayFormula
from xlsxwriter import Workbook

from tests.documents import catalogues
from tests.documents.ledgers import AS_OF, COLUMNS, made, row

NAMES = list(COLUMNS)
NOTHING = "空文本"
ANSWERED = {"replied": "2026-09-16", "answer": "同意"}


def answered(n, **cells):
    return row(f"GX2026-000{n}", "2026-09-07", n=n, **(ANSWERED | cells))


def written(path, rows, saved):
    """A ledger whose formulas are saved with a result (``saved``: row and short name → formula and result)."""
    with Workbook(path) as book:
        page = book.add_worksheet("台账")
        for column, name in enumerate(NAMES):
            page.write(0, column, COLUMNS[name])
            for n, each in enumerate(rows, 1):
                page.write(n, column, each.get(name))
        for (n, name), (formula, result) in saved.items():
            page.write_formula(n, NAMES.index(name), formula, None, result)
    return path


def emptied(path):
    """The workbook with the results that are NOTHING as programs save an empty text."""
    held = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(held) as old, zipfile.ZipFile(path, "w") as new:
        for part in old.namelist():
            new.writestr(part, old.read(part).replace(f"<v>{NOTHING}</v>".encode(), b"<v></v>"))
    return path


@pytest.mark.parametrize("name", [name for name in NAMES if name != "n"])
def test_a_formula_without_a_result_rejects_its_row_in_every_column(name, bring, tmp_path):
    rows = [answered(1) | {name: '=IF(1>0,"同意","")'}, answered(2)]
    done = bring(made(tmp_path / "f.xlsx", rows), status=3)
    assert done["imported"] == 1
    ((number, column, why),) = [(each["row"], each["column"], each["why"]) for each in done["rejected"]]
    assert (number, column) == (4, COLUMNS[name])
    assert "公式" in why
    assert f"{chr(65 + NAMES.index(name))}4" in why


def test_a_formula_in_the_ordinals_or_in_a_column_that_is_not_of_the_form_is_nobodys_concern(bring, tmp_path):
    rows = [answered(1) | {"n": "=ROW()-3", "联系电话": "=1+1"}, answered(2) | {"n": "=ROW()-3"}]
    assert bring(made(tmp_path / "f.xlsx", rows, columns=[*NAMES, "联系电话"]))["imported"] == 2


@pytest.mark.parametrize("name", ["closed", "remark", "replied"])
def test_a_title_that_is_a_formula_without_a_result_is_no_column_that_may_be_left_out(name, office, tmp_path):
    path = made(tmp_path / "f.xlsx", [answered(1, closed="2026-10-12")], headers={name: f'="{COLUMNS[name]}"'})
    error = office.json("ledger", "import", str(path), "--as-of", AS_OF, status=1)["error"]
    assert ("表头" in error["what"], "f.xlsx" in error["where"]) == (True, True)


@pytest.mark.parametrize("error", ["#SPILL!", "#CALC!", "#N/A", "#BUSY!"])
def test_an_error_of_any_program_is_no_text(error, bring, tmp_path):
    path = written(tmp_path / "e.xlsx", [answered(1), answered(2)], {(1, "remark"): ("=X()", error)})
    done = bring(path, status=3)
    assert (done["imported"], [(each["row"], each["column"]) for each in done["rejected"]]) == (1, [(2, "备注")])


def test_a_result_that_was_saved_is_read_and_an_empty_one_is_empty(bring, office, tmp_path):
    rows = [answered(1), answered(2) | {"replied": None, "answer": None}]
    saved = {(1, "answer"): ('="同"&"意"', "同意"), (2, "answer"): ('=IF(1>2,"同意","")', NOTHING)}
    path = written(tmp_path / "f.xlsx", rows, saved | {(2, "reason"): ('=""', NOTHING)})
    assert bring(emptied(path))["imported"] == 2
    states = {each["no"]: each["state"] for each in office.json("cases", "--as-of", AS_OF)["cases"]}
    assert states == {"GX2026-0001": "agreed", "GX2026-0002": "awaiting_reply"}


def test_the_zero_that_a_program_writes_where_it_counted_nothing_is_no_result(bring, tmp_path):
    done = bring(written(tmp_path / "f.xlsx", [answered(1)], {(1, "period"): ('="1"&"年"', 0)}), status=3)
    assert [(each["row"], each["column"]) for each in done["rejected"]] == [(2, "使用期限")]


def test_a_formula_merged_over_rows_counts_for_all_of_them(bring, tmp_path):
    path = made(tmp_path / "f.xlsx", [answered(1, answer='="同意"'), answered(2), answered(3)])
    book = load_workbook(path)
    book.worksheets[0].merge_cells("N4:N5")
    book.save(path)
    done = bring(path, status=3)
    assert (done["imported"], [each["row"] for each in done["rejected"]]) == (1, [4, 5])
    assert all("N4" in each["why"] for each in done["rejected"])


def test_an_array_formula_counts_for_all_cells_that_it_fills(bring, tmp_path):
    path = made(
        tmp_path / "f.xlsx", [answered(1) | ANSWERED, answered(2) | {"replied": None, "answer": None}, answered(3)]
    )
    book = load_workbook(path)
    page: Any = book.worksheets[0]
    page["N4"] = ArrayFormula("N4:N5", '=IF(C4:C5>0,"同意","")')
    book.save(path)
    done = bring(path, status=3)
    assert (done["imported"], [each["row"] for each in done["rejected"]]) == (1, [4, 5])


def test_a_sheet_of_nothing_but_formulas_is_not_passed_by_as_blank(bring, tmp_path):
    rows = [{name: f"=源!{chr(65 + n)}{number}" for n, name in enumerate(NAMES)} for number in (4, 5)]
    done = bring(made(tmp_path / "f.xlsx", rows), status=3)
    assert (done["imported"], [each["row"] for each in done["rejected"]]) == (0, [4, 5])


def test_formulas_drawn_down_below_the_last_case_and_sums_are_no_cases(bring, tmp_path):
    rows = [answered(1), {"n": "=ROW()-3", "replied": '=IF(C5="","",C5+7)'}, {"n": "合计", "no": "=COUNTA(B4:B5)"}]
    done = bring(made(tmp_path / "f.xlsx", rows))
    assert (done["imported"], done["rejected"]) == (1, [])


def test_the_copy_of_such_a_row_is_not_read_as_unanswered(bring, tmp_path):
    path = made(tmp_path / "f.xlsx", [answered(1, replied="=C4+7", answer='="同意"')])
    again = bring(bring(path, status=3)["rejected_file"], status=3)
    assert (again["imported"], [each["column"] for each in again["rejected"]]) == (0, ["答复日期"])


def test_it_is_the_same_in_the_catalogue(office, tmp_path):
    rows = [catalogues.row("1/1", 共享条件='="经"&"审核"'), catalogues.row("1/2")]
    done = office.json("resources", "import", str(catalogues.made(tmp_path / "目录.xlsx", rows)), status=3)
    assert (done["imported"], [(each["row"], each["column"]) for each in done["rejected"]]) == (1, [(3, "共享条件")])
