"""Ledgers as offices really keep them: what the sample lacks. How a sheet is read does not depend on the database."""

import random
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from negotiation.core.errors import NegotiationError
from negotiation.core.local_time import end_of
from negotiation.documents.ledger import importer
from negotiation.services.cases import acting
from negotiation.services.context import Context, UnitOfWork
from tests.conftest import CIVIL, JUSTICE, POLICE, at, day
from tests.documents.ledgers import (
    AS_OF,
    COLUMNS,
    REASON,
    brought_in,
    counts,
    entered,
    events,
    facts,
    faults,
    made,
    refused,
    row,
    state,
    stored,
)


@pytest.fixture
def database(sqlite):
    return sqlite


@pytest.fixture
def bring(database, context, tmp_path):
    """Makes a ledger of rows and imports it."""

    def bring(rows, *, as_of=AS_OF, **shape):
        return brought_in(database, context, made(tmp_path / "made.xlsx", rows, **shape), as_of=as_of)

    return bring


# ------------------------------------------------------------------------------------------------ the sheet's shape


@pytest.mark.parametrize("seed", range(4))
def test_columns_may_stand_in_any_order(bring, database, seed):
    columns = random.Random(seed).sample(list(COLUMNS), len(COLUMNS))
    assert counts(bring([refused(referred="2026-09-21")], columns=columns)) == (1, 0, 0, 0)
    assert state(database) == "in_coordination"


def test_columns_that_nobody_knows_are_passed_by(bring, database):
    columns = ["联系电话", *COLUMNS, "处室意见"]
    assert counts(bring([row(联系电话="010-1", 处室意见="已阅")], columns=columns)) == (1, 0, 0, 0)


def test_a_ledger_without_the_later_columns_is_one_all_the_same(bring, database):
    columns = ["no", "received", "applicant", "provider", "resource", "basis", "scenario", "mode", "period"]
    assert counts(bring([row()], columns=columns)) == (1, 0, 0, 0)
    assert state(database) == "awaiting_reply"


@pytest.mark.parametrize("above", [(), ("一行",), ("台账", "截至今日", "填表人：张三", "")])
def test_any_number_of_title_rows_may_stand_above_the_header(bring, above):
    assert counts(bring([row()], above=above)) == (1, 0, 0, 0)


def test_titles_may_hold_spaces_line_breaks_and_the_mark_of_a_required_column(bring):
    headers = {"received": "送达\n日期 ", "no": " 申请　编号*", "replied": "答复日期：", "applicant": "使用\r\n部门"}
    assert counts(bring([refused()], headers=headers)) == (1, 0, 0, 0)


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


def test_totals_blank_rows_repeated_headers_and_signatures_are_no_cases(bring):
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
    assert counts(bring(rows)) == (2, 0, 0, 0)


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


# ---------------------------------------------------------------------------------------------------------- cells


WRITTEN = [
    date(2026, 9, 18), datetime.fromisoformat("2026-09-18 15:30"), "2026年9月18日", "2026 年 09 月 18 日", "2026.9.18",
    "2026/9/18", "２０２６年９月１８日", "２０２６／９／１８", "２０２６．９．１８", "2026-09-18 00:00:00",
    "2026-09-18T00:00:00", 46283, 46283.0, "46283", "20260918", 20260918, " 2026-09-18\n", "\u200b2026-9-18\u00a0",
]  # fmt: skip


def test_a_date_is_read_however_it_was_typed(bring, database):
    done = bring([row(f"E-{n}", received=written) for n, written in enumerate(WRITTEN)])
    assert done.rejected == []
    assert {each[1] for each in facts(database).values()} == {day("2026-09-18")}


def test_everything_may_be_written_full_width_or_with_stray_spaces(bring, database):
    full = refused(
        "ＧＸ２０２６－０００７ ", "２０２６年９月１０日", applicant=" 市　民政局\n", provider="市公安局　",
        code="３１１８９５１５／８４８５", period="１年",
    ) | {"answer": " 不予\n共享", "kind": " 有条件共享　", "resource": "常住人口\n基本信息"}  # fmt: skip
    assert counts(bring([full])) == (1, 0, 0, 0)
    found = facts(database)["GX2026-0007"]
    assert (found[0], found[7], found[8], found[9]) == ("refused", CIVIL, POLICE, "常住人口基本信息")
    assert entered(database, "submit", "GX2026-0007")["resource_code"] == "31189515/8485"


