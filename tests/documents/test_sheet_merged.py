"""Merged cells: whoever reads the sheet sees one value over all rows that it covers."""

import io
import zipfile
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from tests.documents import catalogues
from tests.documents.ledgers import AS_OF, COLUMNS, made, read_back, row

NAMES = list(COLUMNS)


@pytest.fixture
def sheet(tmp_path):
    """A ledger of rows with merged ranges, by the short names of two columns and two rows (the first one is 4)."""

    def sheet(rows, *merged, after=lambda _page: None):
        path = made(tmp_path / "台账.xlsx", rows)
        book = load_workbook(path)
        page: Any = book.active
        for first, top, last, bottom in merged:
            page.merge_cells(None, top, NAMES.index(first) + 1, bottom, NAMES.index(last) + 1)
        after(page)
        book.save(path)
        return path

    return sheet


@pytest.fixture
def cases(office):
    """The cases by number, as the command lists them."""
    return lambda: {each["no"]: each for each in office.json("cases", "--as-of", AS_OF)["cases"]}


def answered(n, **cells):
    return row(f"GX2026-000{n}", "2026-09-07", n=n, **cells)


REPLY = {"replied": "2026-09-16", "answer": "同意"}


def test_one_reply_merged_over_three_applications_answers_all_three(sheet, bring, cases):
    rows = [answered(1, **REPLY), answered(2), answered(3)]
    assert bring(sheet(rows, ("replied", 4, "replied", 6), ("answer", 4, "answer", 6)))["imported"] == 3
    assert {(each["state"], each["overdue"], each["replied"]) for each in cases().values()} == {
        ("agreed", False, "2026-09-16")
    }


def test_a_block_of_rows_and_columns_has_one_value(sheet, bring, office):
    rows = [answered(1, basis="《条例》第一条"), answered(2, basis=None, scenario=None)]
    assert bring(sheet(rows, ("basis", 4, "scenario", 5)))["imported"] == 2
    for no in ("GX2026-0001", "GX2026-0002"):
        (submitted, *_) = office.json("case", "show", no)["events"]
        assert [submitted["fields"][key] for key in ("use_basis", "scenario")] == ["《条例》第一条"] * 2


def test_what_lies_hidden_under_a_merged_cell_is_not_read(sheet, bring, cases):
    def leave(page):
        cell = page._cells[(5, NAMES.index("applicant") + 1)] = page.cell(4, 4).__class__(page, 5, 4, "市司法局")
        assert cell.value

    assert bring(sheet([answered(1), answered(2)], ("applicant", 4, "applicant", 5), after=leave))["imported"] == 2
    assert {each["applicant"] for each in cases().values()} == {"市民政局"}


def test_a_merged_number_is_one_number_twice_and_so_the_second_row_is_refused(sheet, bring):
    rows = [answered(1), answered(2) | {"no": None}]
    done = bring(sheet(rows, ("no", 4, "no", 5)), status=3)
    assert (done["imported"], [(each["row"], each["column"]) for each in done["rejected"]]) == (1, [(5, "申请编号")])
    assert "重复" in done["rejected"][0]["why"]


def test_two_rows_of_the_sheet_that_are_merged_in_every_column_are_one_case(sheet, bring):
    ranges = [(name, 4, name, 5) for name in NAMES]
    assert bring(sheet([answered(1)], *ranges))["imported"] == 1


def test_totals_titles_between_and_notes_below_are_no_cases_however_they_are_merged(sheet, bring):
    rows = [
        {"n": "第一批"},
        answered(1, **REPLY),
        answered(2),
        {"n": "合计"},
        {"no": "注1 本表由办公室填写，逾期以系统为准"},
        {"n": "填表人：张三", "kind": "审核人：李四"},
    ]
    merged = [
        ("n", 4, "remark", 4), ("replied", 5, "replied", 6), ("answer", 5, "answer", 6), ("n", 7, "provider", 7),
        ("no", 8, "remark", 8), ("n", 9, "code", 9), ("kind", 9, "remark", 9),
    ]  # fmt: skip
    done = bring(sheet(rows, *merged))
    assert (done["imported"], done["rejected"]) == (2, [])


def test_a_merged_cell_that_reaches_into_a_total_row_does_not_make_a_case_of_it(sheet, bring):
    rows = [answered(1), {"n": "合计", "no": "2件"}]
    done = bring(sheet(rows, *[(name, 4, name, 5) for name in ("received", "applicant", "provider", "resource")]))
    assert (done["imported"], done["rejected"]) == (1, [])


