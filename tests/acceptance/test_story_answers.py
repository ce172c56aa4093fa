"""After the reply: the applicant accepts or refers, the provider may agree at any time, and supplies."""

import pytest

from negotiation.core.errors import DateError, FieldError, InvalidTransition, WrongRole
from negotiation.domain.items import AGREED_PART, REFUSED_PART
from tests.acceptance.steps import LATER, heard, items, notice_requests, open_tasks, reach, refused, stands, supplies
from tests.conftest import CIVIL, POLICE, Story

# The day on which a provider gives way, and the 30 working days of the supply from then on, counted by hand.
GIVING_WAY = {
    "refused": ("2026-03-12", "2026-04-24"),
    "referred": ("2026-03-13", "2026-04-27"),
    "in_coordination": ("2026-03-18", "2026-04-30"),
    "coordination_failed": ("2026-03-23", "2026-05-08"),
    "in_deliberation": ("2026-04-01", "2026-05-18"),
}


@notice_requests("accept", "partly_agreed")
def test_accepting_a_part_closes_the_dispute_and_the_supply_runs_on(story: Story) -> None:
    reach(story, "partly_agreed").act("accept", "applicant", "2026-03-12")
    stands(story, "agreed", "provider", supply="2026-04-22")
    assert heard(story) == {("recorded", POLICE)}


@notice_requests("accept", "refused")
def test_accepting_a_refusal_closes_the_case(story: Story) -> None:
    reach(story, "refused").act("accept", "applicant", "2026-03-12")
    stands(story, "closed", "")
    assert str(story.record.closed_on) == "2026-03-12"
    assert str(story.term("consideration").ended_on) == "2026-03-12"
    assert heard(story) == {("recorded", POLICE)}


def test_only_the_applicant_accepts_a_reply_and_silence_is_no_acceptance(story: Story) -> None:
    for state in ("partly_agreed", "refused"):
        reach(story, state)
        for role in ("provider", "office", "clock"):
            with refused(story, WrongRole):
                story.act("accept", role, "2026-03-12")
        story.sweep("2026-04-10")
        assert story.state == state


def test_there_is_nothing_to_accept_before_the_reply_or_after_the_referral(story: Story) -> None:
    for state in ("awaiting_reply", "referred", "in_coordination", "agreed"):
        reach(story, state)
        with refused(story, InvalidTransition, "认可答复意见"):
            story.act("accept", "applicant", LATER)


# ------------------------------------------------------------------------------------------------ a change of mind


@notice_requests("agree", "partly_agreed")
def test_a_provider_that_agreed_in_part_may_agree_to_the_rest(story: Story) -> None:
    reach(story, "partly_agreed", items="姓名、住址").act("agree", "provider", "2026-03-12")
    assert supplies(story) == {"姓名": "2026-04-22", "住址": "2026-04-24"}  # the rest was agreed on the 12th
    assert story.state == "agreed"
    assert set(items(story).values()) == {"agreed"}


@notice_requests("agree", *GIVING_WAY)
@pytest.mark.parametrize("state", GIVING_WAY)
def test_a_provider_may_agree_at_any_time_before_the_decision__article_17(story: Story, state: str) -> None:
    on, supply = GIVING_WAY[state]
    reach(story, state, items="姓名、住址").act("agree", "provider", on)
    stands(story, "agreed", "provider", supply=supply)
    assert set(items(story).values()) == {"agreed"}
    assert heard(story) == {("recorded", CIVIL)}
    assert str(story.record.due_on) == "2026-03-16"
    assert str(story.term("reply").answered_on) == "2026-03-10"  # the refusal was the reply: it stays so


@notice_requests("agree_partly", "partly_agreed", *list(GIVING_WAY)[1:])
@pytest.mark.parametrize("state", ["partly_agreed", *list(GIVING_WAY)[1:]])
def test_or_to_a_part_of_what_it_had_refused(story: Story, state: str) -> None:
    """What is agreed in a dispute is out of it, and the dispute of the others goes on."""
    if state == "partly_agreed":
        reach(story, "awaiting_reply", items="姓名、住址、户籍")
        story.act("agree_partly", "provider", "2026-03-10", reason="—", items="姓名", refused_items="住址、户籍")
    else:
        reach(story, state, items="姓名、住址、户籍")
    on, _ = GIVING_WAY.get(state, ("2026-03-12", ""))
    story.act("agree_partly", "provider", on, reason="户籍另有规定", items="住址")
    assert story.state == state
    assert items(story)["住址"] == "agreed"
    assert items(story)["户籍"] == "refused"
    assert "住址" in supplies(story)


