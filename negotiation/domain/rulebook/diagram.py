"""The state diagram (Mermaid) and the table of terms of a procedure, drawn from the rulebook."""

from negotiation.domain import lengths
from negotiation.domain.rulebook import BACK, ITEMS, STAY, Procedure, Rulebook, TermRule, Transition
from negotiation.domain.rulebook.event_rules import Based
from negotiation.domain.rulebook.item_rules import COMES_TO
from negotiation.domain.rulebook.model import END


def mermaid(rules: Procedure) -> str:
    """A stateDiagram-v2: a box for each state, an arrow for each way between two of them.

    What may happen in any open state (withdrawal, notes, transfers), reopening, and what only a ledger's history has
    are left out: they would hide the way.
    """
    lines = ["stateDiagram-v2", "    direction TB"]
    lines += [f'    state "{state.title}" as {state.key}' for state in rules.states.values()]
    lines.append(f"    [*] --> {rules.initial}")
    for (source, target), titles in arrows(rules).items():
        lines.append(f"    {source} --> {target} : {' / '.join(titles)}")
    lines += [f"    {state.key} --> [*]" for state in rules.states.values() if state.ending]
    return "\n".join(lines)


def arrows(rules: Procedure) -> dict[tuple[str, str], list[str]]:
    """Each way from one state to another and the titles of the events that lead there, without the general ones."""
    ways: dict[tuple[str, str], list[str]] = {}
    for (source, event), row in rules.table.items():
        if event in rules.general_events or rules.states[source].ending or row.history:
            continue
        for target in _targets(rules, row, source):
            ways.setdefault((source, target), []).append(row.event.title)
    return ways


def _targets(rules: Procedure, row: Transition, source: str) -> list[str]:
    if row.target_field:
        return list(dict.fromkeys(row.targets.values()))
    if row.target == STAY:
        return []
    if row.target == BACK:
        remembering = [each.source for each in rules.table.values() if each.remembers]
        return [state for state in dict.fromkeys(remembering) if state != source]
    if row.target == ITEMS:
        return _come_to(rules, row, source)
    return [row.target]


def _come_to(rules: Procedure, row: Transition, source: str) -> list[str]:
    """The states to which data items come by an act, where no other is left; a supply beside a dispute moves none."""
    assert row.items is not None, "asked of rows that lead where the items come"
    assert rules.item_rules is not None, "checked when the rulebook was loaded"
    states, verbs = rules.item_rules.states, row.items.verbs
    if row.by_items and source not in (states["owed"], states["owed_by_decision"]):
        return []
    keys = (
        ["partly_contested"] if {"agree", "refuse"} <= verbs.keys() else [k for v in verbs for k in COMES_TO.get(v, ())]
    )
    named = (states[key] for key in keys)
    return [state for state in dict.fromkeys(named) if state != source]


def terms_table(book: Rulebook, rules: Procedure) -> str:
    """The terms of a procedure as a Markdown table: whose, how long, reminders, what happens at the end, the basis."""
    head = ["| 期限 | 由谁 | 工作日 | 提醒 | 届满 | 依据 |", "|---|---|---|---|---|---|"]
    rows = [
        f"| {rule.title} | {_bound(book, rules, rule)} | {length(rules, rule)} | {_reminders(book, rule)} "
        f"| {_at_lapse(rule)} | {book.cited(rule.basis)}{by_choice(rules, rule)}{started(book, rule)} |"
        for rule in rules.terms.values()
    ]
    return "\n".join([*head, *rows])


def _at_lapse(rule: TermRule) -> str:
    return f"{rule.lapse_title or f'{rule.title}届满'}，{'办结' if rule.on_lapse == END else '办公室待办'}"


def length(rules: Procedure, rule: TermRule) -> str:
    """The length of a term as people read it: 10 · 无条件共享1，其他10 · 20，或约定提供日期 · 至11月30日."""
    key, chosen = rule.days_by
    parts = [f"{rules.fields[key].choices[choice]}{_days(days)}" for choice, days in chosen.items()]
    parts += [f"其他{_days(rule.days)}" if parts else _days(rule.days)] if rule.days is not None else []
    parts += [f"至{rule.until[0]}月{rule.until[1]}日"] if rule.until else []
    if rule.due_field:
        parts.append(("或" if parts else "至") + rules.fields[rule.due_field].title)
    return "，".join(parts)


def by_choice(rules: Procedure, rule: Based) -> str:
    """The remark that an article depends on a choice, "" where it does not."""
    return f"（依据随“{rules.fields[rule.basis_by].title}”而定）" if rule.basis_by else ""


def leads(rules: Procedure, row: Transition) -> str:
    """The state to which a row leads, in words, or how that is found."""
    words = {"": "按所选", STAY: "状态不变", BACK: "退回原状态", ITEMS: "按数据项的办理情况"}
    return words.get(row.target) or rules.states[row.target].title


def _days(length_: int) -> str:
    return str(lengths.plain(length_))


def started(book: Rulebook, rule: TermRule) -> str:
    """From when a term counts, and by whose rule: the Measures leave most starts open."""
    chosen = rule.options.get("start")
    by = book.cited(rule.start_basis) + (f"，选项“{chosen.title}”" if chosen else "")
    return f"；{rule.start}（{by}）" if rule.start else ""


def _bound(book: Rulebook, rules: Procedure, rule: TermRule) -> str:
    holders = [rule.bound] if rule.bound else [s.held_by for s in rules.states.values() if s.term == rule.key]
    return "、".join(book.role_title(role, rules) for role in dict.fromkeys(holders))


def _reminders(book: Rulebook, rule: TermRule) -> str:
    days = [each.days_before for each in rule.reminders]
    notices = [f"到期前{before}个工作日" if before else "到期当日" for before in days]
    notices += [f"届满后第{each.after}个工作日（{book.role_title(each.to)}）" for each in rule.lapse_notices]
    return "；".join(notices) or "—"
