"""A past day is seen by either clock: what had happened by then, as is known now; what had been recorded by then."""

from tests.acceptance.at_terminal import past
from tests.acceptance.conftest import Office


def test_a_past_day_is_seen_as_it_was_known_then_and_as_it_is_known_now(refused_late: Office) -> None:
    refused_late.correct(3, "--on", "2026-10-14")
    known = refused_late.then("--known-on", "2026-11-04")
    assert (known["state"], known["overdue"]) == ("in_coordination", True)
    assert past(known)[1:3] == [("lapse", "2026-10-15"), ("refuse", "2026-10-16")]
    was = refused_late.then("--as-of", "2026-10-20")
    assert (was["state"], was["overdue"], was["next_due"]) == ("referred", False, "2026-10-22")
    first = refused_late.then("--known-on", "2026-10-15")
    assert (first["state"], first["overdue"], first["next_due"]) == ("awaiting_reply", False, "2026-10-15")


def test_what_was_struck_was_known_and_has_never_been(mistaken: Office) -> None:
    mistaken.strike("2,3")
    assert mistaken.then("--known-on", "2026-11-04")["state"] == "closed"
    was = mistaken.then("--as-of", "2026-10-20")
    assert (was["state"], was["overdue"]) == ("awaiting_reply", True)


def test_the_list_of_a_past_day_has_the_states_of_that_day_and_no_case_of_later(refused_late: Office) -> None:
    refused_late.correct(3, "--on", "2026-10-14")
    first, words = refused_late.no, ("cases", "--state", "referred")
    Office(refused_late.terminal).opened("2026-11-04")
    listed = refused_late.terminal.json(*words, "--as-of", "2026-10-20")["cases"]
    assert [(line["no"], line["overdue"]) for line in listed] == [(first, False)]
    assert refused_late.terminal.json(*words)["cases"] == []
    late = refused_late.terminal.json("cases", "--overdue", "--known-on", "2026-10-20")["cases"]
    assert [(line["no"], line["state"]) for line in late] == [(first, "referred")]
    error = refused_late.terminal.error("cases", "--known-on", "2026-09-23", status=1)
    assert error["what"] == "2026-09-23 还没有任何案件"


def test_a_case_is_not_found_before_it_was_opened(refused_late: Office) -> None:
    words = ("case", "show", refused_late.no, "--known-on", "2026-09-20")
    assert "还没有" in refused_late.terminal.error(*words, status=1)["what"]
