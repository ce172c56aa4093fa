"""The tables that list one by one: 表4–表8, the rules of counting and the remarks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from negotiation.documents.report.definitions import DEFINITIONS, NOTHING, ROW_TABLES
from negotiation.documents.report.figures import PARTY_TITLES, ProcedureFigures
from negotiation.documents.report.model import Report
from negotiation.documents.report.rows import Row
from negotiation.documents.spreadsheets.sheet_writer import CellValue
from negotiation.documents.spreadsheets.writer import Column
from negotiation.domain.rulebook import OFFICE_BASIS


@dataclass(frozen=True)
class Listing:
    """Cases or other things one by one; ``happened``: there are any."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[CellValue, ...], ...]
    happened: bool = True


_CASE = (Column("事项", 12), Column("编号", 14), Column("单位", 18))
_DUTY = (*_CASE, Column("提出单位", 18), Column("内容", 30))
_DAYS = (
    Column("收到", 11), Column("期限", 11), Column("办理", 11), Column("结果", 16), Column("是否按时", 9),
    Column("状态", 14),
)  # fmt: skip


def one_by_one(report: Report) -> Iterator[Listing]:
    """表4 and on, those that a procedure of the report feeds; where kinds of cases share a number, they share the
    table."""
    fed = {each.table for each in report.procedures}
    sheets: dict[str, list[str]] = {}
    for key, title in ROW_TABLES.items():
        if key in fed:
            sheets.setdefault(title.partition(" ")[0], []).append(key)
    for n, keys in enumerate(sheets.values(), 4):
        title = "、".join(ROW_TABLES[key].partition(" ")[2] for key in keys)
        rows = tuple(_cells(report, key, row) for key in keys for row in report.rows(key))
        yield Listing(f"表{n}", title, _columns(report, keys[0]), rows or ((none_happened(report),),), bool(rows))


def none_happened(report: Report) -> str:
    """The words where nothing came and went in the whole year, or in the days that are counted."""
    whole = (report.since, report.until) == (date(report.year, 1, 1), date(report.year, 12, 31))
    return "本年度未发生" if whole else "统计期间内未发生"


def _columns(report: Report, table: str) -> tuple[Column, ...]:
    """The columns of a table, the acts and parties called as the rules of its cases call them."""
    found = next(each for each in report.procedures if each.table == table)
    brought, told = ("／".join(found.step_titles[key]) for key in ("to_coordination", "to_deliberation"))
    if table == "coordination":
        titles = {**PARTY_TITLES, **found.parties}
        return (
            Column("编号", 14), Column(titles["applicant"], 18), Column(titles["provider"], 18),
            Column(titles["subject"], 30), Column(brought, 11), Column("受理", 11), Column("协调结束", 11),
            Column("协调用时", 9), Column("结果", 16), Column(told, 11), Column("审议", 11), Column("审议结果", 14),
            Column("决定", 11), Column("决定结果", 11), Column("决定机关", 12), Column("状态", 14),
        )  # fmt: skip
    if table == "rectifications":
        return (
            *_CASE, Column("整改事项", 26), Column("情形", 26), Column("通知", 11), Column("整改期限", 11),
            Column("报告完成", 11), Column("是否按时", 9), Column(told, 12), Column("办结", 11), Column("状态", 14),
        )  # fmt: skip
    return (*_DUTY, *_DAYS)


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
    for each in report.procedures[:1]:
        for why, titles in _left_out(each).items():
            yield "未列指标", "、".join(titles), why
    for short, law in dict(pair for book in report.rulebooks for pair in book.short_names).items():
        yield "文件简称", short, law
    for source in report.sources:
        yield "工作日安排依据", source, ""
    for entered in report.entered:
        yield "填报数字", f"{entered.title}：{entered.value}{entered.unit}", f"来源：{entered.source}"
    for went in report.moved:
        yield "划出和划入", f"{went.given} → {went.taken}（{went.role}）{len(went.nos)}件", "、".join(went.nos)
    for note in report.notes:
        yield "说明", note, ""
    if report.published:
        edition = f"第{report.published.edition}版，{report.published.published_by}发布"
        yield "已发布版本", edition, f"SHA-256：{report.published.digest}"
        if report.published.seal is not None:
            yield "发布时的封印", report.published.proof, report.published.seal.note
    for cell in report.differences:
        yield "与已发布版本不同", cell.place, f"已发布：{cell.published}　现为：{cell.now}"


def _left_out(found: ProcedureFigures) -> dict[str, list[str]]:
    """The figures that the rules of a procedure have nothing of, by what they would need."""
    left: dict[str, list[str]] = {}
    for key, need in found.lacking.items():
        left.setdefault(need.missing, []).append(DEFINITIONS[key].title)
    return left


def _basis_in_words(basis: str) -> str:
    return "本办公室规定" if basis == OFFICE_BASIS else basis
