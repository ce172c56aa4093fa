"""Commands of the ledger: import and export of workbooks."""

from pathlib import Path
from typing import Annotated

import typer

from negotiation.cli import console
from negotiation.cli.context import CliContext
from negotiation.cli.importing import end, print_sheets_and_rows, sheets_and_rows
from negotiation.cli.options import AsOf, Json, day_or_today, emit
from negotiation.core.clock import now
from negotiation.documents.ledger import exporter, importer

app = typer.Typer()


@app.command("import")
def ledger_import(
    file: Annotated[Path, typer.Argument(help="台账（.xlsx）。")],
    as_of: AsOf = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不写入。")] = False,
    as_json: Json = False,
) -> None:
    """导入台账：每行成为一个案件，历史逐步登记；有误的行逐行说明，不写入。"""
    cli = CliContext.open()
    with console.progress("导入台账", None) as advance:
        done = importer.import_file(
            cli.database, cli.context, file, as_of=day_or_today(as_of), at=now(), dry_run=dry_run, progress=advance
        )
    counts = {"imported": done.imported, "updated": done.updated, "unchanged": done.unchanged}
    created = {"departments_created": done.departments_created}
    emit(counts | sheets_and_rows(done) | created, lambda: _print_import(done, dry_run=dry_run), as_json)
    end(done)


def _print_import(done: importer.Imported, *, dry_run: bool) -> None:
    screen = console.console()
    screen.print(
        ("试运行，未写入任何内容。" if dry_run else "")
        + f"导入 {done.imported} 件，续办 {done.updated} 件，未变 {done.unchanged} 件，退回 {len(done.rejected)} 行。"
    )
    if done.departments_created:
        screen.print(f"新登记的部门（请核对层级和经办人）：{'、'.join(done.departments_created)}")
    print_sheets_and_rows(done)


@app.command("export")
def ledger_export(
    file: Annotated[Path, typer.Argument(help="导出到（.xlsx）。")], as_of: AsOf = "", as_json: Json = False
) -> None:
    """按原样式导出台账。"""
    cli = CliContext.open()
    rows = exporter.export_file(cli.database, cli.context, file, as_of=day_or_today(as_of))
    emit({"rows": rows}, lambda: console.console().print(f"已导出 {rows} 行：{file}"), as_json)
