"""What tests read of a case as a command prints it."""

from typing import Any


def dates(case: Any) -> dict[str, tuple[str, Any, Any, Any]]:
    """The latest term of each kind that was not struck (a case shows no other): due, answered, ended, lapsed."""
    days = ("due_on", "answered_on", "ended_on", "lapsed_on")
    return {term["kind"]: tuple(term[day] for day in days) for term in case["terms"]}


def past(case: Any) -> list[tuple[str, str]]:
    return [(event["event"], event["happened_on"]) for event in case["events"] if event["event"] != "remind"]
