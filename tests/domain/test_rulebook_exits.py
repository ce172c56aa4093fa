"""No state without an owner, no wheel without an exit: what the checker finds where a case could stay for ever."""

import pytest

from negotiation.core.errors import RulebookErrors
from negotiation.domain.rulebook import load, parse, shipped

BEIJING = shipped()["beijing-2017"]
NOT_WHILE_TURNING = "双方可以在这些状态之间无限往复"
NOBODY_ELSE = "其不办理时案件无法结束"

UNVERIFIED = (
    '  { event = "refer", from = "awaiting_verification", to = "in_coordination", after_due = "verification", '
    'basis = "office" },\n'
)
IN_DOUBT = '  { event = "refer", from = "upheld", to = "in_coordination", basis = "office" },\n'
FOUND_NOWHERE = '  { event = "enter_result", from = "recorded", to = "result_reported", basis = "office" },\n'
DISCLAIM = '{ event = "disclaim", from = "awaiting_reply", to = "recorded", '
ONCE = DISCLAIM + 'unless = { passed = true }, unless_says = "只能告知一次", set = { passed = true }, '


def faults(procedure: str, *edits: tuple[str, str]) -> list[str]:
    """The faults of a rulebook of one procedure, as it is shipped but for these edits."""
    head, text = ((BEIJING / name).read_text("utf-8") for name in ("rulebook.toml", f"{procedure}.toml"))
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    head = head.replace('main_procedure = "sharing"', f'main_procedure = "{procedure}"')
    try:
        parse({"rulebook.toml": head, f"{procedure}.toml": text})
    except RulebookErrors as wrong:
        return list(wrong.faults)
    return []


@pytest.mark.parametrize(
    "procedure",
    [
        "aggregation-exemption", "annual-summary", "catalogue-update", "citation-consent", "correction", "open-demand",
        "opening-plan", "rectification",
    ],
)  # fmt: skip
def test_a_draft_needs_no_term_and_no_exit_and_every_other_state_has_both(procedure: str) -> None:
    others = [fault for fault in faults(procedure) if "prepared" not in fault]  # which wants the procedure it is from
    assert others == []


def test_a_state_that_no_term_and_no_agenda_brings_up_again_is_found() -> None:
    found = faults("open-demand", ('term = "telling", ', ""))
    assert any(each.startswith("open-demand.toml · states.result_reported.term：缺少") for each in found)


def test_on_an_agenda_a_state_needs_no_term() -> None:
    edits = ('held_by = "office", term = "coordination", ', 'held_by = "office", ')
    assert not any("states.in_coordination.term" in fault for fault in faults("correction", edits))


def test_a_silent_party_is_found__its_silence_and_a_withdrawal_end_nothing() -> None:
    (fault,) = faults("correction", (UNVERIFIED, ""))
    assert fault.startswith("correction.toml · states.awaiting_verification：由“provider”办理")
    assert NOBODY_ELSE in fault


def test_an_exit_under_a_condition_is_none() -> None:
    conditional = UNVERIFIED.replace("after_due", 'when = { submitted = true }, when_says = "—", after_due')
    (fault,) = faults("correction", (UNVERIFIED, conditional))
    assert NOBODY_ELSE in fault


def test_two_who_can_turn_in_a_circle_without_a_third_are_found() -> None:
    (fault,) = faults("correction", (IN_DOUBT, ""))
    assert fault.startswith("correction.toml · states（awaiting_verification、upheld）：")
    assert NOT_WHILE_TURNING in fault


def test_a_third_whom_they_reach_only_after_a_term_is_none_while_they_turn() -> None:
    after = IN_DOUBT.replace("basis", 'after_due = "consideration", basis')
    assert any(NOT_WHILE_TURNING in fault for fault in faults("correction", (IN_DOUBT, after)))


def test_an_office_that_can_only_hand_a_case_round_is_found() -> None:
    """Not our data, says one department after the other: each time before its term, after which there is an exit."""
    found = faults("open-demand", (FOUND_NOWHERE, ""))
    assert [fault.split("：")[0] for fault in found] == [
        "open-demand.toml · states.recorded", "open-demand.toml · states.awaiting_reply",
    ]  # fmt: skip
    assert all("无限往复" in fault for fault in found)


def test_what_can_be_done_only_once_turns_no_wheel() -> None:
    assert faults("open-demand", (FOUND_NOWHERE, ""), (DISCLAIM, ONCE)) == []


def test_unless_a_party_itself_can_make_it_possible_again() -> None:
    respond = '{ event = "respond", from = "awaiting_reply", to = "responded", '
    again = respond + "set = { passed = false }, "
    assert len(faults("open-demand", (FOUND_NOWHERE, ""), (DISCLAIM, ONCE), (respond, again))) == 2


def test_a_circle_in_which_the_office_chooses_its_way_is_no_wheel() -> None:
    """Returned plans come again and are returned again: the office may receive them whenever it likes."""
    assert faults("opening-plan") == []


# ------------------------------------------------------------------------------------------ not counted yet


SENT_BACK = 'event = "send_back"\nfrom = "disposed"\nto = "disposing"'


def faults_of_disposal(*edits: tuple[str, str]) -> list[str]:
    """The faults of the rulebook of 2025 with these edits of its disposal."""
    source = dict(load(shipped()["beijing-2025"]).source)
    for old, new in edits:
        assert old in source["disposal.toml"], old
        source["disposal.toml"] = source["disposal.toml"].replace(old, new)
    try:
        parse(source)
    except RulebookErrors as wrong:
        return list(wrong.faults)
    return []


def test_a_case_that_counts_never_comes_to_a_state_in_which_it_does_not() -> None:
    (fault,) = faults_of_disposal((SENT_BACK, SENT_BACK.replace("disposing", "in_use")))
    assert fault.startswith("disposal.toml · transitions（disposed · send_back）：已计入统计的案件不能再到")


def test_a_case_that_leaves_such_a_state_is_received_then() -> None:
    (fault,) = faults_of_disposal(('end_use = "received_on"\n', ""))
    assert fault.startswith("disposal.toml · milestones.end_use：离开尚不计入统计的状态")