@notice_requests("refuse", *list(GIVING_WAY)[1:])
@pytest.mark.parametrize("state", list(GIVING_WAY)[1:])
def test_what_was_never_answered_is_refused_while_the_rest_is_in_dispute(story: Story, state: str) -> None:
    reach(story, "awaiting_reply", items="姓名、住址").act("refer", "applicant", "2026-03-17", items="姓名")
    for event in ("accept_referral", "fail", "report_up"):
        if story.state != state:
            story.act(event, "office", "2026-03-19")
    story.act("refuse", "provider", "2026-03-20", reason="依法不予提供")
    assert (story.state, items(story)) == (state, {"姓名": "asked", "住址": "refused"})
    with refused(story, InvalidTransition, "没有可以这样办理的数据项"):
        story.act("refuse", "provider", "2026-03-20", reason="—")
    assert story.term("reply").answered_on is None  # what is in dispute is not answered yet: it counts with the last
    story.act("agree", "provider", "2026-03-23", items="姓名")
    assert str(story.term("reply").answered_on) == "2026-03-23"


def test_after_the_decision_nobody_agrees_any_more(story: Story) -> None:
    reach(story, "decided")
    with refused(story, InvalidTransition, "已审议（待落实）"):
        story.act("agree", "provider", LATER)


@notice_requests("agree_partly", "refused")
def test_a_refusal_may_become_a_partial_agreement(story: Story) -> None:
    reach(story, "refused", items="姓名、住址")
    with refused(story, FieldError, "理由"):
        story.act("agree_partly", "provider", "2026-03-12")
    story.act("agree_partly", "provider", "2026-03-12", reason="住址另行商议", items="姓名", refused_items="住址")
    stands(story, "partly_agreed", "applicant", consideration="2026-03-26", supply="2026-04-24")
    assert items(story) == {"姓名": "agreed", "住址": "refused"}
    with refused(story, WrongRole):
        story.act("agree", "office", "2026-03-13")


# ------------------------------------------------------------------------------------------------------- supplying


@notice_requests("supply", "agreed")
def test_supplying_ends_the_term_of_supply_and_leaves_five_days_to_object(story: Story) -> None:
    reach(story, "agreed").act("supply", "provider", "2026-03-20")
    stands(story, "supplied", "applicant", receipt="2026-03-27")
    assert story.record.closed_on is None
    assert str(story.term("supply").ended_on) == "2026-03-20"
    assert heard(story) == {("recorded", CIVIL)}


def test_only_the_provider_supplies_and_not_before_it_agreed(story: Story) -> None:
    reach(story, "agreed")
    for role in ("applicant", "office", "clock"):
        with refused(story, WrongRole):
            story.act("supply", role, LATER)
    with refused(story, DateError):
        story.act("supply", "provider", "2026-03-09", entered=LATER)
    for state in ("awaiting_reply", "in_coordination", "refused"):
        reach(story, state)
        with refused(story, InvalidTransition):
            story.act("supply", "provider", LATER)


@notice_requests("supply", "decided")
def test_a_decision_to_share_is_carried_out_by_the_supply__article_17(story: Story) -> None:
    reach(story, "decided")
    with refused(story, WrongRole):
        story.act("supply", "office", "2026-04-20")
    story.act("supply", "provider", "2026-04-20")
    stands(story, "supplied", "applicant", receipt="2026-04-27")


def test_a_decision_not_to_share_leaves_nothing_to_supply_and_ends_the_case(story: Story) -> None:
    reach(story, "in_deliberation")
    story.act("decide", "office", "2026-04-02", decision="不予共享", meeting=story.met("2026-04-02"))
    stands(story, "closed", "")
    assert str(story.record.closed_on) == "2026-04-02"
    with refused(story, InvalidTransition, "办结"):
        story.act("supply", "provider", "2026-04-20")
    assert heard(story) == {("recorded", CIVIL), ("recorded", POLICE)}


# ------------------------------------------------------------------------------------------------------- receiving


@notice_requests("confirm", "supplied")
def test_the_applicant_confirms_that_the_data_arrived_and_the_case_ends(story: Story) -> None:
    reach(story, "supplied")
    for role in ("provider", "office", "clock"):
        with refused(story, WrongRole):
            story.act("confirm", role, "2026-04-02")
    story.act("confirm", "applicant", "2026-04-02")
    stands(story, "closed", "")
    assert str(story.record.closed_on) == "2026-04-02"
    assert heard(story) == {("recorded", POLICE)}


