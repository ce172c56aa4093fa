"""What was entered wrongly is put right by command, on either database: the dates move by law, and who was told hears.

Working days of 2026 by hand: the National Day holiday is 1 to 7 October, 10 October is worked.
"""

import pytest

from tests.acceptance.at_terminal import dates, past
from tests.acceptance.conftest import Office
from tests.cli.terminal import by
from tests.conftest import CIVIL, at

# ---------------------------------------------------------------------------------- (c) a reply's day, after a refusal


def test_a_reply_entered_with_a_wrong_day_was_late_until_it_is_corrected(refused_late: Office) -> None:
    before = refused_late.shown("2026-11-05")
    assert past(before)[1:3] == [("lapse", "2026-10-15"), ("refuse", "2026-10-16")]
    assert before["overdue"] is True
    assert dates(before)["consideration"] == ("2026-10-30", None, "2026-10-19", None)
    case = refused_late.correct(3, "--on", "2026-10-14")
    assert (case["state"], case["overdue"], case["replied"]) == ("in_coordination", False, "2026-10-14")
    assert dates(case) == {
        "reply": ("2026-10-15", "2026-10-14", "2026-10-14", None),
        "consideration": ("2026-10-28", None, "2026-10-19", None),
        "admission": ("2026-10-22", None, "2026-10-21", None),
        "coordination": ("2026-11-11", None, None, None),
    }
    assert past(case)[-2:] == [("correct_entry", "2026-11-05"), ("annul_lapse", "2026-11-05")]
    assert case["was"]["lapses"] == [{"term": "答复期限", "on": "2026-10-15"}]
    assert case["now"]["lapses"] == []
    assert [term["due"] for term in case["now"]["terms"]] == ["2026-10-15", "2026-10-28"]


def test_the_entry_stays_as_it_was_and_the_correction_says_what_of_it_was_wrong(refused_late: Office) -> None:
    case = refused_late.correct(3, "--on", "2026-10-14")
    entry = next(event for event in case["events"] if event["seq"] == 3)
    assert (entry["on"], entry["amended_by"], entry["struck"]) == ("2026-10-16", [6], False)
    correction = next(event for event in case["events"] if event["seq"] == 6)
    assert correction["title"] == "更正登记"
    assert correction["shown"] == {"登记": "第3项", "日期": "2026-10-16 → 2026-10-14", "理由": "来文日期登记有误"}


def test_a_preview_says_the_same_and_writes_nothing(refused_late: Office) -> None:
    before = refused_late.shown("2026-11-05")
    preview = refused_late.correct(3, "--on", "2026-10-14", "--dry-run")
    assert refused_late.shown("2026-11-05") == before
    done = refused_late.correct(3, "--on", "2026-10-14")
    assert (preview["was"], preview["now"]) == (done["was"], done["now"])


# ------------------------------------------------------------------------------------------- (c) after silence


def test_a_reply_that_was_made_in_time_leaves_no_place_for_the_referral(agreed_late: Office) -> None:
    assert dates(agreed_late.shown("2026-11-05"))["supply"] == ("2026-11-25", None, None, None)
    error = agreed_late.refused("correct", "5", "--on", "2026-10-14")
    assert "第3项“申请协调处理”" in error["what"]
    assert ("一并撤销第3、4项" in error["todo"], "--strike 3,4" in error["todo"]) == (True, True)
    case = agreed_late.correct(5, "--on", "2026-10-14", "--strike", "3,4")
    assert (case["state"], case["overdue"]) == ("agreed", False)
    assert dates(case) == {
        "reply": ("2026-10-15", "2026-10-14", "2026-10-14", None),
        "supply": ("2026-11-11", None, None, None),
    }
    assert [event["seq"] for event in case["events"] if event["struck"]] == [3, 4]
    struck = [term["kind"] for term in case["terms"] if term["struck"]]
    assert struck == ["admission", "coordination"]


# ------------------------------------------------------------------------------------ (d) entered on the wrong case