def test_a_cell_that_is_struck_out_is_empty(bring, database):
    assert counts(bring([row(replied="—", answer="/", reason="——", closed="-")])) == (1, 0, 0, 0)
    assert state(database) == "awaiting_reply"


def test_the_reason_is_kept_whole_and_the_articles_it_cites_become_the_basis(bring, database):
    reason = "涉及个人信息，依据《个人信息保护法》第三十四条、\n《数据安全法》第二十一条，不宜提供"
    bring([refused() | {"reason": reason}])
    assert entered(database, "refuse")["reason"] == reason
    assert entered(database, "refuse")["legal_basis"] == "《个人信息保护法》第三十四条；《数据安全法》第二十一条"


def test_what_was_entered_is_stored_once(bring, database):
    bring([row()])
    assert stored(database, "content") == 1
    assert "applicant" not in entered(database, "submit")


def test_numbers_of_the_procedure_are_not_given_out_again(bring, story):
    bring([row("GX2026-0061"), row("GX2025-0100", "2025-12-01"), row("旧-3")])
    assert story.open("2026-11-20").no == "GX2026-0062"


# -------------------------------------------------------------------------------------------------------- histories


def told(database, no="GX2026-0001"):
    """State, due date, overdue, closing date."""
    found = facts(database)[no]
    return found[0], found[2].isoformat(), found[4], found[6] and found[6].isoformat()


def test_a_provider_may_agree_while_coordination_is_under_way(bring, database):
    bring([row(received="2026-09-01", replied="2026-09-28", answer="同意", referred="2026-09-16")])
    assert told(database) == ("agreed", "2026-09-15", True, None)
    assert [event for event, _ in events(database)] == ["submit", "refer", "accept_referral", "agree"]


def test_partly_agreed_then_referred_then_settled_then_supplied(bring, database):
    bring([
        row(
            received="2026-09-01", replied="2026-09-08", answer="附条件同意", reason="仅提供核验结果",
            referred="2026-09-10", coordination="协调一致", coordinated="2026-09-24", closed="2026-10-12",
        )
    ])  # fmt: skip
    assert told(database) == ("closed", "2026-09-15", False, "2026-10-12")


def test_partly_agreed_and_closed_was_accepted_and_supplied_on_that_day(bring, database):
    bring([row(received="2026-09-01", replied="2026-09-08", answer="部分同意", reason="仅核验", closed="2026-09-20")])
    assert events(database)[-2:] == [("accept", "2026-09-20"), ("supply", "2026-09-20")]


def test_pending_and_not_yet_due(bring, database):
    bring([row(received="2026-11-16")])
    assert told(database) == ("awaiting_reply", "2026-11-30", False, None)


def test_due_on_the_day_of_the_import_is_not_overdue(bring, database):
    bring([row(received="2026-11-06")])
    assert told(database) == ("awaiting_reply", AS_OF, False, None)
    assert stored(database, "task") == 0
    assert stored(database, "term WHERE next_on = '2026-11-20'") == 1


def test_past_on_the_day_of_the_import_keeps_its_clock_off(bring, database):
    bring([row(received="2026-10-26")])
    assert told(database) == ("awaiting_reply", "2026-11-09", True, None)
    assert stored(database, "term WHERE next_on IS NOT NULL") == 0
    assert stored(database, "task WHERE title = '历史逾期待核'") == 1


def test_a_due_date_in_a_year_without_a_notice_is_provisional(bring, database):
    bring([row(received="2026-12-22")], as_of="2026-12-25")
    assert facts(database)["GX2026-0001"][2].year == 2027
    assert facts(database)["GX2026-0001"][3] is False


def test_withdrawn_and_void_are_said_by_the_remark(bring, database):
    bring([
        row("A-1", closed="2026-11-02", remark="已撤回"),
        row("A-2", closed="2026-11-03", remark="重复登记，已作废"),
        refused("A-3", closed="2026-09-30", remark="双方已沟通"),
    ])  # fmt: skip
    assert [state(database, no) for no in ("A-1", "A-2", "A-3")] == ["withdrawn", "void", "closed"]
    assert entered(database, "void", "A-2")["reason"] == "重复登记，已作废"


@pytest.mark.parametrize(("decision", "closed", "expected"), [
    ("应予共享", None, "decided"), ("不予共享", None, "decided"), ("应予共享", "2026-11-10", "closed"),
    ("不予共享", "2026-11-10", "closed"),
])  # fmt: skip
def test_the_leading_group_decides_either_way(bring, database, decision, closed, expected):
    bring([
        refused(
            referred="2026-09-21", coordination="未达成一致", coordinated="2026-10-12", reported="2026-10-14",
            decision=decision, decided="2026-10-30", closed=closed,
        )
    ])  # fmt: skip
    assert state(database) == expected
    assert events(database)[5] == ("report_up", "2026-10-14")


