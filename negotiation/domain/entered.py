"""What is entered with an event, split by the kind of each field: data, which stays, and content, which can be sealed.

``data`` is what a case is derived from, and is never destroyed. Its ``values`` are dates, numbers, yes and no, choices,
marks, and the codes of resources, meetings and other cases; its ``ids`` the departments and data items that names stand
for. ``content`` keeps every text and every name, as they were entered.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from negotiation.core.enums import (
    ATTACHED,
    COMES_FROM,
    CONTRADICTS,
    COUNTED,
    GOES_ON,
    PARTY_ROLES,
    RECOUNT,
    SIGNED_AS,
    SIGNED_BY,
    SIGNED_ON,
)
from negotiation.domain.departments import Directory
from negotiation.domain.fields import by_item, field_of, item_of
from negotiation.domain.rulebook import Procedure, Rulebook

VALUES, IDS, REPLAYED = "values", "ids", "replayed"  # the keys of the data
# The keys of the data of a correction, a strike or an annulment: of which event, what it was, what it is now.
TARGET, WAS, NOW, DAY, CLEARED, BEHIND, ANNULS = "seq", "was", "now", "on", "cleared", "after_seq", "annuls"
CARRIED = "carried"  # of the data and of the content of a case's first event: what it took over from another
LAW_BEFORE, LAW = "from", "to"  # among the values of a succession: the rulebooks with their versions
Data = Mapping[str, Any]  # what was entered, by the keys of the form, or the parts in which it is stored
NOTHING: Data = {}
NO_NAMES: Mapping[int, str] = {}
SEALED = "（已封存）"  # stands where a text was that a form requires
OFFLINE = "（线下办理）"  # the same of a case that goes on on paper alone
_MARK = "mark"  # a text that is kept on the case too, where later conditions ask for it
_STAYS = frozenset(
    {"date", "number", "yes_no", "choice", "resource", "case", "meeting", _MARK}
)  # kinds that are values
_SEVERAL = frozenset({"list", "departments"})
# What an event keeps besides the fields of its form, and what the clock enters with a change of the calendar.
_BESIDE = {
    SIGNED_BY: "text", SIGNED_ON: "date", ATTACHED: "files", CONTRADICTS: "text", GOES_ON: "case", COMES_FROM: "case",
    COUNTED: "list", SIGNED_AS: "text",
}  # fmt: skip
_RECOUNT = {"change": "text", "from": "date", "to": "date", "was_official": "yes_no", "official": "yes_no"}


class EnteredBy(NamedTuple):
    """The person or program that entered an event: its name and account, on which side, with which token.

    ``side``: the id of the department, 0 for the office; None for the clock, and where it is not known. ``batch``: the
    import that brought it.
    """

    actor: str
    account_id: int | None = None
    side: int | None = None
    token: int | None = None
    batch: int | None = None


class Entered(NamedTuple):
    """What was entered with an event, in its two parts; both are ready to be written as JSON."""

    data: Data
    content: Data


class Names(NamedTuple):
    """The names that numbers stand for: those of departments and of data items (by number).

    ``sealed``: what stands for a text that was destroyed.
    """

    directory: Directory
    items: dict[int, str] = {}  # noqa: RUF012 (nobody writes into the default)
    sealed: str = SEALED


def split(
    rules: Procedure,
    event: str,
    fields: Data,
    directory: Directory,
    *,
    items: Mapping[str, int] = NOTHING,
    parties: Mapping[str, int] = NOTHING,
    replayed: bool = False,
) -> Entered:
    """The fields of an event, as ``forms.read_fields`` gives them, and what stands beside them, split.

    ``items``: the number of each data item by its name; ``parties``: role → id of the department that has it by this
    event, whether or not its form asks. ``replayed``: it came with a ledger's history. Raises KeyError for a key that
    is no field, and NotFound for a department that nobody knows.
    """
    stays = {key: value for key, value in fields.items() if _kind(rules, event, key) in _STAYS}
    values = {key: value.isoformat() if isinstance(value, date) else value for key, value in stays.items()}
    content = {key: value for key, value in fields.items() if key not in values}
    ids = {**parties, **dict(_ids(rules, event, content, directory, items))}
    data = {VALUES: values, IDS: ids, REPLAYED: replayed}
    return Entered({key: part for key, part in data.items() if part}, content)


def change_of_law(before: Rulebook, law: Rulebook) -> Entered:
    """The record of a case that goes over from one rulebook to another: their names."""
    return Entered({VALUES: {LAW_BEFORE: before.name, LAW: law.name}}, {})


def _ids(
    rules: Procedure, event: str, content: Data, directory: Directory, items: Mapping[str, int]
) -> Iterator[tuple[str, int | list[int]]]:
    """The numbers of the departments and of the data items that are named, by field."""
    for key, named in content.items():
        kind = _kind(rules, event, key)
        if kind == "department":
            yield key, directory.find(named).id
        elif kind == "departments":
            yield key, [directory.find(name).id for name in named]
        elif key in rules.item_fields and items.keys() >= set(named):
            yield key, [items[name] for name in named]


def is_text(rules: Procedure, key: str) -> bool:
    """True for a field in which people write words, so that it can be sealed; days, numbers and choices stay."""
    return _kind(rules, "", key) not in _STAYS


def readable(data: Data, body: str | None) -> Data:
    """The fields as people read them: values as they stand in JSON, names as they were entered; keys in order.

    ``body``: the content as JSON text, None where there is none or it was sealed. Of a correction or a strike: the
    number of its entry, why, and what was (``was``) and is right (``now``).
    """
    texts = json.loads(body) if body else {}
    texts.pop(CARRIED, None)
    if TARGET in data:
        return texts | {TARGET: data[TARGET]} | {side: _side(data, texts, side) for side in (WAS, NOW) if side in data}
    return dict(sorted({**data.get(VALUES, NOTHING), **texts}.items()))


def _side(data: Data, texts: Data, side: str) -> Data:
    """One side of a correction: the day, if it was wrong, and the fields."""
    on = {DAY: data[side][DAY]} if DAY in data[side] else {}
    return on | dict(sorted({**data[side].get(VALUES, NOTHING), **texts.get(side, NOTHING)}.items()))


def typed(rules: Procedure, event: str, data: Data, content: Data | None, names: Names) -> Data:
    """The fields of the form as ``forms.read_fields`` gave them; what stood beside them is left out.

    Departments bear the names that they have now, data items those in ``names``. ``content`` None: it was sealed; then
    the texts that the form requires come back as ``names.sealed``, so that they are not missed.
    """
    given = NOTHING if content is None else content
    form = _form(rules, event)
    values, ids = data.get(VALUES, NOTHING), data.get(IDS, NOTHING)
    fields = {key: _typed(_kind(rules, event, key), value) for key, value in values.items() if field_of(key) in form}
    fields |= {key: _named(rules, key, ids[key], given.get(key, ()), names) for key in ids if key in form}
    fields |= {key: value for key, value in given.items() if field_of(key) in form and key not in fields}
    return fields if content is not None else {**fields, **_placeholders(rules, event, fields, names.sealed)}


def in_one(rules: Procedure, fields: Data, names: Mapping[int, str] = NO_NAMES) -> Data:
    """The fields as a paper has them that has one place for each: behind what holds for all items what one has.

    ``names``: of the items by number.
    """
    whole = {key: value for key, value in fields.items() if item_of(key) is None}
    for n, own in by_item(fields).items():
        for key, value in own.items():
            choices = rules.fields[key].choices
            said = f"{names.get(n, f'第{n}项')}：{choices.get(str(value), value)}"
            whole[key] = f"{choices.get(str(whole[key]), whole[key])}；{said}" if key in whole else said
    return whole


def parties_of(data: Data) -> dict[str, int]:
    """The departments that take a part in the case by an event: role → id."""
    ids = data.get(IDS, NOTHING)
    return {role: ids[role] for role in PARTY_ROLES if role in ids}


def ids_of(data: Data, key: str) -> Sequence[int]:
    """The numbers of what the names of a field stand for; empty where they were not known, or it was left empty."""
    found: Sequence[int] = data.get(IDS, NOTHING).get(key, ())
    return found


# -------------------------------------------------------------------------------------------------------- the kinds


def _kind(rules: Procedure, event: str, key: str) -> str:
    if event == RECOUNT:  # outside every rulebook, whose fields may bear the same names
        return _RECOUNT[key]
    rule = rules.fields.get(key)
    if rule is None and key in _BESIDE:
        return _BESIDE[key]
    rule = rule or rules.rule_of_item(key)
    if rule is None:
        raise KeyError(key)
    return _MARK if rule.mark and rule.kind == "text" else rule.kind


def _form(rules: Procedure, event: str) -> Iterable[str]:
    if event == RECOUNT:
        return _RECOUNT
    rule = rules.events.get(event)
    return rule.fields if rule is not None else ()


def _typed(kind: str, value: Any) -> Any:
    return date.fromisoformat(value) if kind == "date" else value


def _named(rules: Procedure, key: str, ids: Any, given: Sequence[str], names: Names) -> Any:
    """The names of the departments or data items of a field; ``given``: as they were entered, empty if sealed."""
    if rules.fields[key].kind == "department":
        return names.directory.name(ids)
    if rules.fields[key].kind == "departments":
        return [names.directory.name(each) for each in ids]
    known = given or [f"{names.sealed}{n}" for n in ids]
    return [names.items.get(n, name) for n, name in zip(ids, known, strict=True)]


def _placeholders(rules: Procedure, event: str, known: Data, sealed: str) -> Data:
    return {
        key: [sealed] if rules.fields[key].kind in _SEVERAL else sealed
        for key in _demanded(rules, event)
        if key not in known and _kind(rules, event, key) not in _STAYS
    }


def _demanded(rules: Procedure, event: str) -> Iterator[str]:
    rule = rules.events.get(event)
    if rule is not None:
        yield from (*rule.required, *rule.one_of)
