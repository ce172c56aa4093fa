"""The law as data: loads a rulebook, checks all of it, and hands out frozen values.

A rulebook is a folder of TOML: ``rulebook.toml`` and one file for each procedure. Nothing here asks the clock or the
database, and nothing outside ``rulebooks/`` names a procedure, a state or an event.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from negotiation.errors import NotFound, RulebookFaults
from negotiation.vocabulary import CLOCK, PARTY_ROLES

MILESTONE_COLUMNS = (
    "received_on", "replied_on", "referred_on", "accepted_on",
    "coordinated_on", "reported_on", "decided_on", "closed_on",
)  # fmt: skip
FIELD_KINDS = ("text", "date", "list", "choice", "department", "number", "yes_no")
FLAG, PROPOSE = "flag", "propose"
STAY, BACK = "stay", "back"
OFFICE_BASIS = "office"
ITEM_EFFECTS = ("", "agreed", "refused", "named")


@dataclass(frozen=True, slots=True)
class Told:
    """Who hears of something, with which template; ``after`` counts working days from the due date (lapses only)."""

    to: str
    notice: str
    after: int = 0


@dataclass(frozen=True, slots=True)
class Rung:
    """A reminder of the ladder: ``left`` working days before the due date."""

    left: int
    notice: str
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TermRule:
    """A term: its length in working days, or set by a field of the act; what the clock does when it has passed."""

    key: str
    title: str
    basis: str
    days: int | None
    due_field: str
    bound: str
    main: bool
    start: str
    start_basis: str
    on_lapse: str
    proposes: str
    lapse_basis: str
    lapse_title: str
    lapse_task: str
    ladder: tuple[Rung, ...]
    lapse_tells: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class FieldRule:
    """A field of a form. A ``mark`` is kept on the case, where later conditions can ask for it."""

    key: str
    title: str
    kind: str
    choices: Mapping[str, str]
    mark: bool


@dataclass(frozen=True, slots=True)
class StateRule:
    """A state, who holds it and the term that runs in it; an ``ending`` state ends the case."""

    key: str
    title: str
    basis: str
    held_by: str
    term: str
    ending: str


@dataclass(frozen=True, slots=True)
class EventRule:
    """An event: its title, who may send it, what its form asks, who is told."""

    key: str
    title: str
    by: tuple[str, ...]
    required: tuple[str, ...]
    optional: tuple[str, ...]
    one_of: tuple[str, ...]
    approval: bool
    told: tuple[Told, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        return self.required + self.optional


@dataclass(frozen=True, slots=True)
class Start:
    """A term that a transition starts, if the marks or fields named in ``when`` hold."""

    term: str
    when: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table: in ``source``, ``event`` leads to ``target``; its conditions, its effects, its article."""

    event: EventRule
    source: str
    target: str
    target_field: str
    targets: Mapping[str, str]
    basis: str
    answers: str
    starts: tuple[Start, ...]
    stops: tuple[str, ...]
    suspends: tuple[str, ...]
    keeps: tuple[str, ...]
    extends: str
    extend_field: str
    extend_at_most: int
    after_due: str
    within: tuple[str, int] | None
    when: Mapping[str, Any]
    when_says: str
    unless: Mapping[str, Any]
    unless_says: str
    set: Mapping[str, Any]
    items: str
    remembers: bool

    @property
    def moves(self) -> bool:
        """Whether the event changes the state or a term: only such an event orders the dates of later ones."""
        return self.target != STAY or bool(self.starts or self.stops or self.suspends or self.extends)


@dataclass(frozen=True, slots=True)
class LedgerColumn:
    """A column of the office's spreadsheet: ``kind`` is ordinal, number, date, result, remark (also a field) or
    field."""

    title: str
    kind: str
    step: str
    field: str
    law_into: str


@dataclass(frozen=True, slots=True)
class LedgerStep:
    """What the cells of one step of the spreadsheet mean as events."""

    key: str
    events: tuple[str, ...]
    results: Mapping[str, str]
    field: str
    until_ending: bool
    remarks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ledger:
    """The form of the office's spreadsheet for one procedure."""

    sheet: str
    title: str
    actor: str
    columns: tuple[LedgerColumn, ...]
    steps: Mapping[str, LedgerStep]


