"""The annual report (《办法》第二十九条): the figures of a period, each a count with its definition, never a score.

``definitions`` defines each figure; ``sources`` reads the facts, ``counting`` has the rules, ``totals`` adds up;
``compiler`` puts the report together, ``publishing`` compares it with what was published. How a thing is counted that
the law leaves open is the office's rule.
"""

from datetime import date

from negotiation.core.errors import UsageError
from negotiation.documents.report.compiler import compiled, demand_balance
from negotiation.documents.report.days import Days
from negotiation.documents.report.figure_cases import cases_behind
from negotiation.documents.report.json_output import as_json, by_procedure
from negotiation.documents.report.publishing import editions_of, publish, report_of

__all__ = [
    "Days", "as_json", "by_procedure", "cases_behind", "compiled", "demand_balance", "editions_of", "period", "publish",
    "report_of",
]  # fmt: skip


def period(year: int, as_of: date, since: date | None, until: date | None) -> tuple[date, date]:
    """The days that a report covers: the calendar year up to the as-of day, or what is given.

    Raises UsageError for a year out of reach, days in the wrong order, or a period that has not begun.
    """
    if not 2000 <= year <= 2100:
        raise UsageError(f"“{year}”不是可以统计的年份", todo="请写成四位年份，如 2026")
    start, end = since or date(year, 1, 1), until or date(year, 12, 31)
    if end < start:
        raise UsageError(
            f"统计期间的结束日期 {end} 早于开始日期 {start}", todo="请核对起止日期", command="--from 和 --to"
        )
    if start > as_of:
        raise UsageError(
            f"统计期间从 {start} 开始，尚未到来（截至 {as_of}）",
            todo="请核对年份和截至日期",
            command="--from、--to 和 --as-of",
        )
    return start, min(end, as_of)
