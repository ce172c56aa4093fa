"""The report's charts: bars from the left, each with its number beside it, as SVG that needs nothing from outside.

Series differ by pattern and not only by colour: a report is printed in black and white. Departments stand in official
order, whatever their figures are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from negotiation import template_folder
from negotiation.documents.report.definitions import BANDS, NOTHING
from negotiation.documents.report.figures import Figure, Line
from negotiation.documents.report.model import Report
from negotiation.domain.rulebook import OUTCOMES

FILLS = ("solid", "hollow", "hatched")
LABEL, BARS, NUMBER, MARGIN = 190, 380, 150, 10  # widths in pixels, from left to right
BAR, GAP, HEAD = 14, 8, 56


@dataclass(frozen=True)
class Chart:
    """Groups of bars. ``series``: what the bars of a group are; ``description``: the chart in words."""

    key: str
    title: str
    description: str
    series: tuple[str, ...]
    groups: tuple["Group", ...]


class Group(NamedTuple):
    """Bars under one label: the length of each bar (0 to 1) and the number beside it."""

    label: str
    bars: tuple[tuple[float, str], ...]


class Bar(NamedTuple):
    """A bar where it is drawn."""

    y: int
    width: int
    fill: str
    text: str


def charts(report: Report) -> list[Chart]:
    """The charts of the procedure that heads the report, of what its rules have."""
    lacking = report.main.lacking
    return [draw(report) for draw, key in _CHARTS.items() if key not in lacking]


def svg(chart: Chart) -> str:
    """The chart drawn; it stands in a page or in a file of its own."""
    rows = list(_drawn(chart))
    height = rows[-1][1][-1].y + BAR + MARGIN if rows else HEAD + BAR + MARGIN
    return _environment().get_template("chart.svg").render(
        chart=chart, rows=rows, height=height, width=LABEL + BARS + NUMBER, left=LABEL, bar=BAR, head=HEAD,
        empty=NOTHING, legend=[(name, FILLS[n], LABEL + n * 120) for n, name in enumerate(chart.series)],
    )  # fmt: skip


def flow(report: Report) -> Chart:
    """The cases received and closed, month by month, from the first with any to the last."""
    found, keys = report.main, ("received", "closed", "carried_forward")
    return Chart(
        "flow",
        f"{found.title}分月情况（件）",
        "每月新收、办结和月末未办结的件数，按月份排列；首尾没有案件的月份不列。",
        ("新收", "办结", "月末未办结"),
        _counted(_begun_to_ended(found.months, keys), keys),
    )


def outcomes(report: Report) -> Chart:
    """The outcomes of the cases that ended in the period."""
    found = report.main
    titles = {f"closed_{key}": title for key, title in OUTCOMES.items() if key in found.outcomes}
    return Chart(
        "outcomes",
        f"{found.title}办结情况（件）",
        "期间内办结的案件按结果分列的件数。",
        ("办结",),
        _side_by_side(found.total, titles),
    )


def on_time(report: Report) -> Chart:
    """The rate of each department that had something to answer, in official order."""
    found = report.main
    lines = [line for line in (found.total, *found.providers) if line["on_time_rate"].denominator]
    groups = tuple(Group(line.scope.title, (_share(line["on_time_rate"]),)) for line in lines)
    title = found.title_of("on_time_rate")
    description = f"各单位的{title}，括号内为按时件数／应办件数；部门按规范顺序排列，不作排名。"
    return Chart("on_time", title, description, (title,), groups)


def lateness(report: Report) -> Chart:
    """The late answers by how late they were."""
    total = report.main.total
    groups = tuple(
        (title, (total[f"overdue_{key}"].numerator, total[f"unanswered_{key}"].numerator))
        for key, title in BANDS.items()
    )
    description = "本年逾期（逾期答复和届满未答复的）和其中期末逾期未答复的件数，按逾期工作日数分档。"
    return Chart("lateness", "逾期时长分布（件）", description, ("本年逾期", "期末逾期未答复"), _scaled(groups))


def coordination(report: Report) -> Chart:
    """The way through coordination and deliberation."""
    ways = ("to_coordination", "coordinations_ended", "coordinations_settled", "to_deliberation")
    keys = report.main.having(ways)
    total = report.main.total
    description = "期间内提请协调、协调结束、协调一致和报请审议的件次。"
    return Chart(
        "coordination", "协调审议情况（件次）", description, ("件次",),
        _side_by_side(total, {key: total[key].definition.title.partition("（")[0] for key in keys}),
    )  # fmt: skip


_CHARTS = {
    flow: "carried_forward", outcomes: "closed", on_time: "on_time_rate", lateness: "overdue",
    coordination: "to_coordination",
}  # fmt: skip
"""Each with the figure without which there is nothing to draw."""


# ------------------------------------------------------------------------------------------------------- drawing


def _begun_to_ended(months: Sequence[Line], keys: Sequence[str]) -> Sequence[Line]:
    """The months without those before the first and after the last that have anything to show."""
    busy = [n for n, month in enumerate(months) if any(month[key].numerator for key in keys)]
    return months[busy[0] : busy[-1] + 1] if busy else ()


def _counted(lines: Sequence[Line], keys: Sequence[str]) -> tuple[Group, ...]:
    return _scaled(tuple((line.scope.title, tuple(line[key].numerator for key in keys)) for line in lines))


def _side_by_side(line: Line, titles: dict[str, str]) -> tuple[Group, ...]:
    return _scaled(tuple((title, (line[key].numerator,)) for key, title in titles.items()))


def _scaled(groups: tuple[tuple[str, tuple[int, ...]], ...]) -> tuple[Group, ...]:
    """Bars in proportion to the longest of them."""
    most = max((n for _, numbers in groups for n in numbers), default=0) or 1
    return tuple(Group(label, tuple((n / most, str(n)) for n in numbers)) for label, numbers in groups)


def _share(figure: Figure) -> tuple[float, str]:
    return figure.value or 0.0, f"{figure.text}（{figure.numerator}/{figure.denominator}）"


def _drawn(chart: Chart) -> Iterator[tuple[str, list[Bar]]]:
    """Each group with its bars where they stand, one group below another."""
    y = HEAD
    for group in chart.groups:
        yield (
            group.label,
            [Bar(y + n * BAR, round(length * BARS), FILLS[n], text) for n, (length, text) in enumerate(group.bars)],
        )
        y += len(group.bars) * BAR + GAP


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(template_folder("report")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
