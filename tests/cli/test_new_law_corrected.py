"""An entry is corrected over the first day of a new law: the case goes by the law that its right days give it.

《条例》 is in force since 2025-08-01, a Friday. The commands correct today, so that each case is long past by then.
"""

from datetime import date, timedelta
from itertools import permutations

import pytest

from tests.cli.test_new_law import MEASURES_17, Desk
from tests.cli.test_new_law import desk as desk  # noqa: PLC0414 - a fixture

WHY = ("--reason", "日期登记有误")


def correct(desk: Desk, event: str, on: str) -> Desk:
    """Gives the entry of an event another day."""
    seq = next(each["seq"] for each in desk.case()["events"] if each["event"] == event)
    desk.terminal.json("case", "correct", desk.no, str(seq), "--on", on, *WHY)
    return desk


def law(desk: Desk) -> str:
    return str(desk.case()["rulebook"]).split("@")[0]


@pytest.fixture
def refused(desk: Desk) -> Desk:
    """Received on 2025-07-07 and refused in time, on the 15th: the applicant may accept that until the 29th."""
    return desk.submitted("2025-07-07").act("refuse", "provider", "2025-07-15", reason="涉及个人隐私")


def test_a_case_that_had_ended_in_july_goes_back_to_the_law_of_july(refused: Desk) -> None:
    refused.sweep("2025-08-02").act("accept", "applicant", "2025-08-05")
    assert law(refused) == "beijing-2025"
    correct(refused, "accept", "2025-07-28")
    assert law(refused) == "beijing-2017"
    events = refused.case()["events"]
    (change,) = [each for each in events if each["event"] == "succession"]
    assert change["struck"]
    assert f"更正：系统登记的第{change['seq']}项不成立" in [each["title"] for each in events]
    refused.demand_derived()


def test_taken_up_again_it_goes_over_on_that_day(refused: Desk) -> None:
    refused.sweep("2025-08-02").act("accept", "applicant", "2025-08-05")
    correct(refused, "accept", "2025-07-28")
    refused.act("reopen", "office", "2025-09-01", reopen_to="reply", reason="法律依据已变化")
    assert law(refused) == "beijing-2025"
    assert refused.events()[-2:] == [("succession", "2025-09-01"), ("reopen", "2025-09-01")]
    refused.demand_derived()


AUGUST = ("2025-08-01", "2025-08-04", "2025-08-06")
REPLY_809 = "《政务数据共享条例》（国务院令第809号）第二十一条"


def taken_up(desk: Desk, on: str) -> Desk:
    """Ended on 28 July, and taken up again on that day, so that a new term begins."""
    desk.act("accept", "applicant", "2025-07-28")
    return desk.act("reopen", "office", on, reopen_to="reply", reason="法律依据已变化")


def reply(desk: Desk) -> tuple[str, str]:
    """The start of the latest reply term, and on what it rests."""
    term = [each for each in desk.case()["terms"] if each["kind"] == "reply"][-1]
    return term["started"], term["cited"]


def law_on(desk: Desk, on: str) -> str:
    return str(desk.case("--as-of", on)["rulebook"]).split("@")[0]


@pytest.mark.parametrize(("wrong", "right"), list(permutations(AUGUST, 2)))
def test_taken_up_on_another_day_it_goes_over_on_that(refused: Desk, wrong: str, right: str) -> None:
    """The new term counts by the new law, whichever day was typed; until then the old law stood."""
    correct(taken_up(refused, wrong), "reopen", right)
    assert reply(refused) == (right, REPLY_809)
    assert law_on(refused, right) == "beijing-2025"
    assert law_on(refused, str(date.fromisoformat(right) - timedelta(1))) == "beijing-2017"
    refused.demand_derived()


@pytest.mark.parametrize("wrong", AUGUST)
def test_taken_up_in_july_it_is_open_on_the_first_day_and_goes_over_on_that(refused: Desk, wrong: str) -> None:
    correct(taken_up(refused, wrong), "reopen", "2025-07-30")
    assert reply(refused) == ("2025-07-30", MEASURES_17)
    assert [law_on(refused, on) for on in ("2025-07-31", "2025-08-01")] == ["beijing-2017", "beijing-2025"]
    refused.demand_derived()


def test_a_term_that_began_in_august_rests_on_the_new_law_though_its_act_was_entered_in_july(refused: Desk) -> None:
    correct(taken_up(refused, "2025-07-30").sweep("2025-08-02"), "reopen", "2025-08-05")
    assert reply(refused) == ("2025-08-05", REPLY_809)
    refused.demand_derived()


def test_a_case_that_ended_in_august_went_over_on_the_first(refused: Desk) -> None:
    refused.act("accept", "applicant", "2025-07-28").sweep("2025-08-02")
    assert law(refused) == "beijing-2017"
    correct(refused, "accept", "2025-08-05")
    assert law(refused) == "beijing-2025"
    assert ("succession", "2025-08-01") in refused.events()
    refused.demand_derived()


def test_and_back_and_forth_it_is_the_case_of_its_last_days(refused: Desk) -> None:
    refused.sweep("2025-08-02").act("accept", "applicant", "2025-08-05")
    for day, name in (("2025-07-28", "beijing-2017"), ("2025-08-05", "beijing-2025"), ("2025-07-28", "beijing-2017")):
        assert law(correct(refused, "accept", day)) == name
        refused.demand_derived()


def test_what_was_done_on_the_first_day_comes_behind_the_change(desk: Desk) -> None:
    """So that the term that ran that day is cited with the name of its law, as it would have been at once."""
    desk.submitted("2025-07-21").act("refuse", "provider", "2025-07-30", reason="涉及个人隐私").sweep("2025-08-02")
    correct(desk, "refuse", "2025-08-01")
    assert desk.terms()[0] == ("reply", "2025-07-21", 10, "2025-08-04", MEASURES_17)
    desk.demand_derived()


def test_a_late_paper_behind_an_entry_that_was_moved_over_that_day_keeps_what_was_entered(desk: Desk) -> None:
    """补充材料 of July is moved to 2 August; what is put in behind it is read by the form of August."""
    desk.submitted("2025-07-11").act("ask_supplement", "provider", "2025-07-15", materials="说明")
    desk.sweep("2025-08-02").act("supplement", "applicant", "2025-07-31", text="已补")
    desk.act("disclaim", "provider", "2025-08-09", reason="无此数据")
    correct(desk, "supplement", "2025-08-02")
    desk.act("request_extension", "provider", "2025-08-08", reason="须核对")
    asked = next(each for each in desk.case()["events"] if each["event"] == "request_extension")
    assert asked["fields"]["reason"] == "须核对"
    desk.demand_derived()


def test_an_entry_is_corrected_by_the_form_of_its_own_law(desk: Desk) -> None:
    """条件 is asked for under the Measures alone."""
    desk.submitted("2025-07-21").act("agree", "provider", "2025-07-30", conditions="仅用于低保").sweep("2025-08-02")
    seq = next(each["seq"] for each in desk.case()["events"] if each["event"] == "agree")
    desk.terminal.json("case", "correct", desk.no, str(seq), "--field", "conditions=仅用于低保审核", *WHY)
    desk.demand_derived()
    correct(desk, "agree", "2025-08-04")
    desk.terminal.json("case", "correct", desk.no, str(seq), "--field", "conditions=", *WHY)
    desk.demand_derived()
