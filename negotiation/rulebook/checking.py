"""What is wrong with a rulebook: every fault at once, each under the key where it stands."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache

from negotiation import template_folder
from negotiation.rulebook.letters import check_letters
from negotiation.rulebook.reader import Reader
from negotiation.rulebook.reporting import check_report
from negotiation.rulebook.tying import check_ties
from negotiation.rulebook.values import (
    AGENDAS,
    BACK,
    FIELD_KINDS,
    FLAG,
    ITEM_EFFECTS,
    MEETING,
    MILESTONE_COLUMNS,
    OFFICE_BASIS,
    PROPOSE,
    STAY,
    Ledger,
    NoticeRule,
    Procedure,
    TermRule,
    Transition,
)
from negotiation.vocabulary import ANNUL, CLOCK, LAPSE, PARTY_ROLES, REMIND, Level


def check(
    procedure: Procedure,
    read: Reader,
    roles: tuple[str, ...],
    groups: Mapping[str, tuple[str, ...]],
    laws: Collection[str],
    in_meetings: Mapping[str, str],
) -> None:
    """Every fault of a procedure, each under the key where it stands; ``laws``: the short names of its documents.

    ``in_meetings``: the roles that say nothing outside of a meeting, each with the role that enters it.
    """
    _check_states(procedure, read, roles, groups)
    _check_events(procedure, read, roles)
    _check_rows(procedure, read)
    _check_history(procedure, read)
    _check_meetings(procedure, read, in_meetings)
    _check_terms(procedure, read, roles)
    _check_clock(procedure, read)
    _check_fields(procedure, read)
    _check_reach(procedure, read)
    _check_milestones(procedure, read)
    _check_ledger(procedure, read)
    _check_opening(procedure, read)
    check_ties(procedure, read)
    check_letters(procedure, read, roles)
    check_report(procedure, read)
    _check_bases(procedure, read, laws)
    try:
        distinct = len({procedure.number_for(year, seq) for year in (2025, 2026) for seq in (1, 2)}) == 4
    except (KeyError, ValueError, IndexError):
        distinct = False
    if not distinct:
        read.fault("number", "编号格式须且只能使用 {year} 和 {seq}，例如 GX{year}-{seq:04}")


def _check_states(
    procedure: Procedure, read: Reader, roles: tuple[str, ...], groups: Mapping[str, tuple[str, ...]]
) -> None:
    if procedure.initial not in procedure.states:
        read.fault("initial", f"没有状态“{procedure.initial}”")
    for state in procedure.states.values():
        if state.held_by and state.held_by not in roles:
            read.fault(f"states.{state.key}.held_by", f"没有角色“{state.held_by}”")
        if not state.held_by and not state.ending:
            read.fault(f"states.{state.key}.held_by", "缺少：未结束的状态须写明由谁办理")
        if state.term and state.term not in procedure.terms:
            read.fault(f"states.{state.key}.term", f"没有期限“{state.term}”")
        if state.agenda and state.agenda not in AGENDAS:
            read.fault(f"states.{state.key}.agenda", f"应为 {'、'.join(AGENDAS)} 之一")
        if state.ending not in ("", "closed", "void"):
            read.fault(f"states.{state.key}.ending", "应为 closed（计入办结）或 void（不计入统计）")
    for name, members in groups.items():
        _unknown(read, f"groups.{name}", members, procedure.states, "状态")


def _check_events(procedure: Procedure, read: Reader, roles: tuple[str, ...]) -> None:
    used = {event for _, event in procedure.table}
    known_notices = _mail_templates()
    for event in procedure.events.values():
        key = f"events.{event.key}"
        if not event.by:
            read.fault(f"{key}.by", "缺少：没有任何角色可以办理这一事件")
        _unknown(read, f"{key}.by", event.by, (*roles, CLOCK), "角色")
        _unknown(read, f"{key}.fields", (*event.fields, *event.one_of), procedure.fields, "字段")
        _check_notify(read, f"{key}.notify", event.notify, roles, known_notices)
        if event.key not in used:
            read.fault(key, "没有任何状态会发生这一事件")
        if set(event.by) == {CLOCK} and event.required:
            read.fault(f"{key}.required", "只由系统办理的事件不能要求填写字段")


def _check_notify(
    read: Reader, key: str, rules: Iterable[NoticeRule], roles: tuple[str, ...], known: frozenset[str]
) -> None:
    for each in rules:
        if each.to not in roles:
            read.fault(key, f"没有角色“{each.to}”")
        if each.notice not in known:
            read.fault(key, f"没有通知模板“{each.notice}”")


def _check_rows(procedure: Procedure, read: Reader) -> None:
    for (source, event), row in procedure.table.items():
        key = f"transitions（{source} · {event}）"
        if source not in procedure.states:
            read.fault(f"{key}.from", f"没有状态“{source}”")
        targets = row.targets.values() if row.target_field else (row.target,)
        _unknown(read, f"{key}.to", targets, (*procedure.states, STAY, BACK), "状态")
        if row.target_field:
            choices = procedure.fields[row.target_field].choices if row.target_field in procedure.fields else {}
            if row.target_field not in row.event.required or set(choices) != set(row.targets):
                read.fault(f"{key}.to", f"字段“{row.target_field}”须为必填选项，且每个选项对应一个状态")
        named = [row.answers, row.lengthens, row.after_due, row.before_due, *row.stops, *row.suspends, *row.keeps]
        named += [start.term for start in row.starts] + ([row.within[0]] if row.within else [])
        _unknown(read, f"{key}.term", filter(None, named), procedure.terms, "期限")
        if row.items not in ITEM_EFFECTS:
            read.fault(f"{key}.items", "应为 agreed、refused 或 named")
        if row.lengthens and row.lengthen_field not in row.event.required:
            read.fault(f"{key}.lengthens", "延期的天数须为必填字段")
        if row.when and not row.when_says:
            read.fault(f"{key}.when_says", "缺少：条件不满足时要告诉人怎么办")


def _check_history(procedure: Procedure, read: Reader) -> None:
    """What only a ledger's history may tell, a ledger must tell: nobody else can, and the clock does not replay."""
    steps = procedure.ledger.steps.values() if procedure.ledger else ()
    told = {event for step in steps for event in (*step.events, *step.results.values(), *step.remarks.values())}
    for (source, event), row in procedure.table.items():
        if not row.history:
            continue
        key = f"transitions（{source} · {event}）.history"
        if event not in told:
            read.fault(key, f"只随台账导入登记的一行（history = true），[ledger] 的步骤中须有事件“{event}”")
        if CLOCK in row.by:
            read.fault(key, "只随台账导入登记的一行（history = true）不能由时钟办理")


