"""Silence is never consent, and not yet 协商未果 (第十七条): what the clock does, and what late paper undoes."""

from typing import Any

import pytest

from negotiation.core.errors import FieldError, InvalidTransition, WrongRole
from negotiation.domain.machine.derivation import Unfit
from tests.acceptance.steps import (
    MET,
    NAMES,
    heard,
    notice_requests,
    open_tasks,
    reach,
    refused,
    said_at_a_meeting,
    stands,
)
from tests.conftest import CIVIL, JUSTICE, POLICE, Story, at, day

# The term of each state and its last day, from the days in telling.WAYS, counted by hand; what the task says; and the
# act that, done on that very day, would have been in time.
LAPSES: dict[str, tuple[str, str, str, tuple[str, str, dict[str, Any]]]] = {
    "awaiting_reply": ("reply", "2026-03-16", "系统未登记答复", ("agree", "provider", {})),
    "disclaimed": ("assignment", "2026-03-10", "尚未确定提供部门", ("assign", "office", {"provider": JUSTICE})),
    "supplementing": ("supplement", "2026-03-19", "系统未登记补充材料", ("supplement", "applicant", {"text": "已补"})),
    "partly_agreed": ("consideration", "2026-03-24", "是否认可答复意见", ("accept", "applicant", {})),
    "refused": ("consideration", "2026-03-24", "是否认可答复意见", ("refer", "applicant", {})),
    "referred": ("admission", "2026-03-17", "尚未登记受理或退回", ("accept_referral", "office", {})),
    "in_coordination": ("coordination", "2026-04-03", "尚未登记协调结果", ("settle", "office", {})),
    "coordination_failed": ("report", "2026-03-27", "尚未登记报请审议", ("report_up", "office", {})),
    "in_deliberation": ("deliberation", "2026-05-09", "尚未登记审议结果", ("decide", "office", {"decision": "share"})),
    "agreed": ("supply", "2026-04-22", "系统未登记提供", ("supply", "provider", {})),
    "decided": ("supply", "2026-05-19", "系统未登记提供", ("supply", "provider", {})),
}
SWEPT, ENTERED = "2026-05-25", "2026-05-26"


def lapses(story: Story) -> list[tuple[str, str]]:
    """Each recorded lapse: the kind of its term, the day it is dated."""
    kinds = {term.n: term.kind for term in story.file.case_state.terms}
    rows = story.rows("event", "event, term, happened_on", "seq")
    return [(kinds[term], str(on)) for event, term, on in rows if event == "lapse"]


def notified_of_lapse(story: Story) -> dict[str, tuple[str, str]]:
    """Each notice of a lapse: to whom, and from which moment on it may leave (UTC)."""
    rows = story.rows("notice", "template, department_id, next_try", "key")
    return {
        template: (NAMES[unit], str(moment)[:16]) for template, unit, moment in rows if template.startswith("lapsed")
    }


def carried(story: Story, *templates: str) -> None:
    """The post has carried these notices."""
    listed = ", ".join(f"'{each}'" for each in templates)
    with story.database.write() as transaction:
        transaction.execute(f"UPDATE notice SET state = 'sent' WHERE template IN ({listed})")


# ------------------------------------------------------------------------------------------------------ lapses


@notice_requests("lapse", *LAPSES)
@pytest.mark.parametrize("state", LAPSES)
def test_a_term_that_passes_is_recorded_on_its_legal_day_however_late_the_sweep_runs(story: Story, state: str) -> None:
    kind, due, says, _ = LAPSES[state]
    reach(story, state)
    story.sweep(due, "23:59")  # the last day ends at midnight: nothing has passed yet
    assert lapses(story) == []
    story.sweep(SWEPT, "03:00")  # at night too: a lapse is a fact, not a letter
    assert (kind, due) in lapses(story)
    assert story.state == state  # nothing follows from it
    term = story.term(kind)
    assert (str(term.lapsed_on), term.ended_on, term.next_on) == (due, None, None)
    assert any(says in title for title in open_tasks(story))
    seen = story.record.version
    story.sweep(SWEPT)
    story.sweep("2026-12-01")
    assert [lapse for lapse in lapses(story) if lapse[0] == kind] == [(kind, due)]
    assert story.record.version == seen


