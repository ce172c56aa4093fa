"""The report laid out as 表1–表8 and their annexes, once for the page, the spreadsheet and the document.

A grid has figures along one side and lines (departments, levels, months) along the other; a listing has a case in each
row. Departments stand in official order; nothing here counts, compares or ranks.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from calendars.dates import in_words
from negotiation.documents.report.definitions import BANDS, DEFINITIONS, FINISHED, NOTHING, ROW_TABLES, Part
from negotiation.documents.report.model import TOTAL, Figure, Line, ProcedureFigures, Report, Row
from negotiation.documents.spreadsheets.writer import Column
from negotiation.domain.rulebook import OFFICE_BASIS, OUTCOMES

UNITS_IN_WORDS = "件、%、工作日"
BALANCE = "balance"  # 上年结转 + 本年新收 + 划入 − 本年办结 − 划出 − 结转下年, which is nothing
BALANCE_TITLE = "平衡校验（应为0）"
SIDES = {
    "mean_reply": ("答复工作日合计", "答复数"),
    "mean_supply": ("提供工作日合计", "提供数"),
    "satisfied_rate": ("同意＋部分同意＋决定共享＋审议应予共享", "办结－撤回"),
    "satisfied_strict_rate": ("同意＋决定共享＋审议应予共享", "办结－撤回"),
    "negotiated_rate": ("未经协调办结", "办结－撤回"),
    "coordination_rate": ("经协调办结", "办结－撤回"),
    "deliberation_rate": ("经审议办结", "办结－撤回"),
    "mean_coordination": ("协调工作日合计", "协调结束"),
    "items_rate": ("同意提供的数据项", "申请的数据项"),
    "finished_rate": ("核实完成", "登记（通知）件数"),
}
"""What the two sides of a ratio are called where no figure of their own stands beside it."""

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
        """What stands here for a line; the report was checked before, so the balance is nothing."""
        if self.key == BALANCE:
            return 0
        figure = line[self.key]
        if self.part is None:
            return figure
        return (figure.numerator if self.part is Part.NUMERATOR else figure.denominator) or 0


@dataclass(frozen=True)
class Grid:
    """Figures × lines. ``keys``: the figures. ``head``: what the lines are. ``upright``: the figures stand below one
    another (表1). ``total``: the line that the others add up to, if there is one."""

    name: str
    title: str
    head: str
    keys: tuple[str, ...]
    lines: tuple[tuple[str, Line], ...]
    total: Line | None = None
    upright: bool = False

    @property
    def named(self) -> tuple[tuple[str, Line], ...]:
        """All lines with their titles, the total first."""
        return ((("合计", self.total),) if self.total else ()) + self.lines

    @property
    def figures(self) -> tuple[Slot, ...]:
        """The figures without the sides of the ratios among them, for who reads a ratio with its sides in one cell."""
        ratios = (DEFINITIONS[key] for key in self.keys if key != BALANCE and DEFINITIONS[key].denominator)
        sides = {found.counts_of(part) for found in ratios for part in Part}
        slots = (slot_of(key) for key in self.keys if key != BALANCE)
        return tuple(slot for slot in slots if not slot.counts or slot.counts not in sides)

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The figures, before each ratio what it is made of: so that a reader can check it in the sheet."""
        return tuple(_slots(self.keys))


@dataclass(frozen=True)
class Listing:
    """Cases or other things one by one."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]


def all_tables(report: Report) -> Iterator[Grid | Listing]:
    """表1–表8 and the annexes, in their order."""
    yield overall(report.main)
    yield by_provider(report.main)
    yield by_applicant(report.main)
    yield from one_by_one(report)
    yield by_procedure(report)
    yield by_month(report.main)
    yield finishing(report)
    yield counting_rules(report)
    yield remarks(report)


# ---------------------------------------------------------------------------------------------------- the figures


def overall(found: ProcedureFigures) -> Grid:
    """表1: the figures of all, and of the departments of each level."""
    return Grid("表1", f"{found.title}总体情况", "指标", OVERALL, _lines(found.levels), found.total, upright=True)


def by_provider(found: ProcedureFigures) -> Grid:
    """表2: by the department that provides."""
    return Grid(
        "表2", f"{found.title}办理情况（按提供部门）", "提供部门", PROVIDING, _lines(found.providers), found.total
    )


def by_applicant(found: ProcedureFigures) -> Grid:
    """表3: by the department that applied. Its total is that of the applicants: who provides moves by itself."""
    counts: Counter[str] = Counter()
    for line in found.applicants:
        counts.update(line.counts)
    total = Line(found.key, TOTAL, counts) if found.applicants else None
    return Grid("表3", f"{found.title}办理情况（按使用部门）", "使用部门", APPLYING, _lines(found.applicants), total)


def by_month(found: ProcedureFigures) -> Grid:
    """By month: what was carried over stands at the month's beginning, what is carried forward at its end."""
    return Grid("附表2", f"{found.title}分月情况", "月份", MONTHLY, _lines(found.months))


def by_procedure(report: Report) -> Grid:
    """Each procedure as a whole."""
    lines = tuple((each.title, each.total) for each in report.procedures)
    return Grid("附表1", "各事项办理情况", "事项", BY_PROCEDURE, lines)


