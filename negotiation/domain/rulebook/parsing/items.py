"""Reads the rules of data items of a procedure, and what a row of its table does to them."""

from collections.abc import Mapping

from negotiation.domain.rulebook.checks.names import no_such
from negotiation.domain.rulebook.item_rules import (
    KEPT,
    OVERDUE,
    SELECTORS,
    STATES,
    VERBS,
    ItemEffect,
    ItemRules,
    is_selector,
)
from negotiation.domain.rulebook.reader import Reader


def read_items(read: Reader, groups: Mapping[str, tuple[str, ...]]) -> ItemRules | None:
    """The section [items]; None for a procedure that has none. ``groups``: names for several states."""
    if "items" not in read.rest:
        return None
    part = Reader(read.faults, read.name, read.table("items"), "items.")
    states = part.table("states", needed=True)
    if set(states) != set(STATES):
        part.fault("states", f"须且只能写明：{'、'.join(STATES)}")
    keeps = part.table("keeps")
    if not set(keeps) <= set(KEPT):
        part.fault("keeps", f"只能写明：{'、'.join(KEPT)}")
    waiting = tuple(state for name in part.names("waiting") for state in groups.get(name, (name,)))
    rules = ItemRules(part.text("field", needed=True), keeps, states, waiting)
    part.finish()
    return rules


def read_item_effect(read: Reader) -> ItemEffect | None:
    """``items = { agree = "items", among = "open" }`` of a row: what is done → the field that names the items.

    ``by = { field = "decision", share = "share" }``: what is done to all where no field names any. None without it.
    """
    table = read.table("items")
    if not table:
        return None
    part = Reader(read.faults, read.name, table, f"{read.path}items.", f"{read.shape}items.")
    among, by = part.names("among"), dict(part.table("by"))
    verbs = {verb: part.text(verb) for verb in VERBS if verb in part.rest}
    part.finish()
    field = str(by.pop("field", ""))
    if not verbs:
        part.fault("", f"须写明对数据项的处理：{'、'.join(VERBS)}")
    if not among and "ask" not in verbs:
        part.fault("among", "缺少：处理哪些数据项")
    for name in among:
        if not is_selector(name):
            part.fault("among", no_such("数据项范围", name, (*SELECTORS, *(each + OVERDUE for each in SELECTORS))))
    if by and not (field and set(by.values()) <= set(verbs)):
        part.fault("by", "应写明选项字段（field）和每个选项的处理")
    return ItemEffect(verbs, among, field, {key: str(verb) for key, verb in by.items()})
