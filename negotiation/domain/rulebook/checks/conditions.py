"""Faults of the conditions of a row: marks that nothing sets, values that none of them can have."""

from collections.abc import Iterable
from typing import Any

from negotiation.core.enums import QUIET
from negotiation.domain.fields import Flags
from negotiation.domain.rulebook.checks.names import unknown
from negotiation.domain.rulebook.event_rules import Transition
from negotiation.domain.rulebook.item_rules import ANSWER_FLAGS
from negotiation.domain.rulebook.model import Procedure
from negotiation.domain.rulebook.reader import Reader


def check_conditions(procedure: Procedure, row: Transition, key: str, read: Reader) -> None:
    """Add each mark of ``when``, ``unless`` and a term that begins which nothing sets, or never to that value."""
    conditions = [("when", row.when), ("unless", row.unless), *(("starts", start.when) for start in row.starts)]
    for part, flags in conditions:
        check_flags(procedure, flags, f"{key}.{part}", read, row.event.fields)


def check_flags(procedure: Procedure, flags: Flags, key: str, read: Reader, filled_in: Iterable[str] = ()) -> None:
    """Add the faults of the marks that a condition asks for; ``filled_in``: the fields of the act's own form."""
    unknown(read, key, flags, (*procedure.flags, QUIET, *filled_in), "标记或字段")
    for name, value in flags.items():
        known = _values(procedure, name)
        if known is not None and value not in tuple(known):  # a list is no mark, and has no hash
            unknown(read, f"{key}.{name}", (_word(value),), map(_word, known), "取值")


def _values(procedure: Procedure, name: str) -> set[Any] | None:
    """The values that a mark can have; None of a number or a text, which can be any."""
    rule = procedure.fields.get(name)
    if rule is not None and rule.kind in ("choice", "yes_no"):
        own = set(rule.choices) if rule.kind == "choice" else {True, False}
        return own | _set(procedure, name)
    if name == "answer":
        return {row.event.key for row in procedure.table.values() if row.answers}
    if name in ANSWER_FLAGS.values() and procedure.item_rules is not None:
        return {True, False}
    if any(row.limit is not None and row.limit.flag == name for row in procedure.table.values()):
        return None
    found = _set(procedure, name)
    is_switch = rule is None and found <= {True, False}  # what is set is also not set
    return ({True, False} if is_switch else None) if found else None


def _set(procedure: Procedure, name: str) -> set[Any]:
    """The values to which rows set a mark."""
    values = [row.set[name] for row in procedure.table.values() if name in row.set]
    return {value for value in values if isinstance(value, str | int | bool)}


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