def _check_meetings(procedure: Procedure, read: Reader, in_meetings: Mapping[str, str]) -> None:
    """What is recorded in the name of a body that acts in meetings rests on one; notes and such are the office's."""
    for (source, event), row in procedure.table.items():
        state = procedure.states.get(source)
        if state is None or in_meetings.get(state.held_by) not in row.by or event in procedure.general_events:
            continue
        if not any(procedure.fields[key].kind == MEETING for key in row.event.required if key in procedure.fields):
            read.fault(
                f"transitions（{source} · {event}）.requires",
                f'以“{state.held_by}”的名义登记的事项须依据会议：必填字段中须有一个会议（kind = "{MEETING}"）',
            )


def _check_terms(procedure: Procedure, read: Reader, roles: tuple[str, ...]) -> None:
    known_notices = _mail_templates()
    running = {state.term for state in procedure.states.values()}
    running |= {start.term for row in procedure.table.values() for start in row.starts}
    marks = {*procedure.mark_fields, *(mark for row in procedure.table.values() for mark in row.set)}
    if sum(term.main for term in procedure.terms.values()) > 1:
        read.fault("terms", "只能有一个主期限（main = true）")
    for term in procedure.terms.values():
        key = f"terms.{term.key}"
        if term.key not in running:
            read.fault(key, "没有任何状态或事件使用这一期限")
        if term.days is None and not term.due_field and not term.until:
            read.fault(f"{key}.days", "缺少：须写明工作日数，或写明日期（until），或由字段确定（due_field）")
        _check_days_by(procedure, term, read)
        _unknown(read, f"{key}.suppress_when", term.suppress_when, marks, "标记")
        if term.days is not None and term.days < 1:
            read.fault(f"{key}.days", "应为 1 以上的工作日数")
        if term.bound and term.bound not in roles:
            read.fault(f"{key}.bound", f"没有角色“{term.bound}”")
        if term.due_field and term.due_field not in procedure.fields:
            read.fault(f"{key}.due_field", f"没有字段“{term.due_field}”")
        for reminder in term.reminders:
            if reminder.days_before < 0:
                read.fault(f"{key}.reminders", f"提醒（days_before = {reminder.days_before}）在期限届满之后")
            if term.days is not None and reminder.days_before >= term.days:
                read.fault(
                    f"{key}.reminders",
                    f"提醒（days_before = {reminder.days_before}）在期限开始之前（期限为{term.days}个工作日）",
                )
            if reminder.notice not in known_notices:
                read.fault(f"{key}.reminders", f"没有通知模板“{reminder.notice}”")
            _unknown(read, f"{key}.reminders", reminder.to, roles, "角色")
        if len({each.days_before for each in term.reminders}) != len(term.reminders):
            read.fault(f"{key}.reminders", "同一天有两次提醒")
        if any(rule.after < 1 for rule in term.lapse_notices):
            read.fault(f"{key}.lapse_notices", "after 应为期限届满后 1 个以上的工作日")
        _check_notify(read, f"{key}.lapse_notices", term.lapse_notices, roles, known_notices)
        _check_on_lapse(procedure, term, read)


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
    _unknown(read, key, lengths, rule.choices, "选项")
    if term.days is None:
        read.fault(f"terms.{term.key}.days", "缺少：未选择或其他选项时的工作日数")


