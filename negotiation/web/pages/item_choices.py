"""Data items on the form of an act: a table in which each item is ticked under what is done to it."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from negotiation.core.enums import ItemAnswer
from negotiation.core.labels import ITEM_ANSWER_TITLES
from negotiation.domain import forms
from negotiation.domain.machine import item_effects
from negotiation.domain.rulebook import Procedure, Transition
from negotiation.services.cases.case_file import CaseFile


class ItemColumn(NamedTuple):
    """What is done to the items ticked under it: the field that names them, and its title."""

    field: str
    title: str


class ItemChoice(NamedTuple):
    """A data item that the act may name: how it stands now, and under which fields it is ticked."""

    name: str
    answer: str
    condition: str
    ticked: Collection[str]


class ItemTable(NamedTuple):
    """The table of a form; no rows where there is nothing to choose."""

    columns: tuple[ItemColumn, ...] = ()
    rows: tuple[ItemChoice, ...] = ()


def fields_apart(row: Transition | None) -> tuple[str, ...]:
    """The fields of an act that the table of items asks, and no input of its own."""
    if row is None or row.items is None or "ask" in row.items.verbs:
        return ()
    return tuple(name for name in row.items.verbs.values() if name)


def item_table(file: CaseFile, row: Transition | None, typed: Mapping[str, str]) -> ItemTable:
    """The items that an act may name, with what was ticked before; one item alone leaves nothing to choose."""
    fields = fields_apart(row)
    if row is None or not fields:
        return ItemTable()
    possible = item_effects.candidates(row, file.case_state, file.today)
    if len(possible) < 2:
        return ItemTable()
    ticked = {field: forms.read_list(typed.get(field)) for field in fields}
    if not any(ticked.values()) and len(fields) == 1:
        ticked = {fields[0]: [item.name for item in possible]}
    return ItemTable(
        tuple(ItemColumn(field, _title(file.procedure, row, field)) for field in fields),
        tuple(
            ItemChoice(
                item.name,
                ITEM_ANSWER_TITLES[ItemAnswer(item.answer)],
                item.condition,
                [field for field, names in ticked.items() if item.name in names],
            )
            for item in possible
        ),
    )


def _title(procedure: Procedure, row: Transition, field: str) -> str:
    """What is done to an item ticked here: by the verb where the field's own title does not say it."""
    assert row.items is not None, "asked of rows with an effect on items"
    verb = next(verb for verb, name in row.items.verbs.items() if name == field)
    return _VERBS.get(verb, procedure.fields[field].title)


_VERBS = {
    "agree": "同意提供", "refuse": "不同意提供", "accept": "认可", "dispute": "提请协调", "share": "应予共享",
    "not_share": "不予共享", "supply": "本次提供", "receive": "已收到", "object": "未收到或无法使用",
    "withdraw": "撤回", "hand_over": "划转",
}  # fmt: skip
