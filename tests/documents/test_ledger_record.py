"""The ledger writes what its columns say and no more: 审议结果 is the leading group's word, 政府决定 the government's.

条例第二十八条: what coordination cannot settle the government at that level decides.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from negotiation.core.errors import InvalidTransition
from negotiation.core.local_time import end_of
from negotiation.documents import report
from negotiation.documents.ledger import exporter
from negotiation.services.cases import acting, case_history
from negotiation.services.context import Context, UnitOfWork
from negotiation.store.database import Database
from tests.cli.terminal import Terminal
from tests.conftest import BY_DATE, day
from tests.documents.ledgers import (
    AS_OF,
    COLUMNS,
    brought_in,
    counts,
    entered,
    events,
    facts,
    faults,
    items_of,
    made,
    refused,
    row,
    state,
    stored,
)
from tests.documents.report.year import said

DECISION = {"ruling": "政府决定", "ruling_no": "政府决定文号", "ruled": "政府决定日期"}
WITH_DECISION = (*list(COLUMNS)[:-2], *DECISION, "closed", "remark")
TASK = "请核实政府决定及文号"
DELIBERATED = {
    "referred": "2026-03-23", "coordination": "未达成一致", "coordinated": "2026-04-02", "reported": "2026-04-07",
    "decision": "应予共享", "decided": "2026-05-12",
}  # fmt: skip
DECIDED = {"ruling": "应予共享", "ruling_no": "京政函〔2026〕9号", "ruled": "2026-06-01"}


def disputed(**cells: Any) -> dict[str, Any]:
    """A refusal that was coordinated in vain and deliberated."""
    return refused(received="2026-03-02", replied="2026-03-10") | DELIBERATED | cells


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"rulebook": BY_DATE})


@pytest.fixture
def bring(database, context, tmp_path):
    def bring(*rows, columns=WITH_DECISION):
        return brought_in(database, context, made(tmp_path / "made.xlsx", rows, columns=columns, headers=DECISION))

    return bring


def tasks(database) -> list[str]:
    with database.read() as transaction:
        return list(
            transaction.connection.exec_driver_sql(
                "SELECT title FROM task WHERE done_on IS NULL ORDER BY key"
            ).scalars()
        )


# --------------------------------------------------------------------------------------------------- by command line


@pytest.fixture
def office(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("NEGOTIATION_RULEBOOK", BY_DATE)
    return terminal


def happened(office: Terminal, no: str) -> list[str]:
    return [each["event"] for each in office.json("case", "show", no, "--as-of", AS_OF)["events"]]


def test_the_sample_has_no_decision_that_nobody_took(office, sample):
    office.json("ledger", "import", str(sample / "ledger-2026.xlsx"), "--as-of", AS_OF, status=3)
    for no in ("GX2025-0040", "GX2026-0045", "GX2025-0057", "GX2025-0060"):
        assert not {"decide", "submit_up"} & set(happened(office, no)), no
    assert happened(office, "GX2025-0040")[-1] == "deliberate"
    shown = office.json("case", "show", "GX2025-0057", "--as-of", AS_OF)
    assert [each["title"] for each in shown["events"]][-1] == "按台账登记办结"
    now = office.json("case", "show", "GX2025-0057")  # what a person is to look at is today's
    assert [each["title"] for each in now["tasks"]] == [TASK]


def test_every_row_of_the_sample_stands_as_its_answers_say(office, sample):
    truth = json.loads((sample / "ledger-2026.expected.json").read_text("utf-8"))
    office.json("ledger", "import", str(sample / "ledger-2026.xlsx"), "--as-of", AS_OF, status=3)
    found = office.json("cases", "--as-of", AS_OF)["cases"]
    assert {each["no"]: (each["state"], each["closed"]) for each in found} == {
        each["no"]: (each["state"], each["closed"]) for each in truth["good"]
    }


def test_a_decision_of_the_government_without_its_number_is_rejected_by_its_column(office, tmp_path):
    rows = [disputed(**DECIDED), disputed(**DECIDED | {"ruling_no": None}) | {"no": "GX2026-0002"}]
    sheet = made(tmp_path / "made.xlsx", rows, columns=WITH_DECISION, headers=DECISION)
    done = office.json("ledger", "import", str(sheet), "--as-of", AS_OF, status=3)
    assert (done["imported"], [(each["row"], each["column"]) for each in done["rejected"]]) == (
        1, [(5, "政府决定文号")],
    )  # fmt: skip
    assert happened(office, "GX2026-0001")[-3:] == ["deliberate", "submit_up", "decide"]


def test_nobody_is_offered_the_end_that_only_a_ledger_tells_and_nobody_can_do_it_by_hand(office, tmp_path):
    sheet = made(tmp_path / "made.xlsx", [disputed()])
    office.json("ledger", "import", str(sheet), "--as-of", AS_OF)
    shown = office.json("case", "show", "GX2026-0001", "--as-of", AS_OF)
    assert (shown["state"], shown["state_title"]) == ("deliberated", "已审议（待报政府决定）")
    assert "close_on_record" not in [each["event"] for each in shown["acts"]]
    error = office.error("case", "act", "GX2026-0001", "close_on_record", "--by", "office", "--on", AS_OF, status=1)
    assert "只在导入台账的历史时登记" in error["what"]
    assert "报请决定" in error["todo"]
    assert happened(office, "GX2026-0001")[-1] == "deliberate"


# ------------------------------------------------------------------------------------------------- what the columns say


def test_what_the_group_said_is_a_field_of_its_deliberation_and_nothing_else_follows(bring, database):
    assert counts(bring(disputed(), columns=tuple(COLUMNS))) == (1, 0, 0, 0)
    assert state(database) == "deliberated"
    assert events(database)[-1] == ("deliberate", "2026-05-12")
    assert entered(database, "deliberate")["opinion"] == "应予共享"
    assert tasks(database) == ["历史逾期待核"]


@pytest.mark.parametrize(("decided", "end"), [("应予共享", ["supply", "confirm"]), ("不予共享", ["close"])])
def test_a_decision_with_its_number_is_told_and_ends_as_it_says(bring, database, decided, end):
    told = disputed(**DECIDED | {"ruling": decided}, closed="2026-06-15")
    assert counts(bring(told)) == (1, 0, 0, 0)
    decision = [("submit_up", "2026-06-01"), ("decide", "2026-06-01")]
    assert events(database)[7:] == [*decision, *((event, "2026-06-15") for event in end)]
    assert facts(database)["GX2026-0001"][6] == day("2026-06-15")
    assert counts(bring(told)) == (0, 0, 1, 0)
    assert entered(database, "decide")["doc_no"] == "京政函〔2026〕9号"
    assert entered(database, "submit_up") == {}  # the number is the decision's own, not the submission's
    assert tasks(database) == []


@pytest.mark.parametrize("number", [None, "—", "无", "待补", "已印发"])
def test_what_is_no_number_is_none(bring, database, number):
    done = bring(disputed(**DECIDED | {"ruling_no": number}))
    assert faults(done) == [(4, "政府决定文号")]
    assert stored(database, '"case"') == 0


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"ruling": None}, "政府决定"),
        ({"ruled": None}, "政府决定日期"),
        ({"ruling": "原则同意"}, "政府决定"),
        ({"ruled": "2026-05-01"}, "政府决定日期"),  # before the group had said anything
        ({"ruled": "2026-02-30"}, "政府决定日期"),
    ],
)
def test_half_a_decision_is_none(bring, database, cells, column):
    assert faults(bring(disputed(**DECIDED | cells))) == [(4, column)]
    assert stored(database, '"case"') == 0


def test_a_row_that_ends_without_a_decision_ends_on_record_and_a_person_is_asked(bring, database):
    bring(disputed(closed="2026-06-15"), disputed(no="GX2026-0002", decision="不予共享", closed="2026-06-15"))
    for no in ("GX2026-0001", "GX2026-0002"):
        assert events(database, no)[-2:] == [("deliberate", "2026-05-12"), ("close_on_record", "2026-06-15")]
    assert tasks(database) == [TASK, TASK]
    assert stored(database, "notice") == 0


def test_a_part_that_was_agreed_is_supplied_on_the_day_on_which_the_rest_ends_on_record(bring, database):
    partly = {"answer": "部分同意", "reason": "仅提供核验结果", "closed": "2026-06-15"}
    assert counts(bring(disputed(**partly))) == (1, 0, 0, 0)
    assert events(database)[-3:] == [
        ("deliberate", "2026-05-12"), ("supply", "2026-06-15"), ("close_on_record", "2026-06-15"),
    ]  # fmt: skip
    assert items_of(database) == [
        ("〈同意的部分〉", "agreed", "settled", day("2026-06-15")),
        ("〈未同意的部分〉", "refused", "settled", None),
    ]
    assert counts(bring(disputed(**partly))) == (0, 0, 1, 0)


def test_what_was_refused_and_ended_was_accepted_by_nobody(bring, database):
    bring(refused(closed="2026-10-12"), row("GX2025-0001", "2025-07-01", replied="2025-07-08", answer="不予共享",
          reason="依据《个人信息保护法》第三十四条", closed="2025-07-20"))  # fmt: skip
    assert events(database)[-1] == ("close", "2026-10-12")
    assert events(database, "GX2025-0001")[-1] == ("close", "2025-07-20")
    assert stored(database, "event WHERE event = 'accept'") == 0


def test_what_still_waits_for_deliberation_cannot_have_ended(bring, database):
    cells = {"decision": None, "decided": None, "closed": "2026-06-15"}
    assert faults(bring(disputed(**cells))) == [(4, "办结日期")]


def test_a_case_of_the_measures_has_no_decision_of_the_government(bring, database):
    """37号第十七条: the leading group decides; what stands in a column for which there is no law is not passed over."""
    old = refused("GX2025-0001", "2025-03-03", replied="2025-03-11") | {
        "referred": "2025-03-24", "coordination": "未达成一致", "coordinated": "2025-04-02", "reported": "2025-04-07",
        "decision": "应予共享", "decided": "2025-05-12",
    }  # fmt: skip
    assert faults(bring(old | DECIDED | {"ruled": "2025-06-03"}))[0] == (4, "政府决定")
    assert counts(bring(old)) == (1, 0, 0, 0)
    assert events(database, "GX2025-0001")[-1] == ("decide", "2025-05-12")


# ------------------------------------------------------------------------------------------------------ there and back


def test_the_form_that_is_given_back_has_the_decision_and_changes_nothing(bring, database, context, tmp_path):
    bring(
        disputed(**DECIDED, closed="2026-06-15"), disputed(no="GX2026-0002"),
        disputed(no="GX2026-0003", closed="2026-06-15"), refused("GX2026-0004", closed="2026-10-12"),
    )  # fmt: skip
    path = tmp_path / "out.xlsx"
    exporter.export_file(database, context, path, as_of=day(AS_OF))
    lines = {line["申请编号"]: line for line in given_back(path)}
    assert [lines["GX2026-0001"][title] for title in ("审议结果", *DECISION.values())] == [
        "应予共享", "应予共享", "京政函〔2026〕9号", "2026-06-01",
    ]  # fmt: skip
    assert [lines["GX2026-0003"][title] for title in ("审议结果", "政府决定", "办结日期")] == [
        "应予共享", None, "2026-06-15",
    ]  # fmt: skip
    before = facts(database), stored(database, "event")
    assert counts(brought_in(database, context, path)) == (0, 0, 4, 0)
    assert (facts(database), stored(database, "event")) == before


def given_back(path: Path) -> list[dict[str, Any]]:
    """The rows of an exported ledger by the titles of its columns, days as they are written."""
    rows: list[list[Any]] = [list(each) for each in load_workbook(path).worksheets[0].iter_rows(values_only=True)]
    titles = next(each for each in rows if "申请编号" in each)
    return [
        {title: str(cell.date()) if hasattr(cell, "date") else cell for title, cell in zip(titles, each, strict=True)}
        for each in rows[rows.index(titles) + 1 :]
    ]


def test_an_opinion_for_which_the_form_has_no_word_stays_in_the_system(story, database, context, tmp_path):
    """What was said at the meeting in other words is not squeezed into 应予 or 不予."""
    story.open("2026-03-02", **{"class": "conditional", "scope": "低保"})
    story.act("submit", "applicant", "2026-03-02").act("refuse", "provider", "2026-03-10", reason="涉密")
    story.act("refer", "applicant", "2026-03-23").act("accept_referral", "office", "2026-03-24")
    story.act("fail", "office", "2026-04-02").act("report_up", "office", "2026-04-07")
    story.act("deliberate", "office", "2026-05-12", opinion="脱敏后提供", meeting=story.met("2026-05-12"))
    path = tmp_path / "out.xlsx"
    exporter.export_file(database, context, path, as_of=day(AS_OF))
    (line,) = given_back(path)
    assert (line["报审议日期"], line["审议结果"], line["审议日期"]) == ("2026-04-07", None, None)
    assert counts(brought_in(database, context, path)) == (0, 0, 1, 0)


def test_a_decision_that_came_later_is_replayed_onward(bring, database):
    bring(disputed())
    assert counts(bring(disputed(**DECIDED))) == (0, 1, 0, 0)
    assert state(database) == "decided"
    assert counts(bring(disputed(**DECIDED))) == (0, 0, 1, 0)


# ----------------------------------------------------------------------------------------------------- how it counts


def test_an_end_without_a_decision_has_a_line_of_its_own_and_the_satisfied_rate_stands(bring, database, context):
    bring(disputed(closed="2026-06-15"), disputed(no="GX2026-0002", decision="不予共享", closed="2026-06-15"))
    days = report.Days(day("2026-01-01"), day(AS_OF), day(AS_OF))
    total = report.report_of(database, context, 2026, days).main.total
    assert total.outcomes == {"deliberated_share": 1, "deliberated_not_share": 1}
    assert said(total, "satisfied_rate", "satisfied_strict_rate", "closed_decided_share") == ("50.0%", "50.0%", "0")
    assert said(total, "supplies_due") == ("0",)  # nobody decided that anything is owed


def test_what_was_ended_on_record_and_taken_up_again_ends_as_it_then_does(bring, story, database, context):
    bring(disputed(closed="2026-06-15"))
    story.no = "GX2026-0001"
    story.act("reopen", "office", "2026-06-22", reason="补办", reopen_to="reply").act("agree", "provider", "2026-06-24")
    story.act("supply", "provider", "2026-07-01").act("confirm", "applicant", "2026-07-02")
    days = report.Days(day("2026-01-01"), day(AS_OF), day(AS_OF))
    total = report.report_of(database, context, 2026, days).main.total
    assert total.outcomes == {"agreed": 1, "deliberated_share": 1}
    with pytest.raises(InvalidTransition):
        story.act("close_on_record", "office", "2026-07-03")


# ------------------------------------------------------------------------------------------ a history across two laws

SUMMER = {
    "received": "2025-06-30", "replied": "2025-07-08", "referred": "2025-07-10", "coordination": "未达成一致",
    "coordinated": "2025-07-22", "reported": "2025-07-24", "decision": "应予共享", "decided": "2025-08-05",
    "ruling": "应予共享", "ruling_no": "京政函〔2025〕9号", "ruled": "2025-08-20",
}  # fmt: skip


def test_each_step_of_a_history_goes_by_the_law_of_its_day(database, context, bring):
    """The Measures end with July: in August the leading group advises, and the government decides."""
    done = bring(refused(no="GX2025-0009") | SUMMER)
    assert counts(done) == (1, 0, 0, 0), done.rejected
    assert [each for each in events(database, "GX2025-0009") if each[1] >= "2025-07-24"] == [
        ("report_up", "2025-07-24"),
        ("succession", "2025-08-01"),
        ("deliberate", "2025-08-05"),
        ("submit_up", "2025-08-20"),
        ("decide", "2025-08-20"),
    ]
    assert verified(database, context, "GX2025-0009") == []


def test_a_row_that_goes_on_under_the_next_law_takes_its_case_over(database, context, bring):
    july = {key: value for key, value in SUMMER.items() if key not in ("decision", "decided", *DECISION)}
    assert counts(bring(refused(no="GX2025-0009") | july)) == (1, 0, 0, 0)
    assert counts(bring(refused(no="GX2025-0009") | SUMMER)) == (0, 1, 0, 0)
    assert ("deliberate", "2025-08-05") in events(database, "GX2025-0009")
    assert counts(bring(refused(no="GX2025-0009") | SUMMER)) == (0, 0, 1, 0)
    assert verified(database, context, "GX2025-0009") == []


def verified(database: Database, context: Context, no: str) -> list[str]:
    with database.write() as transaction:
        file = acting.take(UnitOfWork(transaction, context, end_of(day(AS_OF))), no)
        return case_history.verify(transaction, file)
