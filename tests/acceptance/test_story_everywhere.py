"""What may happen in every open state: withdraw, transfer, void, note, stop and resume mail; and reopening."""

import pytest

from negotiation.core.errors import DateError, FieldError, InvalidTransition, WrongRole
from tests.acceptance.steps import (
    ENDED,
    LATER,
    OPEN,
    SUBMITTED,
    UNSUPPLIED,
    WAYS,
    heard,
    items,
    notice_requests,
    reach,
    refused,
    stands,
)
from tests.conftest import CIVIL, JUSTICE, POLICE, Story


def running(story: Story) -> dict[str, tuple[str, int | None]]:
    terms = story.file.case_state.terms
    return {term.kind: (str(term.due_on), term.department_id) for term in terms if term.ended_on is None}


# ------------------------------------------------------------------------------------------------------ ending


@notice_requests("withdraw", *UNSUPPLIED)
@pytest.mark.parametrize("state", UNSUPPLIED)
def test_an_applicant_may_withdraw_until_the_supply_and_every_clock_stops(story: Story, state: str) -> None:
    reach(story, state)
    for role in ("provider", "office"):
        with refused(story, WrongRole):
            story.act("withdraw", role, LATER)
    story.act("withdraw", "applicant", LATER)
    stands(story, "withdrawn", "")
    assert running(story) == {}
    assert str(story.record.closed_on) == LATER
    assert story.record.next_due is None
    assert heard(story) == (set() if state == "draft" else {("recorded", POLICE)})


def test_after_the_supply_or_the_end_there_is_nothing_to_withdraw(story: Story) -> None:
    for state in ("supplied", *ENDED):
        reach(story, state)
        with refused(story, InvalidTransition, "撤回申请"):
            story.act("withdraw", "applicant", LATER)


@notice_requests("withdraw_items", *UNSUPPLIED[1:])
@pytest.mark.parametrize("state", UNSUPPLIED[1:])
def test_an_applicant_may_withdraw_a_part_and_its_dispute_and_its_terms_end(story: Story, state: str) -> None:
    reach(story, state)
    (only,) = items(story).keys() if state != "partly_agreed" else ("〈未同意的部分〉",)
    with refused(story, FieldError, "数据项"):
        story.act("withdraw_items", "applicant", LATER)
    for role in ("provider", "office"):
        with refused(story, WrongRole):
            story.act("withdraw_items", role, LATER, items=only)
    story.act("withdraw_items", "applicant", LATER, items=only)
    if state == "partly_agreed":
        stands(story, "agreed", "provider", supply="2026-04-22")
    else:
        stands(story, "withdrawn", "")
    assert heard(story) == {("recorded", POLICE)}


@notice_requests("withdraw", "supplied")
@notice_requests("withdraw_items", "supplied")
@pytest.mark.parametrize("event", ["withdraw", "withdraw_items"])
def test_beside_what_was_supplied_the_rest_may_be_withdrawn(story: Story, event: str) -> None:
    reach(story, "partly_agreed", items="姓名、住址").act("accept", "applicant", "2026-03-12")
    story.act("supply", "provider", "2026-03-20")
    stands(story, "supplied", "applicant", receipt="2026-03-27")
    named = {"items": "住址"} if event == "withdraw_items" else {}
    story.act(event, "applicant", "2026-03-23", **named)
    stands(story, "supplied", "applicant", receipt="2026-03-27")
    assert items(story) == {"姓名": "agreed", "住址": "withdrawn"}
    with refused(story, InvalidTransition, "没有可以这样办理的数据项"):
        story.act("withdraw_items", "applicant", "2026-03-23", items="姓名")