def _check_clock(procedure: Procedure, read: Reader) -> None:
    """What the clock itself does must be lawful wherever a term may run: in every open state after the first."""
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
    event = term.proposes if term.on_lapse == PROPOSE else term.on_lapse
    if event not in procedure.events:
        read.fault(key, f"没有事件“{event}”")
    rows = [row for row in procedure.table.values() if row.event.key == event]
    if term.on_lapse != PROPOSE and (event in procedure.events) and not _may_follow_a_lapse(rows):
        read.fault(key, f"期限届满不能视为“{event}”：只能转入协调（remembers = true），且不要求填写字段")
    if term.on_lapse != PROPOSE and "〔" not in term.lapse_basis:
        read.fault(f"terms.{term.key}.lapse_basis", "届满自动转办须写明本地文件及文号（如 ×政办发〔2026〕1号）")


def _may_follow_a_lapse(rows: list[Transition]) -> bool:
    """Silence is never consent: the clock may refer a case, it may not answer, close or decide it."""
    return bool(rows) and all(row.remembers and not row.event.required for row in rows)


def _check_fields(procedure: Procedure, read: Reader) -> None:
    shown = {key for event in procedure.events.values() for key in (*event.fields, *event.one_of)}
    shown |= set(PARTY_ROLES)
    if "provider" not in procedure.fields:
        read.fault("fields.provider", "缺少：每个案件都须有一个责任部门（provider）")
    for rule in procedure.fields.values():
        key = f"fields.{rule.key}"
        if rule.key not in shown:
            read.fault(key, "没有任何表单使用这一字段")
        if rule.kind not in FIELD_KINDS:
            read.fault(f"{key}.kind", f"应为 {'、'.join(FIELD_KINDS)} 之一")
        if (rule.kind == "choice") != bool(rule.choices):
            read.fault(f"{key}.choices", "选项字段须有 choices，其他字段不能有")
    for name in filter(None, (procedure.subject, procedure.items, procedure.agreed_items, procedure.copied)):
        if name not in procedure.fields:
            read.fault("subject/items", f"没有字段“{name}”")


def _check_reach(procedure: Procedure, read: Reader) -> None:
    reached = {procedure.initial}
    grew = True
    while grew:
        grew = False
        for (source, _), row in procedure.table.items():
            targets = set(row.targets.values()) if row.target_field else {row.target}
            found = targets & procedure.states.keys() - reached
            if source in reached and found:
                reached |= found
                grew = True
    for state in procedure.states.values():
        if state.key not in reached:
            read.fault(f"states.{state.key}", "无法到达这一状态")
        onward = [
            row
            for row in procedure.from_state(state.key)
            if row.target not in (STAY, state.key) and row.event.key not in procedure.general_events
        ]
        if not onward and not state.ending:
            read.fault(f"states.{state.key}", "无法离开这一状态（撤回、作废等各状态都可办理的事件不算）")


def _check_milestones(procedure: Procedure, read: Reader) -> None:
    for event, column in procedure.milestones.items():
        if event not in procedure.events and event not in procedure.states and event != "ending":
            read.fault(f"milestones.{event}", f"没有事件或状态“{event}”")
        if column not in MILESTONE_COLUMNS:
            read.fault(f"milestones.{event}", f"应为 {'、'.join(MILESTONE_COLUMNS)} 之一")
    if "received_on" not in procedure.milestones.values():
        read.fault("milestones", '缺少 received_on（例如 submit = "received_on"）：没有收到日期的案件，提供部门看不到')


