"""What the desk shows, as a spreadsheet: the same cases in the same order, dates as dates, texts as texts."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from negotiation.core.errors import NegotiationError
from negotiation.documents import case_list_sheet
from negotiation.services import case_filters, case_list
from negotiation.services.context import Context
from negotiation.store.case_list.conditions import Sort, Wanted
from negotiation.store.database import Database
from tests.conftest import CIVIL, JUSTICE, POLICE, Story, day

TODAY = day("2026-10-10")
TITLES = [
    "编号", "状态", "灯", "使用部门", "提供部门", "资源名称", "收到", "答复期限", "本环节至", "经办人", "办结",
    "暂定说明",
]  # fmt: skip


def read(path: Path) -> list[list[Any]]:
    """Everything that stands in the sheet, dates as dates."""
    sheet = load_workbook(path).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    return [[value.date() if isinstance(value, datetime) else value for value in row] for row in rows]


@pytest.fixture
def told(database: Database, context: Context, story: Story) -> list[str]:
    """A case that is overdue, one that is closed, one that ends in the unpublished year, a draft."""
    numbers = [story.submitted("2026-09-18").no]
    story.submitted("2026-09-18", provider=JUSTICE, resource='=HYPERLINK("x")')
    story.act("agree", "provider", "2026-09-21").act("supply", "provider", "2026-09-22")
    story.act("confirm", "applicant", "2026-09-22")
    numbers.append(story.no)
    numbers.append(story.submitted("2026-12-21", resource="+婚姻登记").no)
    numbers.append(story.open("2026-12-21", resource="草稿一份").no)
    return numbers


def test_what_is_shown_is_exported_line_by_line(
    database: Database, context: Context, told: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "案件.xlsx"
    assert case_list_sheet.export(database, context, Wanted(sort=Sort.NO), TODAY, path) == 4
    title, note, header, *rows = read(path)
    assert title[0] == "政务数据共享协商案件清单"
    assert note[0] == "截至 2026-10-10　排序：编号"
    assert header == TITLES
    assert [row[0] for row in rows] == told
    assert rows[0] == [
        told[0], "待答复", "逾期", CIVIL, POLICE, "常住人口基本信息", date(2026, 9, 18), date(2026, 10, 9),
        date(2026, 10, 9), rows[0][9], None, rows[0][11],
    ]  # fmt: skip
    assert rows[1][10] == date(2026, 9, 22)
    assert rows[2][11].startswith("暂定，待国务院办公厅公布2027年节假日安排后确定")
    assert rows[3][1:3] == ["草稿", "—"]
    assert rows[3][5] == "草稿一份"


def test_a_text_that_looks_like_a_formula_stays_a_text(
    database: Database, context: Context, told: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "案件.xlsx"
    case_list_sheet.export(database, context, Wanted(sort=Sort.NO), TODAY, path)
    cells = [row[5] for row in load_workbook(path).worksheets[0].iter_rows(min_row=5, max_row=6)]
    assert [(cell.value, cell.data_type, cell.quotePrefix) for cell in cells] == [
        ("=HYPERLINK(\"x\")", "s", True), ("+婚姻登记", "s", True),
    ]  # fmt: skip


def test_all_pages_are_exported_and_nothing_that_was_filtered_away(
    database: Database, context: Context, told: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_list, "LINES_READ_AT_ONCE", 1)
    asked = {"open": "1", "state": "待答复", "department": POLICE, "text": "登记", "sort": "编号", "descending": "1"}
    wanted = case_filters.read_wanted(context, asked, scope=None)
    assert case_list_sheet.export(database, context, wanted, TODAY, tmp_path / "some.xlsx") == 1
    assert case_list_sheet.export(database, context, Wanted(), TODAY, tmp_path / "all.xlsx") == 4
    _, note, _, *rows = read(tmp_path / "some.xlsx")
    assert [row[0] for row in rows] == [told[2]]
    assert note[0] == "截至 2026-10-10　状态：待答复　部门：市公安局　查找：登记　办理情况：未办结　排序：编号（倒序）"
    assert [row[0] for row in read(tmp_path / "all.xlsx")[3:]] == [told[0], told[2], told[1], told[3]]


def test_a_department_exports_its_own_cases_only(
    database: Database, context: Context, told: list[str], tmp_path: Path
) -> None:
    wanted = Wanted(scope=context.directory.find(JUSTICE).id)
    assert case_list_sheet.export(database, context, wanted, TODAY, tmp_path / "own.xlsx") == 1
    _, note, _, *rows = read(tmp_path / "own.xlsx")
    assert [row[0] for row in rows] == [told[1]]
    assert f"范围：{JUSTICE}" in note[0]


def test_an_empty_list_is_a_table_all_the_same(database: Database, context: Context, tmp_path: Path) -> None:
    assert case_list_sheet.export(database, context, Wanted(), TODAY, tmp_path / "none.xlsx") == 0
    assert read(tmp_path / "none.xlsx")[2:] == [TITLES]


def test_a_file_that_cannot_be_written_is_refused_with_a_sentence(
    database: Database, context: Context, tmp_path: Path
) -> None:
    with pytest.raises(NegotiationError, match="文件无法写入"):
        case_list_sheet.export(database, context, Wanted(), TODAY, tmp_path / "nowhere" / "none.xlsx")
