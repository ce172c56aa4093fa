"""第十七条: 协商未果的 is coordinated by the leading group's office; what stays open is deliberated by the group."""

import pytest

from negotiation.core.errors import DateError, FieldError, InvalidTransition, WrongRole
from negotiation.domain.items import AGREED_PART, REFUSED_PART
from negotiation.domain.machine.derivation import Unfit
from tests.acceptance.steps import LATER, heard, items, notice_requests, parted, reach, refused, stands, supplies
from tests.conftest import CIVIL, POLICE, Story

BOTH = {("recorded", CIVIL), ("recorded", POLICE)}


# ------------------------------------------------------------------------------------------------------ referring


@notice_requests("refer", "refused")
def test_a_refused_applicant_asks_for_coordination_and_the_office_has_yet_to_accept_it__article_17(
    story: Story,
) -> None:
    reach(story, "refused").act("refer", "applicant", "2026-03-12")
    stands(story, "referred", "office", admission="2026-03-17")
    assert str(story.record.referred_on) == "2026-03-12"
    assert story.record.accepted_on is None
    assert str(story.term("consideration").ended_on) == "2026-03-12"
    assert heard(story) == {("recorded", "office"), ("recorded", POLICE)}


@notice_requests("refer", "disclaimed")
@notice_requests("accept_referral", "disclaimed")
def test_to_whom_the_data_belong_is_a_dispute_too(story: Story) -> None:
    reach(story, "disclaimed").act("refer", "applicant", "2026-03-06")
    stands(story, "referred", "office", admission="2026-03-11")
    story.act("withdraw_referral", "applicant", "2026-03-06")
    stands(story, "disclaimed", "office", assignment="2026-03-10")  # two of its three days were left on the 6th
    story.act("accept_referral", "office", "2026-03-09")
    stands(story, "in_coordination", "office", coordination="2026-03-30")


@notice_requests("close_no_data", "disclaimed")
def test_what_nobody_has_is_not_looked_for_for_ever(story: Story) -> None:
    reach(story, "disclaimed")
    with refused(story, FieldError, "理由"):
        story.act("close_no_data", "office", "2026-03-09")
    with refused(story, WrongRole):
        story.act("close_no_data", "provider", "2026-03-09", reason="—")
    story.act("close_no_data", "office", "2026-03-09", reason="经核实各部门均无此数据")
    stands(story, "closed", "")
    assert heard(story) == BOTH


@notice_requests("refer", "agreed", "decided")
@pytest.mark.parametrize(
    ("state", "due", "after"), [("agreed", "2026-04-22", "2026-04-23"), ("decided", "2026-05-19", "2026-05-20")]
)
def test_what_was_promised_and_not_supplied_by_its_day_is_a_dispute(
    story: Story, state: str, due: str, after: str
) -> None:
    reach(story, state)
    with refused(story, InvalidTransition, due, "届满"):
        story.act("refer", "applicant", due)
    story.act("refer", "applicant", after)
    assert story.state == "referred"
    assert supplies(story) == {"〈全部数据〉": due}  # and remains owed, and late


@notice_requests("refer", "partly_agreed")
def test_the_disputed_items_go_to_coordination_while_the_agreed_ones_are_supplied(story: Story) -> None:
    reach(story, "partly_agreed", items="姓名、住址").act("refer", "office", "2026-03-12")
    stands(story, "referred", "office", admission="2026-03-17", supply="2026-04-22")


def test_the_provider_does_not_refer_and_nothing_agreed_is_referred(story: Story) -> None:
    reach(story, "refused")
    for role in ("provider", "clock"):
        with refused(story, WrongRole):
            story.act("refer", role, "2026-03-12")
    for state in ("supplementing", "agreed", "in_coordination", "decided", "supplied"):
        reach(story, state)
        with refused(story, InvalidTransition, "提请协调"):
            story.act("refer", "applicant", LATER)


