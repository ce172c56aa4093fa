"""After the reply: the applicant accepts or refers, the provider may agree at any time, and supplies."""

import pytest

from negotiation.core.errors import DateError, FieldError, InvalidTransition, WrongRole
from tests.acceptance.steps import LATER, heard, items, notice_requests, open_tasks, reach, refused, stands
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
    stands(story, "agreed", "provider", supply="2026-04-24")  # the rest was agreed on the 12th: the term begins anew
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
def test_supplying_closes_the_case_and_stops_every_term(story: Story) -> None:
    reach(story, "agreed").act("supply", "provider", "2026-03-20")
    stands(story, "closed", "")
    assert str(story.record.closed_on) == "2026-03-20"
    assert str(story.term("supply").ended_on) == "2026-03-20"
    assert heard(story) == {("recorded", CIVIL)}


def test_only_the_provider_supplies_and_not_before_it_agreed(story: Story) -> None:
    reach(story, "agreed")
    for role in ("applicant", "office", "clock"):
        with refused(story, WrongRole):
            story.act("supply", role, LATER)
    with refused(story, DateError):
        story.act("supply", "provider", "2026-03-09", entered=LATER)
    for state in ("awaiting_reply", "refused", "in_coordination"):
        reach(story, state)
        with refused(story, InvalidTransition):
            story.act("supply", "provider", LATER)


@notice_requests("supply", "decided")
def test_a_decision_to_share_is_carried_out_by_the_supply__article_17(story: Story) -> None:
    reach(story, "decided")
    with refused(story, InvalidTransition, "应予共享"):
        story.act("close", "office", "2026-04-20")
    with refused(story, WrongRole):
        story.act("supply", "office", "2026-04-20")
    story.act("supply", "provider", "2026-04-20")
    stands(story, "closed", "")


@notice_requests("close", "decided")
def test_a_decision_not_to_share_leaves_nothing_to_supply_and_the_office_closes(story: Story) -> None:
    reach(story, "in_deliberation")
    story.act("decide", "office", "2026-04-02", decision="不予共享", meeting=story.met("2026-04-02"))
    stands(story, "decided", "provider")  # no term runs
    with refused(story, InvalidTransition, "不予共享"):
        story.act("supply", "provider", "2026-04-20")
    with refused(story, WrongRole):
        story.act("close", "provider", "2026-04-20")
    story.act("close", "office", "2026-04-20")
    stands(story, "closed", "")
    assert heard(story) == {("recorded", CIVIL), ("recorded", POLICE)}


def test_items_are_answered_on_their_own_and_an_agreed_one_stays_agreed(story: Story) -> None:
    reach(story, "awaiting_reply", items="姓名、住址、户籍")
    assert items(story) == {"姓名": "asked", "住址": "asked", "户籍": "asked"}
    story.act("refuse", "provider", "2026-03-10", reason="—")
    story.act("agree_partly", "provider", "2026-03-12", reason="—", items="姓名")
    story.act("agree", "provider", "2026-03-13")
    assert items(story) == {"姓名": "agreed", "住址": "agreed", "户籍": "agreed"}
    assert story.rows("item", "answered_seq", "n") == [(3,), (4,), (4,)]


def test_a_new_date_for_a_supply_that_had_lapsed_closes_its_task_and_lapses_in_its_turn(story: Story) -> None:
    reach(story, "awaiting_reply").act("agree_partly", "provider", "2026-03-10", reason="—", supply_by="2026-03-13")
    story.sweep("2026-03-16")
    assert len(open_tasks(story)) == 1
    story.act("agree", "provider", "2026-03-17", supply_by="2026-03-20")
    stands(story, "agreed", "provider", supply="2026-03-20")
    assert open_tasks(story) == []
    story.sweep("2026-03-23")
    assert [on for event, on, _ in story.events() if event == "lapse"] == ["2026-03-13", "2026-03-20"]
    assert len(open_tasks(story)) == 1
