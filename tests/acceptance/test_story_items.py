"""Data items told by command, on both databases: each is answered, disputed, supplied and received on its own.

The days are those of the calendar of 2026, counted by hand: 25 September and 1, 2, 5, 6, 7 October are off, Saturday 10
October is worked.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from negotiation.services.context import Context
from negotiation.store.database import Database
from tests.cli.terminal import Terminal, by
from tests.conftest import APPLICATION, CIVIL, JUSTICE, POLICE, at, everything

A, B, C = "姓名", "住址", "户籍"
ROLES = {
    "submit": "applicant", "agree": "provider", "agree_partly": "provider", "refuse": "provider", "supply": "provider",
    "refer": "applicant", "confirm": "applicant", "object": "applicant", "withdraw_items": "applicant",
    "withdraw": "applicant", "accept": "applicant", "disclaim": "provider",
}  # fmt: skip
Terms = dict[str, str]  # kind and items → due


class Desk:
    """One case under 809号令 in Beijing, told by commands of the days on which things happen."""

    def __init__(self, terminal: Terminal, database: Database) -> None:
        self.terminal, self.database = terminal, database
        self.no = ""
        self.case: dict[str, Any] = {}

    def asked(self, *items: str, on: str = "2026-09-24") -> "Desk":
        self.terminal.at(at(on))
        fields = {
            "applicant": CIVIL, "provider": POLICE, "class": "conditional", "scope": "市区两级民政部门",
            "items": "、".join(items),
        }  # fmt: skip
        fields = APPLICATION | fields
        self.no = self.terminal.json("case", "open", "sharing", *given(fields))["no"]
        return self.act("submit", on)

    def act(self, event: str, on: str, *, entered: str = "", **fields: str) -> "Desk":
        self.case = self.terminal.json(*self.words(event, on, entered, fields))
        return self

    def words(self, event: str, on: str, entered: str, fields: dict[str, str]) -> list[str]:
        self.terminal.at(at(entered or on))
        return ["case", "act", self.no, event, *by(ROLES.get(event, "office"), on), *given(fields)]

    def refused(self, event: str, on: str, *says: str, entered: str = "", **fields: str) -> None:
        """The act is refused with a sentence in which these words stand, and nothing whatsoever has changed."""
        before = everything(self.database)
        error = self.terminal.error(*self.words(event, on, entered, fields), status=1)
        assert everything(self.database) == before
        assert self.no in error["where"]
        assert all(word in error["what"] + error["todo"] for word in says), error

    def swept(self, on: str) -> "Desk":
        self.terminal.at(at(on))
        self.terminal.json("sweep", "--at", f"{on}T10:00")
        return self.seen(on)

    def seen(self, on: str) -> "Desk":
        self.terminal.at(at(on))
        self.case = self.terminal.json("case", "show", self.no)
        return self

    def stands(self, state: str, **running: str) -> "Desk":
        """The case is in this state, and exactly these terms run and have not passed, each of these items."""
        assert self.case["state"] == state
        assert self.running() == {key.replace("_of_", " "): due for key, due in running.items()}
        return self

    def running(self) -> Terms:
        return {named(term): term["due"] for term in self.case["terms"] if term["runs"] and not term["lapsed"]}

    def term(self, kind: str, *items: str) -> dict[str, Any]:
        (found,) = [term for term in self.case["terms"] if term["kind"] == kind and term["items"] == list(items)]
        return dict(found)

    def items(self, fact: str = "answer") -> dict[str, Any]:
        return {item["name"]: item[fact] for item in self.case["items"]}

    def counted(self, *names: str, of: str = "") -> list[int]:
        """The counts of the year 2026 at its end: of all, or of one providing department."""
        self.terminal.at(at("2026-12-31"))
        lines = self.terminal.json("report", "2026", "--as-of", "2026-12-31")["figures"]["sharing"]["lines"]
        line = next(each for key, each in lines.items() if (of and each["title"] == of) or (not of and key == TOTAL))
        return [line["counts"].get(name, 0) for name in names]


TOTAL = "total"
LETTERS = {A: "A", B: "B", C: "C"}


def named(term: dict[str, Any]) -> str:
    """A term as the stories call it: its kind, and the items that it is about."""
    about = "".join(LETTERS[name] for name in term["items"])
    return f"{term['kind']} {about}" if about else str(term["kind"])


def given(fields: dict[str, str]) -> list[str]:
    return [word for key, value in fields.items() for word in ("--field", f"{key}={value}")]


@pytest.fixture
def desk(terminal: Terminal, monkeypatch: pytest.MonkeyPatch, database: Database, context: Context) -> Desk:
    assert CIVIL in context.directory.by_name
    monkeypatch.setenv("NEGOTIATION_DATABASE_URL", database.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("NEGOTIATION_RULEBOOK", "beijing-2025")
    return Desk(terminal, database)


# ------------------------------------------------------------------------------------------------- (a) in parts


def test_an_application_is_answered_disputed_and_supplied_in_parts__articles_21_22_28(desk: Desk) -> None:
    desk.asked(A, B, C).stands("awaiting_reply", reply_of_ABC="2026-10-15")
    desk.act("agree_partly", "2026-10-08", items=f"{A}、{B}", reason="户籍另行答复")
    desk.stands("awaiting_reply", reply_of_C="2026-10-15", supply_of_AB="2026-11-04")
    assert desk.items() == {A: "agreed", B: "agreed", C: "asked"}
    assert desk.items("due") == {A: "2026-11-04", B: "2026-11-04", C: "2026-10-15"}
    assert desk.term("supply", A, B)["cited"].endswith("第二十二条")

    desk.swept("2026-10-16").stands("awaiting_reply", supply_of_AB="2026-11-04")
    assert (desk.case["overdue"], desk.term("reply", C)["lapsed"]) == (True, "2026-10-15")

    desk.act("refuse", "2026-10-20", reason="依法不予提供")
    desk.stands("partly_agreed", consideration="2026-11-03", supply_of_AB="2026-11-04")
    assert (desk.case["overdue"], desk.case["replied"]) == (True, "2026-10-20")
    assert desk.term("reply", C)["answered"] == "2026-10-20"  # three working days late

    desk.act("supply", "2026-10-20", items=A)
    desk.stands("partly_agreed", consideration="2026-11-03", supply_of_AB="2026-11-04")
    desk.act("refer", "2026-10-22", items=C).stands("referred", admission="2026-10-27", supply_of_AB="2026-11-04")
    desk.act("accept_referral", "2026-10-26")
    desk.stands("in_coordination", coordination="2026-11-16", supply_of_AB="2026-11-04")
    desk.act("supply", "2026-11-03", items=B).stands("in_coordination", coordination="2026-11-16")
    first = desk.term("supply", A, B)
    assert (first["started"], first["due"], first["answered"]) == ("2026-10-08", "2026-11-04", "2026-11-03")

    desk.act("settle", "2026-11-06", items=C, supply_by="2026-11-27").stands("agreed", supply_of_C="2026-11-27")
    assert desk.term("supply", A, B) == first
    desk.act("supply", "2026-11-20").stands("supplied", receipt="2026-11-27")
    desk.act("object", "2026-11-24", items=C, reason="文件打不开").stands("agreed", resupply_of_C="2026-12-08")
    assert desk.items("supplied") == {A: "2026-10-20", B: "2026-11-03", C: None}
    desk.act("supply", "2026-12-01").stands("supplied", receipt="2026-12-08")

    desk.act("confirm", "2026-12-03").stands("closed")
    assert (desk.case["closed"], desk.items("confirmed")) == ("2026-12-03", dict.fromkeys((A, B, C), "2026-12-03"))
    assert desk.counted("replies_due", "replies_on_time", "supplies_due", "supplies_on_time") == [1, 0, 2, 2]
    assert desk.counted("items_asked", "items_agreed") == [3, 3]


def test_in_silence_what_was_supplied_ends_on_the_day_after_the_receipt_term(desk: Desk) -> None:
    in_coordination_on_c(desk).act("settle", "2026-11-06", items=C).stands("agreed", supply_of_C="2026-12-04")
    assert desk.term("supply", C)["cited"] == "本办公室规定"  # of a settlement the regulation names no days
    desk.act("supply", "2026-11-20").act("object", "2026-11-24", items=C, reason="文件打不开")
    desk.act("supply", "2026-12-01").swept("2026-12-08").stands("supplied", receipt="2026-12-08")
    desk.swept("2026-12-15").stands("closed")
    assert desk.case["closed"] == "2026-12-09"
    assert [event["event"] for event in desk.case["events"]][-1] == "end_unconfirmed"


def in_coordination_on_c(desk: Desk) -> Desk:
    """A and B agreed and supplied, C refused late and in coordination, on 3 November."""
    desk.asked(A, B, C).act("agree_partly", "2026-10-08", items=f"{A}、{B}", reason="户籍另行答复")
    desk.act("refuse", "2026-10-20", reason="依法不予提供").act("refer", "2026-10-22")
    return desk.act("accept_referral", "2026-10-26").act("supply", "2026-11-03")


# ------------------------------------------------------------------------------ (b) the government decides of some


def awaiting_decision(desk: Desk) -> Desk:
    desk.asked(A, B, C).act("refuse", "2026-10-13", reason="依法不予提供")
    desk.stands("refused", consideration="2026-10-27")
    desk.act("refer", "2026-10-16").stands("referred", admission="2026-10-21")
    desk.act("accept_referral", "2026-10-20").stands("in_coordination", coordination="2026-11-10")
    desk.act("fail", "2026-11-03").stands("coordination_failed", report="2026-11-10")
    return desk.act("submit_up", "2026-11-05").stands("awaiting_decision", decision="2026-12-17")


def test_the_government_decides_of_some_items_and_later_of_the_rest__article_28(desk: Desk) -> None:
    awaiting_decision(desk).act("decide", "2026-11-20", shared_items=A, refused_items=B, doc_no="京政函〔2026〕9号")
    desk.stands("awaiting_decision", decision="2026-12-17", implementation_of_A="2026-12-18")
    assert desk.items() == {A: "decided_share", B: "decided_not_share", C: "refused"}
    desk.act("supply", "2026-11-24").stands("awaiting_decision", decision="2026-12-17")
    desk.act("decide", "2026-12-10", decision="not_share", doc_no="京政函〔2026〕11号")
    desk.stands("supplied", receipt="2026-12-17")
    desk.act("confirm", "2026-12-11").stands("closed")
    assert desk.items() == {A: "decided_share", B: "decided_not_share", C: "decided_not_share"}
    assert desk.items("supplied") == {A: "2026-11-24", B: None, C: None}
    assert desk.counted("items_asked", "items_agreed") == [3, 1]


def test_what_is_not_to_be_shared_at_all_ends_on_the_day_of_the_decision__article_28(desk: Desk) -> None:
    awaiting_decision(desk).act("decide", "2026-11-20", decision="不予共享", doc_no="京政函〔2026〕9号").stands(
        "closed"
    )
    assert (desk.case["closed"], set(desk.items().values())) == ("2026-11-20", {"decided_not_share"})


# ---------------------------------------------------------------------------------------- (e) an item is withdrawn


def test_an_item_is_withdrawn_and_the_case_goes_on_without_it(desk: Desk) -> None:
    desk.asked(A, B, C).act("withdraw_items", "2026-10-09", items=C).stands("awaiting_reply", reply_of_AB="2026-10-15")
    desk.act("agree_partly", "2026-10-13", items=A, refused_items=B, reason="依法不予提供")
    desk.stands("partly_agreed", supply_of_A="2026-11-10", consideration="2026-10-27")
    desk.act("withdraw_items", "2026-10-16", items=B).stands("agreed", supply_of_A="2026-11-10")
    desk.act("supply", "2026-10-20").stands("supplied", receipt="2026-10-27")
    desk.refused("withdraw_items", "2026-10-20", "没有可以这样办理的数据项", items=A)
    desk.act("confirm", "2026-10-21").stands("closed")
    assert (desk.items(), desk.case["overdue"]) == ({A: "agreed", B: "withdrawn", C: "withdrawn"}, False)
    assert desk.counted("items_asked", "items_agreed") == [1, 1]


def test_all_items_withdrawn_are_an_application_withdrawn(desk: Desk) -> None:
    desk.asked(A, B, C).act("withdraw_items", "2026-10-09", items=f"{A}、{B}、{C}").stands("withdrawn")
    assert desk.counted("replies_due", "closed", "items_asked") == [0, 1, 0]


# ------------------------------------------------------------------------------- (f) another department takes a part


def handed_over(desk: Desk) -> Desk:
    """公安 agreed to A and B, and supplied A; then B went over to another department with its days."""
    desk.asked(A, B).act("agree", "2026-10-12").stands("agreed", supply_of_AB="2026-11-09")
    desk.act("supply", "2026-10-16", items=A).stands("agreed", supply_of_AB="2026-11-09")
    return desk.act("transfer", "2026-10-23", provider=JUSTICE, reason="机构改革").stands(
        "agreed", supply_of_AB="2026-11-09"
    )


def test_what_each_department_supplied_is_its_own_and_the_days_go_over(desk: Desk) -> None:
    handed_over(desk).act("supply", "2026-11-05").stands("supplied", receipt="2026-11-12")
    assert desk.items("supplied_by") == {A: POLICE, B: JUSTICE}
    assert desk.term("supply", A, B)["answered"] == "2026-11-05"
    desk.act("confirm", "2026-11-10").stands("closed")
    assert desk.counted("moved_out", "moved_in", of=POLICE) == [1, 0]
    assert desk.counted("moved_out", "moved_in", of=JUSTICE) == [0, 1]


def test_what_is_not_supplied_lapses_on_the_department_that_has_it_now(desk: Desk) -> None:
    handed_over(desk).swept("2026-11-11").stands("agreed")
    lapsed = desk.term("supply", A, B)
    assert (lapsed["lapsed"], lapsed["answered"]) == ("2026-11-09", None)
    told = {each["to"] for each in desk.case["notices"] if each["notice"] == "lapsed"}
    assert told == {JUSTICE}


# ---------------------------------------------------------------------------------------------- (g) under two laws


def test_a_set_of_items_keeps_the_days_of_the_law_under_which_it_was_agreed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """37号 names no days of supply: the office's thirty, from the reply; those of the reply are the law's ten."""
    monkeypatch.setenv("NEGOTIATION_RULEBOOK", "beijing-2017")
    desk.terminal.at(at("2025-07-14"))
    fields = APPLICATION | {"applicant": CIVIL, "provider": POLICE, "items": f"{A}、{B}"}
    desk.no = desk.terminal.json("case", "open", "sharing", *given(fields))["no"]
    desk.act("submit", "2025-07-14").stands("awaiting_reply", reply_of_AB="2025-07-28")
    desk.act("agree_partly", "2025-07-25", items=A, reason="住址另行答复")
    desk.stands("awaiting_reply", reply_of_B="2025-07-28", supply_of_A="2025-09-05")
    desk.swept("2025-07-29").stands("awaiting_reply", supply_of_A="2025-09-05")
    assert desk.term("reply", B)["lapsed"] == "2025-07-28"
    assert desk.term("supply", A)["cited"] == "本办公室规定"


# ----------------------------------------------------------------------------------------------------- bad input


def agreed_on_a(desk: Desk) -> Desk:
    return desk.asked(A, B).act("agree_partly", "2026-10-08", items=A, reason="住址另行答复")


def objected_twice(desk: Desk) -> Desk:
    desk.asked(A).act("agree", "2026-10-08").act("supply", "2026-10-09")
    for told, supplied in (("2026-10-12", "2026-10-13"), ("2026-10-14", "2026-10-15")):
        desk.act("object", told, reason="文件打不开").act("supply", supplied)
    return desk


BAD: dict[str, tuple[Callable[[Desk], Desk], str, str, dict[str, str], tuple[str, ...]]] = {
    "an item that is not the case's": (
        lambda desk: desk.asked(A, B), "agree", "2026-10-08", {"items": "指纹"}, ("没有数据项“指纹”", f"{A}、{B}"),
    ),
    "one that is answered again": (
        agreed_on_a, "agree", "2026-10-09", {"items": A}, (f"不能对数据项“{A}”", B),
    ),
    "one that is agreed and refused at once": (
        lambda desk: desk.asked(A, B), "agree_partly", "2026-10-08",
        {"items": A, "refused_items": f"{A}、{B}", "reason": "—"}, (A, "两次"),
    ),
    "a supply of what was not agreed": (
        agreed_on_a, "supply", "2026-10-09", {"items": B}, (f"不能对数据项“{B}”", A),
    ),
    "a supply before anything was agreed": (
        lambda desk: desk.asked(A, B), "supply", "2026-10-09", {}, ("提供数据", "没有可以这样办理的数据项"),
    ),
    "a supply on a day before the agreement": (
        agreed_on_a, "supply", "2026-09-30", {}, ("2026-09-30", "2026-10-08"),
    ),
    "a second supply of the same": (
        lambda desk: agreed_on_a(desk).act("supply", "2026-10-09"), "supply", "2026-10-10", {"items": A},
        ("没有可以这样办理的数据项",),
    ),
    "a partial answer that names nothing": (
        lambda desk: desk.asked(A, B), "agree_partly", "2026-10-08", {"reason": "—"}, ("须写明", f"{A}、{B}"),
    ),
    "a referral of what was agreed and is not yet due": (
        agreed_on_a, "refer", "2026-10-12", {"items": A}, ("届满", "2026-10-15"),
    ),
    "a referral of what is still awaited, beside what was refused": (
        lambda desk: desk.asked(A, B).act("refuse", "2026-10-08", items=A, reason="—"), "refer", "2026-10-12",
        {"items": B}, (f"不能对数据项“{B}”",),
    ),
    "a withdrawal that names nothing": (
        agreed_on_a, "withdraw_items", "2026-10-09", {}, ("须填写“数据项”",),
    ),
    "items of a case that names none": (
        lambda desk: desk.asked(), "agree", "2026-10-08", {"items": A}, ("没有写明数据项",),
    ),
    "a decision that says nothing of the items": (
        awaiting_decision, "decide", "2026-11-20", {"doc_no": "京政函〔2026〕9号"}, ("须填写", "数据项"),
    ),
    "a confirmation of what was not supplied": (
        lambda desk: agreed_on_a(desk).act("refuse", "2026-10-09", reason="—").act("accept", "2026-10-09")
        .act("supply", "2026-10-12"), "confirm", "2026-10-13", {"items": B}, (f"不能对数据项“{B}”", A),
    ),
    "a third objection": (
        objected_twice, "object", "2026-10-21", {"reason": "仍打不开"}, ("至多办理2次",),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_bad_input_is_refused_with_a_sentence_and_changes_nothing(desk: Desk, what: str) -> None:
    prepared, event, on, fields, says = BAD[what]
    desk = prepared(desk)
    last = max(date.fromisoformat(event["on"]) for event in desk.case["events"])
    entered = str(max(last, date.fromisoformat(on)) + timedelta(0))
    desk.refused(event, on, *says, entered=entered, **fields)


def test_after_two_objections_the_applicant_may_ask_for_coordination__article_28(desk: Desk) -> None:
    objected_twice(desk).act("refer", "2026-10-16").stands("referred", admission="2026-10-21")
    assert desk.items("stage") == {A: "disputed"}
