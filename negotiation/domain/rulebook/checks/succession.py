"""Faults of a rulebook that succeeds another: no case may be left without a state, a term or a calendar."""

from collections.abc import Iterator

from negotiation.domain.rulebook.checks.names import unknown
from negotiation.domain.rulebook.model import Procedure, Rulebook
from negotiation.domain.rulebook.reader import Reader

HEAD = "rulebook.toml"


def check_renamed(rulebook: Rulebook, read: Reader) -> None:
    """Adds the faults that can be seen without the rulebook that is succeeded."""
    if rulebook.succeeds and rulebook.succeeds == rulebook.id:
        read.fault("succeeds.id", "规则不能接续自己")
    unknown(read, "succeeds.states", rulebook.renamed_states, rulebook.procedures, "办理事项")
    for key, renamed in rulebook.renamed_states.items():
        if key in rulebook.procedures:
            unknown(read, f"succeeds.states.{key}", renamed.values(), rulebook.procedures[key].states, "状态")


def succession_faults(old: Rulebook, new: Rulebook) -> list[str]:
    """The faults of ``new`` as the successor of ``old``: cases of a procedure that it has not are finished by ``old``.

    Not of one procedure alone: the calendar by which running terms go on, and the day of the change.
    """
    found = []
    if new.in_force_from <= old.in_force_from:
        found.append(f"{HEAD} · in_force_from：须晚于被接续的规则 {old.id} 的施行日期 {old.in_force_from}")
    if new.day_rule != old.day_rule:
        found.append(f"{HEAD} · calendar_layer、day_choices：须与被接续的规则 {old.id} 相同，期限才能照旧计算")
    for key, rules in old.procedures.items():
        if key in new.procedures:
            found += [f"{HEAD} · succeeds.states.{key}：{what}" for what in _left_out(rules, new.procedures[key], new)]
    return found


def _left_out(old: Procedure, new: Procedure, rulebook: Rulebook) -> Iterator[str]:
    """What a procedure has that is nothing here: states, each of which ends a case in both or in neither, and terms.

    And what a case must have kept there for the rules of terms and conditions here.
    """
    for key in rulebook.renamed_states.get(old.key, {}):
        if key not in old.states:
            yield f"规则 {rulebook.succeeds} 没有状态“{key}”"
    for state in old.states.values():
        here = new.states.get(rulebook.state_here(old.key, state.key))
        if here is None:
            yield f"状态“{state.key}”（{state.title}）没有对应的状态"
        elif bool(here.ending) != bool(state.ending):
            yield f"状态“{state.key}”（{state.title}）与“{here.key}”（{here.title}）一个结束案件、一个不结束"
    for term in old.terms.values():
        if term.key not in new.terms:
            yield f"期限“{term.key}”（{term.title}）没有对应的期限"
    for field in new.fields.values():
        if field.mark and field.key in old.fields and not old.fields[field.key].mark:
            yield f"字段“{field.key}”（{field.title}）须在被接续的规则中也保留在案件上（mark = true），转入的案件才有它"
