"""Commands of the catalogue of resources: import, list, show, export."""

from pathlib import Path
from typing import Annotated

import typer

from negotiation.cli import console
from negotiation.cli.context import CliContext
from negotiation.cli.importing import end, print_sheets_and_rows, sheets_and_rows
from negotiation.cli.operator import by_command
from negotiation.cli.options import Json, emit
from negotiation.core.clock import now
from negotiation.core.errors import FieldError, UsageError
from negotiation.core.labels import SHARING_CLASS_TITLES
from negotiation.core.local_time import local_date
from negotiation.documents.resource_sheet import importer
from negotiation.documents.resource_sheet.columns import COLUMNS, row_of
from negotiation.documents.resource_sheet.importer import Importer
from negotiation.services import resources
from negotiation.store import resource_list
from negotiation.store.resource_list import Wanted

app = typer.Typer()
Department = Annotated[str, typer.Option("--department", help="提供部门。")]
Class = Annotated[str, typer.Option("--class", help="共享类型（标识或名称）。")]


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="资源目录（.xlsx）。")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不写入。")] = False,
    as_json: Json = False,
) -> None:
    """导入资源目录：共享类型按名称识别；有误的行逐行说明，不写入。"""
    cli = CliContext.open()
    done = importer.import_file(cli.database, cli.context, file, Importer(by_command(now())), dry_run=dry_run)
    counts = {"imported": done.imported, "updated": done.updated, "unchanged": done.unchanged}
    emit(counts | sheets_and_rows(done), lambda: _print_import(done, dry_run=dry_run), as_json)
    end(done)


def _print_import(done: importer.Imported, *, dry_run: bool) -> None:
    console.console().print(
        ("试运行，未写入任何内容。" if dry_run else "")
        + f"新增 {done.imported} 条，更新 {done.updated} 条，未变 {done.unchanged} 条，退回 {len(done.rejected)} 行。"
    )
    print_sheets_and_rows(done)


@app.command("list")
def list_(department: Department = "", class_: Class = "", as_json: Json = False) -> None:
    """列出目录中的资源（含停用的）。"""
    cli = CliContext.open()
    wanted = _wanted(cli, department, class_)
    with cli.database.read() as transaction:
        found = list(resource_list.everything(transaction, wanted))

    def print_words() -> None:
        titles = ("资源代码", "资源名称", "提供部门", "共享类型", "共享方式")
        rows = [
            (each.code, each.name, provider, SHARING_CLASS_TITLES[each.sharing_class], each.way)
            for each, provider in found
        ]
        console.console().print(console.table("资源目录", titles, rows))
        console.console().print(f"共 {len(rows)} 条")

    emit({"resources": [resources.facts(*each) for each in found]}, print_words, as_json)


@app.command("show")
def show_(code: Annotated[str, typer.Argument(help="资源代码。")], as_json: Json = False) -> None:
    """一个资源的全部元数据，和有关的案件。"""
    cli, today = CliContext.open(), local_date(now())
    with cli.database.read() as transaction:
        found = resources.find(transaction, code)
        numbers = [line.no for line in resource_list.cases_of(transaction, found.id, today, None)]
    provider = cli.context.directory.name(found.provider_id)

    def print_words() -> None:
        said = zip(COLUMNS, row_of(found, provider), strict=True)
        rows = [(column.title, value) for column, value in said if value]
        console.console().print(
            console.table(found.name, ("项目", "内容"), [*rows, ("有关案件", "、".join(numbers) or "无")])
        )

    emit(resources.facts(found, provider) | {"cases": numbers}, print_words, as_json)


@app.command("export")
def export(
    file: Annotated[Path, typer.Argument(help="导出到（.xlsx）。")],
    department: Department = "",
    class_: Class = "",
    as_json: Json = False,
) -> None:
    """导出资源目录（含停用的）；导出的文件可再导入。"""
    cli = CliContext.open()
    wanted = _wanted(cli, department, class_)
    rows = importer.export_file(cli.database, file, wanted, on=local_date(now()))
    emit({"rows": rows}, lambda: console.console().print(f"已导出 {rows} 条：{file}"), as_json)


def _wanted(cli: CliContext, department: str, class_: str) -> Wanted:
    """The resources that two options ask for, retired ones too. Raises UsageError for a value that there is not."""
    try:
        return resources.read_wanted(cli.context, {"department": department, "class": class_, "retired": "1"})
    except FieldError as fault:
        raise UsageError(fault.what, where=fault.where, todo=fault.todo) from None
