"""Letters of meetings: the notice, the minutes, and which there are none of."""

from dataclasses import replace
from typing import Any

import pytest

from negotiation.core.errors import InvalidTransition, NotFound
from negotiation.documents.letters.meeting_facts import clock_time
from tests.conftest import Story
from tests.documents.letters.steps import MEASURES, disputed, lines, met, of_meeting, written


def test_the_notice_of_a_coordination_goes_to_all_parties_once_in_the_official_order(two: Any) -> None:
    said = lines(of_meeting(two[0], met(*two), "meeting_notice", "2026-10-28"))
    assert said[1:4] == [
        "关于召开常住人口基本信息等2项\n共享协调会议的通知",
        "市民政局、市公安局：",
        f"依据{MEASURES}第十七条，定于2026年11月6日召开协调会议，研究下列事项。现将有关事项通知如下：",
    ]
    assert said[4:15] == [
        "一、会议时间",
        "2026年11月6日（星期五）下午2:30",
        "二、会议地点",
        "市政府办公区第三会议室",
        "三、主持人",
        "韩主任",
        "四、参会单位",
        "市民政局、市公安局、朝阳区人民政府",
        "五、会议议题",
        "（一）市民政局与市公安局关于“常住人口基本信息”的事项",
        "（二）市民政局与朝阳区人民政府关于“社区网格基础数据”的事项",
    ]


def test_a_district_is_asked_to_the_meeting_by_a_han_of_its_own(two: Any) -> None:
    """区 are no subordinates of the office: 函, about what concerns them; the city's departments get the 通知."""
    said = lines(of_meeting(two[0], met(*two), "商请参会函", "2026-10-28"))
    assert said[1:3] == ["关于商请参加社区网格基础数据\n共享协调会议的函", "朝阳区人民政府："]
    assert "现商请贵单位派员参加。" in said[3]
    assert "（一）市民政局与朝阳区人民政府关于“社区网格基础数据”的事项" in said
    assert "专此函商，请予支持。" in said
    with pytest.raises(InvalidTransition):
        of_meeting(two[0], met(two[0]), "商请参会函", "2026-10-28")


def test_an_hour_is_said_as_offices_say_it() -> None:
    said = [clock_time(at) for at in ("09:00", "12:00", "12:30", "14:30", "19:05")]
    assert said == ["上午9:00", "中午12:00", "中午12:30", "下午2:30", "晚上7:05"]


def test_minutes_bear_their_number_and_say_who_does_what_by_when(two: Any) -> None:
    said = lines(of_meeting(two[0], met(two[0]), "会议纪要", "2026-11-09"))
    assert (said[0], said[2]) == ("京政数〔2026〕41号", "政务信息资源共享协调会议纪要")
    assert said[3].startswith("2026年11月6日下午2:30，韩主任在市政府办公区第三会议室主持召开协调会议。")
    assert said[4:] == [
        "一、市民政局与市公安局关于“常住人口基本信息”的事项。会议议定，"
        "同意以服务接口方式共享姓名、住址两项，用途限于低保资格核对。由市公安局负责，于2026年11月30日前（含当日）完成。",
        "出席：领导小组办公室韩主任、市民政局王处长、市公安局李处长",
    ]


def test_minutes_are_signed_by_nobody_and_list_who_asked_for_leave_and_who_sat_in(two: Any) -> None:
    """GB/T 9704-2012, 10.3: 出席, then 请假 and 列席, each on a line of its own; organ and day stand in the head."""
    people: dict[str, Any] = {"absent": ("市司法局张处长",), "observers": ("市财政局赵处长",)}
    said = lines(of_meeting(two[0], met(two[0], **people), "会议纪要", "2026-11-09"))
    assert said[:3] == [
        "京政数〔2026〕41号",
        "市信息化工作领导小组办公室\t2026年11月9日",
        "政务信息资源共享协调会议纪要",
    ]
    assert said[-3:] == [
        "出席：领导小组办公室韩主任、市民政局王处长、市公安局李处长",
        "请假：市司法局张处长",
        "列席：市财政局赵处长",
    ]


def test_minutes_of_a_meeting_that_agreed_on_nothing_are_not_drafted(two: Any) -> None:
    nothing = [replace(each, agreed=" ") for each in met(*two).items[:1]]
    meeting = met(*two, items=(*nothing, met(*two).items[1]))
    with pytest.raises(InvalidTransition, match="GX2026-0001 尚未登记议定事项") as refused:
        of_meeting(two[0], meeting, "minutes", "2026-11-09")
    assert "请撤下" in refused.value.todo


def test_a_deliberation_has_minutes_and_no_notice_of_coordination(two: Any) -> None:
    meeting = met(two[0], kind="deliberation")
    assert lines(of_meeting(two[0], meeting, "minutes", "2026-11-09"))[2] == "市信息化工作领导小组会议纪要"
    with pytest.raises(InvalidTransition, match="HY2026-0003"):
        of_meeting(two[0], meeting, "meeting_notice", "2026-11-09")


def test_a_meeting_that_spoke_of_nothing_has_no_letters(two: Any) -> None:
    with pytest.raises(InvalidTransition):
        of_meeting(two[0], met(), "minutes", "2026-11-09")


def test_a_letter_of_a_meeting_is_not_drafted_from_the_case_alone(two: Any) -> None:
    with pytest.raises(InvalidTransition, match="依据会议起草"):
        written(two[0], "会议纪要", "2026-10-28")
    with pytest.raises(NotFound, match="chase（商请答复函）"):
        written(two[0], "贺信", "2026-10-28")


def test_minutes_say_of_each_disputed_item_what_it_came_to(story: Story) -> None:
    """One of the two was settled at the meeting and one was not; what was never in dispute is not spoken of."""
    split = {"items": "户籍", "refused_items": "姓名、住址", "reason": "涉及个人隐私"}
    story.submitted("2026-09-18", items="姓名、住址、户籍").act("agree_partly", "provider", "2026-09-30", **split)
    story.act("refer", "applicant", "2026-10-09").act("accept_referral", "office", "2026-10-12")
    meeting = met(story)
    story.act("settle", "office", "2026-11-06", items="姓名")
    said = lines(of_meeting(story, meeting, "会议纪要", "2026-11-09"))
    assert said[4].endswith("各争议数据项：姓名（同意提供）；住址（未达成一致）。")


def test_minutes_of_a_deliberation_name_the_disputed_items_and_not_how_the_coordination_ended(story: Story) -> None:
    """What was agreed there would be gainsaid by 未达成一致, which the items bear until the decision is entered."""
    disputed(story).act("report_up", "office", "2026-10-27")
    meeting = met(story, kind="deliberation")
    said = "".join(lines(of_meeting(story, meeting, "会议纪要", "2026-11-09")))
    assert "关于“常住人口基本信息”的事项。争议数据项为姓名、住址。会议议定，" in said
    assert "未达成一致" not in said


def test_who_asks_for_a_letter_that_a_meeting_has_not_is_told_which_it_has(two: Any) -> None:
    with pytest.raises(InvalidTransition) as caught:
        of_meeting(two[0], met(two[0]), "会议改期函", "2026-11-04")
    assert caught.value.todo.startswith("现在可以起草：")
    assert "会议纪要" in caught.value.todo
