"""Meetings (第十七条): the office coordinates, the leading group deliberates; what they say rests on a session."""

from typing import Any

import pytest

from negotiation.core.errors import Conflict, DateError, FieldError, NegotiationError, NotFound
from negotiation.domain.meetings import Meeting
from negotiation.services.cases import acting
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.context import UnitOfWork
from negotiation.services.meetings import outcomes, planning, postponing, view
from negotiation.services.meetings.planning import Plan
from negotiation.store import case_writer
from negotiation.store import meetings as store
from tests.acceptance.steps import reach, refused, stands
from tests.conftest import CIVIL, JUSTICE, POLICE, Story, at, day, everything

HELD = "2026-03-20"


def planned(story: Story, *cases_: str, on: str = HELD, kind: str = "coordination", **other: Any) -> Meeting:
    """A meeting on these cases, planned two days before."""
    words = {"at": "14:30", "place": "第一会议室", "chair": "李副主任"} | other
    with story.database.write() as transaction:
        wanted = Plan(kind, day(on), words["at"], words["place"], words["chair"], cases_ or [story.no])
        return planning.plan(transaction, story.context, wanted, author="测试", at=at("2026-03-18"))


def held(story: Story, no: str, on: str = HELD, **other: Any) -> Meeting:
    with story.database.write() as transaction:
        return outcomes.hold(transaction, no, [CIVIL, POLICE], "京数协〔2026〕7号", today=day(on), **other)


def agreed(story: Story, no: str, text: str = "脱敏后提供", by: str = "", case: str = "", **other: Any) -> Meeting:
    with story.database.write() as transaction:
        date = day(by) if by else None
        return outcomes.agree(transaction, no, case or story.no, text, POLICE, date, **other)


def found(story: Story, no: str) -> Meeting:
    with story.database.read() as transaction:
        return store.find(transaction, no)


def unchanged(story: Story, error: type[NegotiationError], words: str, act: Any) -> None:
    before = everything(story.database)
    with pytest.raises(error, match=words):
        act()
    assert everything(story.database) == before


# --------------------------------------------------------------------------------------- in the leading group's name


@pytest.mark.parametrize(
    ("event", "raw"),
    [("decide", {"decision": "share"}), ("remit", {"reason": "请再协调"})],
)
def test_nothing_is_recorded_in_the_leading_groups_name_without_its_meeting__article_17(
    story: Story, event: str, raw: dict[str, str]
) -> None:
    reach(story, "in_deliberation")
    for role in ("office", "leading_group"):
        with refused(story, FieldError, "会议", "请先登记会议") as caught:
            story.act(event, role, "2026-04-02", **raw)
        assert caught.value.field == "meeting"
    no = story.met("2026-04-02")
    story.act(event, "leading_group", "2026-04-02", **raw, meeting=no)
    assert found(story, no).items[0].seq == story.record.version


def test_a_meeting_of_the_office_is_none_of_the_leading_group__article_17(story: Story) -> None:
    reach(story, "in_coordination")
    coordination = story.met("2026-03-20", "coordination")
    story.act("fail", "office", "2026-03-20", meeting=coordination).act("report_up", "office", "2026-03-24")
    with refused(story, FieldError, "协调会议", "审议会议"):
        story.act("decide", "office", "2026-04-02", decision="share", meeting=coordination)


def test_a_meeting_counts_for_the_cases_on_its_list_from_its_day_on_if_it_was_held(story: Story) -> None:
    reach(story, "in_deliberation")
    other = Story(story.database, story.context)
    reach(other, "in_deliberation", provider=JUSTICE)
    elsewhere, own = other.met("2026-04-02"), story.met("2026-04-03")
    ahead = planned(story, on="2026-04-03", kind="deliberation").no
    given_up = planned(story, on="2026-04-03", kind="deliberation").no
    with story.database.write() as transaction:
        postponing.cancel(transaction, story.context, given_up, "主要领导另有公务", at=at("2026-04-02"))
    for no, words in (
        (elsewhere, "议题中没有本案"), (own, "早于会议"), (ahead, "尚未登记召开"), (given_up, "已取消"),
        ("HY2026-9999", "没有编号为"), ("HY\0", "控制字符"),
    ):  # fmt: skip
        with refused(story, FieldError, words):
            story.act("decide", "office", "2026-04-02", decision="share", meeting=no)
    story.act("decide", "office", "2026-04-07", decision="share", meeting=own.lower())
    assert story.state == "decided"