@dataclass(frozen=True)
class Procedure:
    """One procedure: its states, terms, fields, events and the table (state, event) → transition."""

    key: str
    title: str
    basis: str
    number: str
    initial: str
    subject: str
    items: str
    agreed_items: str
    states: Mapping[str, StateRule]
    terms: Mapping[str, TermRule]
    fields: Mapping[str, FieldRule]
    events: Mapping[str, EventRule]
    table: Mapping[tuple[str, str], Transition]
    milestones: Mapping[str, str]
    ledger: Ledger | None

    @cached_property
    def open_states(self) -> tuple[str, ...]:
        return tuple(key for key, state in self.states.items() if not state.ending)

    def from_state(self, state: str) -> list[Transition]:
        """The rows that leave a state, in the order of the file: the buttons a party could see."""
        return [row for (source, _), row in self.table.items() if source == state]

    def number_for(self, year: int, seq: int) -> str:
        return self.number.format(year=year, seq=seq)

    @cached_property
    def number_pattern(self) -> re.Pattern[str]:
        """Matches numbers of this procedure, with the groups ``year`` and ``seq``."""
        body = re.escape(self.number.format(year=987654321, seq=123456789))
        return re.compile(body.replace("987654321", r"(?P<year>\d{4})").replace("123456789", r"(?P<seq>\d+)") + "$")

    @property
    def ending_column(self) -> str:
        return self.milestones.get("ending", "")


@dataclass(frozen=True)
class Rulebook:
    """A set of rules in force from a day on; ``source`` is its content, which never changes for a version."""

    id: str
    version: str
    title: str
    document: str
    in_force_from: date
    in_force_until: date | None
    roles: Mapping[str, str]
    entered_by: Mapping[str, str]
    address: Mapping[str, str]
    main_procedure: str
    procedures: Mapping[str, Procedure]
    source: Mapping[str, str] = field(repr=False)

    @cached_property
    def content(self) -> str:
        """All files as one JSON text: what the database keeps of a version in use."""
        return json.dumps(self.source, ensure_ascii=False, sort_keys=True)

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.content.encode()).hexdigest()

    def procedure(self, key: str) -> Procedure:
        """A procedure by its key; NotFound names those there are."""
        if key not in self.procedures:
            known = "、".join(f"{p.key}（{p.title}）" for p in self.procedures.values())
            raise NotFound(f"规则 {self.id} 中没有办理事项“{key}”", todo=f"可用的事项：{known}")
        return self.procedures[key]

    def role_title(self, role: str) -> str:
        return "系统" if role == CLOCK else self.roles.get(role, role)

    def cited(self, basis: str) -> str:
        """A basis as people read it: the article with the document, or 本办公室规定 where the office rules."""
        return "本办公室规定" if basis == OFFICE_BASIS else f"《{self.title}》（{self.document}）{basis}"


def shipped() -> dict[str, Path]:
    """The rulebooks that come with the product: id → folder."""
    root = Path(str(files("negotiation") / "rulebooks"))
    return {folder.name: folder for folder in sorted(root.iterdir()) if (folder / "rulebook.toml").exists()}


def available(home: Path) -> dict[str, Path]:
    """The rulebooks of an installation: those shipped and those installed under ``home/rulebooks``, which prevail."""
    own = home / "rulebooks"
    folders = sorted(own.iterdir()) if own.is_dir() else []
    return shipped() | {folder.name: folder for folder in folders if (folder / "rulebook.toml").exists()}


@lru_cache(maxsize=64)
def load(folder: Path) -> Rulebook:
    """The rulebook in a folder. Raises RulebookFaults with every fault at once, NotFound if there is none."""
    if not (folder / "rulebook.toml").is_file():
        raise NotFound("没有找到 rulebook.toml", where=str(folder), todo="请给出规则所在的文件夹")
    source = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            source[path.name] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise RulebookFaults([f"{path.name}：不是 UTF-8 编码的文本"], where=str(folder)) from None
    return parse(source, where=str(folder))