def test_the_history_is_replayed_by_the_role_that_the_transition_names_with_the_ledger_as_actor(bring, database):
    bring([refused(referred="2026-09-21")])
    with database.read() as transaction:
        rows = transaction.connection.exec_driver_sql("SELECT event, role, actor FROM event ORDER BY seq").all()
    assert [tuple(each) for each in rows] == [
        ("submit", "applicant", "台账导入"), ("refuse", "provider", "台账导入"),
        ("refer", "applicant", "台账导入"), ("accept_referral", "office", "台账导入"),
    ]  # fmt: skip


# ----------------------------------------------------------------------------------------------------------- faults

DECIDED = {"coordination": "未达成一致", "coordinated": "2026-10-12", "reported": "2026-10-14"}
BAD = [
    ("an empty number", row(None), "no"),
    ("a number that no one would write", row("GX" * 40), "no"),
    ("an empty date of receipt", row(received=None), "received"),
    ("no such date", row(received="2026年2月30日"), "received"),
    ("not a date", row(received="上周五"), "received"),
    ("a date after the day of the import", row(received="2026-11-21"), "received"),
    ("a later date after the day of the import", row(replied="2026-11-23", answer="同意"), "replied"),
    ("an empty applicant", row(applicant=" "), "applicant"),
    ("an empty provider", row(provider=None), "provider"),
    ("both parties the same", row(provider=CIVIL), "provider"),
    ("both parties the same but for a space", row(provider="市 民政局"), "provider"),
    ("an empty name of the resource", row(resource=None), "resource"),
    ("an unknown class", row(kind="按需共享"), "kind"),
    ("an empty basis", row(basis=""), "basis"),
    ("an empty scenario", row(scenario=None), "scenario"),
    ("an empty mode", row(mode=None), "mode"),
    ("an empty period", row(period=None), "period"),
    ("a spreadsheet's error", row(resource="#N/A"), "resource"),
    ("a reply before the receipt", row(replied="2026-10-23", answer="同意"), "replied"),
    ("a result without its date", row(answer="同意"), "replied"),
    ("a date without its result", row(replied="2026-11-02"), "answer"),
    ("an unknown result", row(replied="2026-11-02", answer="考虑中"), "answer"),
    ("a refusal without a reason", row(replied="2026-11-02", answer="不同意共享"), "reason"),
    ("a part agreed without a reason", row(replied="2026-11-02", answer="部分同意"), "reason"),
    ("a referral before the due date without an answer", row(referred="2026-11-09"), "referred"),
    ("a referral of what was agreed", row(replied="2026-11-02", answer="同意", referred="2026-11-10"), "referred"),
    ("a referral before the reply, and too early", refused(referred="2026-09-15"), "referred"),
    ("a coordination that never began", refused(coordination="协调一致", coordinated="2026-09-24"), "coordination"),
    ("a coordination without its date", refused(referred="2026-09-21", coordination="协调一致"), "coordinated"),
    ("a coordination without its result", refused(referred="2026-09-21", coordinated="2026-10-12"), "coordination"),
    (
        "a coordination that ended before it began",
        refused(referred="2026-09-21", coordination="协调一致", coordinated="2026-09-18"),
        "coordinated",
    ),
    ("a report without coordination", refused(reported="2026-10-14"), "reported"),
    (
        "a report of what was settled",
        refused(referred="2026-09-21", coordination="协调一致", coordinated="2026-10-12", reported="2026-10-14"),
        "reported",
    ),
    ("a decision without its date", refused(referred="2026-09-21", decision="应予共享", **DECIDED), "decided"),
    (
        "an unknown decision",
        refused(referred="2026-09-21", decision="再议", decided="2026-10-30", **DECIDED),
        "decision",
    ),
    ("a decision on what was never reported", refused(decision="应予共享", decided="2026-10-30"), "decision"),
    ("an end while nothing was answered", row(closed="2026-11-10"), "closed"),
    ("an end while coordination is under way", refused(referred="2026-09-21", closed="2026-10-30"), "closed"),
    ("an end before the answer", refused(closed="2026-09-16"), "closed"),
    ("withdrawn without a date", row(remark="已撤回"), "closed"),
    (
        "withdrawn after the decision",
        refused(referred="2026-09-21", decision="应予共享", decided="2026-10-30", closed="2026-11-02", remark="已撤回")
        | DECIDED,
        "closed",
    ),
    ("two faults", row(kind="按需共享", replied="2026-11-31", answer="同意"), "kind"),
    ("a date before the calendar's data", row(received="1999-01-04"), "received"),
]


