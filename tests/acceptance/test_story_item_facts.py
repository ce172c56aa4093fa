"""Answers with a reason, a class of it, a basis and a condition for each data item, on both databases.

809号令第二十一条: whoever does not agree says why; one answer may refuse several items for several reasons.
"""

from datetime import date
from typing import Any

import pytest

from negotiation.core.errors import FieldError
from negotiation.domain.entered import SEALED, in_one
from negotiation.services.cases import acting
from negotiation.services.cases.case_history import verify
from negotiation.services.context import UnitOfWork
from tests.conftest import Story, at
from tests.store.test_entries import followed, read, seal

A, B, C = "姓名", "住址", "户籍"
REPLY = "2026-03-10"


@pytest.fixture
def asked(story: Story) -> Story:
    return story.submitted("2026-03-02", items="、".join((A, B, C)))


def of_items(story: Story, fact: str) -> dict[str, Any]:
    return {item.name: getattr(item, fact) for item in story.file.case_state.items}


def differences(story: Story) -> list[str]:
    with story.database.read() as transaction:
        return verify(transaction, acting.take(UnitOfWork(transaction, story.context, at("2026-03-20")), story.no))


def partly(story: Story, **fields: str) -> Story:
    return story.act("agree_partly", "provider", REPLY, items=A, refused_items=f"{B}、{C}", **fields)


def refused(story: Story, field: str, *says: str, event: str = "agree_partly", **fields: str) -> None:
    before = story.events()
    with pytest.raises(FieldError) as raised:
        story.act(event, "provider", REPLY, **fields)
    assert raised.value.field == field
    assert all(word in raised.value.sentence for word in says), raised.value.sentence
    assert story.events() == before


def test_one_answer_keeps_a_condition_for_one_item_and_a_reason_for_each_of_the_others(asked: Story) -> None:
    partly(asked, **{
        "conditions[1]": "只用于核对", "reason[2]": "涉及个人信息", "reason_class[2]": "涉及个人信息或商业秘密",
        "legal_basis[2]": "《个人信息保护法》第二十八条", "reason[3]": "无此数据", "reason_class[3]": "lacking",
    })  # fmt: skip
    assert of_items(asked, "condition") == {A: "只用于核对", B: "", C: ""}
    assert of_items(asked, "reason") == {A: "", B: "涉及个人信息", C: "无此数据"}
    assert of_items(asked, "reason_class") == {A: "", B: "protected", C: "lacking"}
    assert of_items(asked, "legal_basis") == {A: "", B: "《个人信息保护法》第二十八条", C: ""}
    assert differences(asked) == []


def test_what_is_said_of_the_whole_answer_holds_for_the_items_that_have_nothing_of_their_own(asked: Story) -> None:
    partly(asked, reason="均涉及个人信息", reason_class="protected", **{"reason[3]": "无此数据"})
    assert of_items(asked, "reason") == {A: "", B: "均涉及个人信息", C: "无此数据"}
    assert of_items(asked, "reason_class") == {A: "", B: "protected", C: "protected"}
    assert differences(asked) == []


def test_an_answer_may_give_a_fact_only_of_the_items_that_it_answers_so(asked: Story) -> None:
    named = {"items": A, "refused_items": B}
    refused(asked, "reason[3]", "没有答复第3项", **named, **{"reason[2]": "涉密", "reason[3]": "无此数据"})
    refused(asked, "reason[9]", "没有答复第9项", **named, **{"reason[2]": "涉密", "reason[9]": "无此数据"})
    refused(asked, "reason[1]", A, "同意提供", "不填写“理由”", **named, **{"reason[1]": "无", "reason[2]": "涉密"})
    refused(asked, "conditions[2]", B, "不填写“共享条件”", **named, **{"reason[2]": "涉密", "conditions[2]": "限期"})


def test_each_item_that_is_refused_needs_a_reason_its_own_or_that_of_the_answer(asked: Story) -> None:
    refused(asked, "reason[3]", f"须填写“{C}”的“理由”", items=A, refused_items=f"{B}、{C}", **{"reason[2]": "涉密"})
    refused(asked, "reason[1]", f"须填写“{A}”", event="refuse", **{"reason[2]": "涉密", "reason[3]": "涉密"})
    refused(asked, "reason", "须填写“理由”", items=A, refused_items=B)


def test_only_what_is_kept_of_an_item_is_given_of_one(asked: Story) -> None:
    for key in ("doc_no[1]", "reason[0]", "reason[x]", "reason[]", "reason[01]", "reason[2]x"):
        refused(asked, key, "不填", reason="涉密", items=A, refused_items=f"{B}、{C}", **{key: "文"})
    refused(asked, "reason[2]", "“告知非本部门数据”不逐项填写", event="disclaim", reason="无", **{"reason[2]": "无"})


def test_the_reasons_of_items_can_be_sealed_and_what_stays_are_the_classes_by_number(asked: Story) -> None:
    """The chain keeps numbers and choices, never a text or a name; the case can still be derived."""
    partly(asked, **{"reason[2]": "涉及个人信息", "reason_class[2]": "protected", "reason[3]": "无此数据"})
    (data,) = [row[0] for row in asked.rows("event", "data", "seq") if "protected" in str(row[0])]
    assert "涉及" not in str(data)
    assert "无此数据" not in str(data)
    seal(asked, 2)
    entry = read(asked)[-1]
    assert (entry.fields["reason"], entry.fields["reason_class[2]"]) == (SEALED, "protected")
    derived = followed(asked.file, read(asked))
    assert [item.answer for item in derived.items] == ["agreed", "refused", "refused"]
    assert [item.reason_class for item in derived.items] == ["", "protected", ""]


def test_a_later_answer_to_some_items_leaves_what_was_said_of_the_others(asked: Story) -> None:
    partly(asked, **{"reason[2]": "涉及个人信息", "reason[3]": "无此数据"})
    asked.act("agree", "provider", "2026-03-12", items=B, **{"conditions[2]": "脱敏后提供"})
    assert of_items(asked, "condition") == {A: "", B: "脱敏后提供", C: ""}
    assert of_items(asked, "reason") == {A: "", B: "", C: "无此数据"}
    assert of_items(asked, "answered_on")[C] == date(2026, 3, 10)
    assert differences(asked) == []


def test_a_paper_with_one_place_for_the_reason_has_behind_the_common_one_that_of_each_item(asked: Story) -> None:
    partly(
        asked,
        reason="涉及个人信息",
        reason_class="protected",
        **{"reason[3]": "无此数据", "reason_class[3]": "lacking"},
    )
    rules = asked.file.procedure
    fields = in_one(rules, asked.entered(2))
    assert fields["reason"] == "涉及个人信息；第3项：无此数据"
    assert fields["reason_class"] == "涉及个人信息或商业秘密；第3项：无此数据或数据不全"
