"""What a mail tells first is the matter, in the words of whoever signs: not what the machine has recorded."""

from typing import Any

import pytest

from negotiation import template_folder
from negotiation.notifications.email.composer import Composer
from negotiation.store import outbox
from negotiation.store.database import Database
from tests.conftest import CIVIL, POLICE, Story, at, settle_in

ASKED: dict[str, str] = {"class": "conditional", "scope": "本市低保窗口"}  # what 条例第二十条 asks besides


def mail(story: Story, template: str, to: str, on: str) -> str:
    """The text of the last notice of a kind to a department, as it would leave on that day."""
    unit = story.context.directory.by_name[to].id
    with story.database.read() as transaction:
        notices = outbox.of_case(transaction, story.record.id)
    last = [each for each in notices if each.template == template and each.department_id == unit][-1]
    composer = Composer(story.context.settings, story.context.calendar_down_to, at(on))
    text: str = composer.words(last.template, last.facts, to).text
    return text


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