@pytest.mark.parametrize("grouped", [("replied", "answer"), ("replied", "answer", "reason"), ("n", "no", "received")])
def test_a_header_of_two_rows_may_be_merged_downwards_and_across(grouped, tmp_path, bring, cases):
    book = Workbook()
    page: Any = book.active
    page.append(["政务信息资源共享申请台账"])
    page.merge_cells("A1:W1")
    page.append([COLUMNS[name] if name not in grouped else "情况" for name in NAMES])
    page.append([COLUMNS[name] if name in grouped else None for name in NAMES])
    first, last = NAMES.index(grouped[0]) + 1, NAMES.index(grouped[-1]) + 1
    page.merge_cells(None, 2, first, 2, last)
    for column in range(1, len(NAMES) + 1):
        if not first <= column <= last:
            page.merge_cells(None, 2, column, 3, column)
    page.append([answered(1, **REPLY).get(name) for name in NAMES])
    page.append([answered(2, kind="按需").get(name) for name in NAMES])
    book.save(tmp_path / "two.xlsx")
    done = bring(tmp_path / "two.xlsx", status=3)
    assert (done["imported"], [each["column"] for each in done["rejected"]]) == (1, ["共享类型"])
    assert cases()["GX2026-0001"]["state"] == "agreed"
    copy = load_workbook(done["rejected_file"])
    copy.worksheets[0].cell(4, NAMES.index("kind") + 1).value = "有条件共享"
    copy.save(tmp_path / "mended.xlsx")
    assert bring(tmp_path / "mended.xlsx")["imported"] == 1


@pytest.mark.parametrize("bottom", [4, 5, 6])
def test_a_title_merged_down_into_the_rows_hides_no_case(bottom, sheet, bring, cases):
    rows = [answered(n, **REPLY) for n in (1, 2, 3)]
    assert bring(sheet(rows, ("reason", 3, "remark", bottom)))["imported"] == 3
    assert len(cases()) == 3


def test_a_rejected_row_takes_the_merged_value_along_and_is_mended_alone(sheet, bring, cases, tmp_path):
    rows = [answered(1, **REPLY), answered(2, kind="按需")]
    done = bring(sheet(rows, ("replied", 4, "replied", 5), ("answer", 4, "answer", 5)), status=3)
    (copied,) = read_back(done["rejected_file"])[3:]
    assert (copied[NAMES.index("replied")], copied[NAMES.index("answer")]) == ("2026-09-16", "同意")
    book = load_workbook(done["rejected_file"])
    book.worksheets[0].cell(4, NAMES.index("kind") + 1).value = "有条件共享"
    book.save(tmp_path / "mended.xlsx")
    assert bring(tmp_path / "mended.xlsx")["imported"] == 1
    assert cases()["GX2026-0002"]["replied"] == "2026-09-16"


def test_the_same_sheet_again_changes_nothing(sheet, bring):
    path = sheet([answered(1, **REPLY), answered(2)], ("replied", 4, "replied", 5), ("answer", 4, "answer", 5))
    assert bring(path)["imported"] == 2
    assert bring(path)["unchanged"] == 2


def test_a_condition_merged_over_resources_of_the_catalogue_belongs_to_each(office, tmp_path):
    assert office.run("department", "set", "市公安局")[0] == 0
    rows = [catalogues.row("1/1"), catalogues.row("1/2", 共享条件=None), catalogues.row("1/3", 共享条件=None)]
    path = catalogues.made(tmp_path / "目录.xlsx", rows)
    book = load_workbook(path)
    book.worksheets[0].merge_cells("I3:I5")
    book.save(path)
    assert office.json("resources", "import", str(path))["imported"] == 3
    found = office.json("resources", "list")["resources"]
    assert [each["condition"] for each in found] == ["经提供部门审核"] * 3


def with_ranges(path, ranges):
    """The workbook with these references as its merged cells, whatever a program would say of them."""
    held = io.BytesIO(path.read_bytes())
    cells = "<mergeCells>" + "".join(f'<mergeCell ref="{each}"/>' for each in ranges) + "</mergeCells>"
    with zipfile.ZipFile(held) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            content = old.read(part)
            if part == "xl/worksheets/sheet1.xml":
                content = content.replace(b"</sheetData>", b"</sheetData>" + cells.encode())
            new.writestr(part, content)
    return path


def test_ranges_that_overlap_are_refused(sheet, office):
    path = with_ranges(sheet([answered(1), answered(2)]), ["D4:D5", "D5:E6"])
    code, out, err = office.run("ledger", "import", str(path), "--as-of", AS_OF)
    assert (code, "合并" in out + err) == (1, True)


@pytest.mark.parametrize("ranges", [["A1:XFD1048576"], ["X4:XFD1048576"], [f"A{n}:B{n}" for n in range(10, 100_000)]])
def test_ranges_as_large_or_as_many_as_can_be_cost_nothing(ranges, sheet, bring):
    assert bring(with_ranges(sheet([answered(1)]), ranges))["imported"] == 1
