"""Figures that are in no case (目录数, 汇聚率, 接口调用量, 开放数据集): entered by a person, with their source."""

from collections.abc import Mapping
from datetime import datetime

from negotiation.core.errors import UsageError
from negotiation.documents.report.definitions import ENTERED_TITLES
from negotiation.documents.report.rows import Entered
from negotiation.store import report_editions
from negotiation.store.database import Database
from negotiation.store.transaction import Transaction

LONGEST = 200  # characters of a value or a source


def enter(
    database: Database, year: int, values: Mapping[str, str], *, source: str, author: str, at: datetime
) -> list[Entered]:
    """Keeps these figures of a year, each under its key or title; an earlier value stays in the record.

    Returns what is valid now. Raises UsageError for a figure nobody knows, an empty or an overlong text.
    """
    read = {_key(name): _text(name, value) for name, value in values.items()}
    with database.write() as transaction:
        for key, value in read.items():
            report_editions.enter(transaction, year, key, value, _text("来源", source), author, at)
    with database.read() as transaction:
        return list(of_year(transaction, year))


def of_year(transaction: Transaction, year: int) -> tuple[Entered, ...]:
    """The valid values, in the order of their titles' table."""
    rows = {row.key: row for row in report_editions.entered(transaction, year)}
    return tuple(
        Entered(key, title, unit, row.value, row.source, row.entered_by, row.entered_at)
        for key, (title, unit) in ENTERED_TITLES.items()
        if (row := rows.get(key)) is not None
    )


def _key(name: str) -> str:
    for key, (title, _) in ENTERED_TITLES.items():
        if name in (key, title):
            return key
    known = "、".join(f"{key}（{title}）" for key, (title, _) in ENTERED_TITLES.items())
    raise UsageError(f"没有可填报的指标“{name}”", todo=f"可用：{known}")


def _text(name: str, value: str) -> str:
    text = value.strip()
    if not text or len(text) > LONGEST:
        raise UsageError(
            f"“{name}”为空或超过{LONGEST}个字", todo="请写明数值和来源", command="例如 目录数=1234 --source 目录系统"
        )
    return text
