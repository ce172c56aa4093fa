"""The tables that list one by one: 表4–表8, the rules of counting and the remarks."""

from collections.abc import Iterator
from dataclasses import dataclass

from negotiation.documents.report.definitions import NOTHING, ROW_TABLES
from negotiation.documents.report.model import Report
from negotiation.documents.report.rows import Row
from negotiation.documents.spreadsheets.sheet_writer import CellValue
from negotiation.documents.spreadsheets.writer import Column
from negotiation.domain.rulebook import OFFICE_BASIS


@dataclass(frozen=True)
class Listing:
    """Cases or other things one by one."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[CellValue, ...], ...]


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


def _cells(report: Report, table: str, row: Row) -> tuple[CellValue, ...]:
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


def _yes_no(value: bool | None) -> str:
    return NOTHING if value is None else "是" if value else "否"


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
        edition = f"第{report.published.edition}版，{report.published.published_by}发布"
        yield "已发布版本", edition, f"SHA-256：{report.published.digest}"
    for cell in report.differences:
        yield "与已发布版本不同", cell.place, f"已发布：{cell.published}　现为：{cell.now}"


def _basis_in_words(basis: str) -> str:
    return "本办公室规定" if basis == OFFICE_BASIS else basis
