"""Cells of a ledger as they are typed, and the histories that its rows become; read alike on every database."""

from datetime import date, datetime

import pytest

from tests.conftest import CIVIL, POLICE, day
from tests.documents.ledgers import (
    AS_OF,
    counts,
    entered,
    events,
    facts,
    items_of,
    refused,
    row,
    state,
    stored,
)


@pytest.fixture
def database(sqlite):
    return sqlite


# ---------------------------------------------------------------------------------------------------------- cells


WRITTEN = [
    date(2026, 9, 18), datetime.fromisoformat("2026-09-18 15:30"), "2026年9月18日", "2026 年 09 月 18 日", "2026.9.18",
    "2026/9/18", "２０２６年９月１８日", "２０２６／９／１８", "２０２６．９．１８", "2026-09-18 00:00:00",
    "2026-09-18T00:00:00", 46283, 46283.0, "46283", "20260918", 20260918, " 2026-09-18\n", "\u200b2026-9-18\u00a0",
]  # fmt: skip


def test_a_date_is_read_however_it_was_typed(enter, database):
    done = enter([row(f"E-{n}", received=written) for n, written in enumerate(WRITTEN)])
    assert done.rejected == []
    assert {each[1] for each in facts(database).values()} == {day("2026-09-18")}


def test_everything_may_be_written_full_width_or_with_stray_spaces(enter, database):
    full = refused(
        "ＧＸ２０２６－０００７ ", "２０２６年９月１０日", applicant=" 市　民政局\n", provider="市公安局　",
        code="３１１８９５１５／８４８５", period="１年",
    ) | {"answer": " 不予\n共享", "kind": " 有条件共享　", "resource": "常住人口\n基本信息"}  # fmt: skip
    assert counts(enter([full])) == (1, 0, 0, 0)
    found = facts(database)["GX2026-0007"]
    assert (found[0], found[7], found[8], found[9]) == ("refused", CIVIL, POLICE, "常住人口基本信息")
    assert entered(database, "submit", "GX2026-0007")["resource_code"] == "31189515/8485"


def test_a_cell_that_is_struck_out_is_empty(enter, database):
    assert counts(enter([row(replied="—", answer="/", reason="——", closed="-")])) == (1, 0, 0, 0)
    assert state(database) == "awaiting_reply"


def test_the_reason_is_kept_whole_and_the_articles_it_cites_become_the_basis(enter, database):
    reason = "涉及个人信息，依据《个人信息保护法》第三十四条、\n《数据安全法》第二十一条，不宜提供"
    enter([refused() | {"reason": reason}])
    assert entered(database, "refuse")["reason"] == reason
    assert entered(database, "refuse")["legal_basis"] == "《个人信息保护法》第三十四条；《数据安全法》第二十一条"


def test_what_was_entered_is_stored_once(enter, database):
    enter([row()])
    assert stored(database, "content") == 1
    assert "applicant" not in entered(database, "submit")


def test_numbers_of_the_procedure_are_not_given_out_again(enter, story):
    enter([row("GX2026-0061"), row("GX2025-0100", "2025-12-01"), row("旧-3")])
    assert story.open("2026-11-20").no == "GX2026-0062"


# -------------------------------------------------------------------------------------------------------- histories


def told(database, no="GX2026-0001"):
    """State, due date, overdue, closing date."""
    found = facts(database)[no]
    return found[0], found[2].isoformat(), found[4], found[6] and found[6].isoformat()


def test_a_provider_may_agree_while_coordination_is_under_way(enter, database):
    enter([row(received="2026-09-01", replied="2026-09-28", answer="同意", referred="2026-09-16")])
    assert told(database) == ("agreed", "2026-09-15", True, None)
    assert [event for event, _ in events(database)] == ["submit", "refer", "accept_referral", "agree"]


def test_partly_agreed_then_referred_then_settled_then_supplied(enter, database):
    enter([
        row(
            received="2026-09-01", replied="2026-09-08", answer="附条件同意", reason="仅提供核验结果",
            referred="2026-09-10", coordination="协调一致", coordinated="2026-09-24", closed="2026-10-12",
        )
    ])  # fmt: skip
    assert told(database) == ("closed", "2026-09-15", False, "2026-10-12")


