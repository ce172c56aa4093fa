"""The same ledger again: nothing changes, further cells are replayed onward, contradictions are rejected by column."""

import zipfile

import pytest
from openpyxl import load_workbook

from negotiation.domain.departments import Directory
from tests.conftest import JUSTICE, day
from tests.documents.ledgers import (
    COLUMNS,
    REASON,
    brought_in,
    counts,
    entered,
    events,
    facts,
    faults,
    made,
    read_back,
    refused,
    row,
    state,
    stored,
)


@pytest.fixture
def imported(enter):
    """A refused application, as the ledger told it first."""
    assert counts(enter([refused(code="31/1", remark="急")])) == (1, 0, 0, 0)


# ------------------------------------------------------------------------------------------------------- onward


def test_further_cells_are_replayed_onward(enter, imported, database):
    done = enter(
        [refused(referred="2026-09-21", coordination="协调一致", coordinated="2026-10-12", closed="2026-11-02")]
    )
    assert counts(done) == (0, 1, 0, 0)
    assert [event for event, _ in events(database)] == [
        "submit", "refuse", "refer", "accept_referral", "settle", "supply", "confirm",
    ]  # fmt: skip
    assert stored(database, "notice") == 0


def test_blank_cells_say_nothing(enter, imported, database):
    blank = {"no": "GX2026-0001", "provider": "市公安局"}
    assert counts(enter([blank])) == (0, 0, 1, 0)
    assert counts(enter([blank | {"referred": "2026-09-21"}])) == (0, 1, 0, 0)
    assert state(database) == "in_coordination"


def test_a_term_that_the_clock_acts_on_already_stays_as_it_is(enter, database, context):
    enter([refused(received="2026-11-10", replied="2026-11-12")])
    with database.read() as transaction:
        before = transaction.connection.exec_driver_sql("SELECT n, next_on FROM term WHERE ended_on IS NULL").all()
    enter([refused(received="2026-11-10", replied="2026-11-12", remark="已催办一次")], as_of="2026-11-23")
    with database.read() as transaction:
        assert (
            transaction.connection.exec_driver_sql("SELECT n, next_on FROM term WHERE ended_on IS NULL").all() == before
        )


def test_a_term_that_further_cells_start_in_the_past_keeps_its_clock_off(enter, imported, database):
    enter([refused(referred="2026-09-21")])
    assert stored(database, "term WHERE next_on IS NOT NULL") == 0
    assert stored(database, "task WHERE title = '历史逾期待核' AND done_on IS NULL") == 1


def test_a_reply_in_time_that_the_ledger_brings_late_annuls_the_lapse(enter, story, database):
    enter([row(received="2026-10-26")], as_of="2026-11-02")
    story.no = "GX2026-0001"
    assert story.sweep("2026-11-10").acted == 1
    assert facts(database)["GX2026-0001"][4] is True
    done = enter([row(received="2026-10-26", replied="2026-11-06", answer="同意")])
    assert counts(done) == (0, 1, 0, 0)
    assert [event for event, _ in events(database) if event != "remind"] == ["submit", "lapse", "annul_lapse", "agree"]
    assert facts(database)["GX2026-0001"][4] is False
    assert all(template != "recorded" for template, _, _ in story.notices())


def test_a_remark_that_changed_and_a_cell_that_was_empty_are_noted(enter, database):
    enter([refused()])
    again = refused(code="31/7", remark="已电话沟通")
    assert counts(enter([again])) == (0, 1, 0, 0)
    noted = entered(database, "note")
    assert (noted["resource_code"], noted["remark"]) == ("31/7", "已电话沟通")
    assert counts(enter([again])) == (0, 0, 1, 0)
    assert counts(enter([again | {"remark": "已去函"}])) == (0, 1, 0, 0)
    assert facts(database)["GX2026-0001"][0] == "refused"


def test_a_case_opened_in_the_system_is_known_by_its_number(enter, story, database):
    story.submitted("2026-11-02")
    sheet = row(story.no, "2026-11-02", replied="2026-11-04", answer="同意", period="长期", kind=None)
    assert counts(enter([sheet])) == (0, 1, 0, 0)
    assert state(database, story.no) == "agreed"


