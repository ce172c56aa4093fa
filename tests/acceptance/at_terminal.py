"""What tests read of a case as a command prints it."""

from typing import Any


def dates(case: Any) -> dict[str, tuple[str, Any, Any, Any]]:
    """The latest term of each kind that was not struck: due, answered, ended, lapsed."""
    own = [term for term in case["terms"] if not term["struck"]]
    days = ("due", "answered", "ended", "lapsed")
    return {term["kind"]: tuple(term[day] for day in days) for term in own}


def past(case: Any) -> list[tuple[str, str]]:
    return [(event["event"], event["on"]) for event in case["events"] if event["event"] != "remind"]
