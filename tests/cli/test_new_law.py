"""《条例》 is in force since 2025-08-01: open cases of the Measures go over to it, by the clock or by command.

Days are counted by hand; in 2025 国庆 is 1–8 October, and Sunday 28 September and Saturday 11 October are worked.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from negotiation.core.enums import AccountRole
from negotiation.core.settings import read_settings
from negotiation.domain.rulebook import load, shipped
from negotiation.services.accounts.management import create_account
from negotiation.services.cases import acting, case_history
from negotiation.services.context import Context, UnitOfWork
from negotiation.store import proposals
from negotiation.store.database import Database
from negotiation.store.proposals import ProposalRow
from tests.cli.terminal import Terminal, by
from tests.conftest import BY_DATE, MEASURES, admin_at, at

FORM = {
    "resource": "常住人口基本信息", "use_basis": "《社会救助暂行办法》第五十八条", "scenario": "办理低保资格核对",
    "mode": "服务接口", "period": "长期", "items": "姓名、住址",
}  # fmt: skip


class Desk:
    """The office at its commands, over one case."""

    def __init__(self, terminal: Terminal, database: Database) -> None:
        self.terminal, self.database, self.no = terminal, database, ""

    def opened(self, on: str, **more: str) -> "Desk":
        fields = {"applicant": "市民政局", "provider": "市公安局"} | FORM | more
        self.no = self.terminal.json("case", "open", "sharing", "--on", on, *_words(fields))["no"]
        return self

    def submitted(self, on: str) -> "Desk":
        return self.opened(on).act("submit", "applicant", on)

    def act(self, event: str, role: str, on: str, **fields: str) -> "Desk":
        self.terminal.json("case", "act", self.no, event, *by(role, on), *_words(fields))
        return self

    def refused(self, event: str, role: str, on: str, **fields: str) -> str:
        words = ("case", "act", self.no, event, *by(role, on), *_words(fields))
        return self.terminal.error(*words, status=1)["what"]

    def sweep(self, on: str) -> "Desk":
        self.terminal.json("sweep", "--at", f"{on}T10:00")
        return self

    def succeed(self, *words: str, status: int = 0) -> Any:
        return self.terminal.json("rulebook", "succeed", "beijing-2025", *words, status=status)

    def case(self, *words: str) -> Any:
        return self.terminal.json("case", "show", self.no, *words)

    def terms(self) -> list[tuple[str, str, int, str, str]]:
        """Kind, start, days, due date, basis."""
        return [(t["kind"], t["started"], t["days"], t["due"], t["cited"]) for t in self.case()["terms"]]

    def events(self) -> list[tuple[str, str]]:
        """The events in the order in which they were recorded, with their days."""
        return [(each["event"], each["on"]) for each in self.case()["events"]]

    def demand_derived(self) -> None:
        """The case is what its entries make it, each by the law of its place."""
        with self.database.write() as transaction:
            context = Context.of(transaction, read_settings())
            file = acting.take(UnitOfWork(transaction, context, datetime(2026, 11, 27, 2, tzinfo=UTC)), self.no)
            assert case_history.verify(transaction, file) == []


def _words(fields: dict[str, str]) -> list[str]:
    return [word for key, value in fields.items() for word in ("--field", f"{key}={value}")]


@pytest.fixture
def desk(terminal: Terminal, database: Database, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("NEGOTIATION_DATABASE_URL", database.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("NEGOTIATION_RULEBOOK", BY_DATE)
    for name, mailbox in (("市民政局", "mzj"), ("市公安局", "gaj")):
        terminal.json("department", "set", name, "--duty", "A", "--person", "甲", "--email", f"a@{mailbox}.gov.cn")
    return Desk(terminal, database)


MEASURES_17 = "《北京市政务信息资源管理办法（试行）》（京政发〔2017〕37号）第十七条"
OFFICE = "本办公室规定"
REGULATION = "《政务数据共享条例》（国务院令第809号）"


def told(desk: Desk) -> Desk:
    """Two items, received 2025-07-14; one is agreed to in July, and July ends."""
    desk.submitted("2025-07-14").act("agree_partly", "provider", "2025-07-25", items="姓名", reason="住址另行答复")
    return desk.sweep("2025-08-02")


JULY = [("submit", "2025-07-14"), ("agree_partly", "2025-07-25"), ("lapse", "2025-07-28"), ("succession", "2025-08-01")]
JULY_TERMS = [
    ("reply", "2025-07-14", 10, "2025-07-28", MEASURES_17),
    ("supply", "2025-07-25", 30, "2025-09-05", OFFICE),
]


def test_what_runs_runs_on_and_what_starts_afterwards_follows_the_new_law(desk: Desk) -> None:
    told(desk)
    assert desk.events() == JULY
    assert desk.terms() == JULY_TERMS
    desk.act("agree", "provider", "2025-08-05")
    assert desk.terms()[2:] == [("supply", "2025-08-05", 20, "2025-09-02", f"{REGULATION}第二十二条")]
    desk.act("supply", "provider", "2025-08-20")
    case = desk.case()
    assert (case["state"], case["rulebook"].split("@")[0]) == ("supplied", "beijing-2025")
    assert desk.terms()[3:] == [("receipt", "2025-08-20", 5, "2025-08-27", OFFICE)]
    desk.demand_derived()


def test_a_settlement_after_that_day_is_no_reply__20_days_by_the_office_s_rule(desk: Desk) -> None:
    told(desk).act("refuse", "provider", "2025-08-04", reason="涉及个人隐私")
    desk.act("refer", "applicant", "2025-08-06").act("accept_referral", "office", "2025-08-07")
    desk.act("settle", "office", "2025-08-20")
    assert desk.terms()[-1] == ("supply", "2025-08-20", 20, "2025-09-17", OFFICE)
    desk.demand_derived()


def test_each_event_is_named_and_cited_by_the_law_of_its_day(desk: Desk) -> None:
    told(desk).act("refuse", "provider", "2025-08-04", reason="涉及个人隐私").act("refer", "applicant", "2025-08-06")
    events = {each["event"]: each for each in desk.case()["events"]}
    assert events["submit"]["cited"] == MEASURES_17
    assert events["succession"]["title"] == "适用新规定"
    assert events["succession"]["role"] == "clock"
    assert events["succession"]["cited"] == "国务院令第809号、京政发〔2017〕37号"
    assert (events["refer"]["title"], events["refer"]["cited"]) == ("申请协调处理", f"{REGULATION}第二十八条")


def test_as_of_july_the_case_stands_under_the_measures(desk: Desk) -> None:
    case = told(desk).act("agree", "provider", "2025-08-05").case("--as-of", "2025-07-31")
    assert (case["state"], case["rulebook"].split("@")[0]) == ("awaiting_reply", "beijing-2017")
    assert desk.case("--as-of", "2025-08-01")["rulebook"].startswith("beijing-2025@")


def test_an_act_after_that_day_gets_the_event_put_in_front_as_lapses_are(desk: Desk) -> None:
    desk.submitted("2025-07-14").act("agree", "provider", "2025-08-05")
    assert desk.events() == [
        ("submit", "2025-07-14"), ("lapse", "2025-07-28"), ("succession", "2025-08-01"), ("agree", "2025-08-05"),
    ]  # fmt: skip
    assert desk.terms()[1] == ("supply", "2025-08-05", 20, "2025-09-02", f"{REGULATION}第二十二条")
    desk.demand_derived()


def test_a_paper_of_july_that_comes_in_august_goes_by_the_law_of_july(desk: Desk) -> None:
    desk.submitted("2025-07-21").sweep("2025-08-04").act("agree", "provider", "2025-07-30")
    assert desk.terms()[1] == ("supply", "2025-07-30", 30, "2025-09-10", OFFICE)
    case = desk.case()
    assert (case["state"], case["rulebook"].split("@")[0]) == ("agreed", "beijing-2025")
    assert next(each["cited"] for each in case["events"] if each["event"] == "agree") == MEASURES_17
    desk.demand_derived()


def test_a_draft_goes_by_the_law_of_the_day_on_which_it_is_handed_in(desk: Desk) -> None:
    more = {"class": "无条件共享", "scope": "低保审核岗位"}
    desk.opened("2025-07-31").act("submit", "applicant", "2025-08-04", **more)
    assert desk.terms() == [("reply", "2025-08-04", 1, "2025-08-05", f"{REGULATION}第二十一条")]
    assert desk.events() == [("submit", "2025-08-04")]
    desk.opened("2025-08-04").act("submit", "applicant", "2025-07-31")
    assert desk.terms() == [("reply", "2025-07-31", 10, "2025-08-14", MEASURES_17)]


def test_the_extension_of_the_regulation_exists_for_a_case_of_july(desk: Desk) -> None:
    desk.submitted("2025-07-25").sweep("2025-08-01").act("request_extension", "provider", "2025-08-04", reason="量大")
    desk.act("grant_extension", "office", "2025-08-05", more_days="5")
    assert desk.terms()[0] == ("reply", "2025-07-25", 15, "2025-08-15", MEASURES_17)
    desk.demand_derived()


def test_the_leading_group_has_no_last_word_any_more(desk: Desk) -> None:
    desk.submitted("2025-07-01").act("refuse", "provider", "2025-07-08", reason="涉及个人隐私")
    desk.act("refer", "applicant", "2025-07-09").act("accept_referral", "office", "2025-07-10")
    desk.act("fail", "office", "2025-07-22").act("report_up", "office", "2025-07-23").sweep("2025-08-01")
    assert desk.case()["state"] == "in_deliberation"
    given = {"decision": "share", "doc_no": "京政函〔2025〕9号"}
    assert "不能办理" in desk.refused("decide", "leading_group", "2025-08-05", **given)
    assert "会议" in desk.refused("deliberate", "leading_group", "2025-08-05", opinion="应予共享")
    desk.demand_derived()


@pytest.mark.parametrize(
    ("to", "term"),
    [
        ("reply", ("reply", "2026-10-12", 10, "2026-10-26", f"{REGULATION}第二十一条")),
        ("supply", ("supply", "2026-10-12", 20, "2026-11-09", OFFICE)),
    ],
)
def test_a_reopening_takes_the_law_of_its_own_day(desk: Desk, to: str, term: tuple[str, str, int, str, str]) -> None:
    desk.submitted("2025-07-07").act("agree", "provider", "2025-07-10").act("supply", "provider", "2025-07-11")
    desk.act("confirm", "applicant", "2025-07-14").sweep("2025-08-02")
    assert desk.case()["rulebook"].startswith("beijing-2017@")
    desk.act("reopen", "office", "2026-10-12", reason="数据有误", reopen_to=to)
    assert desk.events()[-2:] == [("succession", "2026-10-12"), ("reopen", "2026-10-12")]
    assert term in desk.terms()
    desk.demand_derived()


def test_a_case_that_ended_in_silence_before_that_day_stays_where_it_ended(desk: Desk) -> None:
    desk.submitted("2025-07-07").act("agree", "provider", "2025-07-10").act("supply", "provider", "2025-07-11")
    desk.sweep("2025-08-04")
    case = desk.case()
    assert (case["state"], case["rulebook"].split("@")[0]) == ("closed", "beijing-2017")


# ------------------------------------------------------------------------------------------------------- the command


def missed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The new rulebook is installed only after something was done in August by the old one."""
    monkeypatch.setenv("NEGOTIATION_RULEBOOK", MEASURES)
    desk.submitted("2025-07-14").act("agree", "provider", "2025-08-05")
    monkeypatch.setenv("NEGOTIATION_RULEBOOK", BY_DATE)
    return desk.sweep("2025-08-08")