def test_a_draft_in_the_system_is_submitted_by_the_ledger(enter, story, database):
    story.open("2026-11-02")
    assert counts(enter([row(story.no, "2026-11-03", period="长期", kind=None)])) == (0, 1, 0, 0)
    assert events(database, story.no) == [("submit", "2026-11-03")]


def test_a_round_that_was_undone_may_be_told_again(enter, imported, story, database):
    enter([refused(referred="2026-09-21")])
    story.no = "GX2026-0001"
    story.act("withdraw_referral", "applicant", "2026-10-09")
    assert counts(enter([refused(referred="2026-09-21")])) == (0, 0, 1, 0)
    assert counts(enter([refused(referred="2026-10-20")])) == (0, 1, 0, 0)
    assert state(database) == "in_coordination"


# ------------------------------------------------------------------------------------------------- contradictions

KNOWN = refused(
    code="31/1", remark="急", referred="2026-09-21", coordination="未达成一致", coordinated="2026-10-12",
    reported="2026-10-14", decision="应予共享", decided="2026-10-30", closed="2026-11-10",
)  # fmt: skip
CONTRADICTIONS = [
    ({"received": "2026-09-09"}, "received"),
    ({"applicant": JUSTICE}, "applicant"),
    ({"provider": "市水务局"}, "provider"),
    ({"resource": "驾驶证信息"}, "resource"),
    ({"code": "31/2"}, "code"),
    ({"kind": "不予共享"}, "kind"),
    ({"basis": "《居住证暂行条例》第十六条"}, "basis"),
    ({"period": "长期"}, "period"),
    ({"replied": "2026-09-18"}, "replied"),
    ({"answer": "部分同意"}, "answer"),
    ({"reason": "目录类别为不予共享"}, "reason"),
    ({"referred": "2026-09-22"}, "referred"),
    ({"coordination": "协调一致"}, "coordination"),
    ({"coordinated": "2026-10-13"}, "coordinated"),
    ({"reported": "2026-10-15"}, "reported"),
    ({"decision": "不予共享"}, "decision"),
    ({"decided": "2026-11-02"}, "decided"),
    ({"closed": "2026-11-11"}, "closed"),
    ({"remark": "已撤回"}, "remark"),
    ({"code": "31/2", "closed": "2026-11-11"}, "code"),
]


def test_a_row_that_contradicts_its_history_is_rejected_by_column(enter, database):
    enter([KNOWN])
    before = facts(database), events(database)
    for change, column in CONTRADICTIONS:
        done = enter([KNOWN | change])
        assert (counts(done), faults(done)) == ((0, 0, 0, 1), [(4, COLUMNS[column])]), change
    assert (facts(database), events(database)) == before
    assert stored(database, "department") == 5


def test_the_same_said_in_other_words_is_no_contradiction(enter):
    enter([KNOWN])
    again = KNOWN | {
        "answer": "不同意",
        "received": "２０２６．９．１０",
        "applicant": "市 民政局",
        "reason": f" {REASON}\n",
    }
    assert counts(enter([again])) == (0, 0, 1, 0)


def test_a_step_that_cannot_follow_is_rejected_and_nothing_of_the_row_is_stored(enter, imported, database):
    done = enter([refused(referred="2026-09-21", reported="2026-10-14")])
    assert faults(done) == [(4, "报审议日期")]
    assert state(database) == "refused"


def test_an_end_that_was_recorded_with_another_remark_is_left_alone(enter, database):
    enter([row(closed="2026-11-02", remark="已撤回")])
    assert counts(enter([row(closed="2026-11-02")])) == (0, 0, 1, 0)
    assert state(database) == "withdrawn"


# ------------------------------------------------------------------------------------------------ what was rejected


