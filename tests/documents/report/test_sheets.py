"""The report as a workbook: the recognised tables, formulas that say what the figures say, and a form to be signed."""

from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from negotiation.documents.report.definitions import NOTHING
from negotiation.documents.report.figures import Figure
from negotiation.documents.report.grids import Grid
from negotiation.documents.report.tables import all_tables
from negotiation.documents.report.workbook import Placed, write_sheets
from tests.conftest import CHAOYANG, JUSTICE, POLICE
from tests.documents.report import made
from tests.documents.report.year import year_of

HEAD = "统计期间：2026年1月1日至2026年12月31日　　单位：件、%、工作日　　填表人：　　　　　　审核人："


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "年度报告.xlsx"
    write_sheets(made.report(), path)
    return path


def test_the_tables_stand_in_the_recognised_order_each_with_its_head(workbook):
    book = load_workbook(workbook)
    names = ["表1", "表2", "表3", "表4", "表5", "附表1", "附表2", "附表3", "附1", "附2"]  # of what the rules have
    assert book.sheetnames == names
    for name in names:
        sheet = book[name]
        assert sheet["A1"].value.startswith(f"2026年度{name}　")
        assert sheet["A2"].value.rstrip("　") == HEAD
        assert {f"A{n}" for n in (1, 2)} == {str(merged).partition(":")[0] for merged in sheet.merged_cells.ranges}
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize == 9  # A4
        assert sheet.freeze_panes == "C4"
        assert sheet.print_title_rows == "$3:$3"


def test_table_1_has_the_figures_below_one_another_and_the_levels_beside_one_another(workbook):
    sheet = load_workbook(workbook)["表1"]
    assert [cell.value for cell in sheet[3]] == ["指标", "合计", "市级部门", "区"]
    titles = [row[0].value for row in sheet.iter_rows(min_row=4)]
    assert titles[:3] == ["上年结转", "本年新收", "其中重新办理"]
    assert titles.index("本年新收") < titles.index("本年办结") < titles.index("结转下年")
    assert "平衡校验（应为0）" in titles


def test_departments_stand_in_official_order_below_the_total(workbook):
    sheet = load_workbook(workbook)["表2"]
    assert [row[0].value for row in sheet.iter_rows(min_row=4)] == ["合计", POLICE, CHAOYANG]


def test_totals_ratios_and_the_balance_are_formulas(workbook):
    sheet = load_workbook(workbook)["表2"]
    columns = {cell.value: get_column_letter(n) for n, cell in enumerate(sheet[3], 1)}
    assert sheet[f"{columns['上年结转']}4"].value == "=SUM(B5:B6)"
    due, kept = columns["应答复"], columns["按时答复"]
    rate = sheet[f"{columns['按时答复率']}5"]
    assert rate.value == f'=IF({due}5=0,"—",{kept}5/{due}5)'
    assert rate.number_format == "0.0%"
    assert sheet[f"{columns['平衡校验（应为0）']}5"].value == "=B5+C5+E5-(F5+G5+H5)"


def test_every_formula_computed_by_a_spreadsheet_program_is_the_figure(workbook, office_suite, tmp_path):
    computed = office_suite.converted(workbook, "xlsx", tmp_path)
    assert held(workbook, computed, made.report()) > 100


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_so_it_is_in_a_year_in_which_a_unit_was_merged(story, office_suite, tmp_path):
    """The police are asked three times and give one part to justice; the applicant of another changes too."""
    story.submitted("2026-03-02").act("agree", "provider", "2026-03-10").act("supply", "provider", "2026-03-20")
    story.submitted("2026-03-02").act("transfer", "office", "2026-06-01", reason="机构改革", provider=JUSTICE)
    story.submitted("2026-03-03").act("transfer", "office", "2026-06-01", reason="机构改革", applicant=CHAOYANG)
    found, path = year_of(story), tmp_path / "年度报告.xlsx"
    write_sheets(found, path)
    assert [line.counts.get("moved_out", 0) for line in found.main.providers] == [1, 0]
    assert held(path, office_suite.converted(path, "xlsx", tmp_path), found) > 100


def test_who_only_looks_sees_the_same_numbers(workbook):
    """A preview and a telephone show what the workbook says came out, and count nothing."""
    assert held(workbook, workbook, made.report()) > 100


def held(workbook, recomputed, report):
    """How many formulas a spreadsheet program computed, each of which is the figure."""
    computed, formulas = load_workbook(recomputed, data_only=True), load_workbook(workbook)
    found = 0
    for grid in (each for each in all_tables(report) if isinstance(each, Grid)):
        placed = Placed(grid)
        for place, slot in enumerate(placed.slots):
            for n, (_, line) in enumerate(placed.lines):
                at = placed.cell(place, n)
                assert computed[grid.name][at].value == pytest.approx(plain(slot.value(line))), f"{grid.name}!{at}"
                found += str(formulas[grid.name][at].value).startswith("=")
    return found


def plain(value):
    if not isinstance(value, Figure):
        return value
    return NOTHING if value.value is None else value.value


def test_what_people_typed_is_never_a_formula(workbook):
    cell = next(
        cell
        for row in load_workbook(workbook)["表4"].iter_rows(min_row=4)
        for cell in row
        if cell.value == made.FORMULA
    )
    assert cell.data_type == "s"
    assert cell.quotePrefix


def test_a_rectification_stands_with_its_ground_and_without_a_verdict_on_its_open_term(workbook):
    row = row_of(load_workbook(workbook)["表5"])
    assert (row["编号"], row["单位"], row["情形"]) == ("ZG2026-0001", POLICE, "（一）未按规定编制或更新目录")
    assert row["整改期限"].date() == date(2026, 4, 30)
    assert row["是否按时"] == NOTHING


def row_of(sheet):
    """The first row of a sheet by the titles of its columns."""
    return {head.value: cell.value for head, cell in zip(sheet[3], sheet[4], strict=True)}


def test_the_annexes_say_how_it_is_counted_and_where_the_working_days_come_from(workbook):
    book = load_workbook(workbook)
    rules = {row[0].value: row[2].value for row in book["附1"].iter_rows(min_row=4)}
    assert rules["按时答复率"] == "按时答复÷应答复"
    said = {(row[0].value, row[1].value) for row in book["附2"].iter_rows(min_row=4)}
    assert ("工作日安排依据", "国办发明电〔2025〕7号") in said
    assert ("说明", f"共享申请1件的提供部门由{POLICE}变更为{CHAOYANG}，分别计入划出和划入") in said


def test_it_prints(workbook, office_suite, tmp_path):
    said = "".join(office_suite.pages(workbook, tmp_path))
    assert "2026年度表1共享申请总体情况" in said
    assert "第1页，共" in said
    assert "80.0%" in said
    assert "###" not in said  # no number is wider than its column