@notice_requests("object", "supplied")
def test_what_did_not_arrive_is_supplied_anew_within_ten_days_and_twice_at_most(story: Story) -> None:
    reach(story, "supplied")
    with refused(story, FieldError, "理由"):
        story.act("object", "applicant", "2026-04-02")
    with refused(story, WrongRole):
        story.act("object", "provider", "2026-04-02", reason="—")
    story.act("object", "applicant", "2026-04-02", reason="文件打不开")
    stands(story, "agreed", "provider", resupply="2026-04-17")  # 3, 7–10, 13–17 April
    assert heard(story) == {("recorded", POLICE), ("recorded", "office")}
    story.act("supply", "provider", "2026-04-09").act("object", "applicant", "2026-04-10", reason="仍打不开")
    story.act("supply", "provider", "2026-04-13")
    with refused(story, InvalidTransition, "至多办理2次"):
        story.act("object", "applicant", "2026-04-14", reason="仍打不开")


@notice_requests("refer", "supplied")
def test_after_two_objections_the_receipt_is_a_dispute(story: Story) -> None:
    reach(story, "supplied")
    for told, supplied in (("2026-04-02", "2026-04-03"), ("2026-04-07", "2026-04-08")):
        with refused(story, InvalidTransition, "须先反馈"):
            story.act("refer", "applicant", told)
        story.act("object", "applicant", told, reason="文件打不开").act("supply", "provider", supplied)
    story.act("refer", "applicant", "2026-04-09")
    stands(story, "referred", "office", admission="2026-04-14")


DISPUTED = {
    "referred": ("refer", "2026-03-12"),
    "in_coordination": ("accept_referral", "2026-03-13"),
    "coordination_failed": ("fail", "2026-03-20"),
    "in_deliberation": ("report_up", "2026-03-24"),
}


@notice_requests("supply", "partly_agreed", *DISPUTED)
def test_more_may_be_supplied_while_the_rest_is_still_open_or_in_dispute(story: Story) -> None:
    """What was agreed is owed, whatever becomes of the others (809号令第二十二条): a supply ends its own term alone."""
    reach(story, "partly_agreed", items="姓名、住址").act("supply", "provider", "2026-03-12")
    stands(story, "partly_agreed", "applicant", consideration="2026-03-24")
    for state in DISPUTED:
        reach(story, "partly_agreed", items="姓名、住址")
        for event, on in DISPUTED.values():
            if story.state != state:
                story.act(event, "applicant" if event == "refer" else "office", on)
        story.act("supply", "provider", "2026-03-12", entered="2026-04-01")  # entered late: its own day counts
        assert (story.state, supplies(story)) == (state, {})
        assert str(story.term("supply").answered_on) == "2026-03-12"
        assert items(story) == {"姓名": "agreed", "住址": "refused"}


@notice_requests("supply", "awaiting_reply", "supplementing")
def test_more_may_be_supplied_while_the_rest_is_not_answered(story: Story) -> None:
    for state in ("awaiting_reply", "supplementing"):
        reach(story, "awaiting_reply", items="姓名、住址")
        story.act("agree_partly", "provider", "2026-03-04", reason="住址另行答复", items="姓名")
        if state == "supplementing":
            story.act("ask_supplement", "provider", "2026-03-05", materials="使用范围说明")
        story.act("supply", "provider", "2026-03-06")
        assert (story.state, supplies(story)) == (state, {})
        assert items(story) == {"姓名": "agreed", "住址": "asked"}


def test_items_are_answered_on_their_own_and_an_agreed_one_stays_agreed(story: Story) -> None:
    reach(story, "awaiting_reply", items="姓名、住址、户籍")
    assert items(story) == {"姓名": "asked", "住址": "asked", "户籍": "asked"}
    story.act("refuse", "provider", "2026-03-10", reason="—")
    story.act("agree_partly", "provider", "2026-03-12", reason="—", items="姓名")
    story.act("agree", "provider", "2026-03-13")
    assert items(story) == {"姓名": "agreed", "住址": "agreed", "户籍": "agreed"}
    assert story.rows("item", "answered_seq", "n") == [(3,), (4,), (4,)]


def test_the_supply_of_the_rest_has_a_date_of_its_own_and_moves_none_that_has_lapsed(story: Story) -> None:
    reach(story, "awaiting_reply").act("agree_partly", "provider", "2026-03-10", reason="—", supply_by="2026-03-13")
    story.sweep("2026-03-16")
    assert len(open_tasks(story)) == 1
    story.act("agree", "provider", "2026-03-17", supply_by="2026-03-20")
    assert supplies(story) == {AGREED_PART: "2026-03-13", REFUSED_PART: "2026-03-20"}
    assert len(open_tasks(story)) == 1  # a later agreement makes nothing of it good
    story.sweep("2026-03-23")
    assert [on for event, on, _ in story.events() if event == "lapse"] == ["2026-03-13", "2026-03-20"]
    assert len(open_tasks(story)) == 2
