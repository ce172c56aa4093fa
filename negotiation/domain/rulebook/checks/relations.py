"""Faults of what ties a procedure to the catalogue of resources and to other procedures."""

import string
from collections.abc import Iterable, Iterator, Mapping

from negotiation.core.enums import BANNED_WORDS, SharingClass
from negotiation.domain.rulebook.checks.names import unknown
from negotiation.domain.rulebook.model import Procedure
from negotiation.domain.rulebook.reader import Faults, Reader
from negotiation.domain.rulebook.relations import CASE_FACTS, TERM_FACTS, Contradiction, Prepared

CLASSES = tuple(each.value for each in SharingClass)


def check_ties(procedure: Procedure, read: Reader) -> None:
    """Every fault of a procedure's own ties; those to other procedures are checked when all are read."""
    _check_kinds(procedure, read)
    if procedure.tie is None:
        return
    if procedure.tie.class_field:
        rule = procedure.fields.get(procedure.tie.class_field)
        if rule is None or set(rule.choices) != set(CLASSES):
            read.fault("resource.class_field", f"须是选项为 {'、'.join(CLASSES)} 的字段")
    for key, advice in procedure.tie.advise.items():
        unknown(read, "resource.advise", [key], CLASSES, "共享类型")
        unknown(read, f"resource.advise.{key}.field", [advice.field], _first_fields(procedure), "首个表单中的字段")
    for n, row in enumerate(procedure.tie.contradictions, 1):
        _check_contradiction(procedure, row, read, f"resource.contradictions[{n}]")


def _check_kinds(procedure: Procedure, read: Reader) -> None:
    """The kinds of field whose values name something else are used where the procedure says what they name."""
    named = {"resource": procedure.tie.field if procedure.tie else "", "case": procedure.related}
    keys = {"resource": "resource.field", "case": "related"}
    for kind, field in named.items():
        fields = [key for key, rule in procedure.fields.items() if rule.kind == kind]
        if fields != ([field] if field else []):
            read.fault(keys[kind], f"须写明、且只写明唯一一个 kind = “{kind}” 的字段")


def _check_contradiction(procedure: Procedure, row: Contradiction, read: Reader, key: str) -> None:
    if not row.events or not row.classes:
        read.fault(key, "须写明 events 和 classes")
    unknown(read, f"{key}.events", row.events, procedure.events, "事件")
    unknown(read, f"{key}.classes", row.classes, CLASSES, "共享类型")
    for event in row.events:
        asked = procedure.events[event].fields if event in procedure.events else ()
        unknown(read, key, (*row.when, *row.mentions, *row.without), asked, f"“{event}”表单中的字段")
    for name, value in row.when.items():
        choices = procedure.fields[name].choices if name in procedure.fields else {}
        if choices and value not in choices:
            read.fault(f"{key}.when", f"“{name}”没有选项“{value}”")


def check_prepared(procedures: Mapping[str, Procedure], files: Mapping[str, str], faults: Faults) -> None:
    """Add the faults of the rows [[prepared]]; ``files``: procedure → the name of its file."""
    for rules in procedures.values():
        for n, row in enumerate(rules.prepared, 1):
            read = Reader(faults, files.get(rules.key, ""), {}, f"prepared[{n}].")
            source = procedures.get(row.source)
            unknown(read, "from", [row.source], procedures, "办理事项")
            if source is not None:
                unknown(read, "late", row.late, source.terms, "期限")
            _check_prepared_fields(rules, row, read)
            for name in _names(row.texts):
                if name not in (*CASE_FACTS, *TERM_FACTS):
                    read.fault("fields", f"没有“{{{name}}}”，可用：{'、'.join((*CASE_FACTS, *TERM_FACTS))}")
            for word in BANNED_WORDS:
                if any(word in text for text in row.texts):
                    read.fault("fields", f"不得自动写入“{word}”：只写系统登记的事实")


def _check_prepared_fields(rules: Procedure, row: Prepared, read: Reader) -> None:
    """Only texts are prepared: what is chosen (the ground) a person chooses."""
    unknown(read, "fields", (*row.fields, row.facts), _first_fields(rules), "首个表单中的字段")
    for key in (*row.fields, row.facts):
        if key in rules.fields and rules.fields[key].choices:
            read.fault("fields", f"“{rules.fields[key].title}”须由人选择，不能预填")


def _first_fields(procedure: Procedure) -> set[str]:
    """The fields of the form of a new case."""
    rows = [row for row in procedure.from_state(procedure.initial) if row.event.key not in procedure.general_events]
    return {*procedure.parties, *(key for row in rows if row.moves for key in row.event.fields)}


def _names(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        try:
            yield from (name for _, name, _, _ in string.Formatter().parse(text) if name is not None)
        except ValueError:
            yield text  # a brace that is not closed names nothing there is