@notice_requests("lapse", "supplied")
@notice_requests("end_unconfirmed", "supplied")
def test_what_nobody_objects_to_in_time_has_arrived_and_the_case_ends_on_the_day_after(story: Story) -> None:
    reach(story, "supplied").sweep("2026-04-09", "23:59")
    stands(story, "supplied", "applicant", receipt="2026-04-09")
    for role in ("applicant", "provider", "office"):
        with refused(story, WrongRole):
            story.act("end_unconfirmed", role, "2026-04-09")
    story.sweep("2026-05-06")  # however late
    assert story.events()[-2:] == [("lapse", "2026-04-09", "clock"), ("end_unconfirmed", "2026-04-10", "clock")]
    stands(story, "closed", "")
    assert str(story.record.closed_on) == "2026-04-10"
    assert open_tasks(story) == []
    assert heard(story) == {("recorded", CIVIL), ("recorded", POLICE)}


@pytest.mark.parametrize("role", ["applicant", "provider", "office", "leading_group", "clock"])
def test_nobody_enters_a_lapse_by_hand(story: Story, role: str) -> None:
    reach(story, "awaiting_reply")
    for event in ("lapse", "annul_lapse"):
        with refused(story, WrongRole):
            story.act(event, role, "2026-03-20")


def test_silence_is_never_consent__article_17(story: Story) -> None:
    reach(story, "awaiting_reply").sweep("2026-12-01")
    stands(story, "awaiting_reply", "provider", reply="2026-03-16")
    assert (story.record.replied_on, story.record.owed, story.record.late) == (None, True, False)
    assert story.term("reply").answered_on is None


def test_silence_is_not_yet_a_failed_negotiation__article_17(story: Story) -> None:
    reach(story, "awaiting_reply").sweep("2026-03-17")
    assert story.state == "awaiting_reply"
    assert story.record.referred_on is None
    assert open_tasks(story) == [
        "答复期限届满，系统未登记答复：请核实是否已书面答复；未答复的，可联系提供部门或由使用部门提请协调"
    ]


def test_the_provider_is_told_a_day_after_and_the_applicant_two_days_after(story: Story) -> None:
    reach(story, "awaiting_reply").sweep("2026-03-17", "06:00")
    assert notified_of_lapse(story) == {
        "lapsed": (POLICE, "2026-03-17 01:00"),  # nine o'clock in Beijing
        "lapsed_note": (CIVIL, "2026-03-18 01:00"),
    }


def test_over_a_weekend_they_are_told_on_the_next_working_days(story: Story) -> None:
    story.submitted("2026-03-06").sweep("2026-03-21")  # due on Friday the 20th
    assert lapses(story) == [("reply", "2026-03-20")]
    assert notified_of_lapse(story) == {
        "lapsed": (POLICE, "2026-03-23 01:00"),
        "lapsed_note": (CIVIL, "2026-03-24 01:00"),
    }


def test_an_act_puts_the_lapses_that_fell_due_before_it_in_front_of_itself(story: Story) -> None:
    reach(story, "awaiting_reply").act("refuse", "provider", "2026-03-18", reason="—")
    assert story.events() == [
        ("submit", "2026-03-02", "applicant"),
        ("lapse", "2026-03-16", "clock"),
        ("refuse", "2026-03-18", "provider"),
    ]
    assert story.record.late is True
    assert [done for _, done in story.tasks()] != [None]  # the task came and went in one step
    assert open_tasks(story) == []


def test_a_late_reply_is_a_reply_and_late_it_stays(story: Story) -> None:
    reach(story, "awaiting_reply").sweep("2026-03-17")
    story.act("agree", "provider", "2026-03-18")
    assert (story.state, story.record.late, open_tasks(story)) == ("agreed", True, [])
    assert [event for event, _, _ in story.events()] == ["submit", "lapse", "agree"]
    story.act("supply", "provider", "2026-03-19").act("confirm", "applicant", "2026-03-19").act(
        "reopen", "office", "2026-03-20", reason="—", reopen_to="reply"
    )
    story.act("agree", "provider", "2026-03-20")
    assert story.record.late is True


def test_two_terms_of_one_case_lapse_in_the_order_of_their_days(story: Story) -> None:
    reach(story, "partly_agreed").sweep("2026-09-01")
    assert lapses(story) == [("consideration", "2026-03-24"), ("supply", "2026-04-22")]


def test_a_provisional_term_lapses_by_the_forecast(story: Story) -> None:
    story.submitted("2026-12-18").sweep("2027-01-05")
    assert lapses(story) == [("reply", "2027-01-04")]


# ------------------------------------------------------------------------------------------------------ referring


