"""The reply form item by item, without JavaScript: each data item has its answer, condition, reason, class and basis.

One form stands behind every button that answers; what was chosen says which act it is.
"""

from typing import Any

import pytest

from negotiation.core.settings import Settings
from tests.conftest import Story
from tests.web_client import TODAY

A, B, C = "姓名", "住址", "户籍"


@pytest.fixture
def asked(story: Story) -> Story:
    return story.submitted("2026-09-18", items="、".join((A, B, C)))


def replied(browser_as: Any, story: Story, event: str = "agree_partly", login: str = "chief", **typed: str) -> Any:
    """The page after the form was sent, that a button of this act had opened."""
    return browser_as(login).act(story.no, event, **{"as": "provider", "on": TODAY, **typed})


def answers(*chosen: str) -> dict[str, str]:
    return {f"answer[{n}]": each for n, each in enumerate(chosen, 1)}


def items(story: Story, fact: str) -> list[Any]:
    return [getattr(item, fact) for item in story.file.case_state.items]


def test_the_form_has_a_row_for_each_open_item_with_its_own_condition_reason_class_and_basis(browser_as, asked):
    page = browser_as("chief").get(f"/cases/{asked.no}/acts/agree_partly").page
    for n, name in enumerate((A, B, C), 1):
        assert f'name="answer[{n}]" aria-label="{name}：答复"' in page
        for field in ("conditions", "reason", "reason_class", "legal_basis"):
            assert f'name="{field}[{n}]"' in page
    for title in ("暂不答复", "同意", "附条件同意", "不同意"):
        assert page.count(f">{title}</option>") == 3


@pytest.mark.parametrize(("event", "chosen"), [("agree", "agree"), ("refuse", "refuse"), ("agree_partly", "")])
def test_the_button_chooses_its_answer_for_every_item_at_first(browser_as, asked, event, chosen):
    page = browser_as("chief").get(f"/cases/{asked.no}/acts/{event}").page
    assert page.count(f'<option value="{chosen}" selected>') == (3 if chosen else 0)
    assert page.count(" selected>") == (3 if chosen else 0)


def test_items_agreed_on_a_condition_and_refused_for_several_reasons_are_one_partial_reply(browser_as, asked):
    typed = {"conditions[1]": "只用于核对", "reason[2]": "涉及个人信息", "reason_class[2]": "protected",
             "reason[3]": "无此数据", "legal_basis[3]": "《办法》第十六条"}  # fmt: skip
    replied(browser_as, asked, **answers("conditional", "refuse", "refuse"), **typed)
    assert asked.events()[-1][0] == "agree_partly"
    assert items(asked, "answer") == ["agreed", "refused", "refused"]
    assert items(asked, "condition") == ["只用于核对", "", ""]
    assert items(asked, "reason") == ["", "涉及个人信息", "无此数据"]
    assert items(asked, "reason_class") == ["", "protected", ""]
    assert items(asked, "legal_basis") == ["", "", "《办法》第十六条"]


@pytest.mark.parametrize("button", ["agree", "agree_partly", "refuse"])
def test_what_was_chosen_says_which_act_it_is_whichever_button_opened_the_form(browser_as, asked, button):
    replied(browser_as, asked, button, **answers("agree", "", "agree"))
    assert asked.events()[-1][0] == "agree"
    assert items(asked, "answer") == ["agreed", "asked", "agreed"]
    replied(browser_as, asked, "refuse", **{"answer[2]": "refuse"}, reason="涉及个人信息")
    assert asked.events()[-1][0] == "refuse"
    assert asked.state == "partly_agreed"


def test_what_is_filled_in_for_the_whole_reply_holds_for_the_items_without_their_own(browser_as, asked):
    typed = {
        "reason[3]": "无此数据",
        "reason": "涉及个人信息",
        "conditions": "脱敏后提供",
        "conditions[1]": "只用于核对",
    }
    replied(browser_as, asked, **answers("conditional", "refuse", "refuse"), **typed)
    assert items(asked, "reason") == ["", "涉及个人信息", "无此数据"]
    assert items(asked, "condition") == ["只用于核对", "", ""]


