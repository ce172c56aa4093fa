"""Commands that keep an installation in order: verification, migration, yearly cases, examination."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from negotiation.cli import console
from negotiation.cli.context import CliContext
from negotiation.cli.database import connect
from negotiation.cli.options import FOUND_WANTING, Json, emit, end_if, writing_to
from negotiation.core.clock import now
from negotiation.core.enums import Job
from negotiation.core.errors import NegotiationError
from negotiation.core.settings import Settings, read_settings
from negotiation.notifications.channels.smtp import trouble_of
from negotiation.services import case_view, host
from negotiation.services import doctor as checkup
from negotiation.services.backup.home_files import OWN_BACKUPS
from negotiation.services.backup.schedule import name_of
from negotiation.services.calendar import reconcile
from negotiation.services.context import Context
from negotiation.store import migrate as schema
from negotiation.store.database import Database
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
def migrate(
    backup: Annotated[
        bool | None, typer.Option(help="更新之前先备份，写入备份文件夹；不写时，有更新才备份。", show_default=False)
    ] = None,
    as_json: Json = False,
) -> None:
    """把数据库和日历更新到本程序的版本；更新之前先备份。"""
    settings = read_settings()
    database = connect(settings)
    before = schema.revision(database)
    wanted = _changes_something(settings, database, before) if backup is None else backup
    kept = _backed_up(settings, database) if wanted and before else ""
    schema.migrate(database)
    with database.read() as transaction:
        context = Context.of(transaction, settings)
    counted = reconcile.run(database, context, now()).counted
    words = f"已备份：{kept}\n" if kept else ""
    words += f"数据库版本：{before or '（空）'} → {schema.HEAD}" + (f"；重新计算期限 {counted} 项" if counted else "")
    answer = {"from": before, "to": schema.HEAD, "recounted": counted, "backup": kept}
    emit(answer, lambda: console.console().print(words), as_json)


def _changes_something(settings: Settings, database: Database, known: str | None) -> bool:
    """True where the schema is of another revision, or the program brings another calendar, by which terms move.

    Raises DatabaseUnavailable for a revision that this program cannot bring along.
    """
    if known != schema.HEAD:
        return known is None or schema.knows(known)
    with database.read() as transaction:
        almanac = Context.of(transaction, settings).almanac
    return almanac.made_anew() is not almanac


def _backed_up(settings: Settings, database: Database) -> str:
    """The backup that is made before a migration: in the folder of backups, else in the home.

    Raises NegotiationError where none can be made; nothing was migrated then.
    """
    from negotiation.services.backup.making import make

    folder, at = Path(settings.backup_folder or settings.home / OWN_BACKUPS), now()
    target = folder / f"before-{schema.HEAD}-{name_of(at, encrypted=bool(settings.backup_recipients))}"
    try:
        with writing_to(folder, "请检查备份文件夹能否写入"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return str(make(settings, database, target, at, settings.backup_recipients).path)
    except NegotiationError as error:
        what, without = f"更新之前的备份没有完成，没有更新：{error.what}", "已另行备份的，可加 --no-backup"
        command = "；".join(filter(None, (error.command, without)))
        raise NegotiationError(what, where=error.where, todo=error.todo, command=command) from None


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
    findings += clock.findings + host.examine_pages(settings)
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