def test_history_that_is_replayed_had_no_meetings_here(story: Story) -> None:
    """As the office's spreadsheet has no such column; from then on the same case is asked for its meeting."""
    reach(story, "in_deliberation")
    with story.database.write() as transaction:
        file = acting.take(UnitOfWork(transaction, story.context, at("2026-05-06")), story.no)
        acting.perform(
            transaction,
            file,
            ActRequest("remit", role="office", actor="台账导入", on=day("2026-04-02"), fields={"reason": "请再协调"}),
            clock=False,
        )
        case_writer.save(transaction, file.change())
    assert story.state == "in_coordination"
    story.act("fail", "office", "2026-05-06").act("report_up", "office", "2026-05-06")
    with refused(story, FieldError, "会议"):
        story.act("decide", "office", "2026-05-06", decision="share")


# ----------------------------------------------------------------------------------------------------- what was agreed


def test_the_date_that_a_meeting_set_is_the_term_set_by_the_act__article_17(story: Story) -> None:
    reach(story, "in_coordination")
    no = planned(story).no
    held(story, no)
    agreed(story, no, by="2026-06-30")
    with refused(story, FieldError, "2026-07-15", "会议议定的日期是 2026-06-30"):
        story.act("settle", "office", HELD, meeting=no, supply_by="2026-07-15")
    story.act("settle", "office", HELD, meeting=no)
    stands(story, "agreed", "provider", supply="2026-06-30")
    line = found(story, no).items[0]
    assert (line.agreed, line.who, str(line.by)) == ("脱敏后提供", POLICE, "2026-06-30")
    assert (line.applicant, line.provider, line.seq) == (CIVIL, POLICE, story.record.version)


def test_what_was_agreed_is_corrected_until_its_act_is_recorded(story: Story) -> None:
    reach(story, "in_coordination")
    no = planned(story).no
    unchanged(story, NegotiationError, "待召开", lambda: agreed(story, no))
    held(story, no)
    agreed(story, no, by="2026-06-30")
    assert agreed(story, no, "只提供核验结果").items[0].by is None
    story.act("settle", "office", HELD, meeting=no)
    unchanged(story, NegotiationError, "已依据这次会议办理", lambda: agreed(story, no, "另作他议"))
    stands(story, "agreed", "provider", supply="2026-05-07")  # the office's thirty days: the meeting set no date


def test_one_meeting_has_many_cases_and_each_comes_to_its_own_end__article_17(story: Story) -> None:
    other = Story(story.database, story.context)
    reach(story, "in_coordination")
    reach(other, "in_coordination", provider=JUSTICE)
    meeting = planned(story, story.no, other.no)
    assert (meeting.no, [item.no for item in meeting.items]) == ("HY2026-0001", [story.no, other.no])
    assert view.invited(story.context, meeting) == [CIVIL, POLICE, JUSTICE]
    held(story, meeting.no)
    agreed(story, meeting.no, by="2026-06-30")
    story.act("settle", "office", HELD, meeting=meeting.no)
    other.act("fail", "office", HELD, meeting=meeting.no)
    assert [item.seq for item in found(story, meeting.no).items] == [story.record.version, other.record.version]
    stands(other, "coordination_failed", "office", report="2026-03-27")


def test_a_meeting_changes_no_case_and_tells_nobody(story: Story) -> None:
    """Its official notice is a letter that leaves after approval."""
    reach(story, "in_coordination")
    before = (story.record, story.notices(), story.tasks())
    no = planned(story).no
    held(story, no)
    agreed(story, no)
    assert (story.record, story.notices(), story.tasks()) == before


# -------------------------------------------------------------------------------------------------- planned and held


