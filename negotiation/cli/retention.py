"""Commands of keeping: which ended cases are due to be reviewed, and that one is kept on."""

from typing import Annotated

import typer

from negotiation.cli import console
from negotiation.cli.context import CliContext
from negotiation.cli.options import AsOf, Json, day_or_today, emit, read_day
from negotiation.core.clock import now
from negotiation.core.enums import OFFICE_ID
from negotiation.domain.entered import EnteredBy
from negotiation.domain.retention import KeepOn
from negotiation.services import retention
from negotiation.services.context import UnitOfWork
from negotiation.services.retention import Due

app = typer.Typer()
TITLES = ("编号", "事项", "案由", "办结", "保管年限", "应审日期", "")


@app.command("retention")
def list_due(as_of: AsOf = "", as_json: Json = False) -> None:
    """到期待审：保管期限届满、待审查的已办结案件；系统不自行销毁。"""
    cli, day = CliContext.open(), day_or_today(as_of)
    with cli.database.read() as transaction:
        found = retention.due(transaction, cli.context, day)
    rows = [(*_plain(each).values(),) for each in found]

    def print_words() -> None:
        screen = console.console()
        screen.print(console.table(f"到期待审　{len(found)} 件（截至 {day}）", TITLES, rows))
        if found:
            screen.print("经审查继续保管的：negotiation case keep；不再保管的，依书面决定：negotiation case expunge")

    emit({"as_of": day, "cases": [_plain(each) for each in found]}, print_words, as_json)


def _plain(each: Due) -> dict[str, object]:
    case = each.case
    return {
        "no": case.no, "procedure": each.title, "subject": case.subject, "ended": case.ended_on, "years": each.years,
        "due": each.due_on, "again": "曾延长" if each.again else "",
    }  # fmt: skip


@app.command("keep")
def keep_on(
    no: str,
    until: Annotated[str, typer.Option("--until", help="继续保管至哪一天。", metavar="日期")],
    reason: Annotated[str, typer.Option("--reason", help="理由：审查意见和依据。")],
    actor: Annotated[str, typer.Option("--actor", help="登记人。")] = "命令行",
    as_json: Json = False,
) -> None:
    """延长保管：保管期限届满的案件经审查继续保管至某日，写明理由。"""
    cli = CliContext.open()
    no, decided = cli.case_no(no), KeepOn(read_day(until), reason)
    with cli.database.write() as transaction:
        work = UnitOfWork(transaction, cli.context, now())
        retention.keep_on(work, no, decided, EnteredBy(actor, side=OFFICE_ID))
    said = f"{no} 继续保管至 {decided.until}"
    emit({"no": no, "until": decided.until}, lambda: console.console().print(said), as_json)
