"""The command that writes due dates as a calendar file."""

from pathlib import Path
from typing import Annotated

import typer

from negotiation.cli import console
from negotiation.cli.context import CliContext
from negotiation.cli.options import Json, emit, writing_to
from negotiation.core.clock import now
from negotiation.notifications import feed

app = typer.Typer()


@app.command("feed")
def calendar_feed(
    file: Annotated[Path, typer.Argument(help="导出到（.ics）。")],
    department: Annotated[str, typer.Option("--department", help="只要一个部门的；不写为办公室的全部。")] = "",
    as_json: Json = False,
) -> None:
    """把在办期限导出为日历文件（.ics），可导入各种日历软件。"""
    cli, at = CliContext.open(), now()
    unit = cli.context.directory.find(department) if department else None
    with cli.database.read() as transaction:
        made = feed.feed(transaction, cli.context, cli.settings, feed.Asked(unit.id if unit else None), at)
    with writing_to(file, "请换一个文件名"):
        file.write_bytes(made.content)
    words = f"已导出 {made.terms} 项期限（含近{feed.ENDED_DAYS}天内终止的）：{file}"
    emit({"file": str(file), "events": made.terms}, lambda: console.console().print(words), as_json)
