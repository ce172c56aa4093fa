"""Ledgers as offices really keep them: sheets, headers and files; read alike on every database."""

import random
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from negotiation.core.errors import NegotiationError
from negotiation.core.local_time import end_of
from negotiation.documents.ledger import importer
from negotiation.documents.ledger.outcome import ImportRequest
from tests.conftest import at, day
from tests.documents.ledgers import (
    AS_OF,
    COLUMNS,
    brought_in,
    counts,
    made,
    refused,
    row,
    state,
)


@pytest.fixture
def database(sqlite):
    return sqlite


# ------------------------------------------------------------------------------------------------ the sheet's shape


@pytest.mark.parametrize("seed", range(4))
def test_columns_may_stand_in_any_order(enter, database, seed):
    columns = random.Random(seed).sample(list(COLUMNS), len(COLUMNS))
    assert counts(enter([refused(referred="2026-09-21")], columns=columns)) == (1, 0, 0, 0)
    assert state(database) == "in_coordination"


def test_columns_that_nobody_knows_are_passed_by(enter, database):
    columns = ["联系电话", *COLUMNS, "处室意见"]
    assert counts(enter([row(联系电话="010-1", 处室意见="已阅")], columns=columns)) == (1, 0, 0, 0)


def test_a_ledger_without_the_later_columns_is_one_all_the_same(enter, database):
    columns = ["no", "received", "applicant", "provider", "resource", "basis", "scenario", "mode", "period"]
    assert counts(enter([row()], columns=columns)) == (1, 0, 0, 0)
    assert state(database) == "awaiting_reply"


@pytest.mark.parametrize("above", [(), ("一行",), ("台账", "截至今日", "填表人：张三", "")])
def test_any_number_of_title_rows_may_stand_above_the_header(enter, above):
    assert counts(enter([row()], above=above)) == (1, 0, 0, 0)


def test_titles_may_hold_spaces_line_breaks_and_the_mark_of_a_required_column(enter):
    headers = {"received": "送达\n日期 ", "no": " 申请　编号*", "replied": "答复日期：", "applicant": "使用\r\n部门"}
    assert counts(enter([refused()], headers=headers)) == (1, 0, 0, 0)


def test_a_header_of_two_rows_is_read_with_group_titles_above(database, context, tmp_path):
    book = Workbook()
    page: Any = book.active
    page.append(["台账"])
    names = list(COLUMNS)
    upper = [COLUMNS[name] if names.index(name) < 12 else None for name in names]
    upper[12] = "答复情况"
    page.append(upper)
    page.append([None] * 12 + [COLUMNS[name] for name in names[12:]])
    page.append([refused().get(name) for name in names])
    book.save(tmp_path / "two.xlsx")
    assert counts(brought_in(database, context, tmp_path / "two.xlsx")) == (1, 0, 0, 0)
    assert state(database) == "refused"


def test_totals_blank_rows_repeated_headers_and_signatures_are_no_cases(enter):
    rows = [
        row(n=1),
        {},
        {"n": "小 计", "received": 1},
        dict(COLUMNS),
        row("GX2026-0002", n=2),
        {"no": "合计：2件"},
        {"n": 3},
        {"n": "总计", "no": 2},
        {"no": "填表人：张三"},
        {"remark": "以上共两件"},
    ]
    assert counts(enter(rows)) == (2, 0, 0, 0)


def test_every_sheet_that_has_the_header_is_taken_and_the_others_are_named(database, context, tmp_path):
    path = made(tmp_path / "sheets.xlsx", [row()])
    book = load_workbook(path)
    book.worksheets[0].title = "二〇二六年"
    book.create_sheet("说明", 0)["A1"] = "本表由办公室填写"
    book.copy_worksheet(book["二〇二六年"]).title = "副本"
    book.create_sheet("空表")
    book.save(path)
    done = brought_in(database, context, path)
    assert (done.sheets_read, [each.sheet for each in done.sheets_not_read]) == (["二〇二六年", "副本"], ["说明"])
    assert [(each.sheet, each.row, each.column) for each in done.rejected] == [("副本", 4, "申请编号")]
    assert "工作表“二〇二六年”第 4 行重复" in done.rejected[0].why


def test_a_used_range_far_beyond_the_rows_costs_nothing(database, context, tmp_path):
    path = made(tmp_path / "wide.xlsx", [row()])
    book = load_workbook(path)
    book.worksheets[0]["ZZ9000"].number_format = "0.00"
    book.save(path)
    assert counts(brought_in(database, context, path)) == (1, 0, 0, 0)


# -------------------------------------------------------------------------------------------------------- bad files


def test_a_missing_column_is_named(enter):
    columns = [name for name in COLUMNS if name not in ("provider", "answer")]
    with pytest.raises(NegotiationError, match="缺少“提供部门”、“答复结果”列"):
        enter([row()], columns=columns)


def test_a_column_that_stands_twice_is_named(enter):
    with pytest.raises(NegotiationError, match="两列“备注”"):
        enter([row()], columns=[*COLUMNS, "remark"])


def test_a_workbook_without_the_header_is_told_so(enter):
    with pytest.raises(NegotiationError, match="没有找到表头"):
        enter([], columns=["甲", "乙", "丙"])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "不是 .xlsx"),
        ("申请编号".encode(), "不是 .xlsx"),
        ("申请编号,送达日期".encode(), "没有找到表头"),
        (b"\x89PNG\r\n,\x1a\n" + bytes(99), "不是 .xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "加密"),
        (b"PK\x05\x06" + bytes(18), "无法读取"),
    ],
)
def test_a_file_that_is_no_workbook_is_told_so(database, context, tmp_path, content, says):
    path = tmp_path / "broken.xlsx"
    path.write_bytes(content)
    with pytest.raises(NegotiationError, match=says):
        brought_in(database, context, path)


def test_a_workbook_that_was_cut_off_or_damaged_inside_is_told_so(database, context, tmp_path):
    whole = made(tmp_path / "whole.xlsx", [row()]).read_bytes()
    for n, damaged in enumerate((whole[: len(whole) // 2], whole.replace(b"PK\x03\x04", b"PK\x03\x05"))):
        path = tmp_path / f"damaged-{n}.xlsx"
        path.write_bytes(damaged)
        with pytest.raises(NegotiationError):
            brought_in(database, context, path)


def test_a_file_that_is_not_there_or_is_a_folder_is_told_so(database, context, tmp_path):
    for path in (tmp_path / "none.xlsx", tmp_path):
        with pytest.raises(NegotiationError, match="没有这个文件"):
            brought_in(database, context, path)


def test_progress_is_told_row_by_row(database, context, tmp_path):
    path = made(tmp_path / "made.xlsx", [row(f"C-{n}") for n in range(7)])
    steps: list[int] = []
    importer.import_file(database, context, path, ImportRequest(day(AS_OF), end_of(day(AS_OF))), steps.append)
    assert steps == [1] * 7


def test_a_machine_whose_clock_is_behind_the_day_of_the_ledger_imports_it_all_the_same(database, context, tmp_path):
    path = made(tmp_path / "made.xlsx", [row(replied="2026-11-20", answer="同意")])
    done = importer.import_file(database, context, path, ImportRequest(day(AS_OF), at("2025-11-22")))
    assert counts(done) == (1, 0, 0, 0)