def test_the_rejected_rows_are_copied_with_column_and_reason_and_can_be_mended_and_imported_alone(
    enter, database, context, settings
):
    columns = ["联系电话", *COLUMNS]
    rows = [row(), row("B-2", kind="按需共享", received=day("2026-10-26"), 联系电话="010-1"), row("B-3", None)]
    done = enter(rows, columns=columns)
    copy = done.rejected_file
    assert copy.parent == settings.home / "rejected"
    lines = read_back(copy)
    assert lines[0][0].startswith("政务信息资源共享申请台账")
    assert lines[2] == ["联系电话", *COLUMNS.values(), "退回列", "退回原因"]
    assert [line[2] for line in lines[3:]] == ["B-2", "B-3"]
    assert [line[-2] for line in lines[3:]] == ["共享类型", "送达日期"]
    assert lines[3][0] == "010-1"
    assert lines[3][3].date() == day("2026-10-26")

    book = load_workbook(copy)
    page = book.worksheets[0]
    page["I4"], page["D5"] = "有条件共享", "2026年10月26日"
    book.save(copy)
    again = brought_in(database, context, copy)
    assert (counts(again), again.rejected_file) == ((2, 0, 0, 0), None)
    assert len(facts(database)) == 3


def test_a_copy_of_a_copy_has_its_reasons_once_and_overwrites_nothing(enter, database, context):
    first = enter([row(kind="按需共享")]).rejected_file
    second = brought_in(database, context, first).rejected_file
    assert first is not None and second is not None  # noqa: PT018 (for the type checker)
    assert [first.name, second.name] == ["made-rejected-2026-11-20.xlsx", "made-rejected-2026-11-20-2.xlsx"]
    assert read_back(second)[2].count("退回原因") == 1
    assert [line[1] for line in read_back(second)[3:]] == ["GX2026-0001"]


def test_a_text_that_looks_like_a_formula_stays_a_text_in_the_copy(database, context, tmp_path):
    path = made(tmp_path / "formula.xlsx", [row(kind="按需共享")])
    book = load_workbook(path)
    cell = book.worksheets[0]["F4"]
    cell.value, cell.data_type = "=1+1", "s"
    book.save(path)
    done = brought_in(database, context, path)
    assert done.rejected_file is not None
    cells = [cell for line in load_workbook(done.rejected_file).worksheets[0].iter_rows() for cell in line]
    assert [cell.data_type for cell in cells if cell.value == "=1+1"] == ["s"]


@pytest.mark.parametrize(
    ("name", "copied"), [("局" * 40, "局" * 31), ("'台账'", "台账"), ("台账[2026/11]", "台账　2026　11　")]
)
def test_a_sheet_whose_name_no_spreadsheet_program_would_give_is_copied_too(name, copied, database, context, tmp_path):
    path = tmp_path / "made.xlsx"
    with zipfile.ZipFile(made(tmp_path / "as-it-is.xlsx", [row(kind="按需共享")])) as parts:
        held = {part: parts.read(part) for part in parts.namelist()}
    held["xl/workbook.xml"] = held["xl/workbook.xml"].replace(b'name="Sheet"', f'name="{name}"'.encode())
    with zipfile.ZipFile(path, "w") as parts:
        for part, content in held.items():
            parts.writestr(part, content)
    done = brought_in(database, context, path)
    assert done.rejected_file is not None
    assert load_workbook(done.rejected_file).sheetnames == [copied]


# -------------------------------------------------------------------------------------------------------- dry runs


def test_a_dry_run_over_known_rows_changes_nothing_and_answers_the_same(enter, imported, database, context, tmp_path):
    rows = [refused(referred="2026-09-21"), row("B-2", provider="市体育局"), row("B-3", provider="市体育局", kind="?")]
    path = made(tmp_path / "dry.xlsx", rows)
    before = facts(database), events(database), context.directory
    dry = brought_in(database, context, path, dry_run=True)
    assert (facts(database), events(database), context.directory) == before
    assert isinstance(context.directory, Directory)
    real = brought_in(database, context, path)
    assert counts(dry) == counts(real) == (1, 1, 0, 1)
    assert dry.departments_created == real.departments_created == ["市体育局"]


def test_more_rows_than_share_a_commit_are_all_there(enter, database):
    rows = [row(f"F-{n}", provider=f"第{n % 130}局") for n in range(260)]
    done = enter(rows)
    assert (done.imported, len(done.departments_created), len(facts(database))) == (260, 130, 260)
    assert counts(enter(rows)) == (0, 0, 260, 0)


def test_a_case_has_as_many_events_as_its_version_says(enter, database):
    enter([KNOWN])
    assert stored(database, "event") == len(events(database)) == 9
    with database.read() as transaction:
        assert transaction.connection.exec_driver_sql('SELECT version FROM "case"').scalar_one() == 9