@notice_requests("refer", "awaiting_reply")
def test_a_referral_out_of_silence_needs_a_due_date_that_has_passed_unanswered__article_17(story: Story) -> None:
    reach(story, "awaiting_reply")
    for on in ("2026-03-10", "2026-03-16"):
        with refused(story, InvalidTransition, "2026-03-16", "届满"):
            story.act("refer", "applicant", on)
    for role in ("provider", "clock"):
        with refused(story, WrongRole):
            story.act("refer", role, "2026-03-17")
    story.act("refer", "applicant", "2026-03-17")
    stands(story, "referred", "office", admission="2026-03-20")
    assert [event for event, _, _ in story.events()] == ["submit", "lapse", "refer"]
    assert open_tasks(story) == []
    assert heard(story) == {("recorded", "office"), ("recorded", POLICE)}
    assert story.record.late is True


def test_the_office_may_refer_of_its_own_motion__article_17(story: Story) -> None:
    reach(story, "awaiting_reply").act("refer", "office", "2026-03-17")
    assert story.state == "referred"


def test_a_suspended_reply_is_not_a_silence(story: Story) -> None:
    reach(story, "supplementing").act("supplement", "applicant", "2026-03-18", text="已补")
    with refused(story, InvalidTransition, "2026-03-27"):
        story.act("refer", "applicant", "2026-03-20")  # after the first due date, before the resumed one
    story.act("refer", "applicant", "2026-03-30")
    assert story.state == "referred"


# ------------------------------------------------------------------------------------------------------ late paper


@notice_requests("annul_lapse", *LAPSES)
@pytest.mark.parametrize("state", LAPSES)
def test_what_was_done_in_time_and_entered_late_undoes_the_lapse(story: Story, state: str) -> None:
    kind, due, _, (event, role, raw) = LAPSES[state]
    reach(story, state)
    after = str(day(due).replace(day=day(due).day + 1))
    story.sweep(after)
    assert lapses(story) == [(kind, due)]
    paper = raw | (said_at_a_meeting(story, due) if event in MET else {})
    story.act(event, role, due, entered=ENTERED, **paper)
    annulment, act = story.events()[-2:]
    assert annulment == ("annul_lapse", due, "clock")
    assert act == (event, due, role)
    term = next(term for term in story.file.case_state.terms if term.kind == kind)
    assert (term.lapsed_on, str(term.ended_on)) == (None, due)
    assert not any(done is None for title, done in story.tasks() if title.startswith(LAPSES[state][2]))
    assert [title for title in open_tasks(story) if LAPSES[state][2] in title] == []
    assert story.record.late is False


def test_exactly_those_who_were_told_of_the_lapse_are_told_that_it_is_annulled(story: Story) -> None:
    """The provider's notice had left, the applicant's had not."""
    reach(story, "awaiting_reply").sweep("2026-03-17")
    carried(story, "lapsed")
    story.act("agree", "provider", "2026-03-13", entered="2026-03-17")
    assert [event for event, _, _ in story.events()] == ["submit", "lapse", "annul_lapse", "agree"]
    assert heard(story, 3) == {("corrected", POLICE)}
    assert heard(story, 4) == {("recorded", CIVIL)}
    assert (story.record.late, str(story.record.replied_on)) == (False, "2026-03-13")


def test_both_are_corrected_where_both_were_told_and_nobody_where_nobody_was(story: Story) -> None:
    reach(story, "awaiting_reply").sweep("2026-03-19")
    carried(story, "lapsed", "lapsed_note")
    story.act("refuse", "provider", "2026-03-16", entered="2026-03-19", reason="—")
    assert heard(story, 3) == {("corrected", POLICE), ("corrected", CIVIL)}
    reach(story, "awaiting_reply").sweep("2026-03-17")
    story.act("refuse", "provider", "2026-03-16", entered="2026-03-19", reason="—")
    assert heard(story, 3) == set()


def test_a_reply_in_time_and_entered_late_before_any_sweep_needs_no_annulment(story: Story) -> None:
    reach(story, "awaiting_reply").act("agree", "provider", "2026-03-16", entered="2026-03-30")
    assert [event for event, _, _ in story.events()] == ["submit", "agree"]
    assert story.record.late is False


def test_a_reply_a_day_late_annuls_nothing(story: Story) -> None:
    reach(story, "awaiting_reply").sweep("2026-03-20")
    story.act("agree", "provider", "2026-03-17", entered="2026-03-20")
    assert [event for event, _, _ in story.events()] == ["submit", "lapse", "agree"]
    assert str(story.term("reply").lapsed_on) == "2026-03-16"


def test_a_supplement_asked_in_time_and_entered_late_undoes_the_lapse_and_suspends(story: Story) -> None:
    reach(story, "awaiting_reply").sweep("2026-03-17")
    story.act("ask_supplement", "provider", "2026-03-05", entered="2026-03-18", materials="使用范围说明")
    assert [event for event, _, _ in story.events()] == ["submit", "lapse", "annul_lapse", "ask_supplement"]
    story.act("supplement", "applicant", "2026-03-18", text="已补")
    stands(story, "awaiting_reply", "provider", reply="2026-03-27")
    story.sweep("2026-03-30")
    assert lapses(story) == [("reply", "2026-03-16"), ("reply", "2026-03-27")]
    assert len(open_tasks(story)) == 1


