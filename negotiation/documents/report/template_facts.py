"""Facts of the document: every figure as it stands in a sentence, and the tables as texts.

These are the names that a template may use.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from calendars.dates import in_words
from negotiation.documents.report.definitions import NOTHING, PERCENT, REFUSALS_UNCLASSED, UNCLASSED
from negotiation.documents.report.figures import Figure, Line, ProcedureFigures
from negotiation.documents.report.grids import Grid, by_procedure, by_provider, overall
from negotiation.documents.report.model import Report
from negotiation.documents.report.tables import period_in_words
from negotiation.domain.rulebook import OUTCOMES
from negotiation.services.context import Context

SECTIONS = {
    "quality": ("catalogue", "corrections"),
    "opening": ("demands",),
    "putting_right": ("rectifications", "summaries"),
}
"""The procedures of each section: those that feed these tables (``[report] table`` of their file)."""
UNKNOWN_CLASS = REFUSALS_UNCLASSED[UNCLASSED]
_FLOW = ("carried_over", "received", "moved_in", "closed", "moved_out", "carried_forward")
_LEVELS = (
    *_FLOW, "on_time_rate", "mean_reply", "overdue", "unanswered", "supply_rate", "satisfied_rate",
)  # fmt: skip
_COUNTS = ("carried_over", "received", "closed", "carried_forward")
_SHORT = (*_COUNTS, "on_time_rate", "mean_reply")


class Sender(NamedTuple):
    """The reporting body and its addressee, the day (in words), with the template of the home where there is one."""

    office: str
    addressee: str
    day: str
    home: Path

    @classmethod
    def of(cls, context: Context, today: date) -> "Sender":
        """The office reports to the leading group (第二十九条), under the name that the rulebook gives it."""
        settings = context.settings
        return cls(context.office_name, context.rulebook.role_title("leading_group"), in_words(today), settings.home)


class TextRow(NamedTuple):
    """A row of a table in the document: its title, and the texts of its cells."""

    title: str
    texts: list[str]


class TextTable(NamedTuple):
    """A table in the document: the head above its titles of rows, the titles of its columns, its rows."""

    head: str
    titles: list[str]
    rows: list[TextRow]


class Section(NamedTuple):
    """A procedure in a section of its own. ``f``: its figures as in a sentence; ``happened``: any was counted."""

    title: str
    f: Mapping[str, str]
    rate_title: str
    rate: str
    happened: bool


def facts_of(report: Report, sender: Sender) -> dict[str, object]:
    """The facts that a template may name. ``f``: every figure of the main procedure, by its key, as in a sentence."""
    found = report.main
    return {
        "year": report.year,
        "period": period_in_words(report.since, report.until),
        "as_of": in_words(report.as_of),
        "laws": "、".join(dict.fromkeys(book.law for book in report.rulebooks)),
        "office": sender.office,
        "addressee": sender.addressee,
        "day": sender.day,
        "main": {"title": found.title},
        "f": _words(found.total),
        **_in_words(found),
        "none_counted": NOTHING,
        "none_happened": _none_happened(report),
        "entered": report.entered,
        "notes": report.notes,
        "levels": _table(overall(found), _LEVELS),
        "providers": _table(by_provider(found), _SHORT),
        "procedures": _procedures(report),
        **{name: list(_section(report, tables)) for name, tables in SECTIONS.items()},
    }


def _in_words(found: ProcedureFigures) -> dict[str, object]:
    """The outcomes of the cases of a procedure, the reasons of refusals, and the steps of the others."""
    return {
        "outcomes": _counted(found.total.outcomes, OUTCOMES) or "无",
        "refusals": _reasons(found),
        "undecided": _undecided(found),
        "on_the_way": _on_the_way(found),
        "said": {key: "、".join(titles) for key, titles in found.step_titles.items()},
    }


def _words(line: Line) -> dict[str, str]:
    return {figure.definition.key: in_sentence(figure) for figure in line.figures()}


def in_sentence(figure: Figure) -> str:
    """12, 80.0%（8/10）, 6.2个工作日（9件）; — where there is nothing to divide by."""
    if figure.denominator is None or figure.value is None:
        return figure.text
    if figure.definition.unit == PERCENT:
        return f"{figure.text}（{figure.numerator}/{figure.denominator}）"
    return f"{figure.text}个工作日（{figure.denominator}件）"


def in_cell(figure: Figure) -> str:
    """12, 80.0%(8/10), 6.2(9件): as little room as it takes, the unit of a mean stands above its table."""
    return in_sentence(figure).replace("个工作日", "").replace("（", "(").replace("）", ")")


def _counted(numbers: Mapping[str, int], titles: Mapping[str, str]) -> str:
    return "、".join(f"{titles.get(key, UNKNOWN_CLASS)}{n}件" for key, n in numbers.items())


def _reasons(found: ProcedureFigures) -> str:
    classes = _counted(found.total.refusals, {**found.refusal_classes, **REFUSALS_UNCLASSED})
    return f"，按理由分为：{classes}" if classes else ""


def _undecided(found: ProcedureFigures) -> str:
    """A sentence on cases that ended by the ledger alone, without a decision on record."""
    many = sum(found.total.outcomes.get(key, 0) for key in OUTCOMES if key.startswith("deliberated"))
    return f"其中{many}件有审议结果、依台账登记办结，系统中没有登记政府决定，待核实决定及文号。" if many else ""


def _on_the_way(found: ProcedureFigures) -> str:
    """Extensions and supplements, where the rules have them; that nothing was registered is no “0”."""
    f = _words(found.total)
    ways = {
        "extensions_asked": ("延期申请", f"申请延期{f['extensions_asked']}件次，同意延期{f['extensions_granted']}件次"),
        "supplements": ("补充材料", f"补充材料{f['supplements']}件次"),
    }
    counted = {key: each for key, each in ways.items() if key in found.countable}
    sentences = [sentence for key, (_, sentence) in counted.items() if found.total[key].numerator]
    none = "、".join(title for key, (title, _) in counted.items() if not found.total[key].numerator)
    sentences += [f"系统未登记{none}"] if none else []
    return f"期间内{'；'.join(sentences)}。" if sentences else ""


def _none_happened(report: Report) -> str:
    whole = (report.since, report.until) == (date(report.year, 1, 1), date(report.year, 12, 31))
    return "本年度未发生" if whole else "统计期间内未发生"


def _procedures(report: Report) -> TextTable:
    """The procedures, each with the rate that it is judged by."""
    table = _table(by_procedure(report), _COUNTS)
    rows = [
        row._replace(texts=[*row.texts, each.rate_title, in_cell(each.rated)])
        for row, each in zip(table.rows, report.procedures, strict=True)
    ]
    return table._replace(titles=[*table.titles, "指标", "比率"], rows=rows)


def _section(report: Report, tables: tuple[str, ...]) -> Iterator[Section]:
    for each in report.procedures:
        if each.table in tables:
            rate = in_sentence(each.rated)
            happened = any(each.total[key].numerator for key in (*_COUNTS, "replies_due"))
            yield Section(each.title, _words(each.total), each.rate_title, rate, happened)


def _table(grid: Grid, keys: tuple[str, ...]) -> TextTable:
    """A grid as texts: the figures below one another where it is upright, else its lines."""
    slots = [slot for slot in grid.figures if slot.key in keys]
    titles, names = [slot.title for slot in slots], [name for name, _ in grid.named]
    texts = [[in_cell(line[slot.key]) for slot in slots] for _, line in grid.named]
    if grid.upright:
        titles, names, texts = names, titles, [list(row) for row in zip(*texts, strict=True)]
    return TextTable(grid.head, titles, [TextRow(name, row) for name, row in zip(names, texts, strict=True)])
