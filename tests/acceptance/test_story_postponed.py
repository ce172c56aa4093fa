"""Meetings as they are: put off, a case taken off the agenda, a case that is withdrawn before the session.

京政发〔2017〕37号第十七条 says that the office coordinates and the group deliberates, and nothing of when they meet.
"""

from typing import Any

import pytest

from negotiation.core.errors import FieldError, NegotiationError
from negotiation.domain.meetings import Meeting, Move
from negotiation.notifications import dispatcher
from negotiation.notifications.email.composer import Composer
from negotiation.services.meetings import outcomes, planning, postponing
from negotiation.services.meetings.outcomes import Beside
from negotiation.services.meetings.planning import Plan
from negotiation.services.meetings.postponing import NewDay
from negotiation.store import meetings as store
from negotiation.store import notices_made, tasks
from tests.acceptance.steps import reach
from tests.conftest import CIVIL, JUSTICE, POLICE, Story, at, day


def planned(story: Story, *others: Story, kind: str = "coordination") -> Meeting:
    """A session on 20 March, planned on the 18th."""
    with story.database.write() as transaction:
        cases = [each.no for each in (story, *others)]
        wanted = Plan(kind, day("2026-03-20"), "14:30", "第一会议室", "李副主任", cases)
        return planning.plan(transaction, story.context, wanted, author="测试", at=at("2026-03-18"))


def put_off(story: Story, no: str, on: str = "2026-03-27", reason: str = "主持人另有公务", **more: Any) -> Meeting:
    with story.database.write() as transaction:
        wanted = NewDay(day(on), more.get("hour", "9:00"), more.get("place", ""), reason)
        return postponing.postpone(transaction, story.context, no, wanted, at=at("2026-03-19"))


def taken_off(story: Story, no: str, case: str, reason: str = "材料待补") -> Meeting:
    with story.database.write() as transaction:
        return postponing.take_off(transaction, no, case, reason)


def found(story: Story, no: str) -> Meeting:
    with story.database.read() as transaction:
        return store.find(transaction, no)


def told(story: Story, case: Story, template: str) -> list[str]:
    """Whom the waiting and sent notices of this kind on a case go to; "" is the office."""
    with story.database.read() as transaction:
        notices = notices_made.of_case(transaction, case.record.id)
    names = story.context.directory.name
    return [names(each.department_id) for each in notices if each.template == template]


# ------------------------------------------------------------------------------------------------------- 改期


def test_a_meeting_is_put_off_under_its_number_and_the_day_before_stays_on_record(story: Story) -> None:
    reach(story, "in_coordination")
    no = planned(story).no
    moved = put_off(story, no)
    assert (moved.no, moved.on, moved.at, moved.place) == (no, day("2026-03-27"), "09:00", "第一会议室")
    assert moved.moves == (Move(day("2026-03-20"), "14:30", "第一会议室", "主持人另有公务"),)
    again = put_off(story, no, "2026-04-03", place="第二会议室")
    assert [each.on for each in again.moves] == [day("2026-03-20"), day("2026-03-27")]
    assert planned(story).no == "HY2026-0002"  # no number was used up


def test_everybody_who_was_asked_to_come_is_told_of_the_other_day(story: Story) -> None:
    reach(story, "in_coordination")
    other = Story(story.database, story.context)
    reach(other, "in_coordination", provider=JUSTICE)
    no = planned(story, other).no
    put_off(story, no)
    assert told(story, story, "meeting_moved") == [CIVIL, POLICE]
    assert told(story, other, "meeting_moved") == [JUSTICE]
    dispatcher.run(story.database, story.context, at("2026-03-19", "10:30"))
    with story.database.read() as transaction:
        notices = [each for case in (story, other) for each in notices_made.of_case(transaction, case.record.id)]
    moved = [each for each in notices if each.template == "meeting_moved"]
    assert [(each.state, each.address) for each in moved] == [
        ("sent", "a@mzj.gov.cn"), ("sent", "a@gaj.gov.cn"), ("sent", "a@sfj.gov.cn"),
    ]  # fmt: skip