def from_content(content: str) -> Rulebook:
    """The rulebook that the database keeps as ``Rulebook.content``."""
    return parse(json.loads(content), where="数据库中的规则")


def parse(source: Mapping[str, str], *, where: str = "") -> Rulebook:
    """The rulebook in the files ``source`` (name → text). Raises RulebookFaults with every fault at once."""
    faults = _Faults()
    documents = {name: faults.toml(name, text) for name, text in source.items()}
    head = _Reader(faults, "rulebook.toml", documents.pop("rulebook.toml", {}))
    roles = head.sections("roles")
    rulebook = Rulebook(
        id=head.text("id", needed=True),
        version=head.text("version", needed=True),
        title=head.text("title", needed=True),
        document=head.text("document", needed=True),
        in_force_from=head.day("in_force_from") or date.min,
        in_force_until=head.day("in_force_until"),
        roles={key: role.text("title", needed=True) for key, role in roles.items()},
        entered_by={key: by for key, role in roles.items() if (by := role.text("entered_by"))},
        address=head.table("address"),
        main_procedure=head.text("main_procedure"),
        procedures={
            procedure.key: procedure
            for name, document in documents.items()
            if (procedure := _procedure_or_fault(_Reader(faults, name, document), tuple(roles))) is not None
        },
        source=source,
    )
    head.optional("calendar_layer")
    head.finish()
    if not documents:
        faults.add("rulebook.toml", "procedures", "规则文件夹里没有任何办理事项")
    elif rulebook.main_procedure not in rulebook.procedures:
        faults.add("rulebook.toml", "main_procedure", "应为其中一个办理事项，年度报告以它开头")
    faults.raise_any(where)
    return rulebook


# ------------------------------------------------------------------------------------------------------ reading


class _Faults:
    """Gathers faults, so that one run of the checker names them all."""

    def __init__(self) -> None:
        self.list: list[str] = []

    def add(self, name: str, key: str, what: str) -> None:
        self.list.append(f"{name} · {key}：{what}")

    def toml(self, name: str, text: str) -> dict[str, Any]:
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            self.add(name, "TOML", f"无法读取（{error}）")
            return {}

    def raise_any(self, where: str) -> None:
        if self.list:
            raise RulebookFaults(self.list, where=where)


class _Reader:
    """Reads keys of one table, with their types; what is left at the end is a key nobody knows."""

    def __init__(self, faults: _Faults, name: str, table: Mapping[str, Any], path: str = "") -> None:
        self.faults, self.name, self.path = faults, name, path
        self.rest = dict(table)

    def fault(self, key: str, what: str) -> None:
        self.faults.add(self.name, f"{self.path}{key}", what)

    def optional(self, key: str) -> Any:
        return self.rest.pop(key, None)

    def _typed(self, key: str, kind: type | tuple[type, ...], words: str, *, needed: bool) -> Any:
        value = self.rest.pop(key, None)
        if value is None:
            if needed:
                self.fault(key, "缺少")
            return None
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.fault(key, f"应为{words}")
            return None
        return value

    def text(self, key: str, *, needed: bool = False) -> str:
        return self._typed(key, str, "文字", needed=needed) or ""

    def number(self, key: str) -> int | None:
        value: int | None = self._typed(key, int, "整数", needed=False)
        return value

    def flag(self, key: str) -> bool:
        return bool(self._typed(key, bool, "true 或 false", needed=False))

    def day(self, key: str) -> date | None:
        value: date | None = self._typed(key, date, "日期", needed=False)
        return value

    def table(self, key: str, *, needed: bool = False) -> dict[str, Any]:
        return self._typed(key, dict, "表", needed=needed) or {}

    def names(self, key: str) -> tuple[str, ...]:
        value = self.rest.pop(key, None)
        if value is None:
            return ()
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
            self.fault(key, "应为名称或名称的列表")
            return ()
        return tuple(listed)

    def rows(self, key: str) -> list["_Reader"]:
        value = self.rest.pop(key, [])
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            self.fault(key, "应为表的列表")
            return []
        return [_Reader(self.faults, self.name, row, f"{self.path}{key}[{n}].") for n, row in enumerate(value, 1)]

    def sections(self, key: str) -> dict[str, "_Reader"]:
        value = self.table(key)
        found = {}
        for name, table in value.items():
            if isinstance(table, dict):
                found[name] = _Reader(self.faults, self.name, table, f"{self.path}{key}.{name}.")
            else:
                self.fault(f"{key}.{name}", "应为表")
        return found

    def finish(self) -> None:
        for key in self.rest:
            self.fault(key, "不认识的键")


