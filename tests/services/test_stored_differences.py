"""What a verification says of a case: in the words of those who read it, never by the name of a column."""

import re

import pytest

from negotiation.domain.case_record import CaseRecord
from negotiation.domain.items import Item
from negotiation.domain.terms import Term
from negotiation.services.cases.case_history import verify
from negotiation.services.cases.changes import Correction
from negotiation.services.cases.stored_differences import (
    CASE_TITLES,
    ITEM_TITLES,
    NOT_DERIVED,
    TERM_TITLES,
    UNCOMPARED,
)
from tests.conftest import Story
from tests.services.test_corrections import changed, rewritten


def said(story: Story, *statements: str) -> list[str]:
    with story.database.write() as transaction:
        for statement in statements:
            transaction.execute(statement)
    with story.database.read() as transaction:
        return verify(transaction, story.file)


def test_every_column_that_is_compared_has_a_title() -> None:
    assert CASE_TITLES.keys() == {*CaseRecord._fields} - NOT_DERIVED
    assert TERM_TITLES.keys() == {*Term._fields} - UNCOMPARED
    assert ITEM_TITLES.keys() == {*Item._fields}


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        (
            "UPDATE \"case\" SET received_on = '2026-02-02'",
            "收到日期：登记为 2026-02-02，按办理记录应为 2026-03-02",
        ),
        ('UPDATE "case" SET provider_id = applicant_id', "提供部门：登记为 市民政局，按办理记录应为 市公安局"),
        (
            "UPDATE term SET due_on = '2026-12-31'",
            "答复期限（8）的届满日：登记为 2026-12-31，按办理记录应为 2026-03-16",
        ),
        ("UPDATE item SET answer = 'agreed'", "数据项1的答复：登记为 同意提供，按办理记录应为 待答复"),
        ("DELETE FROM term", "答复期限（8）：登记无，按办理记录应有"),
        (
            "UPDATE term SET next_on = '2027-01-01'",
            "答复期限（8）：届满日 2026-03-16，系统却到 2027-01-01 才检查",
        ),
    ],
)
def test_a_difference_is_told_in_words(story: Story, statement: str, sentence: str) -> None:
    story.submitted("2026-03-02", items="姓名")
    found = said(story, statement)
    assert sentence in found
    assert not any(re.search(r"[a-z]_|\{|Item\(|Term\(", each) for each in found)


def test_a_case_that_is_as_its_entries_make_it_has_none(story: Story) -> None:
    story.submitted("2026-03-02", items="姓名")
    assert said(story) == []


def test_what_an_earlier_version_kept_otherwise_beside_a_referral_a_correction_writes_as_it_is(story: Story) -> None:
    """0.2.0 kept the day before the referral, whatever was answered while it waited."""
    story.submitted("2026-03-02", items="姓名、住址").act("refer", "applicant", "2026-03-17")
    story.act("agree", "provider", "2026-03-18", items="姓名")
    found = said(story, "UPDATE \"case\" SET back_on = '2026-03-02'")
    assert found == ["提请之前的日期：登记为 2026-03-02，按办理记录应为 2026-03-18"]
    rewritten(story, "2026-03-19", changed(Correction(4, fields={"doc_no": "京公函〔2026〕3号"})))
    assert said(story) == []
