"""The outcome of importing a workbook, as commands give it: which sheets were read, and which rows were not."""

import typer

from negotiation.cli import console
from negotiation.cli.options import DONE_IN_PART
from negotiation.documents.ledger.outcome import Imported as ImportedLedger
from negotiation.documents.resource_sheet.importer import Imported as ImportedResources

Imported = ImportedLedger | ImportedResources


def sheets_and_rows(done: Imported) -> dict[str, object]:
    """The sheets and the rejected rows of an import, as scripts read them."""
    return {
        "rejected": [
            {"sheet": each.sheet, "row": each.row, "column": each.column, "why": each.says} for each in done.rejected
        ],
        "rejected_file": str(done.rejected_file) if done.rejected_file else None,
        "sheets_read": done.sheets_read,
        "sheets_not_read": [each.sheet for each in done.sheets_not_read],
        "why_not_read": {each.sheet: each.why for each in done.sheets_not_read},
        "columns_not_read": done.columns_not_read,
    }


def print_sheets_and_rows(done: Imported) -> None:
    """Prints for people which sheets were read, and the rows that were rejected."""
    screen = console.console()
    if len(done.sheets_read) > 1:
        screen.print(f"已读取的工作表：{'、'.join(done.sheets_read)}")
    if done.sheets_not_read:
        unread = "；".join(f"{each.sheet}（{each.why}）" for each in done.sheets_not_read)
        screen.print(f"没有读取的工作表：{unread}")
    for sheet, titles in done.columns_not_read.items():
        screen.print(f"工作表“{sheet}”中没有读取的列（表头不是规定的名称，请核对）：{'、'.join(titles)}")
    if done.rejected:
        rows = [(each.sheet, each.row, each.column, each.why) for row in done.rejected for each in row.faults]
        screen.print(console.table("退回的行", ("工作表", "行", "列", "原因"), rows))
    if done.rejected_file:
        screen.print(f"退回的行已另存为 {done.rejected_file}，改正后可直接导入该文件。")


def end(done: Imported) -> None:
    """Raises typer.Exit with 3 if a row, or a sheet that has the form's header, was not taken in."""
    if done.rejected or any(each.is_fault for each in done.sheets_not_read):
        raise typer.Exit(DONE_IN_PART)
