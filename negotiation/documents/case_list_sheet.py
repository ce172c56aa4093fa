"""The desk's list as a spreadsheet: the same cases in the same order."""

from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from negotiation.core.enums import DeadlineStatus
from negotiation.core.labels import DEADLINE_STATUS_TITLES
from negotiation.documents.spreadsheets.writer import Column, Sheet, write_table
from negotiation.services import case_filters, case_list
from negotiation.services.case_json import HandledLine
from negotiation.services.context import Context
from negotiation.store.case_list.conditions import Wanted
from negotiation.store.database import Database

SHEET, TITLE = "案件", "政务数据共享协商案件清单"
_COLUMNS = {
    Column("编号", 16): "no",
    Column("状态", 22): "state_title",
    Column("灯", 10): "light_title",
    Column("applicant", 20): "applicant",
    Column("provider", 20): "provider",
    Column("subject", 32): "subject",
    Column("收到", 12): "received",
    Column("答复期限", 12): "due",
    Column("本环节至", 12): "next_due",
    Column("经办人", 12): "handler",
    Column("办结", 12): "closed",
    Column("暂定说明", 48): "awaits",
}


def export(database: Database, context: Context, wanted: Wanted, as_of: date, path: Path) -> int:
    """Writes all pages of what is shown to a spreadsheet; returns how many cases there are in it."""
    titles = (TITLE, f"截至 {as_of}　{case_filters.in_words(context, wanted)}")
    columns = [Column(context.titles.get(each.title, each.title), each.width) for each in _COLUMNS]
    with closing(case_list.every_line(database, context, wanted, as_of)) as lines:
        return write_table(path, Sheet(SHEET, titles, columns, map(_row, lines)))


def _row(line: HandledLine) -> list[Any]:
    waits = line["awaits"] or ("" if line["next_official"] else "本环节期限暂定")
    cells = {**line, "light_title": DEADLINE_STATUS_TITLES[DeadlineStatus(line["light"])], "awaits": waits}
    return [cells[key] for key in _COLUMNS.values()]
