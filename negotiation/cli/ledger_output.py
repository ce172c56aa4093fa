"""The outcome of an import of the ledger, as the command gives it."""

from negotiation.cli import console
from negotiation.cli.importing import print_sheets_and_rows, sheets_and_rows
from negotiation.core.enums import DeadlineStatus
from negotiation.documents.ledger.due_days import DueDays
from negotiation.documents.ledger.outcome import Imported, ImportRequest, Standing


def import_json(done: Imported) -> dict[str, object]:
    """The outcome of an import of the ledger, as scripts read it."""
    return {
        "batch": done.batch,
        "imported": done.imported,
        "updated": done.updated,
        "corrected": done.corrected,
        "unchanged": done.unchanged,
        "standing": _standing_json(done.standing),
        "due_days": _due_days_json(done.due_days),
        **sheets_and_rows(done),
        "differences": [each._asdict() for each in done.differences],
        "duplicates": [each._asdict() for each in done.duplicates],
        "departments_created": done.departments_created,
    }


def print_import(done: Imported, request: ImportRequest) -> None:
    """Prints the outcome of an import of the ledger for people."""
    screen = console.console()
    corrected = f"更正 {done.corrected} 件，" if request.correcting else ""
    screen.print(
        ("试运行，未写入任何内容。" if request.dry_run else "")
        + f"导入 {done.imported} 件，续办 {done.updated} 件，{corrected}未变 {done.unchanged} 件，"
        + f"退回 {len(done.rejected)} 行。"
        + (f"本次为第{done.batch}次导入。" if done.batch is not None else "")
    )
    if done.standing.cases:
        screen.print(f"{done.standing.says}。")
    _print_due_days(done.due_days)
    if done.departments_created:
        screen.print(f"新登记的部门（请核对层级和经办人）：{'、'.join(done.departments_created)}")
    if done.differences:
        rows = [
            (each.sheet, each.row, each.no, each.column, each.was or "无", each.now or "（空）")
            for each in done.differences
        ]
        screen.print(console.table("与系统不一致之处", ("工作表", "行", "编号", "列", "系统", "台账"), rows))
    for repeated in done.duplicates:
        screen.print(f"{repeated.sheet} 第{repeated.row}行（{repeated.new}）{repeated.says}")
    print_sheets_and_rows(done)


def _standing_json(standing: Standing) -> dict[str, int]:
    return {
        "cases": standing.cases,
        **{status.value: standing.open[status] for status in DeadlineStatus},
        "closed": standing.closed,
    }


def _due_days_json(found: DueDays) -> dict[str, object]:
    wrong = [
        {
            "sheet": each.sheet, "row": each.row, "no": each.no, "column": each.column, "written": each.written,
            "due": each.due, "official": each.official, "days_late": each.days_late, "counted": each.ruler.says,
        }
        for each in found.wrong
    ]  # fmt: skip
    return {"compared": found.compared, "late": found.late, "unread": found.unread, "wrong": wrong}


def _print_due_days(found: DueDays) -> None:
    screen = console.console()
    if found.says:
        screen.print(f"{found.says}。")
    if found.wrong:
        rows = [
            (each.sheet, each.row, each.no, each.written, each.due, each.says, each.ruler.says) for each in found.wrong
        ]
        titles = ("工作表", "行", "编号", "表中", "应为", "相差", "计算")
        screen.print(console.table("到期日不一致之处", titles, rows))
