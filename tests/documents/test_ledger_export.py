"""The ledger given back: the same form, and whatever it carries comes in again as it was."""

import tempfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from calendars import WorkingCalendar
from negotiation.core.errors import NegotiationError
from negotiation.core.settings import Settings
from negotiation.documents.ledger import exporter
from negotiation.documents.spreadsheets import sheet_writer
from negotiation.documents.spreadsheets.writer import Column, Sheet, write_table
from negotiation.store.database import Database
from tests.conftest import CIVIL, JUSTICE, MEASURES, POLICE, day, settle_in
from tests.documents.ledgers import (
    AS_OF,
    COLUMNS,
    REASON,
    brought_in,
    counts,
    events,
    facts,
    made,
    read_back,
    refused,
    row,
    state,
)

CHINA = WorkingCalendar.official()


@pytest.fixture
def out(database, context, tmp_path):
    """Exports the ledger and gives its file."""

    def out(name="out.xlsx"):
        path = tmp_path / name
        exporter.export_file(database, context, path, as_of=day(AS_OF))
        return path

    return out


@pytest.fixture
def elsewhere(prepared_sqlite, tmp_path):
    """Another, empty database with its own practice."""
    return another(prepared_sqlite, tmp_path / "elsewhere")


def another(prepared, folder):
    folder.mkdir(parents=True)
    path = folder / "negotiation.db"
    path.write_bytes(prepared.read_bytes())
    database = Database(f"sqlite:///{path}")
    return database, settle_in(database, Settings(home=folder / "home", rulebook=MEASURES))


LONG = refused(
    "GX2026-0002", referred="2026-09-21", coordination="未达成一致", coordinated="2026-10-12", reported="2026-10-14",
    decision="不予共享", decided="2026-10-30", code="31/1", remark="急件",
)  # fmt: skip


def test_the_form_is_given_back_with_real_dates_and_the_first_label_of_a_result(database, context, out, tmp_path):
    brought_in(database, context, made(tmp_path / "in.xlsx", [LONG | {"answer": "不同意"}]))
    lines = read_back(out())
    assert lines[0][0] == "政务信息资源共享申请台账（领导小组办公室）"
    assert lines[1][0] == "截至 2026年11月20日"
    assert lines[2] == list(COLUMNS.values())
    told = dict(zip(COLUMNS, lines[3], strict=True))
    assert told["n"] == 1
    assert told["received"].date() == day("2026-09-10")
    assert (told["answer"], told["decision"], told["kind"]) == ("不予共享", "不予共享", "有条件共享")
    assert (told["reason"], told["code"], told["remark"]) == (REASON, "31/1", "急件")
    assert told["closed"].date() == day("2026-10-30")  # nothing is to be supplied: it ended with the decision


def test_the_sheet_is_ready_to_print_and_to_filter(database, context, out, tmp_path):
    brought_in(database, context, made(tmp_path / "in.xlsx", [LONG]))
    page = load_workbook(out()).worksheets[0]
    assert page.title == "共享申请台账"
    assert page.freeze_panes == "C4"
    assert page.auto_filter.ref == "A3:W4"
    assert page.page_setup.orientation == "landscape"
    assert page.print_title_rows == "$3:$3"
    assert page["C4"].number_format == "yyyy-mm-dd"
    assert page["A1"].font.name == "方正小标宋简体"
    assert page.column_dimensions["O"].width == 36


def test_rows_stand_in_the_order_of_their_numbers(database, context, out, tmp_path):
    numbers = ["GX2026-10000", "GX2026-0002", "GX2026-9999", "GX2025-0003"]
    brought_in(database, context, made(tmp_path / "in.xlsx", [row(no) for no in numbers]))
    lines = read_back(out())[3:]
    assert [line[1] for line in lines] == ["GX2025-0003", "GX2026-0002", "GX2026-9999", "GX2026-10000"]
    assert [line[0] for line in lines] == [1, 2, 3, 4]


def test_a_draft_is_not_in_the_ledger(story, out):
    story.open("2026-11-02")
    assert len(read_back(out())) == 3


def test_an_empty_ledger_is_a_header(out):
    assert len(read_back(out())) == 3


