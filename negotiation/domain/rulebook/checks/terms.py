"""Faults of the terms of a procedure: their lengths, their reminders, what the clock does at their end."""

from negotiation.core.enums import CLOCK, END_UNCONFIRMED
from negotiation.domain.lengths import Unit, in_words, number_of, unit_of
from negotiation.domain.rulebook.checks.conditions import check_flags
from negotiation.domain.rulebook.checks.events import check_notify
from negotiation.domain.rulebook.checks.names import HeadNames, mail_templates, unknown
from negotiation.domain.rulebook.event_rules import Transition
from negotiation.domain.rulebook.model import END, FLAG, PROPOSE, Procedure
from negotiation.domain.rulebook.reader import Reader
from negotiation.domain.rulebook.term_rules import CONSENT, OPEN_ITEMS, SET_OF_ITEMS, TermRule


def check_terms(procedure: Procedure, read: Reader, names: HeadNames) -> None:
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
        _check_names(procedure, term, read, names.roles)
        _check_reminders(term, read, names.roles)
        _check_lapse_notices(term, read, names.roles)
        _check_on_lapse(procedure, term, read, names)


def _check_length(procedure: Procedure, term: TermRule, read: Reader) -> None:
    key = f"terms.{term.key}"
    if term.days is None and not term.due_field and not term.until:
        read.fault(f"{key}.days", "缺少：须写明天数，或写明日期（until），或由字段确定（due_field）")
    if term.items not in ("", OPEN_ITEMS, SET_OF_ITEMS):
        read.fault(f"{key}.items", "应为 open 或 set")
    if term.cap:
        unknown(read, f"{key}.cap", (term.cap,), procedure.terms, "期限")
    for name, field in (("due_field", term.due_field), ("start_field", term.start_field)):
        if field and field not in procedure.fields:
            unknown(read, f"{key}.{name}", (field,), procedure.fields, "字段")


def _check_names(procedure: Procedure, term: TermRule, read: Reader, roles: tuple[str, ...]) -> None:
    key = f"terms.{term.key}"
    check_flags(procedure, term.suppress_when, f"{key}.suppress_when", read)
    unknown(read, f"{key}.bound", filter(None, (term.bound,)), roles, "角色")


def _check_reminders(term: TermRule, read: Reader, roles: tuple[str, ...]) -> None:
    key = f"terms.{term.key}.reminders"
    for reminder in term.reminders:
        which = f"提醒（days_before = {reminder.days_before}）"
        if reminder.days_before < 0:
            read.fault(key, f"{which}在期限届满之后")
        if term.days is not None and reminder.days_before >= _days_long(term.days):
            read.fault(key, f"{which}在期限开始之前（期限为{in_words(term.days)}）")
        unknown(read, key, (reminder.notice,), mail_templates(), "通知模板")
        unknown(read, key, reminder.to, roles, "角色")
    if len({each.days_before for each in term.reminders}) != len(term.reminders):
        read.fault(key, "同一天有两次提醒")


def _days_long(length: int) -> int:
    """The days that a length has at most: of months as of days nobody asks here how many are working days."""
    return number_of(length) * (31 if unit_of(length) is Unit.MONTHS else 1)


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
        read.fault(f"terms.{term.key}.days", "缺少：未选择或其他选项时的天数")


def _check_on_lapse(procedure: Procedure, term: TermRule, read: Reader, names: HeadNames) -> None:
    """A lapse only flags unless a local document says more; then it may propose or take one event, never two."""
    key = f"terms.{term.key}.on_lapse"
    unknown(read, f"terms.{term.key}.silence", filter(None, (term.silence,)), (CONSENT,), "含义")
    if term.is_consent and term.on_lapse in (FLAG, PROPOSE, END):
        read.fault(key, "视为同意的（silence），须写明届满时由时钟登记的事件")
    if term.on_lapse == FLAG:
        return
    if term.on_lapse == END:
        _check_end(procedure, term, read)
        return
    event = term.proposes if term.on_lapse == PROPOSE else term.on_lapse
    unknown(read, key, (event,), procedure.events, "事件")
    if term.on_lapse == PROPOSE or event not in procedure.events:
        return
    if term.is_consent:
        _check_consent(procedure, term, read, names)
        return
    if not _may_follow_a_lapse([row for row in procedure.table.values() if row.event.key == event]):
        todo = '本地文件规定视为同意的，写明 silence = "consent" 和 lapse_basis'
        read.fault(key, f"期限届满不能视为“{event}”：只能转入协调（remembers = true），且不要求填写字段；{todo}")
    if "〔" not in term.lapse_basis:
        read.fault(f"terms.{term.key}.lapse_basis", "届满自动转办须写明本地文件及文号（如 ×政办发〔2026〕1号）")


def _check_consent(procedure: Procedure, term: TermRule, read: Reader, names: HeadNames) -> None:
    """Silence is consent only by an article of a document that is named, and it is nobody's answer."""
    if not _cites(term.lapse_basis, names):
        known = "、".join(names.laws) or names.document
        read.fault(f"terms.{term.key}.lapse_basis", f"视为同意须引用写明文号的文件的条文（{known}第…条）")
    for state in (state.key for state in procedure.states.values() if state.term == term.key):
        row, key = procedure.table.get((state, term.on_lapse)), f"transitions（{state} · {term.on_lapse}）"
        if row is None or set(row.by) != {CLOCK} or row.event.required:
            read.fault(key, '视为同意须有由时钟（by = ["clock"]）登记、不要求填写字段的一行')
        elif row.answers:
            read.fault(f"{key}.answers", "视为同意不是答复：不写 answers，期限按届满未答复统计")


def _cites(basis: str, names: HeadNames) -> bool:
    """True for an article of one of the documents, each of which has a number (文号)."""
    if not names.laws:
        return basis.startswith("第") and "号" in names.document
    return any(basis.startswith(law) and "号" in document.number for law, document in names.laws.items())


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