def test_what_was_entered_on_the_wrong_case_is_struck_and_the_case_is_open_and_overdue(mistaken: Office) -> None:
    before = mistaken.shown("2026-11-05")
    assert (before["state"], before["overdue"]) == ("closed", False)
    error = mistaken.refused("strike", "2")
    assert "第3项“提供数据”" in error["what"]
    assert "--strike 3" in error["todo"]
    case = mistaken.strike("2,3")
    assert (case["state"], case["overdue"], case["replied"], case["closed"]) == ("awaiting_reply", True, None, None)
    assert dates(case) == {"reply": ("2026-10-15", None, None, "2026-10-15")}
    lapse = case["events"][-1]
    assert (lapse["event"], lapse["on"], lapse["recorded_at"][:10]) == ("lapse", "2026-10-15", "2026-11-05")
    assert (case["was"]["state"], case["now"]["state"]) == ("closed", "awaiting_reply")
    titles = [event["title"] for event in case["events"] if event["event"] == "annul_lapse"]
    assert titles == ["更正：系统登记的第4项不成立", "更正：系统登记的第5项不成立"], "nothing was received in time"


def test_a_struck_entry_is_entered_again_and_the_case_goes_on(mistaken: Office) -> None:
    mistaken.strike("2,3")
    case = mistaken.act("agree", "provider", "2026-10-13", entered="2026-11-06").shown("2026-11-06")
    assert (case["state"], case["overdue"]) == ("agreed", False)
    assert dates(case)["supply"][0] == "2026-11-10"


# ------------------------------------------------------------------------------------------------------ bad input


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("correct", "2", "--on", "2026-10-14"), "系统依规则得出的结果"),  # the lapse
        (("correct", "9", "--on", "2026-10-14"), "没有第9项登记"),
        (("correct", "3", "--on", "2026-11-06"), "在今天（2026-11-05）之后"),
        (("correct", "3", "--on", "2026-10-16"), "没有要更正的"),
        (("correct", "3"), "没有要更正的"),
        (("correct", "3", "--field", "reason=依法不予提供"), "没有要更正的"),
        (("correct", "3", "--field", "resource=别的"), "不填"),
        (("correct", "3", "--on", "2026-10-14", "--strike", "3"), "既更正又撤销"),
        (("correct", "3", "--on", "2026-09-01"), "不再成立：2026-09-01 案件为“草稿”，不能办理“答复：不同意共享”"),
        (("strike", "1"), "不能单独撤销"),
        (("strike", "5,5"), "第5项撤销了两次"),
        (("strike", "2"), "期限已于 2026-10-15 届满"),
        (("correct", "1", "--field", f"provider={CIVIL}"), "双方的部门相同"),
        (("correct", "1", "--field", "provider=市司法局"), "没有"),
    ],
)
def test_what_cannot_be_corrected_is_refused_with_a_sentence(
    refused_late: Office, words: tuple[str, ...], said: str
) -> None:
    assert said in refused_late.refused(*words)["what"]


def test_an_entry_is_struck_once(mistaken: Office) -> None:
    mistaken.strike("2,3")
    assert "已经撤销" in mistaken.refused("strike", "3")["what"]


def test_of_two_corrections_at_once_the_second_is_asked_to_look_again(refused_late: Office) -> None:
    refused_late.correct(3, "--on", "2026-10-14", "--version", "5")
    error = refused_late.refused("correct", "3", "--on", "2026-10-13", "--version", "5")
    assert "已有新的办理" in error["what"]


# --------------------------------------------------------------------------------------------------- late paper


def test_a_reply_made_in_time_can_be_entered_once_coordination_has_begun_if_the_referral_is_struck(
    agreed_late: Office,
) -> None:
    """The provider had refused in writing on 14 October; the office hears of it on 5 November."""
    refuse = ("refuse", *by("provider", "2026-10-14"), "--field", "reason=依法不予提供")
    agreed_late.terminal.at(at("2026-11-05"))
    agreed_late.strike("5")
    case = agreed_late.terminal.json("case", "act", agreed_late.no, *refuse)
    assert (case["state"], case["overdue"], case["replied"]) == ("in_coordination", False, "2026-10-14")
    assert dates(case) == {
        "reply": ("2026-10-15", "2026-10-14", "2026-10-14", None),
        "consideration": ("2026-10-28", None, "2026-10-16", None),
        "admission": ("2026-10-21", None, "2026-10-20", None),
        "coordination": ("2026-11-10", None, None, None),
    }


def test_a_late_paper_after_which_a_later_entry_does_not_fit_is_refused_and_names_it(agreed_late: Office) -> None:
    agreed_late.strike("5")
    words = ("case", "act", agreed_late.no, "agree", *by("provider", "2026-10-14"))
    before = agreed_late.shown("2026-11-05")
    error = agreed_late.terminal.error(*words, status=1)
    assert "第3项“申请协调处理”不再成立" in error["what"]
    assert agreed_late.shown("2026-11-05") == before