def test_a_condition_of_the_whole_reply_is_none_of_the_items_agreed_without_one(browser_as, asked):
    replied(browser_as, asked, **answers("agree", "conditional", "agree"), conditions="脱敏后提供")
    assert items(asked, "condition") == ["", "脱敏后提供", ""]


@pytest.mark.parametrize(("typed", "says"), [
    (answers("", "", ""), "没有答复任何数据项"),
    (answers("conditional", "", ""), f"附条件同意“{A}”，须写明共享条件"),
    ({**answers("agree", "", ""), "conditions[1]": "脱敏"}, "选择的却是“同意”"),
    (answers("agree", "refuse", ""), "须填写“理由”"),
    (answers("", "refuse", "refuse") | {"reason[2]": "涉密不予"}, f"须填写“{C}”的“理由”"),
    (answers("agree", "", "") | {"reason[1]": "涉及个人信息"}, "不填写“理由”"),
    (answers("agree", "", "") | {"legal_basis[2]": "《办法》"}, "本次没有答复第2项数据"),
    ({"answer[9]": "agree"}, "申请中没有数据项“9”"),
    (answers("perhaps", "", ""), "现在不能这样答复"),
])  # fmt: skip
def test_what_does_not_fit_is_said_and_the_form_comes_back_as_it_was_typed(browser_as, asked, typed, says):
    before = asked.events()
    page = replied(browser_as, asked, **typed, doc_no="京公函〔2026〕1号")
    assert page.status == 400
    assert says in page.page
    assert "京公函〔2026〕1号" in page.page
    for text in typed.values() if says != "现在不能这样答复" else ():
        assert text in page.page
    assert asked.events() == before


def test_a_clerks_reply_item_by_item_waits_for_the_head_who_reads_it_by_the_names_of_the_items(browser_as, asked):
    replied(browser_as, asked, login="police", **answers("agree", "refuse", ""), **{"reason[2]": "涉及个人信息"})
    assert asked.events()[-1][0] == "submit"
    proposal = browser_as("chief").get("/proposals").page
    assert f"理由（{B}）" in proposal
    assert "涉及个人信息" in proposal


def test_the_page_of_a_case_shows_the_facts_of_each_item(browser_as, asked):
    replied(browser_as, asked, **answers("conditional", "refuse", ""), **{
        "conditions[1]": "只用于核对", "reason[2]": "涉及个人信息"})  # fmt: skip
    page = browser_as("civil").get(f"/cases/{asked.no}").page
    assert f"理由（{B}）：涉及个人信息" in page
    assert f"共享条件（{A}）：只用于核对" in page


class TestUnder809:
    """Article 14 lets no provider add conditions of its own."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"rulebook": "beijing-2025"})

    def test_a_law_that_knows_no_conditions_offers_no_conditional_consent__article_14(self, browser_as, story):
        story.submitted("2026-09-18", items=f"{A}、{B}", **{"class": "conditional", "scope": "市区两级民政部门"})
        page = browser_as("chief").get(f"/cases/{story.no}/acts/agree").page
        assert page.count(">不同意</option>") == 2
        assert "附条件同意" not in page
        assert "conditions" not in page


def test_one_item_alone_has_the_form_of_its_act(browser_as, story):
    story.submitted("2026-09-18", items=A)
    page = browser_as("chief").get(f"/cases/{story.no}/acts/refuse").page
    assert "答复：不同意共享" in page
    assert "answer[1]" not in page


def test_what_was_said_of_one_item_is_corrected_by_its_number(browser_as, asked):
    typed = {"reason[2]": "涉及个人信息", "reason[3]": "无此数据"}
    replied(browser_as, asked, **answers("agree", "refuse", "refuse"), **typed)
    form = browser_as("chief").get(f"/cases/{asked.no}/corrections/2")
    assert f"理由（{C}）" in form.page
    typed |= {"on": TODAY, "reason_of_correction": "登记有误", "reviewed": "yes", "version": "2", "do": "enter"}
    typed |= {"items": A, "refused_items": f"{B}、{C}"}
    form.post(f"/cases/{asked.no}/corrections/2", **typed | {"reason[3]": "该项数据不全"})
    assert items(asked, "reason") == ["", "涉及个人信息", "该项数据不全"]
    assert f"理由（{C}）：无此数据 → 该项数据不全" in browser_as("chief").get(f"/cases/{asked.no}").page
