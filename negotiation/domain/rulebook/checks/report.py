"""Faults of what a procedure says of the annual report."""

from collections.abc import Iterable

from negotiation.domain.rulebook.checks.conditions import check_flags
from negotiation.domain.rulebook.checks.names import unknown
from negotiation.domain.rulebook.model import Procedure
from negotiation.domain.rulebook.output_rules import OUTCOMES
from negotiation.domain.rulebook.reader import Reader

RATES = ("on_time_rate", "finished_rate")
TABLES = ("coordination", "catalogue", "corrections", "demands", "rectifications", "summaries")
COUNTED = (
    "extensions_asked", "extensions_granted", "supplements", "refusals", "coordinations_settled",
    "coordinations_failed", "disputes", "deliberations",
)  # fmt: skip


def check_report(procedure: Procedure, read: Reader) -> None:
    """Every name in it must be one that the report, or the procedure itself, knows."""
    rule = procedure.report
    _known(read, "rate", [rule.rate], RATES, "指标")
    _known(read, "table", filter(None, [rule.table]), TABLES, "表")
    _known(read, "supply", rule.supply, procedure.terms, "期限")
    _known(read, "counts", rule.counts, COUNTED, "指标")
    _known(read, "counts", (event for events in rule.counts.values() for event in events), procedure.events, "事件")
    _known(read, "refusal_class", filter(None, [rule.refusal_class]), procedure.fields, "字段")
    _known(read, "refusal_reason", filter(None, [rule.refusal_reason]), procedure.fields, "字段")
    if rule.refusal_class in procedure.fields and not procedure.fields[rule.refusal_class].choices:
        read.fault("report.refusal_class", f"字段“{rule.refusal_class}”须为选项")
    for n, outcome in enumerate(rule.outcomes, 1):
        key = f"outcomes[{n}]"
        _known(read, f"{key}.outcome", [outcome.outcome], OUTCOMES, "结果")
        _known(read, f"{key}.state", filter(None, [outcome.state]), procedure.states, "状态")
        check_flags(procedure, outcome.when, f"report.{key}.when", read)


def _known(read: Reader, key: str, names: Iterable[str], known: Iterable[str], kind: str) -> None:
    unknown(read, f"report.{key}", names, known, kind)