@notice_requests("accept_referral", "referred")
def test_coordination_begins_when_the_office_accepts_and_its_days_run_from_then__article_17(story: Story) -> None:
    reach(story, "referred")
    for role in ("applicant", "provider"):
        with refused(story, WrongRole):
            story.act("accept_referral", role, "2026-03-13")
    story.act("accept_referral", "office", "2026-03-13")
    stands(story, "in_coordination", "office", coordination="2026-04-03")
    assert str(story.record.accepted_on) == "2026-03-13"
    assert heard(story) == BOTH


@notice_requests("decline_referral", "referred")
def test_a_declined_referral_leaves_the_case_as_it_was_before(story: Story) -> None:
    reach(story, "referred")
    with refused(story, FieldError, "理由"):
        story.act("decline_referral", "office", "2026-03-16")
    with refused(story, WrongRole):
        story.act("decline_referral", "applicant", "2026-03-16", reason="—")
    story.act("decline_referral", "office", "2026-03-16", reason="双方尚未充分协商")
    # Two of its ten days were spent when it was referred on the 12th; eight are left from the 16th on.
    stands(story, "refused", "applicant", consideration="2026-03-26")
    assert [term.kind for term in story.file.case_state.terms] == ["reply", "consideration", "admission"]
    assert heard(story) == BOTH


@notice_requests("withdraw_referral", "referred")
def test_a_referral_may_be_withdrawn_before_it_is_accepted(story: Story) -> None:
    reach(story, "referred")
    for role in ("provider", "office"):
        with refused(story, WrongRole):
            story.act("withdraw_referral", role, "2026-03-13")
    story.act("withdraw_referral", "applicant", "2026-03-13")
    stands(story, "refused", "applicant", consideration="2026-03-25")
    assert heard(story) == {("recorded", "office"), ("recorded", POLICE)}


@notice_requests("withdraw_referral", "in_coordination")
def test_a_referral_may_be_withdrawn_from_coordination(story: Story) -> None:
    reach(story, "in_coordination").act("withdraw_referral", "applicant", "2026-03-20")
    stands(story, "refused", "applicant", consideration="2026-04-01")
    assert str(story.term("coordination").ended_on) == "2026-03-20"
    story.act("refer", "applicant", "2026-03-23")
    stands(story, "referred", "office", admission="2026-03-26")
    story.act("withdraw_referral", "applicant", "2026-03-24")
    stands(story, "refused", "applicant", consideration="2026-04-02")  # seven days were left on the 23rd


def test_back_means_partly_agreed_where_the_case_was_partly_agreed(story: Story) -> None:
    reach(story, "partly_agreed").act("refer", "applicant", "2026-03-12")
    story.act("decline_referral", "office", "2026-03-12", reason="双方尚未充分协商")
    stands(story, "partly_agreed", "applicant", consideration="2026-03-24", supply="2026-04-22")


def test_a_referral_out_of_silence_goes_back_to_a_silence_that_has_lapsed(story: Story) -> None:
    reach(story, "awaiting_reply").sweep("2026-03-17")
    story.act("refer", "applicant", "2026-03-19").act("decline_referral", "office", "2026-03-20", reason="—")
    stands(story, "awaiting_reply", "provider", reply="2026-03-16")
    assert story.record.owed is True
    story.sweep("2026-04-30")
    assert [event for event, _, _ in story.events()].count("lapse") == 1
    story.act("agree", "provider", "2026-05-06")
    assert (story.state, story.record.late) == ("agreed", True)


def test_what_was_answered_in_dispute_is_answered_though_the_referral_is_void__article_21(story: Story) -> None:
    reach(story, "awaiting_reply", items="姓名、住址、电话")
    story.act("refuse", "provider", "2026-03-10", items="姓名", reason="依法不予提供").sweep("2026-03-17")
    story.act("refer", "applicant", "2026-03-17")
    story.act("agree_partly", "provider", "2026-03-19", **parted("住址、电话"), reason="依法不予提供")
    assert story.state == "referred"
    story.act("decline_referral", "office", "2026-03-20", reason="期限内已答复")
    stands(story, "partly_agreed", "applicant", consideration="2026-04-03", supply="2026-05-06")
    assert (str(story.term("reply").answered_on), story.record.owed) == ("2026-03-19", False)


