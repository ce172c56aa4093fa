"""The unit summaries added up (37号第二十九条): what each unit handed in of itself, and where it differs."""

from collections.abc import Iterator

from negotiation.documents.report.definitions import NOTHING
from negotiation.documents.report.listings import Listing, none_happened
from negotiation.documents.report.model import Report
from negotiation.documents.report.rows import Row
from negotiation.documents.spreadsheets.sheet_writer import CellValue
from negotiation.documents.spreadsheets.writer import Column

SUMMARIES = "summaries"  # of the tables that list cases one by one
NAME = "附表4"


def summed_up(report: Report) -> Iterator[Listing]:
    """The figures of all units below their sum, where the rules have units hand in summaries."""
    if not any(each.table == SUMMARIES for each in report.procedures):
        return
    rows = handed_in(report)
    titles = list(dict.fromkeys(title for row in rows for title in row.numbers))
    columns = (
        Column("报送单位", 20), *(Column(title, 8) for title in titles), Column("报送", 11),
        Column("与系统统计不同", 40),
    )  # fmt: skip
    lines = [_sum(rows, titles), *(_line(row, titles) for row in rows)] if rows else [(none_happened(report),)]
    yield Listing(NAME, "各单位年度总结数据汇总", columns, tuple(lines), bool(rows))


def handed_in(report: Report) -> list[Row]:
    """The summaries that bear numbers."""
    return [row for row in report.rows(SUMMARIES) if row.numbers]


def sentence(report: Report) -> str:
    """A sentence on how many units have handed in their figures, and who differs; nothing where none has."""
    rows = handed_in(report)
    if not rows:
        return ""
    differing = [row.provider for row in rows if row.differs]
    said = f"其中{len(differing)}家与系统统计不同（{'、'.join(differing)}）" if differing else "均与系统统计一致"
    return f"已报送数据的单位{len(rows)}家，{said}，汇总见附件{NAME}。"


def _sum(rows: list[Row], titles: list[str]) -> tuple[CellValue, ...]:
    differing = sum(bool(row.differs) for row in rows)
    return ("合计", *(sum(row.numbers.get(title, 0) for row in rows) for title in titles), None, f"{differing}家")


def _line(row: Row, titles: list[str]) -> tuple[CellValue, ...]:
    numbers = (row.numbers.get(title) for title in titles)
    return (row.provider, *numbers, row.answered_on, "；".join(row.differs) or NOTHING)
