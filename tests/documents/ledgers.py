"""Makes ledgers cell by cell, imports them, and says what became of them."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from negotiation.core.local_time import end_of
from negotiation.documents.ledger import importer
from negotiation.documents.ledger.outcome import Correcting, Imported, ImportRequest
from negotiation.services.context import Context
from negotiation.store import case_reader, event_lines
from negotiation.store.case_list import query
from negotiation.store.database import Database
from tests.case_lines import every_line
from tests.conftest import CIVIL, POLICE, day

AS_OF = "2026-11-20"
TITLE = "政务信息资源共享申请台账（领导小组办公室）"
COLUMNS = {
    "n": "序号",
    "no": "申请编号",
    "received": "送达日期",
    "applicant": "使用部门",
    "provider": "提供部门",
    "resource": "资源名称",
    "code": "资源代码",
    "kind": "共享类型",
    "basis": "使用依据",
    "scenario": "使用场景",
    "mode": "共享方式",
    "period": "使用期限",
    "replied": "答复日期",
    "answer": "答复结果",
    "reason": "答复理由及依据",
    "referred": "报协调日期",
    "coordination": "协调结果",
    "coordinated": "协调办结日期",
    "reported": "报审议日期",
    "decision": "审议结果",
    "decided": "审议日期",
    "closed": "办结日期",
    "remark": "备注",
}
REASON = "涉及个人敏感信息，依据《个人信息保护法》第三十四条，不宜提供"
Row = Mapping[str, Any]


def row(no: Any = "GX2026-0001", received: Any = "2026-10-26", **cells: Any) -> dict[str, Any]:
    """A row by short names: an application of the civil affairs bureau to the police, and what is given."""
    return {
        "no": no,
        "received": received,
        "applicant": CIVIL,
        "provider": POLICE,
        "resource": "常住人口基本信息",
        "kind": "有条件共享",
        "basis": "《社会救助暂行办法》第五十八条",
        "scenario": "办理低保资格核对",
        "mode": "服务接口",
        "period": "1年",
    } | cells


def refused(no: Any = "GX2026-0001", received: Any = "2026-09-10", **cells: Any) -> dict[str, Any]:
    return row(no, received, **({"replied": "2026-09-17", "answer": "不予共享", "reason": REASON} | cells))


def made(
    path: Path,
    rows: Sequence[Row],
    *,
    columns: Sequence[str] = tuple(COLUMNS),
    above: Sequence[str] = (TITLE, "截至 2026年11月20日"),
    headers: Mapping[str, str] | None = None,
) -> Path:
    """A ledger with these rows; ``columns`` by short name, in the order in which they are to stand."""
    book = Workbook()
    page: Any = book.active
    for line in above:
        page.append([line])
    titles = COLUMNS | dict(headers or {})
    page.append([titles.get(name, name) for name in columns])
    for each in rows:
        page.append([each.get(name) for name in columns])
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def brought_in(
    database: Database,
    context: Context,
    path: Path,
    *,
    as_of: str = AS_OF,
    dry_run: bool = False,
    correcting: Correcting | None = None,
) -> Imported:
    """The ledger imported at the end of a day."""
    request = ImportRequest(day(as_of), end_of(day(as_of)), dry_run, correcting)
    return importer.import_file(database, context, path, request)


def faults(done: Imported) -> list[tuple[int, str]]:
    return [(each.row, each.column) for each in done.rejected]


def counts(done: Imported) -> tuple[int, int, int, int]:
    """Imported, updated, unchanged, rejected."""
    return done.imported, done.updated, done.unchanged, len(done.rejected)


def facts(database: Database, as_of: str = AS_OF) -> dict[str, tuple[Any, ...]]:
    """Number → state, received, due, official, overdue, replied, closed, applicant, provider, subject."""
    with database.read() as transaction:
        return {
            line.no: (
                line.state, line.received, line.due, line.official, line.overdue, line.replied, line.closed,
                line.applicant, line.provider, line.subject,
            )
            for line in every_line(transaction, day(as_of))
        }  # fmt: skip


def state(database: Database, no: str = "GX2026-0001") -> str:
    return str(facts(database)[no][0])


def events(database: Database, no: str = "GX2026-0001") -> list[tuple[str, str]]:
    """Event and day, in order."""
    with database.read() as transaction:
        (line,) = query.lines_numbered(transaction, [no], date.max, None)
        return [(each.event, each.happened_on.isoformat()) for each in event_lines.events_of(transaction, line.id)]


def entered(database: Database, event: str, no: str = "GX2026-0001") -> dict[str, Any]:
    """What was entered with the last event of a kind."""
    with database.read() as transaction:
        (line,) = query.lines_numbered(transaction, [no], date.max, None)
        found = [each for each in event_lines.events_of(transaction, line.id) if each.event == event]
    return dict(found[-1].fields or {})


def items_of(database: Database, no: str = "GX2026-0001") -> list[tuple[str, str, str, date | None]]:
    """Name, answer, stage and day of supply of the data items, in order."""
    with database.read() as transaction:
        (line,) = query.lines_numbered(transaction, [no], date.max, None)
        (loaded,) = case_reader.load_many(transaction, [line.id])
    return [(item.name, item.answer, item.stage, item.supplied_on) for item in loaded.items]


def stored(database: Database, table: str) -> int:
    with database.read() as transaction:
        return int(transaction.connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())


def read_back(path: Path) -> list[list[Any]]:
    """All rows of a workbook as they stand in it."""
    book = load_workbook(path)
    rows = [[cell.value for cell in line] for line in book.worksheets[0].iter_rows()]
    book.close()
    return rows