def _check_ledger(procedure: Procedure, read: Reader) -> None:
    ledger = procedure.ledger
    if ledger is None:
        return
    titles = [column.title for column in ledger.columns]
    for title in sorted({title for title in titles if titles.count(title) > 1}):
        read.fault("ledger.columns", f"“{title}”有两列")
    for column in ledger.columns:
        key = f"ledger.columns（{column.title}）"
        if column.field and column.field not in procedure.fields:
            read.fault(key, f"没有字段“{column.field}”")
        if column.law_into and column.law_into not in procedure.fields:
            read.fault(key, f"没有字段“{column.law_into}”")
        if column.step and column.step not in ledger.steps:
            read.fault(key, f"没有步骤“{column.step}”")
        if column.kind not in ("ordinal", "number", "date", "result", "remark", "document", "field"):
            read.fault(key, "is 应为 ordinal、number、date、result、remark、document 或省略")
    if [column.kind for column in ledger.columns].count("number") != 1:
        read.fault("ledger.columns", '须有一列、且只有一列 is = "number"（案件编号）')
    _check_ledger_steps(procedure, ledger, read)


def _check_ledger_steps(procedure: Procedure, ledger: Ledger, read: Reader) -> None:
    for step in ledger.steps.values():
        events = (*step.events, *step.remarks.values(), *(() if step.field else step.results.values()))
        _unknown(read, f"ledger.steps.{step.key}", events, procedure.events, "事件")
        fields = filter(None, (step.field, step.words_into, *step.required))
        _unknown(read, f"ledger.steps.{step.key}", fields, procedure.fields, "字段")
        _unknown(read, f"ledger.steps.{step.key}.required", step.required, _written(ledger, step.key), "列的字段")
        kinds = [column.kind for column in ledger.columns if column.step == step.key]
        if kinds.count("date") != 1 or kinds.count("result") != bool(step.results):
            read.fault(f"ledger.steps.{step.key}", "每个步骤须有一列日期；有 results 的还须有一列结果")


def _written(ledger: Ledger, step: str) -> list[str]:
    """The fields for which a step of the spreadsheet has columns."""
    return [column.field for column in ledger.columns if column.step == step]


def _check_opening(procedure: Procedure, read: Reader) -> None:
    """What the clock opens, it must be able to hand in with nothing but a subject and a prefilled text."""
    opening = procedure.opening
    if opening is None:
        return
    if not 1 <= opening.month <= 12:
        read.fault("opening.month", "应为 1 至 12 的月份")
    _unknown(read, "opening.levels", opening.levels, tuple(Level), "层级")
    row = procedure.table.get((procedure.initial, opening.event))
    if row is None or CLOCK not in row.by:
        read.fault("opening.event", f"时钟须能在起始状态办理“{opening.event}”（by 含 clock）")
    elif set(row.event.required) - {procedure.subject, opening.field}:
        read.fault("opening.event", "时钟开立的案件只能预填名称和一项文字，不能另有必填字段")
    if opening.field and opening.field not in procedure.fields:
        read.fault("opening.field", f"没有字段“{opening.field}”")
    if len(procedure.parties) != 1:
        read.fault("opening", "逐年开立的事项只涉及一个单位，不能有使用部门")


def _check_bases(procedure: Procedure, read: Reader, laws: Collection[str]) -> None:
    """Where several laws rule together, a basis says which one: no article is cited from the wrong document."""
    for key, basis in _bases(procedure) if laws else ():
        if basis != OFFICE_BASIS and not any(basis.startswith(law) for law in laws):
            read.fault(f"{key}.basis", f"“{basis}”须以文件简称开头（{'、'.join(laws)}），或为 {OFFICE_BASIS}")


def _bases(procedure: Procedure) -> Iterator[tuple[str, str]]:
    yield procedure.key, procedure.basis
    for state in procedure.states.values():
        yield f"states.{state.key}", state.basis
    for term in procedure.terms.values():
        yield f"terms.{term.key}", term.basis
        yield f"terms.{term.key}.start", term.start_basis or OFFICE_BASIS
    for (source, event), row in procedure.table.items():
        yield f"transitions（{source} · {event}）", row.basis
    for n, each in enumerate(procedure.prepared, 1):
        yield f"prepared[{n}]", each.basis
    if procedure.tie is not None:
        for key, advice in procedure.tie.advise.items():
            yield f"resource.advise.{key}", advice.basis
        for n, contradiction in enumerate(procedure.tie.contradictions, 1):
            yield f"resource.contradictions[{n}]", contradiction.basis
    for letter in procedure.letters:
        yield f"letters（{letter.name}）", letter.basis


def _unknown(read: Reader, key: str, names: Iterable[str], known: Iterable[str], kind: str) -> None:
    known = set(known)
    for name in names:
        if name not in known:
            read.fault(key, f"没有{kind}“{name}”")


@lru_cache(maxsize=1)
def _mail_templates() -> frozenset[str]:
    return frozenset(path.name.removesuffix(".txt") for path in template_folder("mail").glob("*.txt"))
