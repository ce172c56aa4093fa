"""The meetings by commands: planned, held, agreed, and the act that rests on one (第十七条)."""

import pytest

from tests.cli.terminal import Terminal, by
from tests.conftest import at

FIELDS = (
    "applicant=市民政局", "provider=市公安局", "resource=常住人口基本信息", "use_basis=《社会救助暂行办法》第五十八条",
    "scenario=办理低保资格核对", "mode=服务接口", "period=长期",
)  # fmt: skip
WAY = (
    ("submit", "applicant", "2026-03-02", ()), ("refuse", "provider", "2026-03-10", ("reason=依法不予提供",)),
    ("refer", "applicant", "2026-03-12", ()), ("accept_referral", "office", "2026-03-13", ()),
    ("fail", "office", "2026-03-20", ()), ("report_up", "office", "2026-03-24", ()),
)  # fmt: skip
PLACE = ("--at", "9:00", "--place", "第三会议室", "--chair", "王副市长")


def given(*fields: str) -> list[str]:
    return [word for field in fields for word in ("--field", field)]


@pytest.fixture
def reported(office: Terminal) -> str:
    """A case that waits for the leading group since 24 March 2026."""
    return walked(office, len(WAY))


@pytest.fixture
def accepted(office: Terminal) -> str:
    """A case that is coordinated since 13 March 2026."""
    return walked(office, 4)


def walked(office: Terminal, steps: int) -> str:
    no: str = office.json("case", "open", "sharing", "--on", "2026-03-02", *given(*FIELDS))["no"]
    for event, role, on, fields in WAY[:steps]:
        office.json("case", "act", no, event, *by(role, on), *given(*fields))
    return no


def planned(office: Terminal, case: str, kind: str = "deliberation") -> str:
    words = ("--kind", kind, "--on", "2026-04-02", *PLACE, "--case", case)
    no: str = office.json("meeting", "plan", *words)["no"]
    return no


def test_a_decision_needs_its_meeting_and_takes_the_date_that_was_set_there(office: Terminal, reported: str) -> None:
    decide = ("case", "act", reported, "decide", "--by", "leading_group", "--on", "2026-04-02")
    error = office.error(*decide, *given("decision=share"), status=1)
    assert ("会议" in error["what"], "meeting plan" in error["todo"]) == (True, True)
    no = planned(office, reported)
    assert "尚未登记召开" in office.error(*decide, *given("decision=share", f"meeting={no}"), status=1)["what"]
    present = ("--present", "市民政局 甲", "--present", "市公安局 乙")
    office.json("meeting", "hold", no, *present, "--minutes-no", "京数协〔2026〕7号")
    agreed = ("--text", "应予共享", "--who", "市公安局", "--by", "2026-05-29")
    office.json("meeting", "agree", no, reported, *agreed)
    case = office.json(*decide, *given("decision=share", f"meeting={no}"))
    assert (case["state"], case["terms"][-1]["due"]) == ("decided", "2026-05-29")
    found = office.json("meeting", "show", no)
    (line,) = found.pop("cases")
    assert found == {
        "no": "HY2026-0001", "kind": "deliberation", "state": "held", "on": "2026-04-02", "at": "09:00",
        "place": "第三会议室", "chair": "王副市长", "invited": ["市民政局", "市公安局"],
        "present": ["市民政局 甲", "市公安局 乙"], "minutes_no": "京数协〔2026〕7号", "reason": "",
        "absent": [], "observers": [], "moves": [],
    }  # fmt: skip
    assert line == {
        "no": reported, "subject": "常住人口基本信息", "applicant": "市民政局", "provider": "市公安局",
        "agreed": "应予共享", "who": "市公安局", "by": "2026-05-29", "recorded_as": len(case["events"]),
        "off": "",
    }  # fmt: skip
    assert "已依据这次会议办理" in office.error("meeting", "agree", no, reported, *agreed, status=1)["what"]


def test_meetings_are_listed_by_kind_and_year_and_shown_to_people(office: Terminal, reported: str) -> None:
    no = planned(office, reported, "审议")
    assert [each["no"] for each in office.json("meeting", "list", "--kind", "deliberation")["meetings"]] == [no]
    assert office.json("meeting", "list", "--kind", "coordination")["meetings"] == []
    assert office.json("meeting", "list", "--year", "2025")["meetings"] == []
    assert "HY2026-0001" in office.run("meeting", "list", "--year", "2026")[1]
    _, shown, _ = office.run("meeting", "show", no)
    assert all(word in shown for word in (no, "审议会议（待召开）", "09:00", "第三会议室", "市公安局", reported))