def _procedure_or_fault(read: _Reader, roles: tuple[str, ...]) -> Procedure | None:
    """A shape that no rule foresaw (a number where a table belongs) is a fault of the file, not of the program."""
    try:
        return _procedure(read, roles)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        read.fault("结构", f"写法与规则格式不符（{type(error).__name__}：{error}）")
        return None


def _procedure(read: _Reader, roles: tuple[str, ...]) -> Procedure:
    states = {key: _state(key, part) for key, part in read.sections("states").items()}
    groups = {key: tuple(value) for key, value in read.table("groups").items()}
    groups["open"] = tuple(key for key, state in states.items() if not state.ending)
    groups["any"] = tuple(states)
    events = {key: _event(key, part) for key, part in read.sections("events").items()}
    procedure = Procedure(
        key=read.text("id", needed=True),
        title=read.text("title", needed=True),
        basis=read.text("basis", needed=True),
        number=read.text("number", needed=True),
        initial=read.text("initial", needed=True),
        subject=read.text("subject"),
        items=read.text("items"),
        agreed_items=read.text("agreed_items"),
        states=states,
        terms={key: _term(key, part) for key, part in read.sections("terms").items()},
        fields={key: _field(key, part) for key, part in read.sections("fields").items()},
        events=events,
        table=_table(read, events, groups),
        milestones=read.table("milestones"),
        ledger=_ledger(read),
    )
    read.finish()
    _check(procedure, read, roles, groups)
    return procedure


def _state(key: str, read: _Reader) -> StateRule:
    rule = StateRule(
        key=key,
        title=read.text("title", needed=True),
        basis=read.text("basis", needed=True),
        held_by=read.text("held_by"),
        term=read.text("term"),
        ending=read.text("ending"),
    )
    read.finish()
    return rule


def _term(key: str, read: _Reader) -> TermRule:
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
        ladder=tuple(sorted((_rung(part) for part in read.rows("ladder")), key=lambda rung: -rung.left)),
        lapse_tells=tuple(told for part in read.rows("lapse_tells") for told in _told(part)),
    )
    read.finish()
    return rule


def _rung(read: _Reader) -> Rung:
    left = read.number("left")
    if left is None:
        read.fault("left", "缺少（到期前的工作日数）")
    rung = Rung(left=left or 0, notice=read.text("notice", needed=True), to=read.names("to"))
    read.finish()
    return rung


def _told(read: _Reader) -> list[Told]:
    notice, after = read.text("notice", needed=True), read.number("after") or 0
    told = [Told(to=to, notice=notice, after=after) for to in read.names("to")]
    read.finish()
    return told


def _field(key: str, read: _Reader) -> FieldRule:
    rule = FieldRule(
        key=key,
        title=read.text("title", needed=True),
        kind=read.text("kind") or "text",
        choices=read.table("choices"),
        mark=read.flag("mark"),
    )
    read.finish()
    return rule


def _event(key: str, read: _Reader) -> EventRule:
    rule = EventRule(
        key=key,
        title=read.text("title", needed=True),
        by=read.names("by"),
        required=read.names("required"),
        optional=read.names("optional"),
        one_of=read.names("one_of"),
        approval=read.flag("approval"),
        told=tuple(told for part in read.rows("told") for told in _told(part)),
    )
    read.finish()
    return rule