def test_partly_agreed_and_closed_was_accepted_and_supplied_on_that_day(enter, database):
    enter([row(received="2026-09-01", replied="2026-09-08", answer="部分同意", reason="仅核验", closed="2026-09-20")])
    assert [event for event, on in events(database) if on == "2026-09-20"] == ["accept", "supply", "confirm"]
    assert items_of(database) == [
        ("〈同意的部分〉", "agreed", "settled", day("2026-09-20")),
        ("〈未同意的部分〉", "refused", "settled", None),
    ]


def test_pending_and_not_yet_due(enter, database):
    enter([row(received="2026-11-16")])
    assert told(database) == ("awaiting_reply", "2026-11-30", False, None)


def test_due_on_the_day_of_the_import_is_not_overdue(enter, database):
    enter([row(received="2026-11-06")])
    assert told(database) == ("awaiting_reply", AS_OF, False, None)
    assert stored(database, "task") == 0
    assert stored(database, "term WHERE next_on = '2026-11-20'") == 1


def test_past_on_the_day_of_the_import_keeps_its_clock_off(enter, database):
    enter([row(received="2026-10-26")])
    assert told(database) == ("awaiting_reply", "2026-11-09", True, None)
    assert stored(database, "term WHERE next_on IS NOT NULL") == 0
    assert stored(database, "task WHERE title = '历史逾期待核'") == 1


def test_a_due_date_in_a_year_without_a_notice_is_provisional(enter, database):
    enter([row(received="2026-12-22")], as_of="2026-12-25")
    assert facts(database)["GX2026-0001"][2].year == 2027
    assert facts(database)["GX2026-0001"][3] is False


def test_withdrawn_and_void_are_said_by_the_remark(enter, database):
    enter([
        row("A-1", closed="2026-11-02", remark="已撤回"),
        row("A-2", closed="2026-11-03", remark="重复登记，已作废"),
        refused("A-3", closed="2026-09-30", remark="双方已沟通"),
    ])  # fmt: skip
    assert [state(database, no) for no in ("A-1", "A-2", "A-3")] == ["withdrawn", "void", "closed"]
    assert entered(database, "void", "A-2")["reason"] == "重复登记，已作废"


DELIBERATED = refused(
    referred="2026-09-21", coordination="未达成一致", coordinated="2026-10-12", reported="2026-10-14",
    decided="2026-10-30",
)  # fmt: skip


@pytest.mark.parametrize(("decision", "closed", "expected"), [
    ("应予共享", None, ("decided", None)), ("不予共享", None, ("closed", "2026-10-30")),
    ("应予共享", "2026-11-10", ("closed", "2026-11-10")), ("不予共享", "2026-11-10", ("closed", "2026-11-10")),
    ("不予共享", "2026-10-30", ("closed", "2026-10-30")),
])  # fmt: skip
def test_the_leading_group_decides_either_way(enter, database, decision, closed, expected):
    """What is not to be shared has ended with the decision, or on the day that the ledger gives for its end."""
    sheet = [DELIBERATED | {"decision": decision, "closed": closed}]
    enter(sheet)
    assert (told(database)[0], told(database)[3]) == expected
    assert events(database)[5] == ("report_up", "2026-10-14")
    assert counts(enter(sheet)) == (0, 0, 1, 0)


def test_what_the_group_decided_is_withdrawn_as_long_as_it_is_not_supplied(enter, database):
    enter([DELIBERATED | {"decision": "应予共享", "closed": "2026-11-02", "remark": "已撤回"}])
    assert (told(database)[0], told(database)[3]) == ("withdrawn", "2026-11-02")


def test_the_history_is_replayed_by_the_role_that_the_transition_names_with_the_ledger_as_actor(enter, database):
    enter([refused(referred="2026-09-21")])
    with database.read() as transaction:
        rows = transaction.connection.exec_driver_sql("SELECT event, role, actor FROM event ORDER BY seq").all()
    assert [tuple(each) for each in rows] == [
        ("submit", "applicant", "台账导入"), ("refuse", "provider", "台账导入"),
        ("refer", "applicant", "台账导入"), ("accept_referral", "office", "台账导入"),
    ]  # fmt: skip
