"""The tables of figures: 表1–表3 and the annexes by procedure, month and completion."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from negotiation.documents.report.definitions import (
    BALANCE_IN,
    BALANCE_OUT,
    BANDS,
    DEFINITIONS,
    FINISHED,
    Part,
)
from negotiation.documents.report.figures import TOTAL, Figure, Line, ProcedureFigures
from negotiation.documents.report.model import Report
from negotiation.domain.rulebook import OUTCOMES

BALANCE = "balance"  # 上年结转 + 本年新收 + 划入 − 本年办结 − 划出 − 结转下年, which is nothing
BALANCE_TITLE = "平衡校验（应为0）"
SIDES = {
    "mean_reply": ("答复工作日合计", "答复数"),
    "mean_supply": ("提供工作日合计", "提供数"),
    "satisfied_rate": ("同意＋部分同意＋决定共享＋审议应予共享", "办结－撤回－合并后无须共享"),
    "satisfied_strict_rate": ("同意＋决定共享＋审议应予共享", "办结－撤回－合并后无须共享"),
    "negotiated_rate": ("未经协调办结", "办结－撤回－合并后无须共享"),
    "coordination_rate": ("经协调办结", "办结－撤回－合并后无须共享"),
    "deliberation_rate": ("经审议办结", "办结－撤回－合并后无须共享"),
    "mean_coordination": ("协调工作日合计", "协调结束"),
    "items_rate": ("同意提供的数据项", "申请的数据项"),
    "finished_rate": ("核实完成", "登记（通知）件数"),
}
"""Titles of the two sides of a ratio where no figure of their own stands beside it."""

_FLOW = ("carried_over", "received", "reopened", "moved_in", "closed", "moved_out", "carried_forward", BALANCE)
_LATE = ("replied_late", "lapsed_to_coordination", "lapsed_otherwise", "unanswered")  # 本年逾期 is their sum
_REPLIES = ("replies_due", "replies_on_time", "on_time_rate", "mean_reply", "overdue")
_MOST = (*_REPLIES, "lapsed_to_coordination", "unanswered")
_ENDINGS = tuple(f"closed_{key}" for key in OUTCOMES)
_WAYS = ("to_coordination", "to_deliberation")
OVERALL = (
    *_FLOW[:5], *_ENDINGS, *_FLOW[5:], *_REPLIES, *_LATE, *(f"overdue_{key}" for key in BANDS),
    *(f"unanswered_{key}" for key in BANDS), "supplies_due", "supplies_on_time", "supply_rate", "mean_supply",
    "satisfied_rate", "satisfied_strict_rate", "negotiated_rate", "coordination_rate", "deliberation_rate", *_WAYS,
    "coordinations_ended", "coordinations_settled", "settled_rate", "mean_coordination", "extensions_asked",
    "extensions_granted", "supplements", "refusals", "items_rate",
)  # fmt: skip
PROVIDING = (*_FLOW, *_MOST, "supplies_due", "supplies_on_time", "supply_rate", *_WAYS)
APPLYING = (*_FLOW, *_ENDINGS, "satisfied_rate", *_WAYS)
MONTHLY = ("carried_over", "received", "closed", "carried_forward", *_REPLIES[:4], *_WAYS)
BY_PROCEDURE = (*_FLOW, *_MOST)
FINISHING = (*_FLOW, "issued", FINISHED)


class Slot(NamedTuple):
    """A place along the figures: a figure, one side of a ratio (``part``), or the balance (key ``BALANCE``)."""

    key: str
    part: Part | None
    title: str

    @property
    def counts(self) -> tuple[str, ...]:
        """The counts that are added up here; none for a ratio and for the balance."""
        found = DEFINITIONS.get(self.key)
        if found is None or (self.part is None and found.denominator is not None):
            return ()
        return found.counts_of(self.part or Part.NUMERATOR)

    def value(self, line: Line) -> Figure | int:
        """The value of a line here; the report was checked before, so the balance is 0."""
        if self.key == BALANCE:
            return 0 if not line.lacks.intersection(BALANCE_IN + BALANCE_OUT) else line[BALANCE_OUT[0]]
        figure = line[self.key]
        if self.part is None or figure.lacking:
            return figure
        return (figure.numerator if self.part is Part.NUMERATOR else figure.denominator) or 0


@dataclass(frozen=True)
class Grid:
    """Figures × lines. ``keys``: the figures. ``head``: what the lines are. ``upright``: the figures stand below one
    another (表1). ``total``: the line that the others add up to, if there is one. ``called``: titles of figures that
    their procedure calls otherwise."""

    name: str
    title: str
    head: str
    keys: tuple[str, ...]
    lines: tuple[tuple[str, Line], ...]
    total: Line | None = None
    upright: bool = False
    called: Mapping[str, str] = field(default_factory=dict)

    @property
    def named(self) -> tuple[tuple[str, Line], ...]:
        """All lines with their titles, the total first."""
        return ((("合计", self.total),) if self.total else ()) + self.lines

    @property
    def happened(self) -> bool:
        """True where anything was counted in it."""
        return any(number for _, line in self.named for number in line.counts.values())

    @property
    def figures(self) -> tuple[Slot, ...]:
        """The figures without the sides of the ratios among them, for who reads a ratio with its sides in one cell."""
        ratios = (DEFINITIONS[key] for key in self.keys if key != BALANCE and DEFINITIONS[key].denominator)
        sides = {found.counts_of(part) for found in ratios for part in Part}
        slots = (self._called(slot_of(key)) for key in self.keys if key != BALANCE)
        return tuple(slot for slot in slots if not slot.counts or slot.counts not in sides)

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The figures, before each ratio what it is made of: so that a reader can check it in the sheet."""
        return tuple(map(self._called, _slots(self.keys)))

    def _called(self, slot: Slot) -> Slot:
        title = self.called.get(slot.key, "") if slot.part is None else ""
        return slot._replace(title=title or slot.title)