def test_the_mail_says_both_days_and_names_no_data_item(story: Story) -> None:
    reach(story, "in_coordination")
    no = planned(story).no
    put_off(story, no)
    with story.database.read() as transaction:
        notice = next(
            each for each in notices_made.of_case(transaction, story.record.id) if each.template == "meeting_moved"
        )
    words = story_words(story, notice)
    assert words.subject == f"〔改期〕{no} 协调会议改于2026年3月27日召开"
    assert (
        "原定于2026年3月20日（星期五）14:30召开的协调会议，改于2026年3月27日（星期五）09:00在第一会议室召开。"
        in words.text
    )
    assert "与贵单位有关的议题1项：“常住人口基本信息”。" in words.text
    assert f"/meetings/{no}" in words.text


def story_words(story: Story, notice: Any) -> Any:
    composer = Composer(story.context.settings, story.context.calendar_by, at("2026-03-19"))
    return composer.words(notice.template, notice.facts, CIVIL)


@pytest.mark.parametrize(
    ("on", "hour", "reason", "what"),
    [
        ("2026-03-20", "14:30", "另有公务", "与原来相同"),
        ("2026-03-01", "9:00", "另有公务", "已过"),
        ("2026-03-27", "二点", "另有公务", "不是时间"),
        ("2026-03-27", "9:00", " ", "原因"),
    ],
)
def test_what_is_no_postponement_is_a_sentence_and_changes_nothing(
    story: Story, on: str, hour: str, reason: str, what: str
) -> None:
    reach(story, "in_coordination")
    no = planned(story).no
    with pytest.raises(FieldError, match=what):
        put_off(story, no, on, reason, hour=hour)
    assert found(story, no).moves == ()


def test_a_meeting_that_was_held_or_given_up_is_not_put_off(story: Story) -> None:
    reach(story, "in_coordination")
    held = story.met("2026-03-18", "coordination")
    with pytest.raises(NegotiationError, match="已召开"):
        put_off(story, held)
    no = planned(story).no
    with story.database.write() as transaction:
        postponing.cancel(transaction, story.context, no, "不再需要", at=at("2026-03-19"))
    assert told(story, story, "meeting_moved") == [CIVIL, POLICE]  # they are told of that too
    with pytest.raises(NegotiationError, match="已取消"):
        put_off(story, no)


# ------------------------------------------------------------------------------------- taken off, 请假, 列席


def test_a_case_is_taken_off_the_agenda_with_a_reason_and_nothing_rests_on_that_session(story: Story) -> None:
    reach(story, "in_coordination")
    other = Story(story.database, story.context)
    reach(other, "in_coordination", provider=JUSTICE)
    no = planned(story, other).no
    with pytest.raises(FieldError, match="撤下的原因"):
        taken_off(story, no, other.no, " ")
    meeting = taken_off(story, no, other.no)
    assert [(each.no, each.off) for each in meeting.items] == [(story.no, ""), (other.no, "材料待补")]
    assert [each.no for each in meeting.on_agenda] == [story.no]
    with pytest.raises(FieldError, match="议题中没有案件"):
        taken_off(story, no, other.no)
    with story.database.write() as transaction:
        outcomes.hold(transaction, no, [CIVIL], "", today=day("2026-03-20"))
    with pytest.raises(FieldError, match="已从会议 HY2026-0001 的议题中撤下"):
        other.act("fail", "office", "2026-03-20", meeting=no)
    story.act("fail", "office", "2026-03-20", meeting=no)
    with pytest.raises(NegotiationError, match="不再撤下"):
        taken_off(story, no, story.no)