@pytest.mark.parametrize(
    "text", ["<r>甲</r>", "<r><t>甲</t></r>", "<r>&", "&amp;", "{=1+1}", "https://a.b", " 甲 ", "甲\n乙"]
)
def test_a_text_stands_in_its_cell_letter_by_letter(text, tmp_path):
    """Not as markup, a formula or a link, and a workbook that holds it opens."""
    path = tmp_path / "out.xlsx"
    write_table(path, Sheet("表", ("题",), [Column("甲", 10)], [[text]]))
    cell = load_workbook(path)["表"]["A3"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_a_title_runs_on_over_blank_cells_and_a_long_text_has_room_for_its_lines(tmp_path):
    """LibreOffice cuts a title off at a cell that holds anything, even an empty text, and gives each row one line."""
    path = tmp_path / "out.xlsx"
    rows = [["短", "甲" * 40], ["短", "短"], ["短", "一\n二\n三"], ["短", "甲" * 9000]]
    write_table(path, Sheet("表", ("题",), [Column("甲", 10), Column("乙", 20)], rows))
    page = load_workbook(path)["表"]
    assert (page["B1"].value, page["B1"].data_type, page["B1"].alignment.horizontal) == (None, "n", "centerContinuous")
    assert [page.row_dimensions[n].height for n in (3, 4, 5, 6)] == [75, None, 45, 408]


def test_more_than_a_sheet_can_hold_is_told_so_and_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(sheet_writer, "MAX_ROWS", 4)
    path = tmp_path / "out.xlsx"
    with pytest.raises(NegotiationError, match="一张工作表最多4行") as error:
        write_table(path, Sheet("表", ("题",), [Column("甲", 10)], [["1"], ["2"], ["3"]]))
    assert "分几次导出" in str(error.value.todo)
    assert not list(tmp_path.iterdir())


def test_a_text_that_begins_like_a_formula_is_written_as_text(story, out):
    story.submitted("2026-11-02", resource="=HYPERLINK(1)", scenario="+1", mode="@SUM(1)", period="-1", remark="响")
    page = load_workbook(out()).worksheets[0]
    cells = {cell.value: cell for cell in page[4] if isinstance(cell.value, str)}
    for text in ("=HYPERLINK(1)", "+1", "@SUM(1)", "-1"):
        assert cells[text].data_type == "s"
        assert cells[text].quotePrefix
    assert "响" in cells


def test_withdrawn_and_void_cases_carry_the_word_in_the_remark_and_come_in_again(
    story, database, context, out, elsewhere
):
    first = story.submitted("2026-10-26", remark="急").act("withdraw", "applicant", "2026-11-02").no
    second = story.submitted("2026-10-26").act("void", "office", "2026-11-03", reason="重复登记").no
    path = out()
    assert [line[-1] for line in read_back(path)[3:]] == ["急；已撤回", "已作废"]
    assert counts(brought_in(database, context, path)) == (0, 0, 2, 0)
    there, its_context = elsewhere
    assert counts(brought_in(there, its_context, path)) == (2, 0, 0, 0)
    assert [state(there, no) for no in (first, second)] == ["withdrawn", "void"]


def test_a_case_with_several_rounds_is_told_by_the_last_and_comes_in_unchanged(story, database, context, out):
    story.submitted("2026-09-01").act("refuse", "provider", "2026-09-04", reason=REASON)
    story.act("refer", "applicant", "2026-09-07").act("accept_referral", "office", "2026-09-08")
    story.act("return_to_parties", "office", "2026-09-14", reason="补充论证")
    story.act("agree", "provider", "2026-09-21").act("note", "office", "2026-09-22", text="电话", remark="已核")
    path = out()
    told = dict(zip(COLUMNS, read_back(path)[3], strict=True))
    assert (told["answer"], told["replied"].date(), told["referred"]) == ("同意", day("2026-09-21"), None)
    before = events(database, story.no)
    assert counts(brought_in(database, context, path)) == (0, 0, 1, 0)
    assert events(database, story.no) == before


def test_a_referral_that_nobody_has_accepted_is_not_accepted_by_its_own_export(story, database, context, out):
    story.submitted("2026-09-01").act("refuse", "provider", "2026-09-04", reason=REASON)
    story.act("refer", "applicant", "2026-09-07")
    assert counts(brought_in(database, context, out())) == (0, 0, 1, 0)
    assert state(database, story.no) == "referred"


def test_a_provider_who_agreed_after_all_is_told_so(story, database, context, out):
    story.submitted("2026-09-01").act("refuse", "provider", "2026-09-04", reason=REASON)
    story.act("agree", "provider", "2026-09-21").act("supply", "provider", "2026-09-28")
    assert counts(brought_in(database, context, out())) == (0, 0, 1, 0)


def test_answers_item_by_item_are_told_as_an_answer_to_a_part(story, database, context, out, elsewhere):
    """The form has one answer for all the data; what it says of the items is what they come to."""
    story.submitted("2026-09-01", items="姓名、住址、照片")
    story.act("refuse", "provider", "2026-09-03", items="照片", reason=REASON)
    assert [read_back(out())[3][place] for place in (12, 13)] == [None, None]  # two are still to be answered
    story.act("agree", "provider", "2026-09-07", items="姓名、住址").act(
        "supply", "provider", "2026-09-14", items="姓名"
    )
    path = out()
    told = dict(zip(COLUMNS, read_back(path)[3], strict=True))
    assert (told["answer"], told["replied"].date(), told["reason"]) == ("部分同意", day("2026-09-07"), REASON)
    before = facts(database), events(database, story.no)
    assert counts(brought_in(database, context, path)) == (0, 0, 1, 0)
    assert (facts(database), events(database, story.no)) == before
    there, its_context = elsewhere
    assert counts(brought_in(there, its_context, path)) == (1, 0, 0, 0)
    assert facts(there) == facts(database)


def test_a_part_that_is_disputed_to_the_end_comes_in_unchanged_at_every_step(story, database, context, out):
    story.submitted("2026-09-24", items="甲、乙、丙")
    steps = [
        ("agree_partly", "provider", "2026-10-08", {"items": "甲、乙", "reason": "丙尚在核实"}),
        ("refuse", "provider", "2026-10-13", {"reason": REASON}), ("supply", "provider", "2026-10-20", {"items": "甲"}),
        ("refer", "applicant", "2026-10-22", {}), ("accept_referral", "office", "2026-10-26", {}),
        ("supply", "provider", "2026-11-03", {}), ("settle", "office", "2026-11-06", {}),
        ("supply", "provider", "2026-11-12", {}), ("object", "applicant", "2026-11-13", {"reason": "不能读取"}),
        ("supply", "provider", "2026-11-16", {}), ("confirm", "applicant", "2026-11-18", {}),
    ]  # fmt: skip
    for event, role, on, fields in steps:
        story.act(event, role, on, **fields)
        before = facts(database), events(database, story.no)
        assert counts(brought_in(database, context, out())) == (0, 0, 1, 0), event
        assert (facts(database), events(database, story.no)) == before, event
    told = dict(zip(COLUMNS, read_back(out())[3], strict=True))
    assert (told["answer"], told["coordination"], told["closed"].date()) == ("部分同意", "协调一致", day("2026-11-18"))


def test_what_was_withdrawn_item_by_item_carries_the_word_too(story, database, context, out, elsewhere):
    story.submitted("2026-10-26", items="姓名、住址")
    story.act("withdraw_items", "applicant", "2026-10-28", items="住址")
    assert story.state == "awaiting_reply"
    story.act("withdraw_items", "applicant", "2026-11-02", items="姓名")
    path = out()
    assert read_back(path)[3][-1] == "已撤回"
    assert counts(brought_in(database, context, path)) == (0, 0, 1, 0)
    there, its_context = elsewhere
    assert counts(brought_in(there, its_context, path)) == (1, 0, 0, 0)
    assert facts(there) == facts(database)


def test_a_transferred_case_is_told_with_its_present_departments(story, database, context, out):
    story.submitted("2026-09-01").act("transfer", "office", "2026-09-07", provider=JUSTICE, reason="职责划转")
    path = out()
    assert read_back(path)[3][4] == JUSTICE
    assert counts(brought_in(database, context, path)) == (0, 0, 1, 0)


def test_a_file_that_cannot_be_written_is_told_so_and_leaves_nothing(database, context, tmp_path):
    with pytest.raises(NegotiationError, match="无法写入"):
        exporter.export_file(database, context, tmp_path / "none" / "out.xlsx", as_of=day(AS_OF))
    assert not (tmp_path / "none").exists()


def test_an_export_over_an_older_one_replaces_it_whole(database, context, out, tmp_path):
    brought_in(database, context, made(tmp_path / "in.xlsx", [row(), row("B-2")]))
    assert out() == out()
    assert len(read_back(tmp_path / "out.xlsx")) == 5
    assert not list(tmp_path.glob(".*"))


# --------------------------------------------------------------------------------------------- any lawful history

LAST = day(AS_OF)
SPELLINGS = [
    lambda on: on,
    lambda on: on.isoformat(),
    lambda on: f"{on.year}年{on.month}月{on.day}日",
    lambda on: f"{on.year}.{on.month}.{on.day} ",
    lambda on: f"{on.year}/{on:%m/%d}",
    lambda on: on.isoformat().translate(str.maketrans("0123456789-", "０１２３４５６７８９－")),
    lambda on: (on - date(1899, 12, 30)).days,
]


@st.composite
def lawful_rows(draw):
    """A row whose history is lawful, broken off at any point or at the day of the import."""
    on = draw(st.dates(date(2025, 2, 1), LAST))
    due = CHINA.estimate(on, 10).day
    cells = {}
    answers = ["", "同意", "同意共享", "部分同意", "附条件同意", "不予共享", "不同意共享"]
    path = ["answer", "referral", "coordination", "report", "decision", "closing"][: draw(st.integers(0, 6))]
    dated = [("received", on)]

    def later(least=0):
        nonlocal on
        on += timedelta(days=draw(st.integers(least, 25)))
        return on

    answer = draw(st.sampled_from(answers)) if "answer" in path else ""
    if answer:
        dated.append(("replied", later()))
        cells["answer"] = answer
        cells["reason"] = draw(st.sampled_from([REASON, "仅提供核验结果"])) if answer[:2] != "同意" else None
    agreed = answer.startswith("同意")
    if "referral" in path and not agreed and draw(st.booleans()):
        if not answer:
            on = max(on, due + timedelta(days=1))
        dated.append(("referred", later()))
        outcome = draw(st.sampled_from(["协调一致", "未达成一致"])) if "coordination" in path else ""
        if outcome:
            cells["coordination"] = outcome
            dated.append(("coordinated", later()))
        if outcome == "未达成一致" and "report" in path:
            dated.append(("reported", later()))
            if "decision" in path:
                cells["decision"] = draw(st.sampled_from(["应予共享", "不予共享"]))
                dated.append(("decided", later()))
    ended = answer and "referred" not in dict(dated)
    ended = ended or cells.get("coordination") == "协调一致" or "decision" in cells
    if "closing" in path and ended:
        dated.append(("closed", later()))
    elif "decision" not in cells and draw(st.booleans()):
        dated.append(("closed", later()))
        cells["remark"] = draw(st.sampled_from(["已撤回", "已作废"]))
    if any(each > LAST for _, each in dated):
        keep = {key for key, each in dated if each <= LAST}
        for pair, result in (("replied", "answer"), ("coordinated", "coordination"), ("decided", "decision")):
            if pair not in keep:
                cells.pop(result, None)
        if "replied" not in keep:
            cells.pop("reason", None)  # a reason without its reply would be asked about
        if "closed" not in keep:
            cells.pop("remark", None)
        dated = [each for each in dated if each[0] in keep]
    return cells | {key: draw(st.sampled_from(SPELLINGS))(each) for key, each in dated}


@settings(max_examples=25)
@given(st.lists(lawful_rows(), min_size=1, max_size=8), st.permutations(list(COLUMNS)))
def test_any_lawful_ledger_goes_out_and_comes_in_elsewhere_with_the_same_facts(prepared_sqlite, rows, columns):
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        here, office = another(prepared_sqlite, home / "here")
        there, other_office = another(prepared_sqlite, home / "there")
        given_rows = [row(f"GX2026-{n:04}", applicant=CIVIL, provider=POLICE, **cells) for n, cells in enumerate(rows)]
        done = brought_in(here, office, made(home / "in.xlsx", given_rows, columns=columns))
        assert done.rejected == []
        assert counts(brought_in(here, office, home / "in.xlsx")) == (0, 0, len(rows), 0)
        path = home / "out.xlsx"
        assert exporter.export_file(here, office, path, as_of=LAST) == len(rows)
        assert counts(brought_in(here, office, path)) == (0, 0, len(rows), 0)
        assert counts(brought_in(there, other_office, path)) == (len(rows), 0, 0, 0)
        assert facts(there) == facts(here)
        here.close()
        there.close()


def test_the_running_terms_stand_on_a_sheet_of_their_own_and_say_what_is_provisional(story, out):
    story.submitted("2026-12-18")
    book = load_workbook(out())
    assert book.sheetnames[1] == "在办期限"
    (row,) = list(book.worksheets[1].iter_rows(min_row=4, values_only=True))
    assert (row[0], row[4], row[6], str(row[7])[:10]) == (story.no, "答复期限", 10, "2027-01-04")
    assert str(row[8]).startswith("暂定，待国务院办公厅公布2027年节假日安排后确定")
