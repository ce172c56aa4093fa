"""Reads the states, the terms and the fields of a procedure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from negotiation.domain.lengths import UNIT_TITLES, Unit, length_of
from negotiation.domain.rulebook.event_rules import FieldRule, StateRule
from negotiation.domain.rulebook.model import FLAG
from negotiation.domain.rulebook.options import SETTLED, Option
from negotiation.domain.rulebook.reader import Reader, table_in
from negotiation.domain.rulebook.term_rules import NoticeRule, Reminder, TermRule


def read_state(key: str, read: Reader) -> StateRule:
    """A row of [states]."""
    rule = StateRule(
        key=key,
        title=read.text("title", needed=True),
        basis=read.text("basis", needed=True),
        held_by=read.text("held_by"),
        term=read.text("term"),
        ending=read.text("ending"),
        agenda=read.text("agenda"),
        uncounted=read.flag("uncounted"),
    )
    read.finish()
    return rule


LONGEST = 999
TEXTS = (
    "due_field", "bound", "start", "start_basis", "proposes", "lapse_basis", "lapse_title", "lapse_task", "awaits",
    "items", "cap", "basis_by", "silence", "lapse_says", "lapse_next", "start_field", "offers",
)  # fmt: skip


def read_term(key: str, read: Reader, options: Mapping[str, Option]) -> TermRule:
    """A section of [terms]; its reminders in the order in which they are sent."""
    texts: dict[str, Any] = {name: read.text(name) for name in TEXTS}
    unit, number = _unit(read), read.number("days")
    reminders = [_reminder(part) for part in read.rows("reminders")]
    rule = TermRule(
        key=key,
        title=read.text("title", needed=True),
        basis=read.text("basis", needed=True),
        days=None if number is None else _length(read, "days", number, unit),
        main=read.flag("main"),
        on_lapse=read.text("on_lapse") or FLAG,
        reminders=tuple(sorted(reminders, key=lambda each: -each.days_before)),
        lapse_notices=tuple(rule for part in read.rows("lapse_notices") for rule in read_notice_rules(part)),
        days_by=_days_by(read, unit),
        until=_until(read),
        at_least=read.number("at_least") or 0,
        suppress_when=read.table("suppress_when"),
        start_on_working_day=read.flag("start_on_working_day"),
        options=chosen_in(read, options),
        **texts,
    )
    read.finish()
    return rule


def chosen_in(read: Reader, options: Mapping[str, Option]) -> dict[str, Option]:
    """Key → the option by which the value of a table was chosen."""
    by = table_in(read.rest, SETTLED)
    if by:
        del read.rest[SETTLED]
    return {key: options[str(name)] for key, name in by.items() if name in options}


def _unit(read: Reader) -> Unit:
    """``unit``: in what the days of a term are counted; working days unless it says otherwise."""
    unit = read.text("unit") or Unit.WORKING_DAYS
    if unit not in list(Unit):
        known = "、".join(f"{each.value}（{UNIT_TITLES[each]}）" for each in Unit)
        read.fault("unit", f"没有计算单位“{unit}”，可用：{known}")
        return Unit.WORKING_DAYS
    return Unit(unit)


def _length(read: Reader, key: str, number: int, unit: Unit) -> int:
    """The length of a term: 0 is the same day, or the first working day where that is a day off."""
    if not 0 <= number <= LONGEST:
        read.fault(key, f"应为 0（当日）至 {LONGEST} 的整数")
        return 1
    return length_of(number, unit)


def _days_by(read: Reader, unit: Unit) -> tuple[str, dict[str, int]]:
    table = dict(read.table("days_by"))
    key = table.pop("field", "")
    if any(type(days) is not int for days in table.values()) or (table and not key):
        read.fault("days_by", "应写明字段（field）和每个选项的天数")
        return "", {}
    return key, {choice: _length(read, f"days_by.{choice}", days, unit) for choice, days in table.items()}


def _until(read: Reader) -> tuple[int, int] | None:
    text = read.text("until")
    if not text:
        return None
    try:
        day = date.fromisoformat(f"2001-{text}")  # no leap year: the 29th of February is no yearly date
    except ValueError:
        read.fault("until", "应为月和日，例如 11-30")
        return None
    return day.month, day.day


def _reminder(read: Reader) -> Reminder:
    days = read.number("days_before")
    if days is None:
        read.fault("days_before", "缺少（到期前的工作日数）")
    reminder = Reminder(days_before=days or 0, notice=read.text("notice", needed=True), to=read.names("to"))
    read.finish()
    return reminder


def read_notice_rules(read: Reader) -> list[NoticeRule]:
    """A row of ``notify`` or ``lapse_notices``: a rule for each role that it names."""
    notice, after = read.text("notice", needed=True), read.number("after") or 0
    rules = [NoticeRule(to=to, notice=notice, after=after) for to in read.names("to")]
    read.finish()
    return rules


def read_field(key: str, read: Reader) -> FieldRule:
    """A row of [fields]."""
    rule = FieldRule(
        key=key,
        title=read.text("title", needed=True),
        kind=read.text("kind") or "text",
        choices=read.table("choices"),
        mark=read.flag("mark"),
        bases={key: str(basis) for key, basis in read.table("bases").items()},
        counted=read.text("counted"),
    )
    read.finish()
    return rule
