"""Rows of a ledger that cannot be right: each is named by its first faulty column, and nothing of it is stored."""

import pytest

from negotiation.services.cases import acting
from negotiation.services.context import Context, UnitOfWork
from tests.conftest import CIVIL, JUSTICE, at
from tests.documents.ledgers import (
    AS_OF,
    COLUMNS,
    REASON,
    facts,
    faults,
    refused,
    row,
    stored,
)


@pytest.fixture
def database(sqlite):
    return sqlite


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
    (
        "an end before the decision that ended it",
        refused(referred="2026-09-21", decision="不予共享", decided="2026-10-30", closed="2026-10-29") | DECIDED,
        "closed",
    ),
    ("withdrawn without a date", row(remark="已撤回"), "closed"),
    (
        "withdrawn after a decision that ended it",
        refused(referred="2026-09-21", decision="不予共享", decided="2026-10-30", closed="2026-11-02", remark="已撤回")
        | DECIDED,
        "closed",
    ),
    ("two faults", row(kind="按需共享", replied="2026-11-31", answer="同意"), "kind"),
    ("a date before the calendar's data", row(received="1999-01-04"), "received"),
]


@pytest.mark.parametrize(("fault", "bad", "column"), BAD, ids=[each[0] for each in BAD])
def test_a_bad_row_is_named_once_and_nothing_of_it_is_stored(enter, database, fault, bad, column):
    done = enter([row("好-1"), bad, row("好-2", applicant=JUSTICE)])
    assert faults(done) == [(5, COLUMNS[column])]
    assert done.rejected[0].why
    assert (done.imported, sorted(facts(database))) == (2, ["好-1", "好-2"])


def test_a_department_that_only_a_bad_row_names_is_not_created(enter, database):
    done = enter([row(provider="市园林绿化局", kind="按需共享"), row("B-2", provider="市体育局")])
    assert done.departments_created == ["市体育局"]
    assert stored(database, "department") == 6


def test_a_number_may_stand_in_a_sheet_only_once_whatever_its_spaces(enter, database):
    done = enter([row(), row(" GX2026-0001　", resource="驾驶证信息"), row("ＧＸ2026-0001")])
    assert faults(done) == [(5, "申请编号"), (6, "申请编号")]
    assert facts(database)["GX2026-0001"][-1] == "常住人口基本信息"


def test_the_first_fault_from_the_left_is_that_of_the_sheet_and_not_of_the_form(enter):
    bad = row(kind="按需共享", replied="2026-10-23", answer="同意", closed="上周")
    assert faults(enter([bad])) == [(4, "共享类型")]
    turned = list(reversed(COLUMNS))
    assert faults(enter([bad], columns=turned)) == [(4, "办结日期")]
    assert faults(enter([row(kind="按需共享", replied="2026-10-23", answer="同意")], columns=turned)) == [
        (4, "答复日期")
    ]


def test_all_faulty_cells_of_a_row_are_told_at_once_from_the_left(enter):
    (rejected,) = enter([row(kind="按需共享", basis="", replied="2026年2月30日", answer="同意")]).rejected
    assert [each.column for each in rejected.faults] == [COLUMNS[key] for key in ("kind", "basis", "replied")]
    assert [each.given for each in rejected.faults] == ["按需共享", "", "2026年2月30日"]
    assert f"“{COLUMNS['basis']}”：" in rejected.says


def test_an_event_out_of_place_is_named_by_its_own_leftmost_cell(enter):
    bad = refused(coordination="协调一致", coordinated="2026-09-24")
    columns = [*(name for name in COLUMNS if name != "coordination"), "coordination"]
    assert faults(enter([bad], columns=columns)) == [(4, "协调办结日期")]


def test_a_bad_first_row_does_not_lose_the_rulebook_of_the_good_ones(enter, database, settings):
    enter([row(provider="市体育局", replied="2026-11-02", answer="不同意"), row("D-2")])
    with database.write() as transaction:
        fresh = Context.of(transaction, settings)
        file = acting.take(UnitOfWork(transaction, fresh, at(AS_OF)), "D-2")
    assert file.rulebook.id == "beijing-2017"


def test_a_reason_without_reply_is_not_lost_but_asked_about(enter):
    done = enter([row(reason=REASON)])
    assert [(each.row, each.column) for each in done.rejected] == [(4, "答复日期")]


def test_a_case_whose_words_begin_like_a_total_is_a_case(enter):
    done = enter([row("", resource="累计参保信息")])
    assert [(each.row, each.column) for each in done.rejected] == [(4, "申请编号")]