def test_those_told_of_an_earlier_lapse_that_was_annulled_are_not_corrected_again(story: Story) -> None:
    reach(story, "awaiting_reply").sweep("2026-03-17")
    carried(story, "lapsed")
    story.act("ask_supplement", "provider", "2026-03-05", entered="2026-03-18", materials="使用范围说明")
    assert heard(story, 3) == {("corrected", POLICE)}
    story.act("supplement", "applicant", "2026-03-18", text="已补").sweep("2026-03-30")
    story.act("agree", "provider", "2026-03-27", entered="2026-03-30")  # nobody has heard of the second lapse yet
    assert [event for event, _, _ in story.events()][-2:] == ["annul_lapse", "agree"]
    assert heard(story, story.record.version - 1) == set()


def test_late_paper_may_not_be_older_than_an_event_that_would_not_follow_from_it(story: Story) -> None:
    reach(story, "awaiting_reply").act("refer", "applicant", "2026-03-17")
    with refused(story, Unfit, "第3项“提请协调”不再成立", "请先更正或撤销该项登记"):
        story.act("agree", "provider", "2026-03-13", entered="2026-03-20")
    story.act("withdraw_referral", "applicant", "2026-03-18")  # the referral stands no longer
    story.act("agree", "provider", "2026-03-13", entered="2026-03-20")
    assert [event for event, _, _ in story.events()] == [
        "submit", "lapse", "refer", "withdraw_referral", "annul_lapse", "agree",
    ]  # fmt: skip
    assert (story.state, story.record.late) == ("agreed", False)


def test_a_note_dated_before_the_lapse_annuls_nothing(story: Story) -> None:
    reach(story, "awaiting_reply").sweep("2026-03-17")
    story.act("note", "office", "2026-03-10", entered="2026-03-17", text="已电话沟通")
    assert story.events()[-1] == ("note", "2026-03-10", "office")
    assert str(story.term("reply").lapsed_on) == "2026-03-16"


def test_a_withdrawal_in_time_and_entered_late_undoes_the_lapse_too(story: Story) -> None:
    reach(story, "awaiting_reply").sweep("2026-03-17")
    story.act("withdraw", "applicant", "2026-03-12", entered="2026-03-17")
    assert story.state == "withdrawn"
    assert (story.record.late, open_tasks(story)) == (False, [])


# ------------------------------------------------------------------------------------------------------ the ladder


def test_the_provider_is_reminded_three_working_days_before_and_on_the_day(story: Story) -> None:
    story.submitted("2026-09-18")  # due on Friday 9 October; 1–7 October are off
    for on in ("2026-09-29", "2026-09-30", "2026-10-01", "2026-10-08", "2026-10-09"):
        story.sweep(on)
    assert [row for row in story.events() if row[0] == "remind"] == [
        ("remind", "2026-09-29", "clock"),  # 30 September, 8 and 9 October are left
        ("remind", "2026-10-09", "clock"),
    ]
    assert [row[:2] for row in story.notices()] == [("new_case", 2), ("due_soon", 2), ("due_today", 2)]


def test_a_date_on_a_day_off_is_warned_of_on_the_last_working_day_before(story: Story) -> None:
    reach(story, "awaiting_reply").act("agree", "provider", "2026-03-10", supply_by="2026-04-05")  # a Sunday
    story.sweep("2026-04-03")  # the Friday
    assert ("due_today", 2, "waiting") in story.notices()
    story.sweep("2026-04-05")
    assert "lapse" not in [event for event, _, _ in story.events()]
    story.sweep("2026-04-06")
    assert story.events()[-1] == ("lapse", "2026-04-05", "clock")


def test_a_required_field_of_a_late_paper_is_still_required(story: Story) -> None:
    reach(story, "awaiting_reply").sweep("2026-03-17")
    with refused(story, FieldError, "理由"):
        story.act("refuse", "provider", "2026-03-16", entered="2026-03-17")


def test_everything_was_recorded_at_the_moment_of_its_entry(story: Story) -> None:
    reach(story, "awaiting_reply").sweep("2026-03-20", "10:00")
    moments = [str(row[0])[:19].replace("T", " ") for row in story.rows("event", "recorded_at", "seq")]
    assert moments[-1] in (str(at("2026-03-20"))[:19], "2026-03-20 10:00:00")