@notice_requests("void", *OPEN)
@pytest.mark.parametrize("state", OPEN)
def test_the_office_may_void_any_open_case_with_a_reason(story: Story, state: str) -> None:
    reach(story, state)
    with refused(story, FieldError, "理由"):
        story.act("void", "office", LATER)
    for role in ("applicant", "provider"):
        with refused(story, WrongRole):
            story.act("void", role, LATER, reason="重复登记")
    story.act("void", "office", LATER, reason="重复登记")
    stands(story, "void", "")
    assert running(story) == {}
    assert story.record.ending == "void"
    assert heard(story) == set()


def test_what_has_ended_is_not_ended_again(story: Story) -> None:
    for state in ENDED:
        reach(story, state)
        for event in ("void", "transfer"):
            with refused(story, InvalidTransition):
                story.act(event, "office", LATER, reason="—")
        story.sweep("2026-12-01")
        assert story.state == state


@notice_requests("reopen", *ENDED)
@pytest.mark.parametrize("state", ENDED)
def test_the_office_may_reopen_an_ended_case_for_a_new_reply(story: Story, state: str) -> None:
    reach(story, state)
    for raw in ({"reopen_to": "reply"}, {"reason": "申请人提供新依据"}):
        with refused(story, FieldError, "须填写"):
            story.act("reopen", "office", LATER, **raw)
    with refused(story, WrongRole):
        story.act("reopen", "applicant", LATER, reason="—", reopen_to="reply")
    story.act("reopen", "office", LATER, reason="申请人提供新依据", reopen_to="重新答复")
    stands(story, "awaiting_reply", "provider", reply="2026-04-20")  # 7–10, 13–17, 20 April
    assert story.record.closed_on is None
    assert (story.record.ending, story.record.reopened) == ("", 1)
    assert heard(story) == {("recorded", CIVIL), ("recorded", POLICE)}


def test_or_for_a_new_supply_of_what_was_agreed(story: Story) -> None:
    for state in ("withdrawn", "void"):  # before any answer
        reach(story, state)
        with refused(story, InvalidTransition, "没有同意提供的数据项"):
            story.act("reopen", "office", LATER, reason="—", reopen_to="supply")
    reach(story, "closed").act("reopen", "office", LATER, reason="所供数据有误", reopen_to="supply")
    stands(story, "agreed", "provider", supply="2026-05-20")  # 7–10, 13–17, 20–24, 27–30 April; 6–9, 11–15, 18–20 May


def test_what_was_never_handed_in_is_not_reopened(story: Story) -> None:
    for event, role, raw in (("void", "office", {"reason": "误建"}), ("withdraw", "applicant", {})):
        story.open("2026-03-02").act(event, role, "2026-03-03", **raw)
        with refused(story, InvalidTransition, "另行提出申请"):
            story.act("reopen", "office", LATER, reason="—", reopen_to="reply")


def test_an_open_case_is_not_reopened(story: Story) -> None:
    for state in OPEN:
        reach(story, state)
        with refused(story, InvalidTransition, "重新办理"):
            story.act("reopen", "office", LATER, reason="—", reopen_to="reply")


# ------------------------------------------------------------------------------------------------------ transfer


@notice_requests("transfer", *OPEN)
@pytest.mark.parametrize("state", OPEN)
def test_another_department_takes_a_part_over_and_the_terms_go_with_it(story: Story, state: str) -> None:
    reach(story, state)
    before = running(story)
    with refused(story, FieldError, "使用部门", "提供部门"):
        story.act("transfer", "office", LATER, reason="机构改革")
    with refused(story, FieldError, "理由"):
        story.act("transfer", "office", LATER, provider=JUSTICE)
    with refused(story, FieldError, "相同"):
        story.act("transfer", "office", LATER, reason="机构改革", provider=CIVIL)
    with refused(story, FieldError, "相同"):
        story.act("transfer", "office", LATER, reason="机构改革", applicant=POLICE)
    with refused(story, WrongRole):
        story.act("transfer", "provider", LATER, reason="机构改革", provider=JUSTICE)
    story.act("transfer", "office", LATER, reason="机构改革", provider=JUSTICE)
    assert story.state == state
    assert story.record.provider_id == 3
    assert running(story) == {kind: (due, 3 if unit == 2 else unit) for kind, (due, unit) in before.items()}
    assert heard(story) == (set() if state == "draft" else {("recorded", JUSTICE), ("recorded", CIVIL)})


