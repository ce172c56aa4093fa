"""Faults of the events of a procedure and of the rows of its table."""

from collections.abc import Iterable, Mapping

from negotiation.core.enums import CLOCK
from negotiation.domain.rulebook.checks.names import mail_templates, unknown
from negotiation.domain.rulebook.event_rules import BACK, ITEMS, MEETING, STAY, EventRule, Transition
from negotiation.domain.rulebook.model import Procedure
from negotiation.domain.rulebook.reader import Reader
from negotiation.domain.rulebook.term_rules import NoticeRule


def check_events(procedure: Procedure, read: Reader, roles: tuple[str, ...]) -> None:
    """Add the faults of each event: who sends it, what its form asks, who hears of it, that it can happen."""
    used = {event for _, event in procedure.table}
    known_notices = mail_templates()
    for event in procedure.events.values():
        key = f"events.{event.key}"
        if not event.by:
            read.fault(f"{key}.by", "缺少：没有任何角色可以办理这一事件")
        unknown(read, f"{key}.by", event.by, (*roles, CLOCK), "角色")
        _check_by_others(procedure, event, key, read)
        unknown(read, f"{key}.fields", (*event.fields, *event.one_of), procedure.fields, "字段")
        check_notify(read, f"{key}.notify", event.notify, roles, known_notices)
        if event.key not in used:
            read.fault(key, "没有任何状态会发生这一事件")
        if set(event.by) == {CLOCK} and event.required:
            read.fault(f"{key}.required", "只由系统办理的事件不能要求填写字段")


def _check_by_others(procedure: Procedure, event: EventRule, key: str, read: Reader) -> None:
    """Add the faults of the fields that others make required, and of the dates that have an order."""
    unknown(read, f"{key}.required_if", event.required_if, event.optional, "选填字段")
    for when in event.required_if.values():
        unknown(read, f"{key}.required_if", when, event.fields, "字段")
        for name, value in when.items():
            choices = procedure.fields[name].choices if name in procedure.fields else {}
            if choices:
                unknown(read, f"{key}.required_if", (str(value),), choices, "选项")
    dates = [name for name in event.fields if name in procedure.fields and procedure.fields[name].kind == "date"]
    unknown(read, f"{key}.in_order", event.in_order, dates, "日期字段")


def check_notify(
    read: Reader, key: str, rules: Iterable[NoticeRule], roles: tuple[str, ...], known: frozenset[str]
) -> None:
    """Add a fault for each role and each template of notice rules that is not there."""
    for each in rules:
        if each.to not in roles:
            read.fault(key, f"没有角色“{each.to}”")
        if each.notice not in known:
            read.fault(key, f"没有通知模板“{each.notice}”")


def check_rows(procedure: Procedure, read: Reader) -> None:
    """Add the faults of each row of the table: its states, its terms, its conditions."""
    for (source, event), row in procedure.table.items():
        key = f"transitions（{source} · {event}）"
        if source not in procedure.states:
            read.fault(f"{key}.from", f"没有状态“{source}”")
        targets = row.targets.values() if row.target_field else (row.target,)
        unknown(read, f"{key}.to", targets, (*procedure.states, STAY, BACK, ITEMS), "状态")
        _check_items(procedure, row, key, read)
        if row.target_field:
            choices = procedure.fields[row.target_field].choices if row.target_field in procedure.fields else {}
            if row.target_field not in row.event.required or set(choices) != set(row.targets):
                read.fault(f"{key}.to", f"字段“{row.target_field}”须为必填选项，且每个选项对应一个状态")
        named = [row.answers, row.lengthens, row.after_due, row.before_due, *row.stops, *row.suspends, *row.keeps]
        named += [start.term for start in row.starts] + ([row.within[0]] if row.within else [])
        unknown(read, f"{key}.term", filter(None, named), procedure.terms, "期限")
        if row.lengthens and row.lengthen_field not in row.event.required:
            read.fault(f"{key}.lengthens", "延期的天数须为必填字段")
        if row.when and not row.when_says:
            read.fault(f"{key}.when_says", "缺少：条件不满足时要告诉人怎么办")


def _check_items(procedure: Procedure, row: Transition, key: str, read: Reader) -> None:
    """Add the faults of what a row does to data items: fields that its form does not show, a state that follows."""
    effect = row.items
    if effect is None and row.target != ITEMS:
        return
    if procedure.item_rules is None:
        read.fault(f"{key}.items", "缺少 [items]：数据项如何决定案件状态")
        return
    if effect is None:
        return
    for name in (*effect.verbs.values(), effect.by):
        if name and name not in row.event.fields:
            read.fault(f"{key}.items", f"事件“{row.event.key}”的表单没有字段“{name}”")
    if effect.by and effect.by in procedure.fields:
        unknown(read, f"{key}.items.by", effect.chosen, procedure.fields[effect.by].choices, "选项")
    unnamed = len(effect.verbs) > 1 and not effect.by
    if unnamed and (len(effect.verbs) != 2 or not all(effect.verbs.values())):
        read.fault(f"{key}.items", "没有写明数据项时如何办理：须只有一种处理，或由选项（by）确定")


def check_history(procedure: Procedure, read: Reader) -> None:
    """Add the rows of a ledger's history that no ledger has: nobody else can, and the clock does not replay."""
    steps = procedure.ledger.steps.values() if procedure.ledger else ()
    kept = {event for step in steps for event in (*step.events, *step.results.values(), *step.remarks.values())}
    for (source, event), row in procedure.table.items():
        if not row.history:
            continue
        key = f"transitions（{source} · {event}）.history"
        if event not in kept:
            read.fault(key, f"只随台账导入登记的一行（history = true），[ledger] 的步骤中须有事件“{event}”")
        if CLOCK in row.by:
            read.fault(key, "只随台账导入登记的一行（history = true）不能由时钟办理")


def check_meetings(procedure: Procedure, read: Reader, in_meetings: Mapping[str, str]) -> None:
    """Add the acts of a body that acts in meetings which demand none; notes and such are the office's."""
    for (source, event), row in procedure.table.items():
        state = procedure.states.get(source)
        if state is None or in_meetings.get(state.held_by) not in row.by or event in procedure.general_events:
            continue
        if not any(procedure.fields[key].kind == MEETING for key in row.event.required if key in procedure.fields):
            read.fault(
                f"transitions（{source} · {event}）.requires",
                f'以“{state.held_by}”的名义登记的事项须依据会议：必填字段中须有一个会议（kind = "{MEETING}"）',
            )
