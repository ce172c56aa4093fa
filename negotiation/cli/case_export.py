"""The command that hands a case out as one archive, to be read and checked elsewhere."""

from pathlib import Path
from typing import Annotated

import typer

from negotiation.cli import console
from negotiation.cli.context import CliContext
from negotiation.cli.options import Json, emit
from negotiation.core.clock import now
from negotiation.core.whole_file import write_whole
from negotiation.documents.export import hand_out
from negotiation.notifications import as_sent
from negotiation.services.cases import acting
from negotiation.services.context import UnitOfWork

app = typer.Typer()


@app.command("export")
def case_export(
    no: str,
    out: Annotated[Path, typer.Argument(metavar="FILE", help="写到哪个文件（.zip）。")],
    as_json: Json = False,
) -> None:
    """导出一个案件的案卷（.zip）：登记、逐日依据、通知、附件、规则和日历，附核验程序，可离线阅读和核验。"""
    cli, at = CliContext.open(), now()
    no = cli.case_no(no)
    with cli.database.read() as transaction:
        file = acting.take(UnitOfWork(transaction, cli.context, at), no)
        made = hand_out(transaction, file, None, as_sent.notices_of(transaction, file))
    write_whole(out, lambda opened: opened.write(made.content))
    answer = {"no": no, "file": str(out), "sha256": made.sha256, "members": made.members, "bytes": len(made.content)}

    def print_words() -> None:
        console.console().print(f"已导出 {no} 的案卷：{out}（{made.members}个文件）")
        console.console().print(f"SHA-256：{made.sha256}（请记在移交的书面材料上，供日后比对）")

    emit(answer, print_words, as_json)