def finishing(report: Report) -> Grid:
    """The procedures that are judged by what is finished, not by what is answered in time."""
    lines = tuple((each.title, each.total) for each in report.procedures if each.rate == FINISHED)
    return Grid("附表3", "完成情况", "事项", FINISHING, lines)


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
    return Slot(key, None, BALANCE_TITLE if key == BALANCE else DEFINITIONS[key].title)


# ---------------------------------------------------------------------------------------------------- one by one

_CASE = (Column("事项", 12), Column("编号", 14), Column("单位", 18))
_DUTY = (*_CASE, Column("提出单位", 18), Column("内容", 30))
_DAYS = (
    Column("收到", 11), Column("期限", 11), Column("办理", 11), Column("结果", 16), Column("是否按时", 9),
    Column("状态", 14),
)  # fmt: skip
_COLUMNS = {
    "coordination": (
        Column("编号", 14), Column("使用部门", 18), Column("提供部门", 18), Column("资源名称", 30),
        Column("提请协调", 11), Column("受理", 11), Column("协调结束", 11), Column("协调用时", 9),
        Column("结果", 16), Column("报请审议", 11), Column("审议", 11), Column("审议结果", 14),
        Column("决定", 11), Column("决定结果", 11), Column("决定机关", 12), Column("状态", 14),
    ),
    "rectifications": (
        *_CASE, Column("整改事项", 26), Column("情形", 26), Column("通知", 11), Column("整改期限", 11),
        Column("报告完成", 11), Column("是否按时", 9), Column("报告领导小组", 12), Column("办结", 11),
        Column("状态", 14),
    ),
}  # fmt: skip


def one_by_one(report: Report) -> Iterator[Listing]:
    """表4–表8; where several kinds of cases share a number, they share the table."""
    sheets: dict[str, list[str]] = {}
    for key, title in ROW_TABLES.items():
        sheets.setdefault(title.partition(" ")[0], []).append(key)
    for name, keys in sheets.items():
        title = "、".join(ROW_TABLES[key].partition(" ")[2] for key in keys)
        rows = tuple(_cells(report, key, row) for key in keys for row in report.rows(key))
        yield Listing(name, title, _COLUMNS.get(keys[0], (*_DUTY, *_DAYS)), rows)


def _cells(report: Report, table: str, row: Row) -> tuple[Any, ...]:
    found = report.procedure(row.procedure)
    about = (found.title if found else "", row.no, row.provider)
    if table == "coordination":
        return (
            row.no, row.applicant, row.provider, row.subject, row.referred_on, row.accepted_on, row.ended_on, row.days,
            row.answer, row.reported_on, row.deliberated_on, row.deliberation, row.decided_on, row.decision,
            row.decided_by, row.state,
        )  # fmt: skip
    if table == "rectifications":
        return (
            *about, row.subject, row.class_title, row.received_on, row.due_on, row.answered_on, _yes_no(row.on_time),
            row.reported_on, row.closed_on, row.state,
        )  # fmt: skip
    days = (row.received_on, row.due_on, row.answered_on, row.answer, _yes_no(row.on_time), row.state)
    return (*about, row.applicant, row.subject, *days)


def _yes_no(said: bool | None) -> str:
    return NOTHING if said is None else "是" if said else "否"


# -------------------------------------------------------------------------------------------------------- annexes


def counting_rules(report: Report) -> Listing:
    """附1: how each figure is counted."""
    columns = (Column("指标", 26), Column("单位", 8), Column("口径", 90), Column("依据", 26))
    rows = tuple(
        (each.title, each.unit, each.counted, _basis_in_words(report.basis_of(each))) for each in report.definitions
    )
    return Listing("附1", "统计口径", columns, rows)


def remarks(report: Report) -> Listing:
    """附2: rulebooks, the calendar's sources, what moved between departments, what people entered, what is frozen."""
    columns = (Column("类别", 16), Column("内容", 60), Column("说明", 60))
    return Listing("附2", "规则、日历来源和说明", columns, tuple(_remarks(report)))


def _remarks(report: Report) -> Iterator[tuple[str, str, str]]:
    for book in report.rulebooks:
        yield "规则", f"{book.title}（{book.id} 第{book.version}版）", book.law
    for each in report.procedures:
        yield "期限依据", each.title, _basis_in_words(each.basis)
    for short, law in dict(pair for book in report.rulebooks for pair in book.short_names).items():
        yield "文件简称", short, law
    for source in report.sources:
        yield "工作日安排依据", source, ""
    for entered in report.entered:
        yield "填报数字", f"{entered.title}：{entered.value}{entered.unit}", f"来源：{entered.source}"
    for note in report.notes:
        yield "说明", note, ""
    if report.published:
        said = f"第{report.published.edition}版，{report.published.published_by}发布"
        yield "已发布版本", said, f"SHA-256：{report.published.digest}"
    for cell in report.differences:
        yield "与已发布版本不同", cell.place, f"已发布：{cell.published}　现为：{cell.now}"


def _basis_in_words(basis: str) -> str:
    return "本办公室规定" if basis == OFFICE_BASIS else basis


def period_in_words(since: date, until: date) -> str:
    """2026年1月1日至2026年12月31日."""
    return f"{in_words(since)}至{in_words(until)}"