def _table(
    read: _Reader, events: Mapping[str, EventRule], groups: Mapping[str, tuple[str, ...]]
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


def _transition(read: _Reader, event: EventRule) -> Transition:
    target, field_name, targets = _target(read)
    within = read.table("within")
    extends = read.table("extends")
    row = Transition(
        event=event,
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
        extends=extends.get("term", ""),
        extend_field=extends.get("field", ""),
        extend_at_most=extends.get("at_most", 0),
        after_due=read.text("after_due"),
        within=(within["term"], within["days"]) if {"term", "days"} <= within.keys() else None,
        when=read.table("when"),
        when_says=read.text("when_says"),
        unless=read.table("unless"),
        unless_says=read.text("unless_says"),
        set=read.table("set"),
        items=read.text("items"),
        remembers=read.flag("remembers"),
    )
    read.finish()
    return row


def _at(row: Transition, source: str) -> Transition:
    return Transition(**{key: getattr(row, key) for key in Transition.__slots__} | {"source": source})


def _target(read: _Reader) -> tuple[str, str, dict[str, str]]:
    value = read.optional("to")
    if isinstance(value, str):
        return value, "", {}
    if isinstance(value, dict) and "field" in value:
        return "", value["field"], {key: state for key, state in value.items() if key != "field"}
    read.fault("to", "应为状态、stay、back，或 { field = …, 取值 = 状态 }")
    return STAY, "", {}


def _starts(read: _Reader) -> tuple[Start, ...]:
    value = read.optional("starts") or []
    if not isinstance(value, list):
        read.fault("starts", "应为期限的列表")
        return ()
    return tuple(
        Start(each, {}) if isinstance(each, str) else Start(each.get("term", ""), each.get("when", {}))
        for each in value
    )


def _ledger(read: _Reader) -> Ledger | None:
    if "ledger" not in read.rest:
        return None
    part = _Reader(read.faults, read.name, read.table("ledger"), "ledger.")
    ledger = Ledger(
        sheet=part.text("sheet", needed=True),
        title=part.text("title", needed=True),
        actor=part.text("actor", needed=True),
        columns=tuple(_ledger_column(column) for column in part.rows("columns")),
        steps={key: _ledger_step(key, step) for key, step in part.sections("steps").items()},
    )
    part.finish()
    return ledger


def _ledger_column(read: _Reader) -> LedgerColumn:
    column = LedgerColumn(
        title=read.text("title", needed=True),
        kind=read.text("is") or "field",
        step=read.text("step"),
        field=read.text("field"),
        law_into=read.text("law_into"),
    )
    read.finish()
    return column


def _ledger_step(key: str, read: _Reader) -> LedgerStep:
    step = LedgerStep(
        key=key,
        events=read.names("events"),
        results=read.table("results"),
        field=read.text("field"),
        until_ending=read.flag("until_ending"),
        remarks=read.table("remarks"),
    )
    read.finish()
    return step


# ----------------------------------------------------------------------------------------------------- checking


def _check(procedure: Procedure, read: _Reader, roles: tuple[str, ...], groups: Mapping[str, tuple[str, ...]]) -> None:
    """Every fault of a procedure, each under the key where it stands."""
    _check_states(procedure, read, roles, groups)
    _check_events(procedure, read, roles)
    _check_rows(procedure, read)
    _check_terms(procedure, read, roles)
    _check_fields(procedure, read)
    _check_reach(procedure, read)
    _check_milestones(procedure, read)
    _check_ledger(procedure, read)
    try:
        procedure.number_for(2026, 1)
    except (KeyError, ValueError, IndexError):
        read.fault("number", "编号格式只能使用 {year} 和 {seq}，例如 GX{year}-{seq:04}")


def _check_states(
    procedure: Procedure, read: _Reader, roles: tuple[str, ...], groups: Mapping[str, tuple[str, ...]]
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
        if state.ending not in ("", "closed", "void"):
            read.fault(f"states.{state.key}.ending", "应为 closed（计入办结）或 void（不计入统计）")
    for name, members in groups.items():
        _unknown(read, f"groups.{name}", members, procedure.states, "状态")


def _check_events(procedure: Procedure, read: _Reader, roles: tuple[str, ...]) -> None:
    used = {event for _, event in procedure.table}
    known_notices = _mail_templates()
    for event in procedure.events.values():
        key = f"events.{event.key}"
        if not event.by:
            read.fault(f"{key}.by", "缺少：没有任何角色可以办理这一事件")
        _unknown(read, f"{key}.by", event.by, (*roles, CLOCK), "角色")
        _unknown(read, f"{key}.fields", (*event.fields, *event.one_of), procedure.fields, "字段")
        _check_told(read, f"{key}.told", event.told, roles, known_notices)
        if event.key not in used:
            read.fault(key, "没有任何状态会发生这一事件")
        if set(event.by) == {CLOCK} and event.required:
            read.fault(f"{key}.required", "只由系统办理的事件不能要求填写字段")


def _check_told(read: _Reader, key: str, told: Iterable[Told], roles: tuple[str, ...], known: frozenset[str]) -> None:
    for each in told:
        if each.to not in roles:
            read.fault(key, f"没有角色“{each.to}”")
        if each.notice not in known:
            read.fault(key, f"没有通知模板“{each.notice}”")


def _check_rows(procedure: Procedure, read: _Reader) -> None:
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
        named = [row.answers, row.extends, row.after_due, *row.stops, *row.suspends, *row.keeps]
        named += [start.term for start in row.starts] + ([row.within[0]] if row.within else [])
        _unknown(read, f"{key}.term", filter(None, named), procedure.terms, "期限")
        if row.items not in ITEM_EFFECTS:
            read.fault(f"{key}.items", "应为 agreed、refused 或 named")
        if row.extends and row.extend_field not in row.event.required:
            read.fault(f"{key}.extends", "延期的天数须为必填字段")
        if row.when and not row.when_says:
            read.fault(f"{key}.when_says", "缺少：条件不满足时要告诉人怎么办")


def _check_terms(procedure: Procedure, read: _Reader, roles: tuple[str, ...]) -> None:
    known_notices = _mail_templates()
    running = {state.term for state in procedure.states.values()}
    running |= {start.term for row in procedure.table.values() for start in row.starts}
    if sum(term.main for term in procedure.terms.values()) > 1:
        read.fault("terms", "只能有一个主期限（main = true）")
    for term in procedure.terms.values():
        key = f"terms.{term.key}"
        if term.key not in running:
            read.fault(key, "没有任何状态或事件使用这一期限")
        if term.days is None and not term.due_field:
            read.fault(f"{key}.days", "缺少：须写明工作日数，或由字段确定（due_field）")
        if term.days is not None and term.days < 1:
            read.fault(f"{key}.days", "应为 1 以上的工作日数")
        if term.bound and term.bound not in roles:
            read.fault(f"{key}.bound", f"没有角色“{term.bound}”")
        if term.due_field and term.due_field not in procedure.fields:
            read.fault(f"{key}.due_field", f"没有字段“{term.due_field}”")
        for rung in term.ladder:
            if rung.left < 0:
                read.fault(f"{key}.ladder", f"提醒（left = {rung.left}）在期限届满之后")
            if term.days is not None and rung.left >= term.days:
                read.fault(f"{key}.ladder", f"提醒（left = {rung.left}）在期限开始之前（期限为{term.days}个工作日）")
            if rung.notice not in known_notices:
                read.fault(f"{key}.ladder", f"没有通知模板“{rung.notice}”")
            _unknown(read, f"{key}.ladder", rung.to, roles, "角色")
        if len({rung.left for rung in term.ladder}) != len(term.ladder):
            read.fault(f"{key}.ladder", "同一天有两次提醒")
        if any(told.after < 1 for told in term.lapse_tells):
            read.fault(f"{key}.lapse_tells", "after 应为期限届满后 1 个以上的工作日")
        _check_told(read, f"{key}.lapse_tells", term.lapse_tells, roles, known_notices)
        _check_on_lapse(procedure, term, read)


def _check_on_lapse(procedure: Procedure, term: TermRule, read: _Reader) -> None:
    """A lapse only flags unless a local document says more; then it may propose or take one event, never two."""
    key = f"terms.{term.key}.on_lapse"
    if term.ladder and ("remind" not in procedure.events):
        read.fault(f"terms.{term.key}.ladder", "有提醒的事项须有事件 remind")
    if "lapse" not in procedure.events:
        read.fault("events.lapse", "缺少：期限届满须有事件可以登记")
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


def _check_fields(procedure: Procedure, read: _Reader) -> None:
    shown = {key for event in procedure.events.values() for key in (*event.fields, *event.one_of)}
    shown |= set(PARTY_ROLES)
    for rule in procedure.fields.values():
        key = f"fields.{rule.key}"
        if rule.key not in shown:
            read.fault(key, "没有任何表单使用这一字段")
        if rule.kind not in FIELD_KINDS:
            read.fault(f"{key}.kind", f"应为 {'、'.join(FIELD_KINDS)} 之一")
        if (rule.kind == "choice") != bool(rule.choices):
            read.fault(f"{key}.choices", "选项字段须有 choices，其他字段不能有")
    for name in filter(None, (procedure.subject, procedure.items, procedure.agreed_items)):
        if name not in procedure.fields:
            read.fault("subject/items", f"没有字段“{name}”")


def _check_reach(procedure: Procedure, read: _Reader) -> None:
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
        leaves = [row for row in procedure.from_state(state.key) if row.target not in (STAY, state.key)]
        if not leaves and not state.ending:
            read.fault(f"states.{state.key}", "无法离开这一状态")


def _check_milestones(procedure: Procedure, read: _Reader) -> None:
    for event, column in procedure.milestones.items():
        if event not in procedure.events and event not in procedure.states and event != "ending":
            read.fault(f"milestones.{event}", f"没有事件或状态“{event}”")
        if column not in MILESTONE_COLUMNS:
            read.fault(f"milestones.{event}", f"应为 {'、'.join(MILESTONE_COLUMNS)} 之一")


def _check_ledger(procedure: Procedure, read: _Reader) -> None:
    ledger = procedure.ledger
    if ledger is None:
        return
    for column in ledger.columns:
        key = f"ledger.columns（{column.title}）"
        if column.field and column.field not in procedure.fields:
            read.fault(key, f"没有字段“{column.field}”")
        if column.law_into and column.law_into not in procedure.fields:
            read.fault(key, f"没有字段“{column.law_into}”")
        if column.step and column.step not in ledger.steps:
            read.fault(key, f"没有步骤“{column.step}”")
        if column.kind not in ("ordinal", "number", "date", "result", "remark", "field"):
            read.fault(key, "is 应为 ordinal、number、date、result、remark 或省略")
    if [column.kind for column in ledger.columns].count("number") != 1:
        read.fault("ledger.columns", '须有一列、且只有一列 is = "number"（案件编号）')
    for step in ledger.steps.values():
        events = (*step.events, *step.remarks.values(), *(() if step.field else step.results.values()))
        _unknown(read, f"ledger.steps.{step.key}", events, procedure.events, "事件")
        kinds = [column.kind for column in ledger.columns if column.step == step.key]
        if kinds.count("date") != 1 or kinds.count("result") != bool(step.results):
            read.fault(f"ledger.steps.{step.key}", "每个步骤须有一列日期；有 results 的还须有一列结果")


def _unknown(read: _Reader, key: str, names: Iterable[str], known: Iterable[str], kind: str) -> None:
    known = set(known)
    for name in names:
        if name not in known:
            read.fault(key, f"没有{kind}“{name}”")


@lru_cache(maxsize=1)
def _mail_templates() -> frozenset[str]:
    folder = Path(str(files("templates") / "mail"))
    return frozenset(path.name.removesuffix(".txt") for path in folder.glob("*.txt"))