@pytest.mark.parametrize(
    ("words", "field", "says"),
    [
        ({"at": "下午"}, "at", "不是时间"), ({"at": "24:00"}, "at", "不是时间"), ({"place": " "}, "place", "地点"),
        ({"chair": ""}, "chair", "主持人"), ({"place": "机密★一号楼"}, "place", "机密★"),
        ({"chair": "李" * 201}, "chair", "至多200个字"), ({"kind": "banquet"}, "kind", "没有“banquet”"),
    ],
)  # fmt: skip
def test_a_plan_that_says_too_little_or_too_much_is_refused(story: Story, words: Any, field: str, says: str) -> None:
    reach(story, "in_coordination")
    before = everything(story.database)
    with pytest.raises(FieldError, match=says) as caught:
        planned(story, **words)
    assert caught.value.field == field
    assert caught.value.todo
    assert everything(story.database) == before


def test_only_what_its_session_is_to_speak_of_is_put_on_a_list(story: Story) -> None:
    reach(story, "awaiting_reply")
    unchanged(story, FieldError, "待答复.*没有由协调会议研究的事项", lambda: planned(story))
    reach(story, "in_coordination")
    unchanged(story, FieldError, "没有由审议会议研究的事项", lambda: planned(story, kind="deliberation"))
    unchanged(story, NotFound, "GX2026-9999", lambda: planned(story, "GX2026-9999"))


def test_numbers_run_by_the_year_of_the_meeting(story: Story) -> None:
    reach(story, "in_coordination")
    days = ("2026-03-20", "2026-12-31", "2027-01-04")
    assert [planned(story, on=on, at="9：05").no for on in days] == ["HY2026-0001", "HY2026-0002", "HY2027-0001"]
    assert found(story, "HY2027-0001").at == "09:05"


def test_a_planned_meeting_may_be_changed_or_given_up_and_a_held_one_not(story: Story) -> None:
    other = Story(story.database, story.context)
    reach(story, "in_coordination")
    reach(other, "in_coordination", provider=JUSTICE)
    first = planned(story)

    def amended(no: str, *listed: str) -> Meeting:
        wanted = Plan("coordination", day("2026-03-23"), "9:00", "第二会议室", "王主任", listed)
        with story.database.write() as transaction:
            return planning.amend(transaction, story.context, no, wanted, at=at("2026-03-18"))

    changed = amended(first.no, other.no)
    assert [item.no for item in changed.items] == [other.no]
    assert (str(changed.on), changed.at, changed.place, changed.chair) == (
        "2026-03-23",
        "09:00",
        "第二会议室",
        "王主任",
    )
    unchanged(story, FieldError, "没有议题", lambda: amended(first.no))
    unchanged(story, DateError, "定于 2026-03-23", lambda: held(story, first.no, "2026-03-20"))
    held(story, first.no, "2026-03-23")
    unchanged(story, NegotiationError, "已召开", lambda: amended(first.no, story.no))

    def cancelled(reason: str) -> Meeting:
        with story.database.write() as transaction:
            return postponing.cancel(transaction, story.context, second.no, reason, at=at("2026-04-02"))

    second = planned(story)
    unchanged(story, FieldError, "取消的原因", lambda: cancelled(""))
    assert cancelled("另行安排").reason == "另行安排"
    unchanged(story, NegotiationError, "已取消", lambda: held(story, second.no))


def test_who_was_present_and_the_number_of_the_minutes_may_be_corrected(story: Story) -> None:
    reach(story, "in_coordination")
    no = planned(story).no
    with story.database.write() as transaction:
        outcomes.hold(transaction, no, [CIVIL, " "], "", today=day(HELD))
    assert (found(story, no).present, found(story, no).minutes_no) == ((CIVIL,), "")
    held(story, no)
    assert (found(story, no).present, found(story, no).minutes_no) == ((CIVIL, POLICE), "京数协〔2026〕7号")


def test_two_who_change_one_meeting_at_once_do_not_overwrite_each_other(story: Story) -> None:
    reach(story, "in_coordination")
    seen = planned(story)
    held(story, seen.no, seen=seen.version)
    unchanged(story, Conflict, "已有人更改", lambda: held(story, seen.no, seen=seen.version))
    line = found(story, seen.no).items[0]
    agreed(story, seen.no, seen=line.version)
    unchanged(story, Conflict, "已有人更改", lambda: agreed(story, seen.no, "另一种议定", seen=line.version))
    assert found(story, seen.no).items[0].agreed == "脱敏后提供"
