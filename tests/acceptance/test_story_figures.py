"""The figures of a year follow what is corrected, and show what they were as it was known before."""

from typing import Any

from tests.acceptance.conftest import Office

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