def test_after_a_declined_referral_a_paper_older_than_the_referral_may_be_entered(story: Story) -> None:
    reach(story, "referred")
    with refused(story, DateError, "2026-03-12"):
        story.act("accept_referral", "office", "2026-03-11", entered="2026-03-20")
    with refused(story, Unfit, "提请协调"):
        story.act("agree", "provider", "2026-03-11", entered="2026-03-20")
    story.act("decline_referral", "office", "2026-03-13", entered="2026-03-20", reason="—")
    story.act("agree", "provider", "2026-03-11", entered="2026-03-20")
    assert story.state == "agreed"


# --------------------------------------------------------------------------------------------------- coordinating


@notice_requests("settle", "in_coordination")
def test_what_is_settled_is_agreed_and_supplied__article_17(story: Story) -> None:
    reach(story, "in_coordination", items="姓名、住址")
    for role in ("applicant", "provider"):
        with refused(story, WrongRole):
            story.act("settle", role, "2026-03-20")
    story.act("settle", "office", "2026-03-20")
    stands(
        story, "agreed", "provider", supply="2026-05-07"
    )  # 28 from 23 March to 30 April, 6 April being off; 6, 7 May
    assert str(story.record.coordinated_on) == "2026-03-20"
    assert set(items(story).values()) == {"agreed"}
    assert heard(story) == BOTH


def test_a_settlement_may_set_the_date_of_the_supply(story: Story) -> None:
    reach(story, "in_coordination").act("settle", "office", "2026-03-20", supply_by="2026-06-30")
    stands(story, "agreed", "provider", supply="2026-06-30")
    assert story.term("supply").days is None


def test_a_settlement_dates_what_it_settled_and_moves_nothing_that_was_agreed_before(story: Story) -> None:
    reach(story, "partly_agreed").act("refer", "applicant", "2026-03-12").act("accept_referral", "office", "2026-03-13")
    story.act("settle", "office", "2026-03-20", supply_by="2026-06-30")
    assert supplies(story) == {AGREED_PART: "2026-04-22", REFUSED_PART: "2026-06-30"}
    assert str(story.term("supply").started_on) == "2026-03-20"


def test_what_was_agreed_is_supplied_even_if_the_rest_is_not_to_be_shared(story: Story) -> None:
    reach(story, "partly_agreed").act("refer", "applicant", "2026-03-12").act("accept_referral", "office", "2026-03-13")
    story.act("fail", "office", "2026-03-20").act("report_up", "office", "2026-03-23")
    story.act("decide", "office", "2026-03-30", decision="not_share", meeting=story.met("2026-03-30"))
    stands(story, "agreed", "provider", supply="2026-04-22")  # from the reply of 10 March, as before
    story.act("supply", "provider", "2026-04-01")
    stands(story, "supplied", "applicant", receipt="2026-04-09")


@notice_requests("fail", "in_coordination")
def test_a_coordination_that_fails_is_to_be_reported_within_five_days__article_17(story: Story) -> None:
    reach(story, "in_coordination")
    with refused(story, WrongRole):
        story.act("fail", "applicant", "2026-03-20")
    story.act("fail", "office", "2026-03-20")
    stands(story, "coordination_failed", "office", report="2026-03-27")
    assert str(story.record.coordinated_on) == "2026-03-20"
    assert heard(story) == BOTH


@notice_requests("return_to_parties", "in_coordination")
def test_a_case_returned_to_the_parties_gives_the_provider_a_new_term(story: Story) -> None:
    reach(story, "in_coordination")
    with refused(story, FieldError, "理由"):
        story.act("return_to_parties", "office", "2026-03-20")
    with refused(story, WrongRole):
        story.act("return_to_parties", "provider", "2026-03-20", reason="—")
    story.act("return_to_parties", "office", "2026-03-20", reason="双方愿再行协商")
    stands(story, "awaiting_reply", "provider", reply="2026-04-03")
    assert story.term("reply").answered_on is None
    assert story.record.owed is True
    assert heard(story) == {("recorded", CIVIL), ("new_case", POLICE)}
    story.act("ask_supplement", "provider", "2026-03-23", materials="—")  # of the new round
    assert story.state == "supplementing"


