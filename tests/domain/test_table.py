"""The table of `sharing` against the documents: its rows, its words, and a story for each of them."""

from importlib import import_module
from pathlib import Path

import pytest

from negotiation.domain.rulebook import Procedure, load, shipped
from tests.acceptance.steps import ENDED, OPEN, SUBMITTED, TOLD

STATE_TITLES = {
    "draft": "草稿",
    "awaiting_reply": "待答复",
    "disclaimed": "待确定提供部门",
    "supplementing": "待补充材料",
    "agreed": "同意共享（待提供）",
    "partly_agreed": "部分同意（待确认）",
    "refused": "不同意共享",
    "referred": "提请协调（待受理）",
    "in_coordination": "协调中",
    "coordination_failed": "经协调未达成一致（待报审议）",
    "in_deliberation": "待领导小组审议",
    "decided": "已审议（待落实）",
    "supplied": "已提供（待确认收到）",
    "closed": "办结",
    "withdrawn": "已撤回",
    "void": "作废",
}
EVENT_TITLES = {
    "submit": "提出申请",
    "agree": "答复：同意共享",
    "agree_partly": "答复：部分同意",
    "refuse": "答复：不同意共享",
    "disclaim": "告知非本部门数据",
    "assign": "确定提供部门",
    "ask_supplement": "一次性告知补充材料",
    "supplement": "补充材料",
    "annul_lapse": "更正：期限内已答复",
    "remind": "催办",
    "accept": "认可答复意见",
    "refer": "提请协调",
    "accept_referral": "受理",
    "decline_referral": "退回继续协商",
    "withdraw_referral": "撤回协调申请",
    "settle": "协调一致",
    "fail": "经协调仍未达成一致",
    "report_up": "报请审议",
    "remit": "退回进一步协调",
    "defer": "暂缓审议",
    "decide": "登记审议结果",
    "supply": "提供数据",
    "confirm": "确认收到",
    "object": "反馈未收到或无法使用",
    "end_unconfirmed": "期满未提异议，办结",
    "close_no_data": "经核实无此数据",
    "withdraw": "撤回申请",
    "withdraw_items": "撤回部分数据项",
    "transfer": "职责划转",
    "merge_parties": "双方合并",
    "close_merged": "合并后无须共享",
    "note": "办理记录",
    "void": "作废",
    "close": "办结",
    "reopen": "重新办理",
}
HELD_BY = {
    "draft": "applicant",
    "awaiting_reply": "provider",
    "disclaimed": "office",
    "supplementing": "applicant",
    "partly_agreed": "applicant",
    "refused": "applicant",
    "referred": "office",
    "in_coordination": "office",
    "coordination_failed": "office",
    "in_deliberation": "leading_group",
    "agreed": "provider",
    "decided": "provider",
    "supplied": "applicant",
}
# By hand: state → what may happen in it, beside what may happen in many.
ROWS = {
    "draft": "submit",
    "awaiting_reply": "agree agree_partly refuse disclaim ask_supplement refer supply",
    "disclaimed": "assign refer accept_referral close_no_data",
    "supplementing": "supplement supply",
    "partly_agreed": "accept refer agree agree_partly supply",
    "refused": "accept refer agree agree_partly",
    "referred": "accept_referral decline_referral withdraw_referral agree agree_partly refuse supply",
    "in_coordination": "settle fail return_to_parties withdraw_referral agree agree_partly refuse supply",
    "coordination_failed": "report_up agree agree_partly refuse supply",
    "in_deliberation": "decide remit defer agree agree_partly refuse supply",
    "agreed": "supply refer",
    "decided": "supply refer",
    "supplied": "confirm object refer end_unconfirmed",
    "closed": "reopen",
    "withdrawn": "reopen",
    "void": "reopen",
}
EVERYWHERE = {
    "withdraw": OPEN,
    "withdraw_items": SUBMITTED,
    "transfer": OPEN,
    "merge_parties": SUBMITTED,
    "close_merged": SUBMITTED,
    "void": OPEN,
    "stop_mail": OPEN,
    "resume_mail": OPEN,
    "note": OPEN + ENDED,
    "lapse": SUBMITTED,
    "annul_lapse": SUBMITTED,
    "remind": SUBMITTED,
}


@pytest.fixture
def sharing() -> Procedure:
    return load(shipped()["beijing-2017"]).procedure("sharing")


