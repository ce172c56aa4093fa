"""Commands of the ledger: import and export of workbooks."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from negotiation.cli import console
from negotiation.cli.context import CliContext
from negotiation.cli.importing import end
from negotiation.cli.ledger_output import import_json, print_import
from negotiation.cli.option_groups import grouped
from negotiation.cli.options import AsOf, Json, day_or_today, emit
from negotiation.core.clock import now
from negotiation.core.enums import OFFICE_ID
from negotiation.core.errors import UsageError
from negotiation.core.local_time import local
from negotiation.documents.ledger import exporter, importer
from negotiation.documents.ledger.outcome import Correcting, ImportRequest
from negotiation.domain.entered import EnteredBy
from negotiation.services import import_batches as taking_back
from negotiation.services.import_batches import TakeBackRequest, TakenBack
from negotiation.store import import_batches
from negotiation.store.import_batches import BatchRecord

app = typer.Typer()


@dataclass(frozen=True)
class MendedOptions:
    """Whether what the sheet says otherwise is entered as corrections, and why."""

    correct: Annotated[bool, typer.Option("--correct", help="与系统不一致之处按本台账更正；须写明理由。")] = False
    reason: Annotated[str, typer.Option("--reason", help="更正的理由：原登记错在何处、依据什么更正。")] = ""

    @property
    def correcting(self) -> Correcting | None:
        """The corrections that are asked for. Raises UsageError for a reason of none."""
        if self.reason and not self.correct:
            raise UsageError("写明了更正的理由，但没有要求更正", todo="请一并加上 --correct，或去掉 --reason")
        return Correcting(self.reason) if self.correct else None


@app.command("import")
@grouped
def ledger_import(
    file: Annotated[Path, typer.Argument(help="台账（.xlsx、.xls、.et、.ods、.csv）。")],
    mended: MendedOptions,
    as_of: AsOf = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不写入。")] = False,
    as_json: Json = False,
) -> None:
    """导入台账：每行成为一个案件，历史逐步登记；有误的行逐行说明，不写入。"""
    cli = CliContext.open()
    request = ImportRequest(day_or_today(as_of), now(), dry_run, mended.correcting)
    with console.progress("导入台账", None) as advance:
        done = importer.import_file(cli.database, cli.context, file, request, advance)
    emit(import_json(done), lambda: print_import(done, request), as_json)
    end(done)


@app.command("batches")
def ledger_batches(as_json: Json = False) -> None:
    """列出各次台账导入：文件、时间、件数，是否已撤回。"""
    cli = CliContext.open()
    with cli.database.read() as transaction:
        batches = import_batches.read_all(transaction)
    emit({"batches": [each._asdict() for each in batches]}, lambda: _print_batches(batches), as_json)


def _print_batches(batches: Sequence[BatchRecord]) -> None:
    titles = ("序号", "导入时间", "文件", "导入人", "新增", "续办", "更正", "未变", "退回", "撤回")
    rows = [
        (
            each.id, f"{local(each.recorded_at):%Y-%m-%d %H:%M}", each.file, each.author, each.imported, each.updated,
            each.corrected, each.unchanged, each.rejected, each.reason,
        )
        for each in batches
    ]  # fmt: skip
    console.console().print(console.table("台账导入", titles, rows))


@app.command("take-back")
def ledger_take_back(
    batch: Annotated[int, typer.Argument(help="导入的序号；ledger batches 列出。")],
    reason: Annotated[str, typer.Option("--reason", help="为什么撤回。")],
    actor: Annotated[str, typer.Option("--actor", help="撤回人。")] = "命令行",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只预演：哪些案件会变成什么样，不写入。")] = False,
    as_json: Json = False,
) -> None:
    """整批撤回一次台账导入：其登记全部撤销，编号保留；已有人办理其中案件的，不能整批撤回。"""
    cli = CliContext.open()
    by = EnteredBy(actor, side=OFFICE_ID)
    done = taking_back.take_back(cli.database, cli.context, TakeBackRequest(batch, reason, by, now(), dry_run=dry_run))
    cases = [each._asdict() | {"told": [told._asdict() for told in each.told]} for each in done.cases]
    answer = {"batch": done.batch.id, "file": done.batch.file, "cases": cases, "dry_run": dry_run}
    emit(answer, lambda: _print_taken_back(done, dry_run=dry_run), as_json)


def _print_taken_back(done: TakenBack, *, dry_run: bool) -> None:
    screen = console.console()
    entries, empty = sum(each.struck for each in done.cases), sum(each.empty for each in done.cases)
    screen.print(
        ("预演，未写入任何内容。" if dry_run else "")
        + f"第{done.batch.id}次导入（{done.batch.file}）：撤回 {len(done.cases)} 件案件的 {entries} 项登记，"
        + f"其中 {empty} 件已无登记，编号保留。"
    )
    told = [(each.no, told.to, told.due) for each in done.cases for told in each.told]
    if told:
        screen.print(console.table("此前已告知、另行更正告知的", ("编号", "单位", "所载日期"), told))


@app.command("export")
def ledger_export(
    file: Annotated[Path, typer.Argument(help="导出到（.xlsx）。")], as_of: AsOf = "", as_json: Json = False
) -> None:
    """按原样式导出台账。"""
    cli = CliContext.open()
    rows = exporter.export_file(cli.database, cli.context, file, as_of=day_or_today(as_of))
    emit({"rows": rows}, lambda: console.console().print(f"已导出 {rows} 行：{file}"), as_json)
