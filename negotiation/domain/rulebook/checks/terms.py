"""Faults of the terms of a procedure: their lengths, their reminders, what the clock does at their end."""

from negotiation.core.enums import ANNUL, END_UNCONFIRMED, LAPSE, REMIND
from negotiation.domain.rulebook.checks.events import check_notify
from negotiation.domain.rulebook.checks.names import mail_templates, unknown
from negotiation.domain.rulebook.event_rules import Transition
from negotiation.domain.rulebook.model import END, FLAG, PROPOSE, Procedure
from negotiation.domain.rulebook.reader import Reader
from negotiation.domain.rulebook.term_rules import OPEN_ITEMS, SET_OF_ITEMS, TermRule


def check_terms(procedure: Procedure, read: Reader, roles: tuple[str, ...]) -> None:
    """Adds the faults of each term, and of a term that nothing starts."""
    running = {state.term for state in procedure.states.values()}
    running |= {start.term for row in procedure.table.values() for start in row.starts}
    if sum(term.main for term in procedure.terms.values()) > 1:
        read.fault("terms", "只能有一个主期限（main = true）")
    for term in procedure.terms.values():
        if term.key not in running:
            read.fault(f"terms.{term.key}", "没有任何状态或事件使用这一期限")
        _check_length(procedure, term, read)
        _check_days_by(procedure, term, read)
        _check_names(procedure, term, read, roles)
        _check_reminders(term, read, roles)
        _check_lapse_notices(term, read, roles)
        _check_on_lapse(procedure, term, read)


def _check_length(procedure: Procedure, term: TermRule, read: Reader) -> None:
    key = f"terms.{term.key}"
    if term.days is None and not term.due_field and not term.until:
        read.fault(f"{key}.days", "缺少：须写明工作日数，或写明日期（until），或由字段确定（due_field）")
    if term.days is not None and term.days < 1:
        read.fault(f"{key}.days", "应为 1 以上的工作日数")
    if term.items not in ("", OPEN_ITEMS, SET_OF_ITEMS):
        read.fault(f"{key}.items", "应为 open 或 set")
    if term.cap:
        unknown(read, f"{key}.cap", (term.cap,), procedure.terms, "期限")
    for name, field in (("due_field", term.due_field), ("start_field", term.start_field)):
        if field and field not in procedure.fields:
            read.fault(f"{key}.{name}", f"没有字段“{field}”")


def _check_names(procedure: Procedure, term: TermRule, read: Reader, roles: tuple[str, ...]) -> None:
    key = f"terms.{term.key}"
    unknown(read, f"{key}.suppress_when", term.suppress_when, procedure.flags, "标记")
    if term.bound and term.bound not in roles:
        read.fault(f"{key}.bound", f"没有角色“{term.bound}”")


def _check_reminders(term: TermRule, read: Reader, roles: tuple[str, ...]) -> None:
    key = f"terms.{term.key}.reminders"
    for reminder in term.reminders:
        which = f"提醒（days_before = {reminder.days_before}）"
        if reminder.days_before < 0:
            read.fault(key, f"{which}在期限届满之后")
        if term.days is not None and reminder.days_before >= term.days:
            read.fault(key, f"{which}在期限开始之前（期限为{term.days}个工作日）")
        if reminder.notice not in mail_templates():
            read.fault(key, f"没有通知模板“{reminder.notice}”")
        unknown(read, key, reminder.to, roles, "角色")
    if len({each.days_before for each in term.reminders}) != len(term.reminders):
        read.fault(key, "同一天有两次提醒")


def _check_lapse_notices(term: TermRule, read: Reader, roles: tuple[str, ...]) -> None:
    key = f"terms.{term.key}.lapse_notices"
    if any(rule.after < 1 for rule in term.lapse_notices):
        read.fault(key, "after 应为期限届满后 1 个以上的工作日")
    check_notify(read, key, term.lapse_notices, roles, mail_templates())


def _check_days_by(procedure: Procedure, term: TermRule, read: Reader) -> None:
    """A length that depends on a choice: the field keeps its value on the case, and its choices are known."""
    name, lengths = term.days_by
    key = f"terms.{term.key}.days_by"
    if not name:
        return
    rule = procedure.fields.get(name)
    if rule is None or not rule.mark:
        read.fault(key, f"字段“{name}”须是案件上保留的选项（mark = true）")
        return
    unknown(read, key, lengths, rule.choices, "选项")
    if term.days is None:
        read.fault(f"terms.{term.key}.days", "缺少：未选择或其他选项时的工作日数")


def check_clock(procedure: Procedure, read: Reader) -> None:
    """Add what the clock has no row for: its events are lawful in every open state after the first."""
    needed = {LAPSE, ANNUL} if procedure.terms else set()
    if any(term.reminders for term in procedure.terms.values()):
        needed.add(REMIND)
    for event in sorted(needed):
        missing = [
            state
            for state in procedure.open_states
            if state != procedure.initial and (state, event) not in procedure.table
        ]
        if missing:
            read.fault(f"events.{event}", f"期限可能在以下状态计时，时钟须能登记“{event}”：{'、'.join(missing)}")


def _check_on_lapse(procedure: Procedure, term: TermRule, read: Reader) -> None:
    """A lapse only flags unless a local document says more; then it may propose or take one event, never two."""
    key = f"terms.{term.key}.on_lapse"
    if term.on_lapse == FLAG:
        return
    if term.on_lapse == END:
        _check_end(procedure, term, read)
        return
    event = term.proposes if term.on_lapse == PROPOSE else term.on_lapse
    if event not in procedure.events:
        read.fault(key, f"没有事件“{event}”")
    rows = [row for row in procedure.table.values() if row.event.key == event]
    if term.on_lapse != PROPOSE and (event in procedure.events) and not _may_follow_a_lapse(rows):
        read.fault(key, f"期限届满不能视为“{event}”：只能转入协调（remembers = true），且不要求填写字段")
    if term.on_lapse != PROPOSE and "〔" not in term.lapse_basis:
        read.fault(f"terms.{term.key}.lapse_basis", "届满自动转办须写明本地文件及文号（如 ×政办发〔2026〕1号）")


def _check_end(procedure: Procedure, term: TermRule, read: Reader) -> None:
    """Silence ends a case only where all is answered and supplied: nobody's consent is made of it."""
    rules = procedure.item_rules
    states = [key for key, state in procedure.states.items() if state.term == term.key]
    if rules is None or states != [rules.states["supplied"]]:
        read.fault(f"terms.{term.key}.on_lapse", "只有全部数据项都已答复并提供的状态，才能在期限届满后办结（end）")
    elif (states[0], END_UNCONFIRMED) not in procedure.table:
        read.fault(f"terms.{term.key}.on_lapse", f"时钟须能登记“{END_UNCONFIRMED}”")


def _may_follow_a_lapse(rows: list[Transition]) -> bool:
    """Silence is never consent: the clock may refer a case, it may not answer, close or decide it."""
    return bool(rows) and all(row.remembers and not row.event.required for row in rows)
