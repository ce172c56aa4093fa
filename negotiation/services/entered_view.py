"""What was entered with an event, as people read it: fields under their titles, a correction with both its sides."""

from collections.abc import Mapping

from negotiation.core.enums import ATTACHED, COUNTED, EXPUNGE, KEEP_ON, RECOUNT, SIGNED_BY, SUCCESSION
from negotiation.core.labels import AMENDMENT_TITLES, BESIDE_TITLES
from negotiation.domain import expunging, retention
from negotiation.domain.entered import DAY, NOW, TARGET, WAS
from negotiation.domain.fields import Fields, field_of, item_of
from negotiation.domain.own_figures import differences
from negotiation.domain.rulebook import Procedure
from negotiation.store.event_lines import EventLine

ItemNames = Mapping[int, str]  # the names of the data items of a case by number
_UNNAMED: ItemNames = {}


def shown_of(rules: Procedure, event: EventLine, items: ItemNames) -> dict[str, str]:
    """The fields entered with an event under their titles; of a change of the calendar its sentence."""
    fields = event.fields or {}
    if event.event in AMENDMENT_TITLES:
        return _amendment_shown(rules, fields, items)
    if event.event == EXPUNGE:
        return expunging.shown(fields, event.actor)
    if event.event == KEEP_ON:
        return retention.shown(fields)
    if event.event == SUCCESSION:
        return {"规定": event.basis}
    return {"变更": str(fields["change"])} if event.event == RECOUNT else fields_shown(rules, fields, items)


def _amendment_shown(rules: Procedure, fields: Fields, items: ItemNames) -> dict[str, str]:
    """Of which entry a correction or a strike is, what of it was wrong and is right, and why."""
    was, now = (_side_shown(rules, fields.get(side), items) for side in (WAS, NOW))
    changed = {key: f"{was.get(key, '—')} → {now.get(key, '—')}" for key in {**was, **now}}
    signed = {BESIDE_TITLES[SIGNED_BY]: str(fields[SIGNED_BY])} if SIGNED_BY in fields else {}
    return {"登记": f"第{fields[TARGET]}项", **changed, "理由": str(fields.get("reason", "")), **signed}


def _side_shown(rules: Procedure, side: object, items: ItemNames) -> dict[str, str]:
    if not isinstance(side, Mapping):
        return {}
    day = {"日期": str(side[DAY])} if DAY in side else {}
    return day | fields_shown(rules, {key: value for key, value in side.items() if key != DAY}, items)


def fields_shown(rules: Procedure, fields: Fields, items: ItemNames = _UNNAMED) -> dict[str, str]:
    """Fields under their titles in the rulebook's order, then what was entered beside them; choices by their labels."""
    shown = {}
    places = {key: place for place, key in enumerate(rules.fields)}
    differing = "；".join(each.text for each in differences(rules, fields)) if COUNTED in fields else ""
    for key, value in sorted(fields.items(), key=lambda field: places.get(field_of(field[0]), len(places))):
        if key == ATTACHED or value in ("", []):
            continue  # files are shown as files
        if key == COUNTED and not differing:
            continue
        rule = rules.fields.get(key) or rules.rule_of_item(key, items.get(item_of(key) or 0, ""))
        text = differing if key == COUNTED else in_words(value)
        shown[rule.title if rule else BESIDE_TITLES.get(key, key)] = rule.choices.get(text, text) if rule else text
    return shown


def in_words(value: object) -> str:
    """A value of a field as it is shown, and typed: lists with 、 between, yes and no in words."""
    if isinstance(value, list):
        return "、".join(value)
    return ("是" if value else "否") if isinstance(value, bool) else str(value)
