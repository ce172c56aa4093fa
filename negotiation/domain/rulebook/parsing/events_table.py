"""Reads the events of a procedure and its table: (state, event) → transition."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from negotiation.domain.fields import Flags
from negotiation.domain.rulebook.checks.names import no_such, unknown
from negotiation.domain.rulebook.event_rules import STAY, EventRule, Limit, Start, Transition
from negotiation.domain.rulebook.options import Option
from negotiation.domain.rulebook.parsing.items import read_item_effect
from negotiation.domain.rulebook.parsing.states_terms import chosen_in, read_notice_rules
from negotiation.domain.rulebook.reader import Reader


def read_event(key: str, read: Reader) -> EventRule:
    """A row of [events]."""
    rule = EventRule(
        key=key,
        title=read.text("title", needed=True),
        by=read.names("by"),
        required=read.names("required"),
        optional=read.names("optional"),
        one_of=read.names("one_of"),
        approval=read.flag("approval"),
        counts=read.flag("counts"),
        notify=tuple(rule for part in read.rows("notify") for rule in read_notice_rules(part)),
        required_if=_required_if(read),
        in_order=read.names("in_order"),
    )
    read.finish()
    return rule


def _required_if(read: Reader) -> Mapping[str, Flags]:
    table = read.table("required_if")
    if not all(isinstance(each, dict) and each for each in table.values()):
        read.fault("required_if", "应写明字段，以及其他字段取何值时必填")
        return {}
    return table


def read_table(
    read: Reader,
    events: Mapping[str, EventRule],
    groups: Mapping[str, tuple[str, ...]],
    options: Mapping[str, Option],
) -> dict[tuple[str, str], Transition]:
    """The rows [[transitions]] as (state, event) → transition, groups of states resolved."""
    table: dict[tuple[str, str], Transition] = {}
    for part in read.rows("transitions"):
        event = part.text("event", needed=True)
        if "from" not in part.rest:
            part.fault("from", "缺少")
        sources = [state for name in part.names("from") for state in groups.get(name, (name,))]
        rule = events.get(event)
        if rule is None:
            part.fault("event", no_such("事件", event, events))
            continue
        chosen = tuple({each.key: each for each in chosen_in(part, options).values()}.values())
        row = replace(_transition(part, rule), options=chosen)
        for source in sources:
            if (source, event) in table:
                part.fault("from", f"状态“{source}”的事件“{event}”有两行，应只有一行")
            table[source, event] = replace(row, source=source)
    return table


TEXTS = ("basis_by", "answers", "after_due", "before_due", "when_says", "unless_says", "task")
NAMES = ("stops", "keeps", "restarts")
TABLES = ("when", "unless", "set")
FLAGS = ("remembers", "history", "by_items")


def _transition(read: Reader, event: EventRule) -> Transition:
    target, field_name, targets = _target(read)
    lengthens = read.table("lengthens")
    row = Transition(
        **_plain(read),
        event=_asked_here(read, event),
        by=read.names("by") or event.by,
        source="",
        target=target,
        target_field=field_name,
        targets=targets,
        basis=read.text("basis", needed=True),
        starts=_starts(read),
        lengthens=lengthens.get("term", ""),
        lengthen_field=lengthens.get("field", ""),
        lengthen_at_most=lengthens.get("at_most", 0),
        items=read_item_effect(read),
        limit=_limit(read),
        within=_within(read),
    )
    read.finish()
    return row


def _plain(read: Reader) -> dict[str, Any]:
    """The keys of a row that stand in the table as they do in the file."""
    names = {key: read.names(key) for key in NAMES}
    return {
        **{key: read.text(key) for key in TEXTS},
        **names | {"suspends": (*read.names("suspends"), *names["restarts"])},
        **{key: read.table(key) for key in TABLES},
        **{key: read.flag(key) for key in FLAGS},
    }


def _limit(read: Reader) -> Limit | None:
    """``limit = { flag = …, at_most = … }``: how often the act may happen in a case."""
    table = read.table("limit")
    if not table:
        return None
    if set(table) != {"flag", "at_most"} or type(table["at_most"]) is not int or table["at_most"] < 1:
        read.fault("limit", "应写明计数的标记（flag）和至多的次数（at_most）")
        return None
    return Limit(str(table["flag"]), table["at_most"])


def _within(read: Reader) -> tuple[str, int] | None:
    within = read.table("within")
    return (within["term"], within["days"]) if {"term", "days"} <= within.keys() else None


def _asked_here(read: Reader, event: EventRule) -> EventRule:
    """The event as its form is in this row: what is optional elsewhere may be required here."""
    requires, one_of = read.names("requires"), read.names("one_of")
    for key in (*requires, *one_of):
        unknown(read, "requires", (key,), event.fields, f"事件“{event.key}”的表单字段")
    return replace(
        event,
        required=tuple(dict.fromkeys((*event.required, *requires))),
        optional=tuple(key for key in event.optional if key not in requires),
        one_of=one_of or event.one_of,
    )


def _target(read: Reader) -> tuple[str, str, dict[str, str]]:
    value = read.optional("to")
    if isinstance(value, str):
        return value, "", {}
    if isinstance(value, dict) and "field" in value:
        return "", value["field"], {key: state for key, state in value.items() if key != "field"}
    read.fault("to", "应为状态、stay、back，或 { field = …, 取值 = 状态 }")
    return STAY, "", {}


def _starts(read: Reader) -> tuple[Start, ...]:
    value = read.optional("starts") or []
    if not isinstance(value, list):
        read.fault("starts", "应为期限的列表")
        return ()
    return tuple(
        Start(each, {})
        if isinstance(each, str)
        else Start(each.get("term", ""), each.get("when", {}), bool(each.get("anew")), each.get("basis", ""))
        for each in value
    )
