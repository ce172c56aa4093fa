"""Faults of the fields of a procedure, of its yearly opening and of the articles that it cites."""

from collections.abc import Collection, Iterator

from negotiation.core.enums import CLOCK, PARTY_ROLES, Level
from negotiation.domain.rulebook.checks.names import unknown
from negotiation.domain.rulebook.event_rules import FIELD_KINDS
from negotiation.domain.rulebook.keeping_rules import KEPT_AT_MOST
from negotiation.domain.rulebook.model import OFFICE_BASIS, Procedure
from negotiation.domain.rulebook.reader import Reader


def check_fields(procedure: Procedure, read: Reader) -> None:
    """Add the faults of each field, and those of the keys that name one."""
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
    for name in filter(None, (procedure.subject, procedure.items, procedure.copied)):
        unknown(read, "subject/items", (name,), procedure.fields, "字段")
    rules = procedure.item_rules
    if rules is not None:
        unknown(read, "items.keeps", rules.keeps.values(), procedure.fields, "字段")
        unknown(read, "items.states", rules.states.values(), procedure.states, "状态")
        unknown(read, "items.waiting", rules.waiting, procedure.states, "状态")


def check_opening(procedure: Procedure, read: Reader) -> None:
    """Add the faults of what the clock opens: it hands in nothing but a subject and a prefilled text."""
    opening = procedure.opening
    if opening is None:
        return
    if not 1 <= opening.month <= 12:
        read.fault("opening.month", "应为 1 至 12 的月份")
    unknown(read, "opening.levels", opening.levels, tuple(Level), "层级")
    row = procedure.table.get((procedure.initial, opening.event))
    if row is None or CLOCK not in row.by:
        read.fault("opening.event", f"时钟须能在起始状态办理“{opening.event}”（by 含 clock）")
    elif set(row.event.required) - {procedure.subject, opening.field}:
        read.fault("opening.event", "时钟开立的案件只能预填名称和一项文字，不能另有必填字段")
    unknown(read, "opening.field", filter(None, (opening.field,)), procedure.fields, "字段")
    if len(procedure.parties) != 1:
        read.fault("opening", "逐年开立的事项只涉及一个单位，不能有申请的部门（applicant）")


def check_number(procedure: Procedure, read: Reader) -> None:
    """The numbers of two years, and of two cases of a year, are four numbers; the years of keeping are some."""
    if procedure.keep_years not in KEPT_AT_MOST:
        years = f"{KEPT_AT_MOST.start} 至 {KEPT_AT_MOST.stop - 1}"
        read.fault("keep_years", f"保管年限为 {procedure.keep_years} 年，须在 {years} 年之间")
    try:
        distinct = len({procedure.number_for(year, seq) for year in (2025, 2026) for seq in (1, 2)}) == 4
    except (KeyError, ValueError, IndexError):
        distinct = False
    if not distinct:
        read.fault("number", "编号格式须且只能使用 {year} 和 {seq}，例如 GX{year}-{seq:04}")


SIDES = {
    "provider": ("carried_over", "received", "moved_in", "closed", "moved_out", "carried_forward", "replies_due",
                 "replies_on_time", "overdue", "to_coordination", "to_deliberation"),
    "applicant": ("carried_over", "received", "moved_in", "closed", "moved_out", "carried_forward", "to_coordination",
                  "to_deliberation"),
}  # fmt: skip
"""The figures of the report that a unit hands in of itself: as which party, and which counts."""


def check_counted(procedure: Procedure, read: Reader) -> None:
    """Numbers that are figures must be figures, and what balances must be numbers."""
    known = [f"{side}.{count}" for side, counts in SIDES.items() for count in counts]
    for key, field in procedure.fields.items():
        unknown(read, f"fields.{key}.counted", filter(None, [field.counted]), known, "指标")
        if field.counted and field.kind != "number":
            read.fault(f"fields.{key}.kind", "写明指标的字段须为 number")
    for key, event in procedure.events.items():
        if event.counts and not procedure.report.balances:
            read.fault(f"events.{key}.counts", "须以 [[report.balances]] 写明哪些数字应当平衡")
    for n, rule in enumerate(procedure.report.balances, 1):
        unknown(read, f"report.balances[{n}]", (*rule.of, *rule.equals), procedure.fields, "字段")
        if not rule.of or not rule.equals:
            read.fault(f"report.balances[{n}]", "须写明 of 和 equals")
        for key in (*rule.of, *rule.equals):
            if key in procedure.fields and procedure.fields[key].kind != "number":
                read.fault(f"report.balances[{n}]", f"字段“{key}”不是 number")


def check_bases(procedure: Procedure, read: Reader, laws: Collection[str]) -> None:
    """Add each basis that names no document where several rule: no article is cited from the wrong one."""
    for key, basis in _bases(procedure) if laws else ():
        if basis != OFFICE_BASIS and not any(basis.startswith(law) for law in laws):
            read.fault(f"{key}.basis", f"“{basis}”须以文件简称开头（{'、'.join(laws)}），或为 {OFFICE_BASIS}")


def _bases(procedure: Procedure) -> Iterator[tuple[str, str]]:
    yield procedure.key, procedure.basis
    for state in procedure.states.values():
        yield f"states.{state.key}", state.basis
    for rule in procedure.fields.values():
        yield from ((f"fields.{rule.key}.bases.{choice}", basis) for choice, basis in rule.bases.items())
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


def check_basis_by(procedure: Procedure, read: Reader) -> None:
    """Add the faults of articles that depend on a choice: the case keeps the choice, which has articles of its own."""
    for rule in procedure.fields.values():
        unknown(read, f"fields.{rule.key}.bases", rule.bases, rule.choices, "选项")
    of_terms = [(f"terms.{term.key}", term.basis_by) for term in procedure.terms.values()]
    of_rows = [(f"transitions（{source} · {event}）", row.basis_by) for (source, event), row in procedure.table.items()]
    of_letters = [(f"letters（{letter.name}）", letter.basis_by) for letter in procedure.letters]
    for key, name in (*of_terms, *of_rows, *of_letters):
        if name and not (name in procedure.fields and procedure.fields[name].mark and procedure.fields[name].bases):
            read.fault(
                f"{key}.basis_by", f"字段“{name}”须是案件上保留的选项（mark = true），并写明各选项的依据（bases）"
            )
