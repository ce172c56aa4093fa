"""What a mail tells first is the matter, in the words of whoever signs: not what the machine has recorded."""

from typing import Any

import pytest

from negotiation import template_folder
from negotiation.domain.notice_facts import DigestFacts, DigestLine
from negotiation.notifications.email.composer import Composer
from negotiation.store import notices_made
from negotiation.store.database import Database
from tests.conftest import CIVIL, POLICE, Story, at, settle_in
from tests.documents.letters.steps import rectifying

ASKED: dict[str, str] = {"class": "conditional", "scope": "本市低保窗口"}  # what 条例第二十条 asks besides


def mail(story: Story, template: str, to: str, on: str) -> str:
    """The text of the last notice of a kind to a department, as it would leave on that day."""
    unit = story.context.directory.by_name[to].id
    with story.database.read() as transaction:
        notices = notices_made.of_case(transaction, story.record.id)
    last = [each for each in notices if each.template == template and each.department_id == unit][-1]
    text: str = _composer(story, on).words(last.template, last.facts, to).text
    return text


def _composer(story: Story, on: str) -> Composer:
    return Composer(story.context.settings, story.context.calendar_by, at(on))


def test_a_new_case_says_whose_application_arrived_and_not_which_event_was_registered(story: Story) -> None:
    said = mail(story.submitted("2026-09-18"), "new_case", POLICE, "2026-09-18")
    assert "市民政局关于“常住人口基本信息”的共享申请（GX2026-0001），已于2026年9月18日送达，请贵单位依法办理。" in said
    assert "提出申请" not in said


def test_whoever_is_refused_is_told_what_it_may_do__article_17(story: Story) -> None:
    story.submitted("2026-09-18").act("refuse", "provider", "2026-09-30", reason="涉及个人信息")
    said = mail(story, "recorded", CIVIL, "2026-09-30")
    assert "目前办理环节为“不同意共享”。" in said
    assert "不认可答复意见的，可提请协调。" in said


def test_the_regulation_says_it_in_its_own_words__article_28(database: Database, settings: Any) -> None:
    context = settle_in(database, settings.model_copy(update={"rulebook": "beijing-2025"}))
    story = Story(database, context).submitted("2026-09-18", **ASKED)
    story.act("refuse", "provider", "2026-09-30", reason="无依据")
    said = mail(story, "recorded", CIVIL, "2026-09-30")
    assert "不认可答复意见的，可按程序申请协调处理。" in said
    assert "提请协调" not in said
    story.act("agree", "provider", "2026-10-09")
    assert "不认可" not in mail(story, "recorded", CIVIL, "2026-10-09")


def test_who_is_chased_before_the_day_is_told_the_day(story: Story) -> None:
    story.submitted("2026-09-18").act("remind", "office", "2026-09-29")
    said = mail(story, "reminder", POLICE, "2026-09-29")
    assert "请贵单位于2026年10月9日前办理；确有困难的，请说明预计时间。" in said
    assert "尽快" not in said
    late = mail(story, "reminder", POLICE, "2026-10-12")
    assert "请贵单位尽快办理，并告知预计时间。" in late


@pytest.mark.parametrize("path", sorted(template_folder("mail").glob("*.txt")), ids=lambda path: path.stem)
def test_no_mail_speaks_of_a_lawsuit(path: Any) -> None:
    """The word suggests a lawsuit or discipline; for departments it is a 事项."""
    assert "案件" not in path.read_text("utf-8")


def test_whoever_is_to_confirm_a_receipt_is_told_that_it_may_object_and_what_silence_brings(story: Story) -> None:
    story.submitted("2026-09-18").act("agree", "provider", "2026-09-25").act("supply", "provider", "2026-09-28")
    said = mail(story, "recorded", CIVIL, "2026-09-28")
    assert "未收到或无法使用的，请在期限内反馈；期满未反馈的，本事项办结。" in said
    story.sweep("2026-09-30")
    assert "请在期限内反馈" in mail(story, "due_soon", CIVIL, "2026-09-30")


def test_a_case_of_one_unit_was_delivered_by_nobody(story: Story) -> None:
    """整改 and 年度总结 have no applicant: nothing arrived from anybody, and no arrow begins with nothing."""
    rectifying(story)
    said = mail(story, "new_case", POLICE, "2026-10-26")
    assert f"关于“常住人口基本信息提供问题”的整改（{story.no}），请贵单位依法办理。" in said
    assert "第三十三条，整改期限至2026年11月30日（星期一）届满。" in said
    one = DigestLine(story.record.id, "k", "due_soon", None, _facts_of(story))
    text = _composer(story, "2026-11-25").words("digest", DigestFacts("贵单位", (one, one)), POLICE).text
    assert " → " not in text


def _facts_of(story: Story) -> Any:
    with story.database.read() as transaction:
        return next(
            each.facts for each in notices_made.of_case(transaction, story.record.id) if each.template == "new_case"
        )
