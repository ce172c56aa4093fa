"""A ledger that was mended and comes again: what differs is listed and, asked for, entered as corrections."""

from typing import Any

import pytest

from negotiation.core.enums import AccountRole
from negotiation.core.errors import FieldError
from negotiation.documents.ledger.outcome import Correcting, Imported
from negotiation.domain.people import Person
from tests.conftest import JUSTICE, day
from tests.documents.ledgers import (
    COLUMNS,
    REASON,
    Row,
    brought_in,
    counts,
    facts,
    faults,
    items_of,
    made,
    refused,
    row,
    state,
    stored,
)

NO = "GX2026-0001"
KNOWN = refused(
    code="31/1", remark="急", referred="2026-09-21", coordination="未达成一致", coordinated="2026-10-12",
    reported="2026-10-14", decision="应予共享", decided="2026-10-30", closed="2026-11-10",
)  # fmt: skip
WHY = "台账误填，依据来文更正"


@pytest.fixture
def mend(database, context, tmp_path):
    """A function that imports a mended sheet and has what differs corrected."""

    def mend(*rows: Row, as_of: str = "2026-11-20", dry_run: bool = False, **shape: Any) -> Imported:
        path = made(tmp_path / "mended.xlsx", rows, **shape)
        return brought_in(database, context, path, as_of=as_of, dry_run=dry_run, correcting=Correcting(WHY))

    return mend


def differences(done: Imported) -> list[tuple[str, str, str, str]]:
    return [(each.column, each.field, str(each.was), str(each.now)) for each in done.differences]


# ------------------------------------------------------------------------------------------------------- the list


def test_what_a_row_says_otherwise_is_listed_cell_by_cell_and_the_row_rejected(enter, database):
    enter([KNOWN])
    before = stored(database, "event")
    done = enter([KNOWN | {"replied": "2026-09-18", "answer": "同意", "code": "31/2"}])
    assert (counts(done), done.corrected, faults(done)) == ((0, 0, 0, 1), 0, [(4, "资源代码")])
    assert differences(done) == [
        ("资源代码", "resource_code", "31/1", "31/2"),
        ("答复日期", "on", "2026-09-17", "2026-09-18"),
        ("答复结果", "event", "不予共享", "同意"),
    ]
    assert {(each.sheet, each.row, each.no) for each in done.differences} == {("Sheet", 4, NO)}
    assert [each.event for each in done.differences] == ["submit", "refuse", "refuse"]
    assert stored(database, "event") == before


def test_a_row_that_says_nothing_else_has_no_differences(enter, mend):
    enter([KNOWN])
    done = mend(KNOWN)
    assert (counts(done), done.corrected, done.differences) == ((0, 0, 1, 0), 0, [])


def test_a_reason_is_demanded_before_anything_is_read(database, context, tmp_path):
    with pytest.raises(FieldError, match="更正须写明理由"):
        brought_in(database, context, made(tmp_path / "a.xlsx", [KNOWN]), correcting=Correcting(" "))
    assert stored(database, '"case"') == 0


# -------------------------------------------------------------------------------------------------- the corrections


def test_a_day_that_was_mistyped_is_corrected_and_its_terms_follow(enter, mend, stands, database):
    enter([refused()])
    done = mend(refused(replied="2026-09-28"))
    assert (counts(done), done.corrected) == ((0, 0, 0, 0), 1)
    assert stands() == [("submit", "2026-09-10"), ("refuse", "2026-09-28")]
    assert facts(database)[NO][4] is True  # ten working days from 10 September end on the 24th: it was late
    assert counts(enter([refused(replied="2026-09-28")])) == (0, 0, 1, 0)


def test_the_day_of_receipt_is_corrected_and_the_reply_is_late_no_more(enter, mend, stands, database):
    enter([refused(received="2026-09-01")])
    assert facts(database)[NO][4] is True
    mend(refused())
    assert facts(database)[NO][1] == day("2026-09-10")
    assert facts(database)[NO][4] is False
    assert stands()[0] == ("submit", "2026-09-10")


def test_a_day_on_which_several_steps_were_taken_is_corrected_for_all_of_them(enter, mend, stands):
    enter([KNOWN])
    mend(KNOWN | {"referred": "2026-09-22", "closed": "2026-11-12"})
    mended = dict(stands())
    assert [mended[each] for each in ("refer", "accept_referral")] == ["2026-09-22", "2026-09-22"]
    assert stands()[-1][1] == "2026-11-12"


def test_another_answer_takes_the_place_of_the_one_that_is_struck(enter, mend, stands, database):
    enter([refused()])
    done = mend(refused(answer="同意", reason=None))
    assert (counts(done), done.corrected) == ((0, 0, 0, 0), 1)
    assert stands() == [("submit", "2026-09-10"), ("agree", "2026-09-17")]
    assert state(database) == "agreed"
    assert stored(database, "task WHERE title = '历史逾期待核' AND done_on IS NULL") == 1  # its supply term is past
    assert stored(database, "notice") == 0