def test_the_applicants_part_is_taken_over_too(story: Story) -> None:
    reach(story, "refused").act("transfer", "office", "2026-03-12", reason="机构改革", applicant=JUSTICE)
    assert running(story) == {"consideration": ("2026-03-24", 3)}
    assert heard(story) == {("recorded", JUSTICE), ("recorded", POLICE)}


def test_a_transfer_dated_before_a_lapse_and_entered_after_it_leaves_the_lapse_alone(story: Story) -> None:
    reach(story, "awaiting_reply").sweep("2026-03-20")
    story.act("transfer", "office", "2026-03-10", entered="2026-03-23", reason="机构改革", provider=JUSTICE)
    assert [event for event, _, _ in story.events()] == ["submit", "lapse", "transfer"]
    assert str(story.term("reply").lapsed_on) == "2026-03-16"
    assert story.term("reply").department_id == 3


# ------------------------------------------------------------------------------------------------- two become one


@notice_requests("merge_parties", *SUBMITTED)
@notice_requests("close_merged", *SUBMITTED)
@pytest.mark.parametrize("state", SUBMITTED)
def test_a_case_of_two_that_became_one_is_ended_by_the_office_and_by_nobody_before(story: Story, state: str) -> None:
    reach(story, state)
    before = running(story)
    with refused(story, InvalidTransition, "没有合并"):
        story.act("close_merged", "office", LATER, reason="—")
    story.act("merge_parties", "office", LATER, reason="机构改革")
    assert (story.state, running(story)) == (state, before)
    with refused(story, InvalidTransition, "已经登记"):
        story.act("merge_parties", "office", LATER, reason="机构改革")
    with refused(story, WrongRole):
        story.act("close_merged", "provider", LATER, reason="—")
    story.act("close_merged", "office", LATER, reason="机构改革")
    assert (story.state, running(story)) == ("closed", {})


# ------------------------------------------------------------------------------------------------------ notes


@notice_requests("note", *OPEN, *ENDED)
@pytest.mark.parametrize("state", OPEN + ENDED)
def test_any_party_may_note_something_and_a_note_changes_nothing(story: Story, state: str) -> None:
    reach(story, state)
    before, terms, told = story.record, story.file.case_state.terms, story.notices()
    on = str(before.last_on or "2026-03-02")
    with refused(story, FieldError, "办理记录"):
        story.act("note", "office", on)
    for role in ("applicant", "provider", "office"):
        story.act("note", role, on, text="已电话沟通，对方请求延期")  # a phone call extends nothing
    after = story.record
    assert after._replace(version=before.version, head=before.head) == before
    assert story.file.case_state.terms == terms
    assert story.notices() == told
    assert after.version == before.version + 3


def test_a_note_is_not_of_tomorrow_and_not_of_the_clock(story: Story) -> None:
    reach(story, "awaiting_reply")
    with refused(story, DateError):
        story.act("note", "office", "2026-03-04", entered="2026-03-03", text="—")
    with refused(story, WrongRole):
        story.act("note", "clock", "2026-03-03", text="—")


# ------------------------------------------------------------------------------------------------------ mail