def test_a_meeting_that_is_given_up_stays_on_record(office: Terminal, reported: str) -> None:
    no = planned(office, reported)
    assert "原因" in office.error("meeting", "cancel", no, "--reason", " ", status=1)["what"]
    assert office.json("meeting", "cancel", no, "--reason", "另行安排")["state"] == "cancelled"
    assert "已取消" in office.error("meeting", "hold", no, "--present", "甲", status=1)["what"]
    assert planned(office, reported) == "HY2026-0002"


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (("plan", "--kind", "宴会", "--on", "2026-04-02", *PLACE, "--case", "GX2026-0001"), 2, "没有“宴会”"),
        (("plan", "--kind", "协调", "--on", "四月二日", *PLACE, "--case", "GX2026-0001"), 2, "不是日期"),
        (("plan", "--kind", "协调", "--on", "2026-04-02", *PLACE, "--case", "GX2026-0001"), 1, "没有由协调会议研究"),
        (("plan", "--kind", "审议", "--on", "2026-04-02", *PLACE, "--case", "GX2026-9"), 1, "GX2026-9"),
        (("show", "HY2026-0009"), 1, "HY2026-0009"), (("list", "--year", "0"), 2, "没有 0 年"),
        (("agree", "HY2026-0009", "GX2026-0001", "--text", "—"), 1, "HY2026-0009"),
    ],
)  # fmt: skip
def test_what_was_put_wrongly_is_said(
    office: Terminal, reported: str, words: tuple[str, ...], status: int, says: str
) -> None:
    assert says in office.error("meeting", *words, status=status)["what"]


def test_a_meeting_is_put_off_and_a_case_is_taken_off_by_commands(office: Terminal, reported: str) -> None:
    """改期: the same number, the day before on record."""
    office.at(at("2026-03-30"))
    no = planned(office, reported)
    moved = office.json("meeting", "postpone", no, "--on", "2026-04-09", "--at", "14:30", "--reason", "主持人另有公务")
    assert (moved["no"], moved["on"], moved["at"], moved["place"]) == (no, "2026-04-09", "14:30", "第三会议室")
    was = {"on": "2026-04-02", "at": "09:00", "place": "第三会议室", "reason": "主持人另有公务"}
    assert moved["moves"] == [was]
    assert "改期：原定 2026-04-02 09:00" in office.run("meeting", "show", no)[1]
    off = office.json("meeting", "take-off", no, reported, "--reason", "材料待补")
    assert (off["invited"], [each["off"] for each in off["cases"]]) == ([], ["材料待补"])
    assert "已撤下：材料待补" in office.run("meeting", "show", no)[1]


def test_leave_and_observers_are_entered_with_those_present(office: Terminal, reported: str) -> None:
    no = planned(office, reported)
    others = ("--absent", "市司法局 丙", "--observer", "市财政局 丁", "--observer", "市审计局 戊")
    held = office.json("meeting", "hold", no, "--present", "市民政局 甲", *others)
    assert (held["absent"], held["observers"]) == (["市司法局 丙"], ["市财政局 丁", "市审计局 戊"])
    shown = office.run("meeting", "show", no)[1]
    assert "请假：市司法局 丙" in shown
    assert "列席：市财政局 丁、市审计局 戊" in shown


def test_the_letters_of_a_meeting_are_listed_by_its_number(office: Terminal, accepted: str) -> None:
    office.at(at("2026-03-30"))
    no = planned(office, accepted, "coordination")
    listed = office.json("letter", "list", no)
    names = [each["name"] for each in listed["letters"]]
    assert (listed["no"], "会议改期函" in names) == (no, False)
    office.json("meeting", "postpone", no, "--on", "2026-04-09", "--at", "14:30", "--reason", "主持人另有公务")
    moved = [each["name"] for each in office.json("letter", "list", no)["letters"]]
    assert set(moved) > set(names)
    assert all(name in office.run("letter", "list", no)[1] for name in moved)
    office.json("meeting", "cancel", no, "--reason", "双方已协商一致")
    assert office.json("letter", "list", no)["letters"] == []