@notice_requests("report_up", "coordination_failed")
def test_what_coordination_did_not_settle_goes_to_the_leading_group__article_17(story: Story) -> None:
    reach(story, "coordination_failed")
    for role in ("applicant", "provider"):
        with refused(story, WrongRole):
            story.act("report_up", role, "2026-03-24")
    story.act("report_up", "office", "2026-03-24")
    stands(story, "in_deliberation", "leading_group", deliberation="2026-05-09")  # a make-up Saturday
    assert str(story.record.reported_on) == "2026-03-24"
    assert heard(story) == BOTH


def test_nothing_goes_up_before_coordination_has_failed(story: Story) -> None:
    for state in ("refused", "referred", "in_coordination"):
        reach(story, state)
        with refused(story, InvalidTransition, "报请审议"):
            story.act("report_up", "office", LATER)
        with refused(story, InvalidTransition, "登记审议结果"):
            story.act("decide", "office", LATER, decision="share")


# --------------------------------------------------------------------------------------------------- deliberating


@notice_requests("decide", "in_deliberation")
@pytest.mark.parametrize(
    ("decision", "running"),
    [
        ("share", {"held_by": "provider", "supply": "2026-05-19"}),
        ("应予共享", {"held_by": "provider", "supply": "2026-05-19"}),
        ("not_share", {"held_by": ""}),
    ],
)
def test_the_leading_groups_decision_is_entered_by_the_office__article_17(
    story: Story, decision: str, running: dict[str, str]
) -> None:
    reach(story, "in_deliberation")
    for role in ("applicant", "provider"):
        with refused(story, WrongRole):
            story.act("decide", role, "2026-04-02", decision=decision)
    story.act("decide", "office", "2026-04-02", decision=decision, meeting=story.met("2026-04-02"))
    stands(story, "decided" if running["held_by"] else "closed", **running)
    assert str(story.record.decided_on) == "2026-04-02"
    assert str(story.term("deliberation").ended_on) == "2026-04-02"
    assert heard(story) == BOTH


def test_a_decision_says_whether_to_share_and_may_set_the_date(story: Story) -> None:
    reach(story, "in_deliberation")
    with refused(story, FieldError, "审议结果"):
        story.act("decide", "office", "2026-04-02")
    with refused(story, FieldError, "应予共享", "不予共享"):
        story.act("decide", "office", "2026-04-02", decision="原则同意")
    own = {"supply_by": "2026-04-10", "meeting": story.met("2026-04-02")}
    story.act("decide", "office", "2026-04-02", decision="share", **own)
    stands(story, "decided", "provider", supply="2026-04-10")


@notice_requests("remit", "in_deliberation")
def test_the_leading_group_may_send_a_case_back_to_coordination(story: Story) -> None:
    reach(story, "in_deliberation")
    with refused(story, FieldError, "理由"):
        story.act("remit", "office", "2026-04-02")
    with refused(story, WrongRole):
        story.act("remit", "provider", "2026-04-02", reason="—")
    story.act("remit", "office", "2026-04-02", reason="请进一步协调", meeting=story.met("2026-04-02"))
    stands(story, "in_coordination", "office", coordination="2026-04-24")  # 3, 7–10, 13–17, 20–24 April
    story.act("withdraw_referral", "applicant", "2026-04-03")
    assert story.state == "refused"  # as before the one referral there was


@notice_requests("defer", "in_deliberation")
def test_a_deferred_deliberation_stays_where_it_is_and_its_term_begins_anew(story: Story) -> None:
    reach(story, "in_deliberation")
    with refused(story, FieldError, "理由"):
        story.act("defer", "office", "2026-04-02")
    with refused(story, WrongRole):
        story.act("defer", "applicant", "2026-04-02", reason="—")
    story.act("defer", "office", "2026-04-02", reason="材料待补", meeting=story.met("2026-04-02"))
    # 3, 7–10, 13–17, 20–24, 27–30 April, 6–9 (a make-up Saturday), 11–15, 18, 19 May
    stands(story, "in_deliberation", "leading_group", deliberation="2026-05-19")
    assert story.record.decided_on is None