@pytest.mark.parametrize(("fault", "bad", "column"), BAD, ids=[each[0] for each in BAD])
def test_a_bad_row_is_named_once_and_nothing_of_it_is_stored(bring, database, fault, bad, column):
    done = bring([row("好-1"), bad, row("好-2", applicant=JUSTICE)])
    assert faults(done) == [(5, COLUMNS[column])]
    assert done.rejected[0].why
    assert (done.imported, sorted(facts(database))) == (2, ["好-1", "好-2"])


def test_a_department_that_only_a_bad_row_names_is_not_created(bring, database):
    done = bring([row(provider="市园林绿化局", kind="按需共享"), row("B-2", provider="市体育局")])
    assert done.departments_created == ["市体育局"]
    assert stored(database, "department") == 6


def test_a_number_may_stand_in_a_sheet_only_once_whatever_its_spaces(bring, database):
    done = bring([row(), row(" GX2026-0001　", resource="驾驶证信息"), row("ＧＸ2026-0001")])
    assert faults(done) == [(5, "申请编号"), (6, "申请编号")]
    assert facts(database)["GX2026-0001"][-1] == "常住人口基本信息"


def test_the_first_fault_from_the_left_is_that_of_the_sheet_and_not_of_the_form(bring):
    bad = row(kind="按需共享", replied="2026-10-23", answer="同意", closed="上周")
    assert faults(bring([bad])) == [(4, "共享类型")]
    turned = list(reversed(COLUMNS))
    assert faults(bring([bad], columns=turned)) == [(4, "办结日期")]
    assert faults(bring([row(kind="按需共享", replied="2026-10-23", answer="同意")], columns=turned)) == [
        (4, "答复日期")
    ]


def test_an_event_out_of_place_is_named_by_its_own_leftmost_cell(bring):
    bad = refused(coordination="协调一致", coordinated="2026-09-24")
    columns = [*(name for name in COLUMNS if name != "coordination"), "coordination"]
    assert faults(bring([bad], columns=columns)) == [(4, "协调办结日期")]


# -------------------------------------------------------------------------------------------------------- bad files


def test_a_missing_column_is_named(bring):
    columns = [name for name in COLUMNS if name not in ("provider", "answer")]
    with pytest.raises(NegotiationError, match="缺少“提供部门”、“答复结果”列"):
        bring([row()], columns=columns)


def test_a_column_that_stands_twice_is_named(bring):
    with pytest.raises(NegotiationError, match="两列“备注”"):
        bring([row()], columns=[*COLUMNS, "remark"])


def test_a_workbook_without_the_header_is_told_so(bring):
    with pytest.raises(NegotiationError, match="没有找到表头"):
        bring([], columns=["甲", "乙", "丙"])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "不是 .xlsx"),
        ("申请编号,送达日期".encode(), "不是 .xlsx"),
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
    importer.import_file(database, context, path, as_of=day(AS_OF), at=end_of(day(AS_OF)), progress=steps.append)
    assert steps == [1] * 7


def test_a_bad_first_row_does_not_lose_the_rulebook_of_the_good_ones(bring, database, settings):
    bring([row(provider="市体育局", replied="2026-11-02", answer="不同意"), row("D-2")])
    with database.write() as transaction:
        fresh = Context.of(transaction, settings)
        file = acting.take(UnitOfWork(transaction, fresh, at(AS_OF)), "D-2")
    assert file.rulebook.id == "beijing-2017"


def test_a_machine_whose_clock_is_behind_the_day_of_the_ledger_imports_it_all_the_same(database, context, tmp_path):
    path = made(tmp_path / "made.xlsx", [row(replied="2026-11-20", answer="同意")])
    done = importer.import_file(database, context, path, as_of=day(AS_OF), at=at("2025-11-22"))
    assert counts(done) == (1, 0, 0, 0)


def test_a_reason_without_reply_is_not_lost_but_asked_about(bring):
    done = bring([row(reason=REASON)])
    assert [(each.row, each.column) for each in done.rejected] == [(4, "答复日期")]


def test_a_case_whose_words_begin_like_a_total_is_a_case(bring):
    done = bring([row("", resource="累计参保信息")])
    assert [(each.row, each.column) for each in done.rejected] == [(4, "申请编号")]