def test_another_answer_ends_the_case_by_what_it_now_calls_for(enter, mend, stands, database):
    enter([refused(closed="2026-10-12")])
    assert [event for event, _ in stands()] == ["submit", "refuse", "close"]
    mend(refused(answer="同意", reason=None, closed="2026-10-12"))
    assert [event for event, _ in stands()] == ["submit", "agree", "supply", "confirm"]
    assert state(database) == "closed"
    assert [(answer, supplied) for _, answer, _, supplied in items_of(database)] == [("agreed", day("2026-10-12"))]


def test_steps_that_are_new_are_entered_behind_those_that_are_corrected(enter, mend, stands, database):
    enter([refused()])
    mend(refused(answer="同意", reason=None, replied="2026-09-18", closed="2026-10-12"))
    assert stands() == [
        ("submit", "2026-09-10"), ("agree", "2026-09-18"), ("supply", "2026-10-12"), ("confirm", "2026-10-12"),
    ]  # fmt: skip


def test_a_field_is_corrected_and_no_day_moves(enter, mend, stands, database):
    enter([KNOWN])
    before = stands()
    done = mend(KNOWN | {"reason": "目录类别为不予共享", "resource": "驾驶证信息", "code": "31/2"})
    assert (done.corrected, stands()) == (1, before)
    assert facts(database)[NO][9] == "驾驶证信息"
    assert counts(enter([KNOWN | {"reason": "目录类别为不予共享", "resource": "驾驶证信息", "code": "31/2"}]))[2] == 1


def test_a_department_is_corrected_while_it_has_not_acted_and_the_new_one_registered(enter, mend, database):
    enter([row()])
    done = mend(row(provider="市数字档案馆"))
    assert (done.corrected, done.departments_created) == (1, ["市数字档案馆"])
    assert facts(database)[NO][8] == "市数字档案馆"


def test_another_end_takes_the_place_of_the_one_that_was_recorded(enter, mend, stands, database):
    enter([row(closed="2026-11-02", remark="已撤回")])
    assert state(database) == "withdrawn"
    mend(row(closed="2026-11-02", remark="已作废"))
    assert (state(database), stands()[:2]) == ("void", [("submit", "2026-10-26"), ("void", "2026-11-02")])


def test_an_end_whose_remark_was_emptied_is_the_one_that_the_answer_calls_for(enter, mend, stands, database):
    ended = refused(closed="2026-10-12", remark="已作废")
    enter([ended])
    assert counts(enter([refused(closed="2026-10-12")])) == (0, 0, 1, 0)
    done = mend(refused(closed="2026-10-12"))
    assert differences(done) == [("备注", "event", "作废", "")]
    assert (state(database), stands()[-1]) == ("closed", ("close", "2026-10-12"))


def test_a_step_that_was_forgotten_is_put_in_before_what_came_later(enter, mend, stands, database):
    enter([row(received="2026-09-10", closed="2026-10-12", remark="已作废")])
    told = refused(closed="2026-10-12", remark="已作废")
    assert faults(enter([told])) == [(4, "答复日期")]
    done = mend(told)
    assert (done.corrected, differences(done)) == (1, [("答复日期", "event", "", "2026-09-17")])
    assert [event for event, _ in stands()] == ["submit", "refuse", "void"]


@pytest.mark.parametrize("cells", [{"replied": "2027-01-05"}, {"replied": "2026年2月30日"}, {"answer": "考虑中"}])
def test_a_cell_that_cannot_be_read_is_no_cell_that_was_emptied(enter, mend, stands, cells):
    enter([refused()])
    done = mend(refused(**cells))
    assert (len(done.rejected), done.corrected, differences(done)) == (1, 0, [])
    assert stands() == [("submit", "2026-09-10"), ("refuse", "2026-09-17")]


def test_a_step_whose_cells_were_emptied_is_struck_with_its_column_in_the_sheet(enter, mend, stands, database):
    enter([refused(referred="2026-09-21")])
    columns = [each for each in COLUMNS if each != "referred"]
    assert counts(mend(refused(), columns=columns)) == (0, 0, 1, 0)
    done = mend(refused())
    assert differences(done) == [("报协调日期", "event", "2026-09-21", "")]
    assert stands() == [("submit", "2026-09-10"), ("refuse", "2026-09-17")]
    assert state(database) == "refused"


def test_what_people_entered_is_not_struck_by_an_empty_cell(enter, mend, story, stands):
    enter([refused()])
    story.no = NO
    story.act("refer", "office", "2026-11-19")
    assert counts(mend(refused())) == (0, 0, 1, 0)
    assert stands()[-1] == ("refer", "2026-11-19")


def test_a_remark_and_a_correction_come_in_one_row(enter, mend, stands):
    enter([refused()])
    mend(refused(replied="2026-09-18", remark="已电话核实"))
    assert [event for event, _ in stands()] == ["submit", "refuse", "note"]