@notice_requests("stop_mail", *OPEN)
@notice_requests("resume_mail", *OPEN)
@pytest.mark.parametrize("state", OPEN)
def test_the_office_stops_and_resumes_the_mail_of_a_case(story: Story, state: str) -> None:
    reach(story, state)
    on = str(story.record.last_on or "2026-03-02")
    for event in ("stop_mail", "resume_mail"):
        with refused(story, WrongRole):
            story.act(event, "provider", on, **({"reason": "—"} if event == "stop_mail" else {}))
    with refused(story, FieldError, "理由"):
        story.act("stop_mail", "office", on)
    before = running(story)
    story.act("stop_mail", "office", on, reason="领导正在协调，暂不提醒")
    assert (story.state, running(story), heard(story)) == (state, before, set())
    story.act("withdraw" if state != "supplied" else "confirm", "applicant", LATER)
    assert bool(heard(story)) == (state != "draft")  # an act is told all the same, by a person: the post makes a task
    reach(story, state).act("stop_mail", "office", on, reason="—").act("resume_mail", "office", on)
    story.act("withdraw" if state != "supplied" else "confirm", "applicant", LATER)
    assert bool(heard(story)) == (state != "draft")


def test_a_lapse_is_recorded_while_the_mail_is_stopped_and_nobody_is_told(story: Story) -> None:
    reach(story, "awaiting_reply").act("stop_mail", "office", "2026-03-09", reason="—")
    told = story.notices()
    for on in ("2026-03-11", "2026-03-16", "2026-03-17"):
        story.sweep(on)
    assert story.events()[-1] == ("lapse", "2026-03-16", "clock")
    assert "remind" not in [event for event, _, _ in story.events()]
    assert story.notices() == told
    assert len(story.tasks()) == 1


def test_resumed_mail_reminds_again(story: Story) -> None:
    reach(story, "awaiting_reply").act("stop_mail", "office", "2026-03-09", reason="—")
    story.act("resume_mail", "office", "2026-03-13").sweep("2026-03-16")
    assert story.events()[-1] == ("remind", "2026-03-16", "clock")
    assert ("due_today", 2, "waiting") in story.notices()


# ------------------------------------------------------------------------------------------------------ reminders


WITH_THE_PROVIDER = ("awaiting_reply", "agreed", "decided")


@notice_requests("remind", *WITH_THE_PROVIDER)
@pytest.mark.parametrize("state", WITH_THE_PROVIDER)
def test_the_office_may_remind_the_provider_and_nothing_else_changes(story: Story, state: str) -> None:
    reach(story, state)
    terms, on = story.file.case_state.terms, WAYS[state][3]
    for role in ("applicant", "provider"):
        with refused(story, WrongRole):
            story.act("remind", role, on)
    story.act("remind", "office", on)
    assert story.state == state
    assert story.file.case_state.terms == terms
    assert heard(story) == {("reminder", POLICE)}


@notice_requests("remind", *[state for state in SUBMITTED if state not in WITH_THE_PROVIDER])
@pytest.mark.parametrize("state", [state for state in SUBMITTED if state not in WITH_THE_PROVIDER])
def test_nobody_reminds_the_provider_of_what_another_party_owes(story: Story, state: str) -> None:
    reach(story, state)
    with refused(story, WrongRole):
        story.act("remind", "office", WAYS[state][3])


# ------------------------------------------------------------------------------------------------------ numbers


def test_numbers_run_without_a_gap_within_a_year_of_the_beijing_clock(story: Story) -> None:
    numbers = [story.open("2026-12-31").no, story.open("2026-12-31").no, story.open("2027-01-01").no]
    assert numbers == ["GX2026-0001", "GX2026-0002", "GX2027-0001"]


def test_a_refused_application_uses_no_number_up(story: Story) -> None:
    assert story.open("2026-03-02").no == "GX2026-0001"
    for raw in ({"provider": CIVIL}, {"applicant": ""}, {"provider": "没有这个局"}, {"nonsense": "1"}):
        with pytest.raises(FieldError) as caught:
            story.open("2026-03-02", **raw)
        assert caught.value.field == next(iter(raw))
    assert story.open("2026-03-02").no == "GX2026-0002"


def test_an_application_to_oneself_is_refused_with_a_sentence(story: Story) -> None:
    with pytest.raises(FieldError, match="双方的部门相同"):
        story.open("2026-03-02", provider=CIVIL)