def test_the_table_is_the_one_of_the_design_row_by_row(sharing: Procedure) -> None:
    designed = {(state, event) for state, events in ROWS.items() for event in events.split()}
    designed |= {(state, event) for event, states in EVERYWHERE.items() for state in states}
    assert {key for key, row in sharing.table.items() if not row.history} == designed


def test_only_a_ledger_ends_what_was_refused_without_the_applicant_having_accepted_it(sharing: Procedure) -> None:
    """办结日期 says on which day a case ended; 认可答复意见 is the applicant's own act."""
    assert {key for key, row in sharing.table.items() if row.history} == {("refused", "close"), ("closed", "close")}


def test_every_row_of_the_table_has_a_story(sharing: Procedure) -> None:
    for path in (Path(__file__).parents[1] / "acceptance").glob("test_story_*.py"):
        import_module(f"tests.acceptance.{path.stem}")
    by_people = {key for key, row in sharing.table.items() if not row.history}
    told = set(TOLD) | {("supplied", "annul_lapse")}  # its silence ends the case: no lapse stays to be annulled
    assert by_people - told == set(), "rows without a story"
    assert set(TOLD) - set(sharing.table) == set(), "stories of rows that are not there"


def test_states_and_events_have_the_words_of_the_field(sharing: Procedure) -> None:
    assert {key: state.title for key, state in sharing.states.items()} == STATE_TITLES
    assert {key: sharing.events[key].title for key in EVENT_TITLES} == EVENT_TITLES
    assert sharing.terms["reply"].lapse_title == "答复期限届满（未登记答复）"


def test_each_state_is_held_by_whom_the_design_names(sharing: Procedure) -> None:
    assert {key: state.held_by for key, state in sharing.states.items() if not state.ending} == HELD_BY


def test_every_row_cites_its_article_or_says_office(sharing: Procedure) -> None:
    bases = {row.basis for row in sharing.table.values()}
    bases |= {state.basis for state in sharing.states.values()} | {term.basis for term in sharing.terms.values()}
    assert bases == {"第十七条", "office"}


def test_each_milestone_of_a_case_is_the_day_of_its_event(sharing: Procedure) -> None:
    assert sharing.milestones == {
        "submit": "received_on",
        "agree": "replied_on",
        "agree_partly": "replied_on",
        "refuse": "replied_on",
        "refer": "referred_on",
        "accept_referral": "accepted_on",
        "settle": "coordinated_on",
        "fail": "coordinated_on",
        "report_up": "reported_on",
        "decide": "decided_on",
        "close": "closed_on",  # only a ledger's history has it
        "ending": "closed_on",
    }


def test_only_the_reply_term_is_law_and_the_others_are_the_offices_own(sharing: Procedure) -> None:
    """第十七条 names one number: ten working days for the reply."""
    lengths = {key: (term.days, term.basis) for key, term in sharing.terms.items()}
    assert lengths == {
        "reply": (10, "第十七条"),
        "assignment": (3, "office"),
        "supplement": (10, "office"),
        "consideration": (10, "office"),
        "admission": (3, "office"),
        "coordination": (15, "office"),
        "report": (5, "office"),
        "deliberation": (30, "office"),
        "supply": (30, "office"),
        "resupply": (10, "office"),
        "receipt": (5, "office"),
    }
    assert [term.key for term in sharing.terms.values() if term.main] == ["reply"]
    assert {key: term.on_lapse for key, term in sharing.terms.items() if term.on_lapse != "flag"} == {"receipt": "end"}


def test_the_screen_never_shows_an_office_rule_as_law() -> None:
    book = load(shipped()["beijing-2017"])
    assert book.cited("office") == "本办公室规定"
    assert book.cited("第十七条") == "《北京市政务信息资源管理办法（试行）》（京政发〔2017〕37号）第十七条"


def test_the_clock_ends_what_was_supplied_and_unopposed_and_moves_a_case_in_no_other_way(sharing: Procedure) -> None:
    by_clock = {row.event.key for row in sharing.table.values() if "clock" in row.event.by}
    assert by_clock == {"lapse", "annul_lapse", "remind", "end_unconfirmed"}
    moving = [row for row in sharing.table.values() if "clock" in row.event.by and row.target != "stay"]
    assert [(row.source, row.target) for row in moving] == [("supplied", "closed")]