def test_a_case_that_was_taken_off_can_be_put_on_again_while_the_meeting_is_planned(story: Story) -> None:
    reach(story, "in_coordination")
    other = Story(story.database, story.context)
    reach(other, "in_coordination", provider=JUSTICE)
    no = planned(story, other).no
    taken_off(story, no, other.no)
    wanted = Plan("coordination", day("2026-03-20"), "14:30", "第一会议室", "李副主任", [story.no])
    with story.database.write() as transaction:
        same = planning.amend(transaction, story.context, no, wanted, at=at("2026-03-19"))
    assert [each.off for each in same.items] == ["", "材料待补"]  # what was taken off stays on record
    both = Plan("coordination", day("2026-03-20"), "14:30", "第一会议室", "李副主任", [story.no, other.no])
    with story.database.write() as transaction:
        same = planning.amend(transaction, story.context, no, both, at=at("2026-03-19"))
    assert [each.off for each in same.items] == ["", ""]


def test_who_asked_for_leave_and_who_sat_in_is_kept_and_can_be_corrected(story: Story) -> None:
    reach(story, "in_coordination")
    no = planned(story).no
    beside = Beside(absent=["市司法局张处长"], observers=["市财政局赵处长", " "])
    with story.database.write() as transaction:
        outcomes.hold(transaction, no, [CIVIL], "", today=day("2026-03-20"), beside=beside)
    meeting = found(story, no)
    assert (meeting.absent, meeting.observers) == (("市司法局张处长",), ("市财政局赵处长",))
    with story.database.write() as transaction:
        outcomes.hold(transaction, no, [CIVIL], "", today=day("2026-03-20"))
    assert found(story, no).absent == ()


# --------------------------------------------------------------------------------------------- withdrawn before it


@pytest.mark.parametrize(("event", "title"), [("withdraw", "撤回申请"), ("withdraw_referral", "撤回协调申请")])
def test_a_case_that_is_withdrawn_leaves_the_agenda_and_whoever_chairs_is_told(
    story: Story, event: str, title: str
) -> None:
    reach(story, "in_coordination")
    no, held = planned(story).no, story.met("2026-03-18", "coordination")
    story.act(event, "applicant", "2026-03-19")
    assert found(story, no).items[0].off == f"{title}（2026-03-19）"
    assert found(story, held).items[0].off == ""  # what was spoken of was spoken of
    with story.database.read() as transaction:
        last = story.record.version
        mails = [each for each in notices_made.of_case(transaction, story.record.id) if each.event_seq == last]
        asked = [each.title for each in tasks.open_tasks(transaction)]
    assert sorted(each.department_id for each in mails) == sorted({0, story.record.provider_id})
    assert f"“{title}”：已从会议 {no} 的议题中撤下，请告知主持人李副主任" in asked


def test_what_the_office_itself_ends_leaves_the_agenda_without_a_task(story: Story) -> None:
    reach(story, "in_coordination")
    no = planned(story).no
    story.act("settle", "office", "2026-03-19")
    assert found(story, no).items[0].off == "协调一致（2026-03-19）"
    with story.database.read() as transaction:
        assert not [each for each in tasks.open_tasks(transaction) if no in each.title]


# ------------------------------------------------------------------------------------------------------------- 暂缓


def test_a_group_that_did_not_meet_defers_with_a_reason_and_the_term_is_set_anew(story: Story) -> None:
    """No session is needed to say that there was none; the parties hear of it, and the old term is over."""
    reach(story, "in_deliberation")
    first = story.file.case_state.terms[-1]
    assert first.kind == "deliberation"
    with pytest.raises(FieldError, match="理由"):
        story.act("defer", "office", "2026-04-02")
    story.act("defer", "office", "2026-04-02", reason="领导小组会议改期")
    terms = [each for each in story.file.case_state.terms if each.kind == "deliberation"]
    assert [each.ended_on for each in terms] == [day("2026-04-02"), None]
    assert terms[-1].started_on == day("2026-04-02")
    assert terms[-1].due_on == story.file.calendar.due(day("2026-04-02"), 30)
    assert story.state == "in_deliberation"
    assert {CIVIL, POLICE} <= set(told(story, story, "recorded"))
