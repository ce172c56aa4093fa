"""From the text of the files to values: one function for each kind of row."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from negotiation.labels import LAYER_TITLES, LETTER_KIND_TITLES
from negotiation.rulebook.checking import check
from negotiation.rulebook.reader import Faults, Reader
from negotiation.rulebook.reporting import read_report
from negotiation.rulebook.tying import check_prepared, read_prepared, read_tie
from negotiation.rulebook.values import (
    FLAG,
    STAY,
    Document,
    EventRule,
    FieldRule,
    Ledger,
    LedgerColumn,
    LedgerStep,
    LetterRule,
    NoticeRule,
    Opening,
    Procedure,
    Reminder,
    Rulebook,
    Start,
    StateRule,
    TermRule,
    Transition,
)
from negotiation.vocabulary import Layer, LetterKind


def parse(source: Mapping[str, str], *, where: str = "") -> Rulebook:
    """The rulebook in the files ``source`` (name → text). Raises RulebookFaults with every fault at once."""
    faults = Faults()
    documents = {name: faults.toml(name, text) for name, text in source.items()}
    head = Reader(faults, "rulebook.toml", documents.pop("rulebook.toml", {}))
    roles = head.sections("roles")
    entered_by = {key: by for key, role in roles.items() if (by := role.text("entered_by"))}
    in_meetings = {key: entered_by.get(key, key) for key, role in roles.items() if role.flag("in_meetings")}
    laws = {name: _document(part) for name, part in head.sections("documents").items()}
    main = head.text("main_procedure")
    procedures = [
        procedure
        for name, document in documents.items()
        if (procedure := _procedure_or_fault(Reader(faults, name, document), tuple(roles), laws, in_meetings))
    ]
    rulebook = Rulebook(
        id=head.text("id", needed=True),
        version=_version(head, procedures),
        title=head.text("title", needed=True),
        document=head.text("document", needed=True),
        in_force_from=head.day("in_force_from") or date.min,
        in_force_until=head.day("in_force_until"),
        calendar_layer=_layer(head),
        roles={key: role.text("title", needed=True) for key, role in roles.items()},
        entered_by=entered_by,
        address=head.table("address"),
        main_procedure=main,
        procedures={each.key: each for each in sorted(procedures, key=lambda each: each.key != main)},
        source=source,
        documents=laws,
    )
    _check_head(rulebook, head, documents)
    _check_words(rulebook, head)
    check_prepared(rulebook.procedures, {str(text.get("id")): name for name, text in documents.items()}, faults)
    head.finish()
    if not documents:
        faults.add("rulebook.toml", "procedures", "规则文件夹里没有任何办理事项")
    elif rulebook.main_procedure not in rulebook.procedures:
        faults.add("rulebook.toml", "main_procedure", "应为其中一个办理事项，年度报告以它开头")
    faults.raise_any(where)
    return rulebook


def _version(head: Reader, procedures: Collection[Procedure]) -> str:
    """The version of the whole: that of rulebook.toml, and how often files were revised since: 5, then 5-1."""
    version, revisions = head.text("version", needed=True), sum(each.revision for each in procedures)
    return f"{version}-{revisions}" if revisions else version


def _document(read: Reader) -> Document:
    document = Document(title=read.text("title", needed=True), number=read.text("number", needed=True))
    read.finish()
    return document


def _layer(head: Reader) -> Layer:
    """The national calendar unless the rulebook names a layer."""
    name = head.text("calendar_layer") or Layer.NATIONAL
    if name not in list(Layer):
        known = "、".join(f"{layer.value}（{title}）" for layer, title in LAYER_TITLES.items())
        head.fault("calendar_layer", f"没有日历层级“{name}”，可用：{known}")
        return Layer.NATIONAL
    return Layer(name)


def _check_head(rulebook: Rulebook, head: Reader, documents: Mapping[str, Any]) -> None:
    for role, by in rulebook.entered_by.items():
        if by not in rulebook.roles:
            head.fault(f"roles.{role}.entered_by", f"没有角色“{by}”")
    if rulebook.in_force_until is not None and rulebook.in_force_until < rulebook.in_force_from:
        head.fault("in_force_until", f"早于施行日期 {rulebook.in_force_from}")
    if rulebook.id and not re.fullmatch(r"[a-z0-9][a-z0-9-]*", rulebook.id):
        head.fault("id", "只能用小写字母、数字和连字符")
    keys = [document.get("id") for document in documents.values()]
    for key in sorted({key for key in keys if isinstance(key, str) and keys.count(key) > 1}):
        head.fault("procedures", f"两个文件的办理事项同为“{key}”")
    numbers = [procedure.number for procedure in rulebook.procedures.values()]
    for number in sorted({number for number in numbers if numbers.count(number) > 1}):
        head.fault("procedures", f"两个办理事项的编号格式同为“{number}”，编号会重复")


def _check_words(rulebook: Rulebook, head: Reader) -> None:
    """One word for one thing: lists of all procedures are filtered by a state, so its title means one state only."""
    states = [state for procedure in rulebook.procedures.values() for state in procedure.states.values()]
    titles: dict[str, str] = {}
    keys: dict[str, str] = {}
    for state in states:
        if titles.setdefault(state.key, state.title) != state.title:
            head.fault("procedures", f"状态“{state.key}”在不同事项中有两个名称：{titles[state.key]}、{state.title}")
        if keys.setdefault(state.title, state.key) != state.key:
            head.fault("procedures", f"名称“{state.title}”在不同事项中是两个状态：{keys[state.title]}、{state.key}")


def _procedure_or_fault(
    read: Reader, roles: tuple[str, ...], laws: Collection[str], in_meetings: Mapping[str, str]
) -> Procedure | None:
    """A shape that no rule foresaw (a number where a table belongs) is a fault of the file, not of the program."""
    try:
        return _procedure(read, roles, laws, in_meetings)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        read.fault("结构", f"写法与规则格式不符（{type(error).__name__}：{error}）")
        return None


def _procedure(
    read: Reader, roles: tuple[str, ...], laws: Collection[str], in_meetings: Mapping[str, str]
) -> Procedure:
    states = {key: _state(key, part) for key, part in read.sections("states").items()}
    groups = {key: tuple(value) for key, value in read.table("groups").items()}
    groups["open"] = tuple(key for key, state in states.items() if not state.ending)
    groups["any"] = tuple(states)
    events = {key: _event(key, part) for key, part in read.sections("events").items()}
    procedure = Procedure(
        key=read.text("id", needed=True),
        title=read.text("title", needed=True),
        revision=read.number("revision") or 0,
        basis=read.text("basis", needed=True),
        number=read.text("number", needed=True),
        initial=read.text("initial", needed=True),
        subject=read.text("subject"),
        items=read.text("items"),
        agreed_items=read.text("agreed_items"),
        copied=read.text("copied"),
        states=states,
        terms={key: _term(key, part) for key, part in read.sections("terms").items()},
        fields={key: _field(key, part) for key, part in read.sections("fields").items()},
        events=events,
        table=_table(read, events, groups),
        milestones=read.table("milestones"),
        ledger=_ledger(read),
        opening=_opening(read),
        tie=read_tie(read),
        related=read.text("related"),
        prepared=read_prepared(read),
        letters=tuple(_letter(part, groups) for part in read.rows("letters")),
        report=read_report(read),
    )
    read.finish()
    check(procedure, read, roles, groups, laws, in_meetings)
    return procedure


def _state(key: str, read: Reader) -> StateRule:
    rule = StateRule(
        key=key,
        title=read.text("title", needed=True),
        basis=read.text("basis", needed=True),
        held_by=read.text("held_by"),
        term=read.text("term"),
        ending=read.text("ending"),
        agenda=read.text("agenda"),
    )
    read.finish()
    return rule


def _term(key: str, read: Reader) -> TermRule:
    rule = TermRule(
        key=key,
        title=read.text("title", needed=True),
        basis=read.text("basis", needed=True),
        days=read.number("days"),
        due_field=read.text("due_field"),
        bound=read.text("bound"),
        main=read.flag("main"),
        start=read.text("start"),
        start_basis=read.text("start_basis"),
        on_lapse=read.text("on_lapse") or FLAG,
        proposes=read.text("proposes"),
        lapse_basis=read.text("lapse_basis"),
        lapse_title=read.text("lapse_title"),
        lapse_task=read.text("lapse_task"),
        reminders=tuple(
            sorted((_reminder(part) for part in read.rows("reminders")), key=lambda each: -each.days_before)
        ),
        lapse_notices=tuple(rule for part in read.rows("lapse_notices") for rule in _notice_rules(part)),
        days_by=_days_by(read),
        until=_until(read),
        suppress_when=read.table("suppress_when"),
        awaits=read.text("awaits"),
    )
    read.finish()
    return rule


def _days_by(read: Reader) -> tuple[str, dict[str, int]]:
    table = dict(read.table("days_by"))
    key = table.pop("field", "")
    if any(type(days) is not int or days < 1 for days in table.values()) or (table and not key):
        read.fault("days_by", "应写明字段（field）和每个选项的工作日数")
        return "", {}
    return key, table


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


def _notice_rules(read: Reader) -> list[NoticeRule]:
    notice, after = read.text("notice", needed=True), read.number("after") or 0
    rules = [NoticeRule(to=to, notice=notice, after=after) for to in read.names("to")]
    read.finish()
    return rules


def _field(key: str, read: Reader) -> FieldRule:
    rule = FieldRule(
        key=key,
        title=read.text("title", needed=True),
        kind=read.text("kind") or "text",
        choices=read.table("choices"),
        mark=read.flag("mark"),
    )
    read.finish()
    return rule


def _event(key: str, read: Reader) -> EventRule:
    rule = EventRule(
        key=key,
        title=read.text("title", needed=True),
        by=read.names("by"),
        required=read.names("required"),
        optional=read.names("optional"),
        one_of=read.names("one_of"),
        approval=read.flag("approval"),
        notify=tuple(rule for part in read.rows("notify") for rule in _notice_rules(part)),
    )
    read.finish()
    return rule


def _table(
    read: Reader, events: Mapping[str, EventRule], groups: Mapping[str, tuple[str, ...]]
) -> dict[tuple[str, str], Transition]:
    table: dict[tuple[str, str], Transition] = {}
    for part in read.rows("transitions"):
        event = part.text("event", needed=True)
        if "from" not in part.rest:
            part.fault("from", "缺少")
        sources = [state for name in part.names("from") for state in groups.get(name, (name,))]
        rule = events.get(event)
        if rule is None:
            part.fault("event", f"没有定义事件“{event}”")
            continue
        row = _transition(part, rule)
        for source in sources:
            if (source, event) in table:
                part.fault("from", f"状态“{source}”的事件“{event}”有两行，应只有一行")
            table[source, event] = _at(row, source)
    return table


def _transition(read: Reader, event: EventRule) -> Transition:
    target, field_name, targets = _target(read)
    within = read.table("within")
    lengthens = read.table("lengthens")
    row = Transition(
        event=_asked_here(read, event),
        by=read.names("by") or event.by,
        source="",
        target=target,
        target_field=field_name,
        targets=targets,
        basis=read.text("basis", needed=True),
        answers=read.text("answers"),
        starts=_starts(read),
        stops=read.names("stops"),
        suspends=read.names("suspends"),
        keeps=read.names("keeps"),
        lengthens=lengthens.get("term", ""),
        lengthen_field=lengthens.get("field", ""),
        lengthen_at_most=lengthens.get("at_most", 0),
        after_due=read.text("after_due"),
        before_due=read.text("before_due"),
        within=(within["term"], within["days"]) if {"term", "days"} <= within.keys() else None,
        when=read.table("when"),
        when_says=read.text("when_says"),
        unless=read.table("unless"),
        unless_says=read.text("unless_says"),
        set=read.table("set"),
        items=read.text("items"),
        remembers=read.flag("remembers"),
        history=read.flag("history"),
        task=read.text("task"),
    )
    read.finish()
    return row


def _asked_here(read: Reader, event: EventRule) -> EventRule:
    """The event as its form is in this row: what is optional elsewhere may be required here."""
    requires, one_of = read.names("requires"), read.names("one_of")
    for key in (*requires, *one_of):
        if key not in event.fields:
            read.fault("requires", f"事件“{event.key}”的表单没有字段“{key}”")
    return replace(
        event,
        required=tuple(dict.fromkeys((*event.required, *requires))),
        optional=tuple(key for key in event.optional if key not in requires),
        one_of=one_of or event.one_of,
    )


def _at(row: Transition, source: str) -> Transition:
    return Transition(**{key: getattr(row, key) for key in Transition.__slots__} | {"source": source})


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
        else Start(each.get("term", ""), each.get("when", {}), bool(each.get("anew")))
        for each in value
    )


def _opening(read: Reader) -> Opening | None:
    if "opening" not in read.rest:
        return None
    part = Reader(read.faults, read.name, read.table("opening"), "opening.")
    opening = Opening(
        month=part.number("month") or 0,
        levels=part.names("levels"),
        event=part.text("event", needed=True),
        subject=part.text("subject", needed=True),
        field=part.text("field"),
    )
    part.finish()
    return opening


def _letter(read: Reader, groups: Mapping[str, tuple[str, ...]]) -> LetterRule:
    letter = LetterRule(
        template=read.text("template", needed=True),
        name=read.text("name", needed=True),
        kind=_letter_kind(read),
        title=read.text("title", needed=True),
        sender=read.text("from", needed=True),
        to=read.names("to"),
        basis=read.text("basis", needed=True),
        states=tuple(state for name in read.names("states") for state in groups.get(name, (name,))),
        meetings=read.names("meetings"),
        needs=read.names("needs"),
        answered=read.flag("answered"),
        after_due=read.text("after_due"),
        asks=read.text("asks"),
    )
    read.finish()
    return letter


def _letter_kind(read: Reader) -> LetterKind:
    kind = read.text("kind", needed=True)
    if kind not in list(LetterKind):
        known = "、".join(f"{each.value}（{title}）" for each, title in LETTER_KIND_TITLES.items())
        read.fault("kind", f"没有文种“{kind}”，可用：{known}")
        return LetterKind.LETTER
    return LetterKind(kind)


def _ledger(read: Reader) -> Ledger | None:
    if "ledger" not in read.rest:
        return None
    part = Reader(read.faults, read.name, read.table("ledger"), "ledger.")
    ledger = Ledger(
        sheet=part.text("sheet", needed=True),
        title=part.text("title", needed=True),
        actor=part.text("actor", needed=True),
        columns=tuple(_ledger_column(column) for column in part.rows("columns")),
        steps={key: _ledger_step(key, step) for key, step in part.sections("steps").items()},
    )
    part.finish()
    return ledger


def _ledger_column(read: Reader) -> LedgerColumn:
    column = LedgerColumn(
        title=read.text("title", needed=True),
        kind=read.text("is") or "field",
        step=read.text("step"),
        field=read.text("field"),
        law_into=read.text("law_into"),
    )
    read.finish()
    return column


def _ledger_step(key: str, read: Reader) -> LedgerStep:
    step = LedgerStep(
        key=key,
        events=read.names("events"),
        results=read.table("results"),
        field=read.text("field"),
        until_ending=read.flag("until_ending"),
        remarks=read.table("remarks"),
        words_into=read.text("words_into"),
        required=read.names("required"),
    )
    read.finish()
    return step
