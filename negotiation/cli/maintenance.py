"""Commands that keep an installation in order: verification, migration, yearly cases, examination."""

from collections.abc import Sequence
from dataclasses import asdict

import typer

from negotiation.cli import console
from negotiation.cli.context import CliContext
from negotiation.cli.database import connect
from negotiation.cli.options import FOUND_WANTING, Json, emit, end_if
from negotiation.core.clock import now
from negotiation.core.enums import Job
from negotiation.core.settings import read_settings
from negotiation.notifications.channels.smtp import trouble_of
from negotiation.services import case_view
from negotiation.services import doctor as checkup
from negotiation.services.calendar import reconcile
from negotiation.services.context import Context
from negotiation.store import migrate as schema
from negotiation.store.instants import OddInstant
from negotiation.worker import yearly_cases

app = typer.Typer()


def print_odd(remarks: Sequence[OddInstant]) -> None:
    """Instants that cannot be right: to know, and no fault of the chain."""
    if remarks:
        rows = [(each.no, each.seq, case_view.odd_instant(each)) for each in remarks]
        console.console().print(console.table("登记时刻有疑（不影响核验结果）", ("编号", "第几个事件", "情况"), rows))


def odd_as_json(remarks: Sequence[OddInstant]) -> list[dict[str, object]]:
    return [each._asdict() | {"what": case_view.odd_instant(each)} for each in remarks]


@app.command("migrate")
def migrate(as_json: Json = False) -> None:
    """把数据库和日历更新到本程序的版本（请先备份）。"""
    settings = read_settings()
    database = connect(settings)
    before = schema.revision(database)
    schema.migrate(database)
    with database.read() as transaction:
        context = Context.of(transaction, settings)
    counted = reconcile.run(database, context, now()).counted
    words = f"数据库版本：{before or '（空）'} → {schema.HEAD}" + (f"；重新计算期限 {counted} 项" if counted else "")
    answer = {"from": before, "to": schema.HEAD, "recounted": counted}
    emit(answer, lambda: console.console().print(words), as_json)


@app.command("yearly")
def open_yearly(as_json: Json = False) -> None:
    """开立本年度应当开立的事项（年度总结、开放计划）：每个单位每年一次，已开立的不再开立。"""
    cli, at = CliContext.open(), now()
    with cli.unattended(Job.YEARLY, at), cli.database.write() as transaction:
        opened = yearly_cases.run(transaction, cli.context, at)
    why = [] if opened else yearly_cases.why_none(cli.context, at)
    words = "\n".join((f"开立年度事项 {opened} 件", *why))
    emit({"opened": opened, "why": why}, lambda: console.console().print(words), as_json)


@app.command("doctor")
def doctor(as_json: Json = False) -> None:
    """检查安装：数据库、规则、日历、邮件、部门，并说明该怎么办。"""
    settings, at = read_settings(), now()
    findings, facts = checkup.examine(settings, at, trouble_of)
    clock = checkup.examine_clock(settings, at)
    findings += clock.findings
    answer = {
        "ok": not any(each.serious for each in findings),
        "findings": [asdict(f) for f in findings],
        "facts": facts,
        "heartbeats": {job.value: beat._asdict() for job, beat in clock.beats.items()},
        "remarks": odd_as_json(clock.remarks),
    }

    def print_words() -> None:
        screen = console.console()
        screen.print(console.table("现状", ("项目", "数值"), list(facts.items())))
        rows = [("问题" if each.serious else "提示", each.what, each.todo) for each in findings]
        screen.print(console.table("检查结果", ("", "情况", "怎么办"), rows) if rows else "没有发现问题。")
        print_odd(clock.remarks)

    emit(answer, print_words, as_json)
    end_if(not answer["ok"], FOUND_WANTING)
