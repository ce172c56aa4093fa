"""A report as JSON: what scripts read, what is frozen, and what a later run is compared with."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from negotiation.documents.report.definitions import Definition
from negotiation.documents.report.figures import Line, ProcedureFigures
from negotiation.documents.report.model import Difference, Report
from negotiation.documents.report.needs import Need

Content = dict[str, Any]
COUNTS = (
    "carried_over", "received", "reopened", "moved_in", "closed", "moved_out", "carried_forward",
    "replies_due", "replies_on_time", "replied_late", "unanswered", "lapsed_to_coordination", "lapsed_otherwise",
)  # fmt: skip


def as_json(report: Report) -> Content:
    """The main procedure at the top, the others under ``procedures``; the whole of every figure under ``figures``."""
    period = {"from": report.since, "to": report.until}
    others = {each.key: period | _agreed(each) for each in report.procedures[1:]}
    content: Content = _plain(
        {"year": report.year}
        | period
        | {"as_of": report.as_of}
        | _agreed(report.main)
        | {
            "procedures": others,
            "figures": {each.key: _figures(each) for each in report.procedures},
            "tables": {name: [asdict(row) for row in rows] for name, rows in report.tables.items()},
            "moved": [asdict(each) for each in report.moved],
            "entered": {each.key: asdict(each) for each in report.entered},
            "rulebooks": [asdict(each) for each in report.rulebooks],
            "definitions": [_definition(report, each) for each in report.definitions],
            "sources": report.sources,
            "notes": report.notes,
            "imbalances": [asdict(each) for each in report.imbalances],
        }
        | _compared(report)
    )
    return content


def _compared(report: Report) -> Content:
    """What stands beside other counts of the same days: what was published, or was known on a past day."""
    return {
        "published": asdict(report.published) if report.published else None,
        "differences": [asdict(each) for each in report.differences],
        "known_on": report.known_on,
        "changes": [_change(each) for each in report.changes],
        "entered_later": report.entered_later,
    }


def _change(found: Difference) -> Content:
    """A difference from what was known on a past day, which nobody need have published."""
    return {"place": found.place, "then": found.published, "now": found.now, "cases": found.cases}


def _definition(report: Report, found: Definition) -> Content:
    """A figure with its articles, whatever they are called inside."""
    return {key: value for key, value in asdict(found).items() if key != "ground"} | {"basis": report.basis_of(found)}


def by_procedure(report: Report) -> Content:
    """The keys that scripts rely on, for every procedure alike."""
    period = {"from": report.since, "to": report.until}
    content: Content = _plain({each.key: period | _agreed(each) for each in report.procedures})
    return content


def _agreed(procedure: ProcedureFigures) -> Content:
    """The keys that scripts rely on, in all and for each providing department."""
    return short(procedure.total) | {"by_department": {line.scope.title: short(line) for line in procedure.providers}}


def short(line: Line) -> Content:
    """The few counts of a line that scripts rely on; ``mean_reply_working_days``: [sum, number of replies]."""
    counts = line.counts
    mean = [counts.get("reply_days", 0), counts.get("replies", 0)]
    return {key: counts.get(key, 0) for key in COUNTS} | {
        "mean_reply_working_days": mean,
        "to_coordination": counts.get("to_coordination", 0),
        "to_deliberation": counts.get("to_deliberation", 0),
    }


def _figures(procedure: ProcedureFigures) -> Content:
    """Every line by its scope (``provider:12``): its title, its counts as added up, its figures as printed."""
    return {
        "title": procedure.title,
        "rate": procedure.rate,
        "rate_title": procedure.rate_title,
        "lacking": {key: _need(need) for key, need in procedure.lacking.items()},
        "lines": {line.scope.text: _line(line) for line in procedure.lines},
    }


def _need(need: Need) -> Content:
    """Why a figure is left out, and the keys of a rulebook that would bring it."""
    return {"why": need.missing, "keys": need.keys}


def _line(line: Line) -> Content:
    printed = {figure.definition.key: figure.text for figure in line.figures()}
    return {"title": line.scope.title, "counts": {key: n for key, n in line.counts.items() if n}, "figures": printed}


def cells(content: Content) -> Iterator[tuple[tuple[str, str, str], int]]:
    """Every count of every line that is not nothing: procedure, scope, count, number."""
    for procedure, figures in content["figures"].items():
        for scope, line in figures["lines"].items():
            for name, number in line["counts"].items():
                yield (procedure, scope, name), number


def _plain(value: Any) -> Any:
    """Days and instants as ISO texts, tuples as lists: what JSON gives back is what went in."""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value
