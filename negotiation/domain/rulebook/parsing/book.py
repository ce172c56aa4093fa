"""From the texts of the files to a rulebook, with every fault at once."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from negotiation.core.day_rules import DayChoice, DayRule
from negotiation.core.enums import CalendarLayer, Level
from negotiation.core.labels import LAYER_TITLES
from negotiation.domain.rulebook.checks.names import HeadNames, unknown
from negotiation.domain.rulebook.checks.relations import check_prepared
from negotiation.domain.rulebook.checks.report import check_papers
from negotiation.domain.rulebook.checks.roles import check_roles
from negotiation.domain.rulebook.checks.succession import check_renamed
from negotiation.domain.rulebook.document import Document
from negotiation.domain.rulebook.model import Procedure, Rulebook
from negotiation.domain.rulebook.options import Option, read_options, settled
from negotiation.domain.rulebook.output_rules import PaperRule
from negotiation.domain.rulebook.parsing.procedure import read_procedure
from negotiation.domain.rulebook.parsing.report import read_papers
from negotiation.domain.rulebook.reader import Faults, Reader, TomlTable

ADDRESS = {"mail": "贵单位", "notice": "你单位"}  # how a department is addressed where the rulebook says nothing


@dataclass(frozen=True, slots=True)
class _Head:
    """The roles and documents of rulebook.toml, and the procedure that heads the report."""

    roles: Mapping[str, str]
    entered_by: Mapping[str, str]
    in_meetings: Mapping[str, str]
    filled_by: Mapping[str, str]
    document: str
    laws: Mapping[str, Document]
    main: str
    succeeds: str
    renamed_states: Mapping[str, Mapping[str, str]]
    options: Mapping[str, Option]
    papers: Mapping[str, PaperRule]

    @classmethod
    def read(cls, head: Reader) -> "_Head":
        roles = head.sections("roles")
        succeeds, renamed_states = _succession(head)
        entered_by = {key: by for key, role in roles.items() if (by := role.text("entered_by"))}
        return cls(
            roles={key: role.text("title", needed=True) for key, role in roles.items()},
            entered_by=entered_by,
            in_meetings={key: entered_by.get(key, key) for key, role in roles.items() if role.flag("in_meetings")},
            filled_by={key: name for key, role in roles.items() if (name := "".join(role.text("department").split()))},
            document=head.text("document", needed=True),
            laws={name: _document(part) for name, part in head.sections("documents").items()},
            main=head.text("main_procedure"),
            succeeds=succeeds,
            renamed_states=renamed_states,
            options=read_options(head),
            papers=read_papers(head),
        )

    @property
    def names(self) -> HeadNames:
        return HeadNames(tuple(self.roles), self.laws, self.in_meetings, self.filled_by, self.document, self.options)


def parse(source: Mapping[str, str], *, where: str = "", faults: Faults | None = None) -> Rulebook:
    """The rulebook in the files ``source`` (name → text). Raises RulebookErrors with every fault at once."""
    faults = faults or Faults()
    documents = faults.documents(source, where)
    read = Reader(faults, "rulebook.toml", documents.pop("rulebook.toml", {}))
    head = _Head.read(read)
    read.rest = settled(read.rest, head.options, faults, read.name)
    documents = {name: settled(document, head.options, faults, name) for name, document in documents.items()}
    found = [read_procedure(Reader(faults, name, document), head.names) for name, document in documents.items()]
    rulebook = _rulebook(read, head, [each for each in found if each is not None], source)
    _check_head(rulebook, head.filled_by, read, documents)
    _check_words(rulebook, read)
    check_papers(rulebook, read)
    check_renamed(rulebook, read)
    check_prepared(rulebook.procedures, {str(text.get("id")): name for name, text in documents.items()}, faults)
    read.finish()
    if not documents:
        faults.add("rulebook.toml", "procedures", "规则文件夹里没有任何办理事项")
    elif rulebook.main_procedure not in rulebook.procedures:
        known = "、".join(str(text.get("id")) for text in documents.values())
        faults.add("rulebook.toml", "main_procedure", f"应为其中一个办理事项（{known}），年度报告以它开头")
    faults.raise_any(where)
    return rulebook


def _rulebook(read: Reader, head: _Head, procedures: list[Procedure], source: Mapping[str, str]) -> Rulebook:
    """The whole, the procedure that heads the report first."""
    return Rulebook(
        id=read.text("id", needed=True),
        version=_version(read, procedures),
        title=read.text("title", needed=True),
        document=head.document,
        in_force_from=read.day("in_force_from") or date.min,
        in_force_until=read.day("in_force_until"),
        day_rule=DayRule(_layer(read), _day_choices(read)),
        roles=head.roles,
        entered_by=head.entered_by,
        address=ADDRESS | read.table("address"),
        main_procedure=head.main,
        procedures={each.key: each for each in sorted(procedures, key=lambda each: each.key != head.main)},
        source=source,
        documents=head.laws,
        succeeds=head.succeeds,
        renamed_states=head.renamed_states,
        options=head.options,
        organs=read.table("organs"),
        papers=head.papers,
        levels=_levels(read),
    )


def _succession(head: Reader) -> tuple[str, Mapping[str, Mapping[str, str]]]:
    """The rulebook that this one succeeds, and for each procedure the states that have another name here."""
    value = head.optional("succeeds", "table")
    if value is None:
        return "", {}
    if not isinstance(value, dict):
        head.fault("succeeds", "应为表")
        return "", {}
    read = Reader(head.faults, head.name, value, "succeeds.")
    succeeds = read.text("id", needed=True)
    renamed = {key: _renamed(part) for key, part in read.sections("states").items()}
    read.finish()
    return succeeds, renamed


def _renamed(read: Reader) -> dict[str, str]:
    return {key: read.text(key, needed=True) for key in tuple(read.rest)}


def _version(head: Reader, procedures: Collection[Procedure]) -> str:
    """The version of the whole: that of rulebook.toml, and how often files were revised since: 5, then 5-1."""
    version, revisions = head.text("version", needed=True), sum(each.revision for each in procedures)
    return f"{version}-{revisions}" if revisions else version


def _document(read: Reader) -> Document:
    document = Document(title=read.text("title", needed=True), number=read.text("number", needed=True))
    read.finish()
    return document


def _day_choices(head: Reader) -> tuple[DayChoice, ...]:
    """What the terms count otherwise than the calendar; a fault for what is no such thing."""
    named = head.names("day_choices")
    unknown(head, "day_choices", named, tuple(DayChoice), "算法")
    return tuple(each for each in DayChoice if each in named)


def _levels(head: Reader) -> dict[Level, str]:
    """The titles of the levels of departments; a fault for what is no level."""
    titles = head.table("levels")
    unknown(head, "levels", titles, tuple(Level), "部门层级")
    return {level: str(titles[level]) for level in Level if level in titles}


def _layer(head: Reader) -> CalendarLayer:
    """The national calendar unless the rulebook names a layer."""
    name = head.text("calendar_layer") or CalendarLayer.NATIONAL
    if name not in list(CalendarLayer):
        known = "、".join(f"{layer.value}（{title}）" for layer, title in LAYER_TITLES.items())
        head.fault("calendar_layer", f"没有日历层级“{name}”，可用：{known}")
        return CalendarLayer.NATIONAL
    return CalendarLayer(name)


def _check_head(
    rulebook: Rulebook, filled_by: Mapping[str, str], head: Reader, documents: Mapping[str, TomlTable]
) -> None:
    check_roles(rulebook, filled_by, head)
    for role in set(rulebook.organs) - set(rulebook.roles):
        head.fault(f"organs.{role}", f"没有角色“{role}”")
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
