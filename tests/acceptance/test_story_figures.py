"""The figures of a year follow what is corrected, and show what they were as it was known before."""

from typing import Any

from tests.acceptance.conftest import Office
from tests.conftest import at

REPORT = ("report", "2026")


def figures(office: Office, *words: str) -> dict[str, Any]:
    """The total line of the procedure, without what is nothing."""
    lines = office.terminal.json(*REPORT, *words)["figures"]["sharing"]["lines"]
    return {key: many for key, many in lines["total"]["counts"].items() if many}


def test_what_was_struck_is_not_counted(agreed_late: Office) -> None:
    before = figures(agreed_late)
    assert before["to_coordination"] == 1
    agreed_late.correct(5, "--on", "2026-10-14", "--strike", "3,4")
    after = figures(agreed_late)
    assert "to_coordination" not in after
    assert after["replies_on_time"] == 1


def test_a_reply_counts_in_the_month_of_its_right_day(refused_late: Office) -> None:
    assert figures(refused_late)["overdue"] == 1
    refused_late.correct(3, "--on", "2026-09-30")
    counted = refused_late.terminal.json(*REPORT)["figures"]["sharing"]["lines"]
    months = {key: line["counts"].get("refusals", 0) for key, line in counted.items() if key.startswith("month:")}
    assert {key: many for key, many in months.items() if many} == {"month:2026-09": 1}
    assert "overdue" not in counted["total"]["counts"]


def test_a_case_that_was_closed_by_mistake_is_carried_forward(mistaken: Office) -> None:
    before = figures(mistaken)
    assert (before["closed"], before.get("carried_forward", 0), before["supplies"]) == (1, 0, 1)
    mistaken.strike("2,3")
    after = figures(mistaken)
    assert (after.get("closed", 0), after["carried_forward"], after.get("reopened", 0)) == (0, 1, 0)
    assert "supplies" not in after


def test_the_figures_of_a_past_day_are_those_that_were_recorded_and_name_what_differs_now(agreed_late: Office) -> None:
    agreed_late.correct(5, "--on", "2026-10-14", "--strike", "3,4")
    known = agreed_late.terminal.json(*REPORT, "--known-on", "2026-11-04")
    then, now = (known["figures"]["sharing"]["lines"]["total"]["counts"], figures(agreed_late, "--as-of", "2026-11-04"))
    assert (then["to_coordination"], then["replied_late"], known["known_on"]) == (1, 1, "2026-11-04")
    assert "to_coordination" not in now
    changes = {each["place"].split(" · ")[-1]: each for each in known["changes"] if "合计" in each["place"]}
    referred = changes["提请协调"]
    assert (referred["then"], referred["now"], referred["cases"]) == ("1", "0", [agreed_late.no])
    assert (changes["按时答复"]["then"], changes["按时答复"]["now"]) == ("0", "1")
    assert known["entered_later"][agreed_late.no] == [
        "10月16日“申请协调处理”于11月5日撤销，事由：来文日期登记有误",
        "10月20日“受理”于11月5日撤销，事由：来文日期登记有误",
        "10月28日“答复：同意共享”于11月5日更正为10月14日，事由：来文日期登记有误",
    ]


def test_the_figures_of_a_day_after_which_nothing_was_recorded_are_those_of_now(agreed_late: Office) -> None:
    known = agreed_late.terminal.json(*REPORT, "--known-on", "2026-10-28")
    agreed_late.terminal.at(at("2026-11-05"))
    assert agreed_late.terminal.json(*REPORT, "--known-on", "2026-10-28")["figures"] == known["figures"]
    assert agreed_late.terminal.json(*REPORT, "--as-of", "2026-10-28")["figures"] == known["figures"]
    assert known["changes"] == []


def test_a_published_year_shows_the_difference_with_its_cases(agreed_late: Office) -> None:
    agreed_late.terminal.at(at("2027-01-04"))
    agreed_late.terminal.json(*REPORT, "--publish")
    same = agreed_late.terminal.json(*REPORT)
    assert (same["differences"], same["entered_later"]) == ([], {})
    agreed_late.correct(5, "--on", "2026-10-14", "--strike", "3,4", on="2027-01-05")
    differing = agreed_late.terminal.json(*REPORT)
    assert {tuple(each["cases"]) for each in differing["differences"]} == {(agreed_late.no,)}
    assert any(
        "更正为10月14日" in each or "更正为2026年10月14日" in each
        for each in differing["entered_later"][agreed_late.no]
    )
    published = agreed_late.terminal.json(*REPORT, "--known-on", "2027-01-04")
    assert {each["place"]: (each["then"], each["now"]) for each in published["changes"]} == {
        each["place"]: (each["published"], each["now"]) for each in differing["differences"]
    }


def test_figures_of_a_day_that_cannot_be_are_refused(agreed_late: Office) -> None:
    agreed_late.terminal.at(at("2026-11-05"))
    for day, status, sentence in (
        ("2026-11-06", 1, "尚未到来"), ("昨天", 2, "不是日期"), ("2026-03-01", 1, "还没有任何案件"),
    ):  # fmt: skip
        assert sentence in agreed_late.terminal.error(*REPORT, "--known-on", day, status=status)["what"]
