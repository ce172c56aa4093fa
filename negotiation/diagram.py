"""The state diagram of a procedure, drawn from the rulebook (Mermaid)."""

from negotiation.rulebook import BACK, STAY, Procedure, Transition


def mermaid(rules: Procedure) -> str:
    """A stateDiagram-v2: a box for each state, an arrow for each way between two of them.

    What may happen in any open state (withdrawal, notes, transfers) is left out: it would hide the way of a case.
    """
    common = _everywhere(rules)
    lines = ["stateDiagram-v2", "    direction TB"]
    lines += [f'    state "{state.title}" as {state.key}' for state in rules.states.values()]
    lines.append(f"    [*] --> {rules.initial}")
    for (source, target), titles in _arrows(rules, common).items():
        lines.append(f"    {source} --> {target} : {' / '.join(titles)}")
    lines += [f"    {state.key} --> [*]" for state in rules.states.values() if state.ending]
    return "\n".join(lines)


def _everywhere(rules: Procedure) -> set[str]:
    """The events that most open states share."""
    counts: dict[str, int] = {}
    for _, event in rules.table:
        counts[event] = counts.get(event, 0) + 1
    return {event for event, count in counts.items() if count >= len(rules.open_states) - 1}


def _arrows(rules: Procedure, common: set[str]) -> dict[tuple[str, str], list[str]]:
    arrows: dict[tuple[str, str], list[str]] = {}
    for (source, event), row in rules.table.items():
        if event in common:
            continue
        for target in _targets(rules, row, source):
            arrows.setdefault((source, target), []).append(row.event.title)
    return arrows


def _targets(rules: Procedure, row: Transition, source: str) -> list[str]:
    if row.target_field:
        return list(dict.fromkeys(row.targets.values()))
    if row.target == STAY:
        return []
    if row.target == BACK:
        remembering = [each.source for each in rules.table.values() if each.remembers]
        return [state for state in dict.fromkeys(remembering) if state != source]
    return [row.target]
