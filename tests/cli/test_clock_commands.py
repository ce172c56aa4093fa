"""The clock on the command line: what runs without a person is guarded, what a person dates is marked."""

from datetime import datetime
from typing import Any

import pytest

from negotiation.store.database import Database
from tests.cli.terminal import Terminal, by
from tests.conftest import at


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets the clock of the commands."""

    def to(instant: datetime) -> None:
        for module in ("options", "maintenance", "case"):
            monkeypatch.setattr(f"negotiation.cli.{module}.now", lambda: instant)

    return to


@pytest.fixture
def case(office: Terminal, set_clock: Any) -> str:
    """Handed in on 18 September 2026, due on 9 October; the sweep ran on Monday the 21st."""
    set_clock(at("2026-09-21"))
    fields = (
        "applicant=市民政局", "provider=市公安局", "resource=常住人口基本信息", "mode=服务接口", "period=长期",
        "use_basis=《社会救助暂行办法》第五十八条", "scenario=办理低保资格核对",
    )  # fmt: skip
    words = [word for field in fields for word in ("--field", field)]
    no: str = office.json("case", "open", "sharing", *words)["no"]
    office.json("case", "act", no, "submit", *by("applicant", "2026-09-18"))
    office.json("sweep")
    return no


def events(office: Terminal, no: str) -> list[tuple[str, str]]:
    return [(each["event"], each["actor"]) for each in office.json("case", "show", no)["events"]]


def test_a_sweep_without_a_person_refuses_a_clock_that_jumped(office, case, set_clock):
    set_clock(at("2027-03-01"))
    for command in ("sweep", "post", "yearly"):
        refused = office.error(command, status=1)
        assert refused["what"].startswith("系统时钟由2026年9月21日跳到2027年3月1日"), command
        assert "--confirm-clock" in refused["todo"]
    assert [event for event, _ in events(office, case)] == ["submit"]
    found = office.json("doctor", status=1)
    assert any(each["what"].startswith("系统时钟由2026年9月21日") and each["serious"] for each in found["findings"])


def test_a_person_confirms_it_by_an_option_and_the_sweep_goes_on(office, case, set_clock):
    set_clock(at("2026-11-05"))
    office.error("sweep", status=1)
    assert office.json("sweep", "--confirm-clock", "--actor", "周经办")["acted"] == 1
    assert ("lapse", "系统") in events(office, case)
    office.json("post")
    with Database(f"sqlite:///{office.home / 'negotiation.db'}").read() as transaction:
        confirmed = transaction.connection.exec_driver_sql("SELECT confirmed_by FROM clock_jump").all()
    assert [row[0] for row in confirmed] == ["周经办"]


def test_an_instant_that_a_person_names_is_not_confirmed_with_it(office, case):
    assert office.error("sweep", "--at", "2026-11-05", "--confirm-clock", status=2)["what"]


def test_what_a_person_sweeps_at_an_instant_is_marked_and_leaves_no_heartbeat(office, case, set_clock):
    before = office.json("doctor").get("heartbeats")
    assert office.json("sweep", "--at", "2026-11-05T10:00")["acted"] == 1
    office.json("post", "--at", "2026-11-05T10:00")
    marked = [(event, actor) for event, actor in events(office, case) if event != "submit"]
    assert marked
    assert {actor for _, actor in marked} == {"系统（手工指定时刻）"}
    after = office.json("doctor")
    assert after["heartbeats"] == before
    assert after["remarks"] == []  # it lies in the future, and somebody said so
    assert office.json("audit", "verify")["remarks"] == []


def test_doctor_says_that_no_worker_runs(office, case, set_clock):
    set_clock(at("2026-09-21", "10:30"))
    found = office.json("doctor", status=1)
    assert found["ok"] is False
    (said,) = [each["what"] for each in found["findings"] if "期限没有在处理" in each["what"]]
    assert said == "期限没有在处理、提醒没有在发送（最后一次：2026-09-21 10:00）"
    assert [each["serious"] for each in found["findings"] if each["what"] == said] == [True]


def test_doctor_only_hints_at_it_in_a_home_where_none_ever_ran(office):
    found = office.json("doctor")
    assert [each["serious"] for each in found["findings"] if "期限没有在处理" in each["what"]] == [False]


def test_instants_that_cannot_be_are_remarks_and_no_faults(office, case, set_clock):
    """The clock stood in 2027 for one step, and was set right again."""
    set_clock(at("2027-03-01"))
    office.json("case", "act", case, "note", "--by", "office", "--field", "text=电话联系")
    set_clock(at("2026-09-22"))
    office.json("case", "act", case, "note", "--by", "office", "--on", "2026-09-22", "--field", "text=再次联系")
    verified = office.json("audit", "verify")
    assert verified["broken"] == []
    *future, backwards = verified.get("remarks") or [{}]
    assert future
    assert {(each["no"], each["recorded_at"]) for each in future} == {(case, "2027-03-01T02:00:00+00:00")}
    assert {each["what"] for each in future} == {"登记时刻 2027-03-01 10:00:00 晚于现在"}
    assert (backwards["no"], backwards["seq"]) == (case, future[-1]["seq"] + 1)
    assert backwards["before_at"] == future[-1]["recorded_at"]
    assert backwards["what"] == "登记时刻 2026-09-22 10:00:00 早于前一个事件的 2027-03-01 10:00:00"
    for command in ("sweep", "post"):
        office.json(command)
    assert office.json("doctor")["remarks"] == verified["remarks"]
    code, out, _ = office.run("audit", "verify")
    assert (code, case in out, "晚于现在" in out) == (0, True, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--as-of 2026-09-20", "案件（截至 2026-09-20）"),
        ("--known-on 2026-09-21", "案件（按 2026-09-21 为止的登记）"),
        ("--as-of 2026-09-20 --known-on 2026-09-21", "案件（截至 2026-09-20，按 2026-09-21 为止的登记）"),
    ],
)
def test_a_list_says_to_which_of_the_two_days_it_looks_back(office, case, set_clock, words, said):
    set_clock(at("2026-09-23"))
    assert said in office.run("cases", *words.split())[1]