def test_a_dry_run_lists_what_would_be_corrected_and_writes_nothing(enter, mend, database):
    enter([refused()])
    before = stored(database, "event"), facts(database)
    done = mend(refused(replied="2026-09-18"), dry_run=True)
    assert (done.corrected, differences(done)) == (1, [("答复日期", "on", "2026-09-17", "2026-09-18")])
    assert (stored(database, "event"), facts(database)) == before


MENDED: list[tuple[Row, Row]] = [
    (KNOWN, {"received": "2026-09-09"}),
    (KNOWN, {"resource": "驾驶证信息", "code": "31/2", "basis": "《居住证暂行条例》第十六条", "period": "长期"}),
    (KNOWN, {"kind": "不予共享", "reason": "目录类别为不予共享"}),
    (KNOWN, {"replied": "2026-09-18"}),
    (KNOWN, {"answer": "部分同意"}),
    (KNOWN, {"referred": "2026-09-22"}),
    (KNOWN, {"coordinated": "2026-10-13"}),
    (KNOWN, {"reported": "2026-10-15"}),
    (KNOWN, {"decided": "2026-11-02"}),
    (KNOWN, {"closed": "2026-11-11"}),
    (KNOWN, {"decision": "不予共享"}),
    (KNOWN, {"coordination": "协调一致", "reported": None, "decision": None, "decided": None}),
    (KNOWN, {"decision": None, "decided": None, "closed": None}),
    (KNOWN, {"replied": "2026-09-25", "referred": "2026-10-09", "coordinated": "2026-10-14"}),
    (refused(closed="2026-10-12"), {"answer": "同意", "reason": None}),
    (refused(closed="2026-10-12"), {"answer": "部分同意"}),
    (row(replied="2026-11-02", answer="同意", closed="2026-11-10"), {"answer": "不予共享", "reason": REASON}),
    (row(replied="2026-11-02", answer="同意"), {"replied": None, "answer": None}),
    (row(replied="2026-11-02", answer="同意"), {"replied": "2026-11-03", "closed": "2026-11-10"}),
]


@pytest.mark.parametrize(("told", "mended"), MENDED)
def test_a_case_that_is_mended_stands_as_if_it_had_been_told_so_at_first(told, mended, enter, mend, stands, database):
    enter([told])
    done = mend({**told, **mended}, {**told, **mended, "no": "F-1"})
    assert (done.corrected, done.imported, done.rejected) == (1, 1, [])
    assert facts(database)[NO] == facts(database)["F-1"]
    assert items_of(database) == items_of(database, "F-1")
    assert sorted(stands()) == sorted(stands("F-1"))
    assert counts(enter([{**told, **mended}])) == (0, 0, 1, 0)


# ------------------------------------------------------------------------------------------------------ bad input


def test_what_the_law_does_not_allow_rejects_the_row_with_its_sentence(enter, mend, stands):
    enter([KNOWN])
    before = stands()
    done = mend(KNOWN | {"provider": JUSTICE}, refused("B-2"))
    assert (counts(done), done.corrected) == ((1, 0, 0, 1), 0)
    assert done.rejected[0].column == "提供部门"
    assert "已经办理过本案，不能再更正为另一单位" in done.rejected[0].why
    assert stands() == before


def test_a_day_that_an_earlier_step_contradicts_rejects_the_row_naming_the_entry(enter, mend, stands):
    enter([KNOWN])
    before = stands()
    done = mend(KNOWN | {"coordinated": "2026-10-20"})
    assert [(each.column, "不再成立" in each.why) for each in done.rejected] == [("协调办结日期", True)]
    assert stands() == before


def test_an_answer_without_its_reason_rejects_the_row_by_its_column(enter, mend):
    enter([row(replied="2026-11-02", answer="同意")])
    assert faults(mend(row(replied="2026-11-02", answer="不予共享"))) == [(4, "答复理由及依据")]


def test_only_the_head_of_the_side_that_entered_it_signs(enter, database, context, tmp_path, stands):
    enter([refused()])
    clerk = Person(1, "ls", "李石", None, frozenset({AccountRole.OFFICE_CLERK}), must_change=False)
    head = Person(2, "wy", "王岩", None, frozenset({AccountRole.OFFICE_HEAD}), must_change=False)
    path = made(tmp_path / "mended.xlsx", [refused(replied="2026-09-18")])
    done = brought_in(database, context, path, correcting=Correcting(WHY, clerk))
    assert [each.why for each in done.rejected if "负责人签批" in each.why] != []
    assert stands()[-1] == ("refuse", "2026-09-17")
    assert brought_in(database, context, path, correcting=Correcting(WHY, head)).corrected == 1
    assert stands()[-1] == ("refuse", "2026-09-18")


def test_a_corrected_case_is_given_back_as_it_stands(enter, mend, database, context, tmp_path):
    enter([refused()])
    mend(refused(replied="2026-09-18", answer="同意", reason=None))
    assert counts(enter([refused(replied="2026-09-18", answer="同意", reason=None)])) == (0, 0, 1, 0)
    assert differences(enter([refused()]))[0] == ("答复日期", "on", "2026-09-18", "2026-09-17")