def grid_of(
    found: ProcedureFigures,
    heads: tuple[str, str, str],
    keys: tuple[str, ...],
    lines: tuple[Line, ...],
    *,
    total: Line | None = None,
    upright: bool = False,
) -> Grid:
    """A table of a procedure: only the figures that its rules have, called as they call them.

    ``heads``: number and title of the table, and what its lines are.
    """
    flow = not {*BALANCE_IN, *BALANCE_OUT} & {*found.lacking}
    had = tuple(key for key in found.having(keys) if key != BALANCE or flow)
    called = {key: found.title_of(key) for key in had if key != BALANCE}
    return Grid(*heads, had, _lines(lines), total, upright=upright, called=called)


def overall(found: ProcedureFigures) -> Grid:
    """表1: the figures of all, and of the departments of each level."""
    heads = "表1", f"{found.title}总体情况", "指标"
    return grid_of(found, heads, OVERALL, found.levels, total=found.total, upright=True)


def by_provider(found: ProcedureFigures, keys: tuple[str, ...] = PROVIDING) -> Grid:
    """表2: by the department that provides."""
    head = found.parties["provider"]
    return grid_of(found, ("表2", f"{found.title}办理情况（按{head}）", head), keys, found.providers, total=found.total)


def by_applicant(found: ProcedureFigures, keys: tuple[str, ...] = APPLYING) -> Iterator[Grid]:
    """表3: by the department that applied, where there is one. Its total is that of the applicants: who provides moves
    by itself."""
    head = found.parties.get("applicant")
    if head is None:
        return
    counts: Counter[str] = Counter()
    for line in found.applicants:
        counts.update(line.counts)
    total = Line(found.key, TOTAL, counts, frozenset(found.lacking)) if found.applicants else None
    yield grid_of(found, ("表3", f"{found.title}办理情况（按{head}）", head), keys, found.applicants, total=total)


def by_month(found: ProcedureFigures) -> Grid:
    """By month: what was carried over stands at the month's beginning, what is carried forward at its end."""
    return grid_of(found, ("附表2", f"{found.title}分月情况", "月份"), MONTHLY, found.months)


def by_procedure(report: Report) -> Grid:
    """Each procedure as a whole."""
    lines = tuple((each.title, each.total) for each in report.procedures)
    return Grid("附表1", "各事项办理情况", "事项", BY_PROCEDURE, lines)


def finishing(report: Report) -> Iterator[Grid]:
    """The procedures that are judged by what is finished, not by what is answered in time, where there are any."""
    lines = tuple((each.title, each.total) for each in report.procedures if each.rate == FINISHED)
    if lines:
        yield Grid("附表3", "完成情况", "事项", FINISHING, lines)


def _lines(found: tuple[Line, ...]) -> tuple[tuple[str, Line], ...]:
    return tuple((line.scope.title, line) for line in found)


def _slots(keys: tuple[str, ...]) -> Iterator[Slot]:
    placed: set[tuple[str, ...]] = {slot_of(key).counts for key in keys}
    for key in keys:
        for part, title in zip(Part, SIDES.get(key, ()), strict=False):
            side = Slot(key, part, title)
            if side.counts not in placed:
                placed.add(side.counts)
                yield side
        yield slot_of(key)


def slot_of(key: str) -> Slot:
    """The slot of a whole figure, or of the balance."""
    return Slot(key, None, BALANCE_TITLE if key == BALANCE else DEFINITIONS[key].title)
