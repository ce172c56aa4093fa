"""Facts of the document: every figure as it stands in a sentence, and the tables as texts.

These are the names that a template may use.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from calendars.dates import in_words
from negotiation.documents.letters.numbering import TITLE_CHARACTERS, numeral
from negotiation.documents.report import summed_up
from negotiation.documents.report.definitions import DEFINITIONS, NOTHING, PERCENT, REFUSALS_UNCLASSED, UNCLASSED
from negotiation.documents.report.figures import Figure, ProcedureFigures
from negotiation.documents.report.grids import Grid, by_procedure, by_provider, overall
from negotiation.documents.report.listings import none_happened, one_by_one
from negotiation.documents.report.model import Report
from negotiation.documents.report.papers import Sender
from negotiation.documents.report.tables import of_cases, period_in_words
from negotiation.domain.rulebook import OUTCOMES, SECTIONS

ASKED = {
    "quality": "目录编制更新和数据质量管理的主要做法",
    "opening": "公共数据开放工作的主要做法",
    "use": "共享数据的应用成效和使用管理情况",
    "security": "共享数据的安全保障措施和风险处置情况",
}
"""What only people can say in a section."""
PUTTING_RIGHT = "putting_right"
DISPUTES = "coordination"  # of the tables that list cases one by one
UNKNOWN_CLASS = REFUSALS_UNCLASSED[UNCLASSED]
_FLOW = ("carried_over", "received", "moved_in", "closed", "moved_out", "carried_forward")
_LEVELS = (
    *_FLOW, "on_time_rate", "mean_reply", "overdue", "lapsed_to_coordination", "unanswered", "supply_rate",
    "satisfied_rate",
)  # fmt: skip
_COUNTS = ("carried_over", "received", "closed", "carried_forward")
_SHORT = (*_COUNTS, "on_time_rate", "mean_reply")


class TextRow(NamedTuple):
    """A row of a table in the document: its title, and the texts of its cells."""

    title: str
    texts: list[str]


class TextTable(NamedTuple):
    """A table in the document: the head above its titles of rows, the titles of its columns, its rows."""

    head: str
    titles: list[str]
    rows: list[TextRow]


class Told(NamedTuple):
    """A procedure told of in a section. ``f``: its figures as in a sentence; ``happened``: any was counted."""

    title: str
    f: Mapping[str, str]
    rate_title: str
    rate: str
    happened: bool


class Section(NamedTuple):
    """A section of the text beside what every report has: its number in words, its title, the procedures told of.

    ``asks``: what only people can say there.
    """

    key: str
    number: str
    title: str
    told: list[Told]
    asks: str


class Annex(NamedTuple):
    """A table that goes with the paper, by its number on the list."""

    n: int
    title: str


def facts_of(report: Report, sender: Sender) -> dict[str, object]:
    """The facts that a template may name. ``f``: every figure of the main procedure, by its key, as in a sentence.

    ``has``: whether the rules have it; ``figures``: those of 表1 and 表3.
    """
    found, disputed = report.main, report.rows(DISPUTES)  # the first of the tables that list one by one
    return {
        **_head(report, sender),
        "main": {"title": found.title, "rate_title": found.rate_title},
        "f": {key: in_sentence(found.total[key]) for key in DEFINITIONS},
        "has": {key: key not in found.lacking for key in DEFINITIONS},
        **_in_words(found),
        "none_counted": NOTHING,
        "none_happened": none_happened(report),
        "levels": _table(overall(found), _LEVELS),
        "providers": _table(by_provider(found), _SHORT),
        "procedures": _procedures(report),
        **_parts(report, sender),
        "handed_in": summed_up.sentence(report),
        "disputes": next((each.name for each in one_by_one(report) if each.happened), "") if disputed else "",
        "annexes": [
            Annex(n, f"{report.year}年度{each.name}　{each.title}") for n, each in enumerate(of_cases(report), 1)
        ],
    }


def _head(report: Report, sender: Sender) -> dict[str, object]:
    """Head and foot of the paper."""
    found, laws = report.main, "、".join(dict.fromkeys(book.law for book in report.rulebooks))
    title = sender.title or f"{{year}}年度{found.title}办理情况报告"
    return {
        "year": report.year,
        "title": _in_lines(title.format(year=report.year)),
        "subject": sender.subject or f"{found.title}办理",
        "period": period_in_words(report.since, report.until),
        "as_of": in_words(report.as_of),
        "basis": sender.basis or laws,
        "number": sender.number,
        "signer": sender.signer,
        "office": sender.office,
        "addressee": sender.addressee,
        "provider": found.parties["provider"],
        "day": sender.day,
        "entered": report.entered,
        "notes": report.remarks,
    }


def _in_lines(title: str) -> str:
    """A title; one that is longer than a line is broken behind its year (回行时词意完整)."""
    year, behind, rest = title.partition("年度")
    return title if len(title) <= TITLE_CHARACTERS else f"{year}{behind}\n{rest}"


def _parts(report: Report, sender: Sender) -> dict[str, object]:
    """The sections between the main procedure and what is left to do, numbered in their order from 三."""
    told = {key: list(_told(report, key)) for key in SECTIONS}
    keys = [key for key in SECTIONS if key in sender.sections and (sender.key or told[key])]
    others = [key for key in keys if key != PUTTING_RIGHT]
    righting, n = told[PUTTING_RIGHT] if PUTTING_RIGHT in keys else [], len(others) + 3
    ending = n + bool(righting or "to_coordination" not in report.main.lacking)
    return {
        "sections": [Section(key, numeral(n), SECTIONS[key], told[key], ASKED[key]) for n, key in enumerate(others, 3)],
        "righting": righting,
        "numbers": {"righting": numeral(n), "problems": numeral(ending), "next": numeral(ending + 1)}
        | _within(report.main),
    }


def _within(found: ProcedureFigures) -> dict[str, str]:
    """The numbers of what is told of the main procedure, in its order: only of what its rules have."""
    keys = {"replies": "on_time_rate", "ended": "closed", "supply": "supplies_due"}
    had = [name for name, key in keys.items() if key not in found.lacking]
    return {name: numeral(had.index(name) + 1) if name in had else "" for name in keys}


def _in_words(found: ProcedureFigures) -> dict[str, object]:
    """The outcomes of the cases of a procedure, the reasons of refusals, and the steps of the others."""
    return {
        "outcomes": _counted(found.total.outcomes, OUTCOMES) or "无",
        "refusals": _reasons(found),
        "undecided": _undecided(found),
        "on_the_way": _on_the_way(found),
        "said": {key: "、".join(titles) for key, titles in found.step_titles.items()},
    }


def in_sentence(figure: Figure) -> str:
    """12, 80.0%（8/10）, 6.2个工作日（9件）; — where there is nothing to divide by."""
    if figure.denominator is None or figure.value is None:
        return figure.text
    if figure.definition.unit == PERCENT:
        return f"{figure.text}（{figure.numerator}/{figure.denominator}）"
    return f"{figure.text}个工作日（{figure.denominator}件）"


def in_cell(figure: Figure) -> str:
    """12; 80.0% above (8/10); 6.2 above (9件): two short lines, the unit of a mean stands above its table."""
    return in_sentence(figure).replace("个工作日", "").replace("（", "\n(").replace("）", ")")


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
    f = {key: found.total[key].text for key in ("extensions_asked", "extensions_granted", "supplements")}
    ways = {
        "extensions_asked": ("延期申请", f"申请延期{f['extensions_asked']}件次，同意延期{f['extensions_granted']}件次"),
        "supplements": ("补充材料", f"补充材料{f['supplements']}件次"),
    }
    counted = {key: each for key, each in ways.items() if key not in found.lacking}
    sentences = [sentence for key, (_, sentence) in counted.items() if found.total[key].numerator]
    none = "、".join(title for key, (title, _) in counted.items() if not found.total[key].numerator)
    sentences += [f"系统未登记{none}"] if none else []
    return f"期间内{'；'.join(sentences)}。" if sentences else ""


def _procedures(report: Report) -> TextTable:
    """The procedures, each with the rate that it is judged by."""
    table = _table(by_procedure(report), _COUNTS)
    rows = [
        row._replace(texts=[*row.texts, each.rate_title, in_cell(each.rated)])
        for row, each in zip(table.rows, report.procedures, strict=True)
    ]
    return table._replace(titles=[*table.titles, "指标", "比率"], rows=rows)


def _told(report: Report, section: str) -> Iterator[Told]:
    for each in report.procedures:
        if each.section == section:
            f = {key: in_sentence(each.total[key]) for key in DEFINITIONS}
            happened = any(each.total[key].numerator for key in (*_COUNTS, "replies_due"))
            yield Told(each.title, f, each.rate_title, in_sentence(each.rated), happened)


def _table(grid: Grid, keys: tuple[str, ...]) -> TextTable:
    """A grid as texts: the figures below one another where it is upright, else its lines."""
    slots = [slot for slot in grid.figures if slot.key in keys]
    titles, names = [slot.title for slot in slots], [name for name, _ in grid.named]
    texts = [[in_cell(line[slot.key]) for slot in slots] for _, line in grid.named]
    if grid.upright:
        titles, names, texts = names, titles, [list(row) for row in zip(*texts, strict=True)]
    return TextTable(grid.head, titles, [TextRow(name, row) for name, row in zip(names, texts, strict=True)])