def test_what_was_missed_goes_over_today_and_never_backwards(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    missed(desk, monkeypatch)
    assert desk.case()["rulebook"].startswith("beijing-2017@")
    assert any("rulebook succeed beijing-2025" in str(each) for each in desk.terminal.json("doctor")["findings"])
    desk.terminal.at(at("2025-08-11"))
    rehearsed = desk.succeed("--dry-run")
    assert desk.case()["rulebook"].startswith("beijing-2017@")
    done = desk.succeed()
    assert rehearsed["moved"] == done["moved"]
    (moved,) = done["moved"]
    assert {key: moved[key] for key in ("no", "state", "from", "to", "on")} == {
        "no": desk.no, "state": "agreed", "from": "beijing-2017", "to": "beijing-2025", "on": "2025-08-11",
    }  # fmt: skip
    assert [(each["kind"], each["due"]) for each in moved["terms"]] == [("supply", "2025-09-16")]
    assert desk.events()[-1] == ("succession", "2025-08-11")
    assert desk.succeed()["moved"] == []
    desk.demand_derived()


def test_before_its_first_day_a_law_is_only_rehearsed(desk: Desk) -> None:
    desk.submitted("2025-07-21").opened("2025-07-21")  # and a draft, which is not asked
    desk.terminal.at(at("2025-07-24"))
    assert "2025-08-01" in desk.terminal.error("rulebook", "succeed", "beijing-2025", status=1)["what"]
    (moved,) = desk.succeed("--dry-run")["moved"]
    assert (moved["state"], moved["on"], moved["terms"][0]["due"]) == ("awaiting_reply", "2025-08-01", "2025-08-04")
    assert desk.terminal.json("cases")["cases"][0]["state"] in ("awaiting_reply", "draft")
    assert desk.terminal.json("audit", "verify")["events"] == 1


@pytest.mark.parametrize(
    ("rulebook", "says"), [("beijing-2017", "不接续其他规则"), ("national-2025", "没有采用"), ("atlantis", "没有采用")]
)
def test_only_a_rulebook_of_the_office_that_succeeds_another_is_one(desk: Desk, rulebook: str, says: str) -> None:
    assert says in desk.terminal.error("rulebook", "succeed", rulebook, status=2)["what"]


def test_a_proposal_that_waits_under_the_old_form_is_returned_with_a_sentence(desk: Desk) -> None:
    desk.submitted("2025-07-21")
    author = create_account(
        desk.database,
        login="jia",
        name="甲",
        roles=[AccountRole.OFFICE_CLERK],
        password="Zq7-pelican-91",
        operation=admin_at(at("2025-07-01")),
    ).person.id
    with desk.database.write() as transaction:
        ((case_id, department),) = transaction.rows('SELECT id, provider_id FROM "case"')
        body = proposals.packed({}, {})
        row = ProposalRow(
            case_id, 1, "agree", "provider", department, 1, body,
            author_id=author, author="甲", proposed_at=at("2025-07-31"), token=None,
        )  # fmt: skip
        proposals.add(transaction, row)
    desk.sweep("2025-08-01")
    with desk.database.read() as transaction:
        (found,) = proposals.of_case(transaction, case_id)
    assert (found.state, found.decided_by) == ("returned", "系统（手工指定时刻）")
    assert "请按现行的表单重新提出" in found.said


# ----------------------------------------------------------------------------------------------------------- the law


def copied(terminal: Terminal, **changes: str) -> Path:
    """A copy of beijing-2025 that succeeds beijing-2017, edited: file → (old, new)."""
    folder = terminal.home / "rulebooks" / "next"
    terminal.json("rulebook", "copy", "beijing-2025", str(folder))
    head = (folder / "rulebook.toml").read_text("utf-8")
    head = head.replace('id = "beijing-2025"', 'id = "next"', 1)
    (folder / "rulebook.toml").write_text(head + changes.get("head", ""), "utf-8")
    text = (folder / "sharing.toml").read_text("utf-8")
    if renamed := changes.get("renamed"):
        text = text.replace("disclaimed", renamed)
    (folder / "sharing.toml").write_text(text, "utf-8")
    return folder


def faults(terminal: Terminal, folder: Path) -> list[str]:
    status = terminal.run("rulebook", "check", str(folder), "--json")[0]
    found: list[str] = terminal.json("rulebook", "check", str(folder), status=status)["faults"]
    return found


def test_a_law_that_maps_a_state_nowhere_is_at_fault(terminal: Terminal) -> None:
    folder = copied(terminal, renamed="unowned")
    (fault,) = faults(terminal, folder)
    assert "succeeds.states.sharing" in fault
    assert "“disclaimed”（待确定提供部门）没有对应的状态" in fault


def test_a_state_that_bears_another_name_is_mapped(terminal: Terminal) -> None:
    head = '\n[succeeds.states.sharing]\ndisclaimed = "unowned"\n'
    assert faults(terminal, copied(terminal, renamed="unowned", head=head)) == []


@pytest.mark.parametrize(
    ("head", "says"),
    [
        ('\n[succeeds.states.sharing]\nagreed = "nowhere"\n', "没有状态“nowhere”"),
        ('\n[succeeds.states.sharing]\nnever = "agreed"\n', "没有状态“never”"),
        ('\n[succeeds.states.sharing]\nagreed = "closed"\n', "一个结束案件、一个不结束"),
        ('\n[succeeds.states.fishing]\nagreed = "closed"\n', "没有办理事项“fishing”"),
        ('\n[succeeds.states]\nsharing = "agreed"\n', "应为表"),
    ],
)
def test_a_wrong_map_is_at_fault(terminal: Terminal, head: str, says: str) -> None:
    assert any(says in each for each in faults(terminal, copied(terminal, head=head)))


def test_of_the_shipped_rulebooks_beijing_s_regulation_succeeds_the_measures() -> None:
    assert {name: load(folder).succeeds for name, folder in shipped().items()} == {
        "beijing-2017": "", "beijing-2025": "beijing-2017", "national-2025": "",
    }  # fmt: skip
