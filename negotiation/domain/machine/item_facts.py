"""Facts that an act gives of data items besides the answer: of all of them, or of one by its number (``reason[2]``).

What stands in a field without a number holds for every item that the act answers; what an item has of its own prevails.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from negotiation.core.enums import ItemAnswer, ItemStage
from negotiation.core.errors import FieldError, refuse
from negotiation.core.labels import ITEM_ANSWER_TITLES
from negotiation.domain.fields import by_item, field_of, item_of
from negotiation.domain.items import Item
from negotiation.domain.machine.values import Act
from negotiation.domain.rulebook import Procedure, Transition

ANSWERS: Mapping[str, tuple[ItemAnswer, ItemStage]] = {
    "agree": (ItemAnswer.AGREED, ItemStage.SETTLED),
    "refuse": (ItemAnswer.REFUSED, ItemStage.CONTESTED),
    "share": (ItemAnswer.DECIDED_SHARE, ItemStage.SETTLED),
    "not_share": (ItemAnswer.DECIDED_NOT_SHARE, ItemStage.SETTLED),
}
# One act may answer some items so and others otherwise: its reason is the refusal's, its condition the consent's.
_OF_A_REFUSAL, _OF_CONSENT = ("reason", "reason_class"), ("condition",)
APART: Mapping[ItemAnswer, tuple[str, ...]] = {
    ItemAnswer.AGREED: _OF_A_REFUSAL,
    ItemAnswer.DECIDED_SHARE: _OF_A_REFUSAL,
    ItemAnswer.REFUSED: _OF_CONSENT,
    ItemAnswer.DECIDED_NOT_SHARE: _OF_CONSENT,
}  # answer → the facts that an item so answered has not


class Answered(NamedTuple):
    """An item that an act answers, and how."""

    item: Item
    answer: ItemAnswer


def demand_answers(row: Transition, act: Act) -> None:
    """Raises FieldError for a fact of a single item in an act that answers none."""
    if row.items is None or ANSWERS.keys().isdisjoint(row.items.verbs):
        key = next(key for key in act.fields if item_of(key))
        todo, command = "请填写在整件的栏目中", f"--field {field_of(key)}=…"
        raise FieldError(f"“{row.event.title}”不逐项填写", field=key, todo=todo, command=command)


def facts_of_items(
    procedure: Procedure, row: Transition, act: Act, chosen: Mapping[str, Sequence[Item]]
) -> dict[int, dict[str, str]]:
    """The facts that single items have of their own, by number; ``chosen``: what is done → to which items.
    Raises, all at once, each item that the act does not answer, fact that does not go with its answer, and fact that
    the form requires and neither the act nor the item has.
    """
    rules = procedure.item_rules
    assert rules is not None, "asked of procedures with items"
    kept = {key: fact for fact, key in rules.keeps.items()}
    answered = {
        item.n: Answered(item, ANSWERS[verb][0]) for verb, some in chosen.items() if verb in ANSWERS for item in some
    }
    own = {n: {kept[key]: str(value) for key, value in said.items()} for n, said in by_item(act.fields).items()}
    faults = [
        fault
        for n, facts in own.items()
        for fact in facts
        for fault in _unfitting(procedure, answered.get(n), n, rules.keeps[fact], fact)
    ]
    for key in row.event.required if not act.replayed else ():
        if key in kept and not act.fields.get(key):
            faults += _lacking(procedure, answered, own, key, kept[key])
    refuse(faults)
    return own


def _unfitting(procedure: Procedure, found: Answered | None, n: int, key: str, fact: str) -> Iterator[FieldError]:
    title, field = procedure.fields[key].title, f"{key}[{n}]"
    if found is None:
        what = f"本次没有答复第{n}项数据，不能填写该项的“{title}”"
        yield FieldError(what, field=field, todo="请核对数据项的序号，或一并答复该项")
    elif fact in APART[found.answer]:
        what = f"对“{found.item.name}”的答复是“{ITEM_ANSWER_TITLES[found.answer]}”，不填写“{title}”"
        yield FieldError(what, field=field, todo=f"请删去该项的“{title}”，或核对对该项的答复")


def _lacking(
    procedure: Procedure, answered: Mapping[int, Answered], own: Mapping[int, Mapping[str, str]], key: str, fact: str
) -> Iterator[FieldError]:
    for n, (item, answer) in answered.items():
        if fact not in APART[answer] and not own.get(n, {}).get(fact):
            what, field = f"须填写“{item.name}”的“{procedure.fields[key].title}”", f"{key}[{n}]"
            todo = "请补填该项的，或填写各项共同的"
            yield FieldError(what, field=field, todo=todo, command=f"--field '{field}=…'")
