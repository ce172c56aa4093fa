"""Answers to the data items of a case, each on its own."""

from typing import Any

from negotiation.core.enums import ItemAnswer
from negotiation.core.errors import FieldError
from negotiation.domain.fields import Fields, names_in
from negotiation.domain.rulebook import Procedure, Transition


def changed_answers(
    held: list[tuple[int, str, str]], row: Transition, fields: Fields, rules: Procedure
) -> list[tuple[int, str, str]]:
    """The items (number, name, answer) whose answer changes; agreed ones stay so. Raises FieldError for one unknown."""
    named = names_in(fields.get(rules.agreed_items))
    unknown = [name for name in named if name not in {name for _, name, _ in held}]
    if unknown:
        raise FieldError(
            f"申请中没有数据项“{'、'.join(unknown)}”",
            field=rules.agreed_items,
            todo="申请的数据项为：" + "、".join(name for _, name, _ in held),
        )
    agreed, refused = ItemAnswer.AGREED.value, ItemAnswer.REFUSED.value
    answers = []
    for n, name, answer in held:
        new = agreed if row.items == "agreed" or name in named else refused
        if answer not in (agreed, new):
            answers.append((n, name, new))
    return answers


def folded(
    items: list[tuple[Any, ...]], answers: list[tuple[Any, ...]]
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """New items with their last answer, and the last answer to each item that was stored before: one write for each."""
    last = {answer[1]: answer for answer in answers}
    new = [last.pop(item[1], item) for item in items]
    return new, list(last.values())
