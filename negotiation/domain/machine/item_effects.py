"""Effects of an act on the data items of a case: which of them it names, and what becomes of each."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from negotiation.core.enums import ItemAnswer, ItemStage
from negotiation.core.errors import FieldError, InvalidTransition
from negotiation.domain import items
from negotiation.domain.items import AGREED_PART, REFUSED_PART, WHOLE, Item
from negotiation.domain.machine.item_facts import ANSWERS, APART, facts_of_items
from negotiation.domain.machine.values import Act, CaseState
from negotiation.domain.rulebook import ItemEffect, Procedure, Transition
from negotiation.domain.rulebook.item_rules import HAND_OVER

Chosen = dict[str, list[Item]]  # what is done → to which items
OWING = ("agree", "share", "object")  # what makes an item owed: a term of its supply begins


class ItemsAfter(NamedTuple):
    """The items after an act, and the numbers of those that are owed by it."""

    items: tuple[Item, ...]
    owed: tuple[int, ...] = ()


def items_after(procedure: Procedure, row: Transition, case_state: CaseState, act: Act, seq: int) -> ItemsAfter:
    """The items after the act with the number ``seq``.

    Raises FieldError for an item that it cannot name, InvalidTransition where none of them would be owed by it.
    """
    effect, rules = row.items, procedure.item_rules
    if effect is None or rules is None:
        return ItemsAfter(case_state.items)
    if "ask" in effect.verbs:
        asked = _asked(case_state, act.fields.get(effect.verbs["ask"]) or ())
        return ItemsAfter((*case_state.items, *asked))
    if row.hands_over and not handed_over(procedure, row, case_state, act):
        return ItemsAfter(case_state.items)
    chosen = chosen_items(procedure, row, case_state, act)
    facts = {fact: str(act.fields.get(key) or "") for fact, key in rules.keeps.items()}
    own = facts_of_items(procedure, row, act, chosen) if any(key.endswith("]") for key in act.fields) else {}
    done = _Done(act.on, seq, case_state.parties.get("provider"), facts, own)
    changed = {item.n: _after(verb, item, done) for verb, some in chosen.items() for item in some}
    held = {item.n: item for item in case_state.items} | changed
    made_owed = [item.n for verb in OWING for item in chosen.get(verb, ())]
    owed = tuple(sorted(n for n in made_owed if changed[n].is_owed))
    if made_owed and not owed:
        raise InvalidTransition(f"不能办理“{row.event.title}”：没有同意提供的数据项", todo="请核对数据项的答复")
    return ItemsAfter(tuple(held.values()), owed)


def handed_over(procedure: Procedure, row: Transition, case_state: CaseState, act: Act) -> list[Item]:
    """The items that go on in a case of their own by an act; none where the whole case goes over, or nothing does.

    Raises FieldError for an item that it cannot name.
    """
    key = row.items.verbs.get(HAND_OVER) if row.items is not None else None
    if not key or not act.fields.get(key):
        return []
    chosen = chosen_items(procedure, row, case_state, act)[HAND_OVER]
    return chosen if len(chosen) < len(candidates(row, case_state, act.on)) else []


def candidates(row: Transition, case_state: CaseState, on: date) -> list[Item]:
    """The items that an act of the day ``on`` may name by its row."""
    assert row.items is not None, "asked of rows with an effect on items"
    found = items.selected(case_state.items, row.items.among, lambda item: case_state.has_passed(item, on))
    if not row.by_items:
        return found
    return [item for item in found if item.since_on is None or item.since_on <= on]


def chosen_items(procedure: Procedure, row: Transition, case_state: CaseState, act: Act) -> Chosen:
    """The items to which each thing is done: those that the act names, else all to which it applies.

    Raises FieldError for a name that is no item of the case or of no item that the act may name, or named twice.
    """
    effect = row.items
    assert effect is not None, "asked of rows with an effect on items"
    possible = candidates(row, case_state, act.on)
    named = {verb: act.fields[key] for verb, key in effect.verbs.items() if key and act.fields.get(key)}
    chosen: Chosen = {}
    taken: dict[int, str] = {}
    for verb, names in named.items():
        key = effect.verbs[verb]
        chosen[verb] = [_found(row, case_state, possible, name, key) for name in names]
        for item in chosen[verb]:
            if item.n in taken:
                _refuse_twice(item, key)
            taken[item.n] = verb
    rest = [item for item in possible if item.n not in taken]
    return chosen | _unnamed(procedure, row, effect, rest, act, chosen)


def _unnamed(
    procedure: Procedure, row: Transition, effect: ItemEffect, rest: list[Item], act: Act, chosen: Chosen
) -> Chosen:
    """What is done to the items that no field names: what the choice of the act says, or the one thing a row does."""
    choice = act.fields.get(effect.by) if effect.by else None
    if choice is not None:
        verb = effect.chosen.get(choice, "")
        return {verb: rest} if verb and verb not in chosen else {}
    if next(iter(effect.verbs)) in chosen or (chosen and effect.by):
        return {}
    if effect.by:
        rule = procedure.fields[effect.by]
        what, command = f"办理“{row.event.title}”须填写“{rule.title}”", f"--field {rule.key}=…"
        raise FieldError(what, field=rule.key, todo=f"请补填“{rule.title}”，或写明数据项", command=command)
    if len(effect.verbs) == 1:
        return {next(iter(effect.verbs)): rest}
    return _parted(procedure, row, effect, rest)


def _parted(procedure: Procedure, row: Transition, effect: ItemEffect, rest: list[Item]) -> Chosen:
    """An answer to a part of what names no items makes two of it. Raises FieldError where there are items to name."""
    first, second = effect.verbs
    if len(rest) != 1 or not rest[0].whole or rest[0].name not in (WHOLE, REFUSED_PART):
        key = effect.verbs[first]
        title = procedure.fields[key].title
        listed = "、".join(item.name for item in rest)
        raise FieldError(
            f"办理“{row.event.title}”须写明“{title}”", field=key, todo=f"可写：{listed}", command=f"--field {key}=…"
        )
    (whole,) = rest
    agreed = whole._replace(name=AGREED_PART)
    return {first: [agreed], second: [whole._replace(n=whole.n + 1, name=REFUSED_PART)]}


def _found(row: Transition, case_state: CaseState, possible: list[Item], name: str, key: str) -> Item:
    for item in possible:
        if item.name == name:
            return item
    listed = "、".join(item.name for item in possible)
    todo = f"可写：{listed}" if listed else "请核对案件的数据项"
    if all(item.name != name for item in case_state.items):
        known = "、".join(item.name for item in case_state.items if not item.whole)
        todo = f"申请的数据项为：{known}" if known else "本案申请没有写明数据项，不必填写"
        raise FieldError(f"申请中没有数据项“{name}”", field=key, todo=todo)
    raise FieldError(f"现在不能对数据项“{name}”办理“{row.event.title}”", field=key, todo=todo)


def _refuse_twice(item: Item, key: str) -> None:
    raise FieldError(f"数据项“{item.name}”写了两次", field=key, todo="请只写一次")


def _asked(case_state: CaseState, names: Any) -> tuple[Item, ...]:
    """The items that an application asks for; one for all the data where it names none."""
    if not names and case_state.items:
        return ()
    first = len(case_state.items) + 1
    if not names:
        return (Item(first, WHOLE, whole=True),)
    return tuple(Item(n, name) for n, name in enumerate(names, first))


# ------------------------------------------------------------------------------------------------ what becomes of one


class _Done(NamedTuple):
    """The day of an act, the number of its event, the providing department; what it says of every item, and of one."""

    on: date
    seq: int
    provider: int | None
    kept: Mapping[str, str]
    own: Mapping[int, Mapping[str, str]]


def _after(verb: str, item: Item, done: _Done) -> Item:
    """An item after what is done to it (``VERBS``)."""
    if verb in ANSWERS:
        return _answered(item, *ANSWERS[verb], done)
    if verb == "reopen":
        return Item(item.n, item.name, item.code, item.whole)
    if verb == "object":  # what was in dispute when the case ended is no longer
        stage = item.undisputed_stage if item.stage == ItemStage.DISPUTED.value else item.stage
        return item.unsupplied()._replace(stage=stage, since_on=done.on, since_seq=done.seq)
    return item._replace(**_changed(verb, item, done))


def _changed(verb: str, item: Item, done: _Done) -> dict[str, Any]:
    settled = {"stage": ItemStage.SETTLED.value}
    match verb:
        case "dispute":
            return {"stage": ItemStage.DISPUTED.value}
        case "restore":
            return {"stage": item.undisputed_stage}
        case "supply":
            return settled | {"supplied_on": done.on, "supplied_seq": done.seq, "supplied_by": done.provider}
        case "receive":
            return {"received_on": done.on, "received_seq": done.seq}
        case "withdraw" | "hand_over":
            gone = ItemAnswer.WITHDRAWN if verb == "withdraw" else ItemAnswer.HANDED_OVER
            return settled | {"answer": gone.value, "since_on": done.on, "since_seq": done.seq}
    return settled  # accept, end


def _answered(item: Item, answer: ItemAnswer, stage: ItemStage, done: _Done) -> Item:
    """An answer of the provider or of those who decide; what was supplied before it is to be supplied anew."""
    kept = {fact: "" if fact in APART[answer] else text for fact, text in done.kept.items()}
    facts: dict[str, Any] = {"answered_on": done.on, "answered_seq": done.seq, **kept, **done.own.get(item.n, {})}
    facts |= {"since_on": done.on, "since_seq": done.seq}
    return item.unsupplied()._replace(answer=answer.value, stage=stage.value, **facts)
