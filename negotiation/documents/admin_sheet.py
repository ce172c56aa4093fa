"""The administration's log as a sheet (.xlsx)."""

from collections.abc import Iterable
from pathlib import Path

from negotiation.core.enums import AdminKind
from negotiation.core.labels import ADMIN_KIND_TITLES
from negotiation.core.local_time import local
from negotiation.documents.spreadsheets.writer import Column, Sheet, write_table
from negotiation.domain.administration import AdminRecord
from negotiation.store import administration
from negotiation.store.administration import Wanted
from negotiation.store.transaction import Transaction

TITLE = "管理日志"
COLUMNS = (
    Column("序号", 8), Column("时间", 18), Column("操作人", 24), Column("类别", 12), Column("事项", 20),
    Column("对象", 26), Column("变更前", 40), Column("变更后", 40), Column("摘要", 70),
)  # fmt: skip


def write_log(transaction: Transaction, path: Path, wanted: Wanted) -> int:
    """Writes the entries that are asked for, the newest first; returns how many. Raises NegotiationError."""
    rows = map(_row, administration.entries(transaction, wanted))
    return write_table(path, Sheet(TITLE, (TITLE,), COLUMNS, rows))


def _row(entry: AdminRecord) -> list[str | int]:
    before = _lines((title, was) for title, was, _ in entry.changes)
    after = _lines((title, became) for title, _, became in entry.changes)
    kind, at = ADMIN_KIND_TITLES[AdminKind(entry.kind)], f"{local(entry.recorded_at):%Y-%m-%d %H:%M:%S}"
    return [entry.n, at, entry.author, kind, entry.act, entry.subject, before, after, entry.digest.hex()]


def _lines(words: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"{title}：{text}" for title, text in words if text)
