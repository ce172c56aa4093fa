"""The command that writes due dates as a calendar file."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from negotiation.cli import console
from negotiation.cli.context import CliContext
from negotiation.cli.options import Json, emit, writing_to
from negotiation.core.clock import now
from negotiation.core.local_time import local_date
from negotiation.notifications import ics
from negotiation.store import digest_queries

app = typer.Typer()


_ENDED_DAYS = 30  # a term that ended stays in the file so long, as cancelled: whoever imported it loses it again


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
        since = local_date(at) - timedelta(days=_ENDED_DAYS)
        lines = digest_queries.terms_to_publish(transaction, unit.id if unit else None, since)
        entries = list(ics.entries(lines, cli.context, transaction))
    name = f"{unit.name if unit else cli.context.office_name}　共享协商期限"
    with writing_to(file, "请换一个文件名"):
        file.write_bytes(ics.published(entries, cli.settings, name=name, at=at))
    words = f"已导出 {len(entries)} 项期限（含近{_ENDED_DAYS}天内终止的）：{file}"
    emit({"file": str(file), "events": len(entries)}, lambda: console.console().print(words), as_json)
