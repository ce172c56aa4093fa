"""Data items in mails: how many of how many, and the dates; never which, for the mail leaves the office.

Three items, received on Friday 18 September 2026, so that the reply is due on Friday 9 October; told through all that
can become of them, up to the decision, and read as it was written and as it left.
"""

import json
from typing import Any

import pytest

from negotiation.domain.notice_facts import NoticeFacts
from negotiation.notifications import dispatcher
from negotiation.services.context import Context
from negotiation.store.database import Database
from negotiation.store.schema.notice_facts import from_json
from tests.conftest import Story, at
from tests.notifications.test_dispatcher import letters, text_of

A, B, C = "婚姻登记状态", "户籍迁移记录", "家庭成员姓名"


@pytest.fixture
def lived(story: Story) -> Story:
    """Agreed in part, the rest silent; one supplied and objected to; the disputed settled and decided."""
    story.submitted("2026-09-18", items="、".join((A, B, C)))
    story.act("agree_partly", "provider", "2026-09-21", items=A, refused_items=B, reason=f"{B}涉及隐私")
    story.sweep("2026-09-29")
    story.sweep("2026-10-10")
    story.act("supply", "provider", "2026-10-12", items=A, text=f"已提供{A}")
    story.act("refer", "applicant", "2026-10-12", opinion=f"{B}确需使用")
    story.act("accept_referral", "office", "2026-10-13")
    story.act("settle", "office", "2026-10-14", items=B)
    story.act("fail", "office", "2026-10-15").act("report_up", "office", "2026-10-16")
    meeting = story.met("2026-10-19")
    story.act("decide", "office", "2026-10-19", decision="share", meeting=meeting)
    story.act("supply", "provider", "2026-10-20")
    story.act("object", "applicant", "2026-10-21", items=f"{A}、{C}", reason="无法使用")
    return story


def counted(story: Story, template: str, event: str = "") -> set[tuple[int, int] | None]:
    """How many of how many the notices of a template say, those after one act where it is named."""
    found = [read(row[1]) for row in story.rows("notice", "template, facts", "created_at, key") if row[0] == template]
    counts = [facts.item_count for facts in found if event in ("", facts.event)]
    return {(count.about, count.of) if count else None for count in counts}


def read(document: Any) -> NoticeFacts:

    facts = from_json(json.loads(document) if isinstance(document, str) else document)
    assert isinstance(facts, NoticeFacts)
    return facts


@pytest.mark.parametrize(("event", "about"), [
    ("答复：部分同意", 2), ("提请协调", 2), ("协调一致", 1), ("登记审议结果", 1),
    ("反馈未收到或无法使用", 2),
])  # fmt: skip
def test_a_notice_of_an_act_says_of_how_many_items_of_how_many_it_is(lived: Story, event: str, about: int) -> None:
    assert counted(lived, "recorded", event) == {(about, 3)}


def test_a_notice_of_a_supply_says_how_many_items_were_supplied_by_it(lived: Story) -> None:
    assert counted(lived, "recorded", "提供数据") == {(1, 3), (2, 3)}


def test_a_new_case_is_about_all_of_its_items(lived: Story) -> None:
    assert counted(lived, "new_case") == {(3, 3)}


def test_a_reminder_and_a_lapse_are_about_the_items_of_their_term(lived: Story) -> None:
    """Two of the three were answered before: the reply term ran on for one."""
    for template in ("due_soon", "lapsed", "lapsed_note"):
        assert counted(lived, template) == {(1, 3)}


def test_a_case_that_names_no_items_or_but_one_counts_none(story: Story) -> None:
    story.submitted("2026-09-18").act("agree", "provider", "2026-09-21")
    assert counted(story, "recorded") == {None}
    story.submitted("2026-09-18", items=A).act("agree", "provider", "2026-09-21")
    assert counted(story, "recorded") == {None}


def test_no_mail_names_an_item_or_says_what_was_said_of_one(lived: Story, database: Database, context: Context) -> None:
    for on in ("2026-10-10", "2026-10-12", "2026-10-22"):
        dispatcher.run(database, context, at(on, "10:30"))
    mails = letters(context)
    said = [str(mail["Subject"]) + text_of(mail) + text_of(mail, "html") for mail in mails]
    assert len(said) > 10
    assert any("涉及3项数据中的2项" in each for each in said)
    assert not [word for word in (A, B, C, "隐私", "确需使用") for each in said if word in each]
    kept = [str(read(row[0])) for row in lived.rows("notice", "facts", "key")]
    assert not [name for name in (A, B, C) for facts in kept if name in facts]
