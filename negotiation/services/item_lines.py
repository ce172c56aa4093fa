"""Data items as an agenda, minutes and letters show them: the answer, what was said of it, what became of a dispute."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from negotiation.core.enums import ItemAnswer, ItemStage
from negotiation.core.labels import ITEM_ANSWER_TITLES
from negotiation.domain.items import Item
from negotiation.domain.machine.values import CaseState
from negotiation.domain.rulebook import END, Procedure
from negotiation.services.cases.case_file import CaseFile

UNSETTLED = "未达成一致"


class ItemLine(NamedTuple):
    """A data item in words. ``disputed``: it is in dispute, or was since the last referral; ``outcome``: of that."""

    name: str
    answer: str
    said: str
    disputed: bool
    outcome: str

    @property
    def in_words(self) -> str:
        return f"{self.name}：{self.answer}" + (f"（{self.said}）" if self.said else "")


def item_lines(file: CaseFile) -> list[ItemLine]:
    """The items of a case; none of one that asks for its data as a whole."""
    rules, state, items = file.procedure, file.case_state, file.case_state.items
    return [] if len(items) == 1 and items[0].whole else [line_of(rules, state, each) for each in items]


def line_of(rules: Procedure, case_state: CaseState, item: Item) -> ItemLine:
    """One item of a case in words."""
    answer, disputed = ITEM_ANSWER_TITLES[ItemAnswer(item.answer)], case_state.was_disputed(item)
    open_still = item.stage == ItemStage.DISPUTED.value
    return ItemLine(item.name, answer, said_of(rules, item), disputed, UNSETTLED if open_still else answer * disputed)


def said_of(rules: Procedure, item: Item) -> str:
    """共享条件：…；理由：…；依据：… of an item, by the titles of the form; "" if nothing was said."""
    keeps = rules.item_rules.keeps if rules.item_rules else {}
    facts = [(rules.fields[key], getattr(item, fact)) for fact, key in keeps.items()]
    return "；".join(f"{field.title}：{field.choices.get(text, text)}" for field, text in facts if text)


def unobjected_on(rules: Procedure, case_state: CaseState, item: Item) -> date | None:
    """The day on which the term to object to a supply ended in silence; None of an item that was confirmed, or is not
    supplied, or may still be objected to."""
    if item.supplied_on is None or not item.awaits_receipt:
        return None
    ended = [each for each in case_state.standing_terms.values() if rules.terms[each.kind].on_lapse == END]
    found = [each.lapsed_on for each in ended if each.lapsed_on and each.started_on >= item.supplied_on]
    return found[-1] if found else None


def in_words(lines: Iterable[ItemLine]) -> str:
    """Items one after the other: 姓名：同意提供；住址：未同意（理由：…）."""
    return "；".join(line.in_words for line in lines)
