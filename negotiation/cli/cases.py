"""Commands of the daily work: ledger, cases, tasks, desk, sweep, post, worker, report."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from negotiation.cli import console
from negotiation.cli.desk import tell as tell_desk
from negotiation.cli.importing import end, sheets_and_rows, tell_sheets_and_rows
from negotiation.cli.options import (
    DONE_IN_PART,
    AsOf,
    CliContext,
    Fields,
    Json,
    day_or_today,
    emit,
    read_day,
    read_fields,
    read_moment,
)
from negotiation.core.clock import now
from negotiation.core.enums import CLOCK_BY_HAND, PARTY_ROLES, Job
from negotiation.core.errors import FieldError, UsageError
from negotiation.core.local_time import local_date
from negotiation.documents.ledger import exporter, importer
from negotiation.domain.departments import tidy_name
from negotiation.notifications import dispatcher
from negotiation.notifications.channels.smtp import trouble_of
from negotiation.services import approvals, case_filters, case_list, case_view, doctor, unattended
from negotiation.services import desk as office_desk
from negotiation.services.cases import acting, opening, timers
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.cases.recorder import SYSTEM
from negotiation.services.context import Context, UnitOfWork
from negotiation.store import case_queries, case_writer, departments
from negotiation.store.case_list.conditions import Sort, Wanted
from negotiation.store.transaction import Transaction
from negotiation.worker import scheduler

At = Annotated[str, typer.Option("--at", help="在哪一刻（北京时间，默认现在）。", metavar="日期时间")]
ConfirmClock = Annotated[
    bool, typer.Option("--confirm-clock", help="系统时钟跳过多日（如停机多日）：已核实今天的日期无误，继续。")
]

app = typer.Typer()
ledger_app = typer.Typer(help="台账导入与导出。", no_args_is_help=True)
case_app = typer.Typer(help="案件登记与办理。", no_args_is_help=True)


@ledger_app.command("import")
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
    emit(counts | sheets_and_rows(done) | created, lambda: _tell_import(done, dry_run=dry_run), as_json)
    end(done)


def _tell_import(done: importer.Imported, *, dry_run: bool) -> None:
    screen = console.console()
    screen.print(
        ("试运行，未写入任何内容。" if dry_run else "")
        + f"导入 {done.imported} 件，续办 {done.updated} 件，未变 {done.unchanged} 件，退回 {len(done.rejected)} 行。"
    )
    if done.departments_created:
        screen.print(f"新登记的部门（请核对层级和经办人）：{'、'.join(done.departments_created)}")
    tell_sheets_and_rows(done)


@ledger_app.command("export")
def ledger_export(
    file: Annotated[Path, typer.Argument(help="导出到（.xlsx）。")], as_of: AsOf = "", as_json: Json = False
) -> None:
    """按原样式导出台账。"""
    cli = CliContext.open()
    rows = exporter.export_file(cli.database, cli.context, file, as_of=day_or_today(as_of))
    emit({"rows": rows}, lambda: console.console().print(f"已导出 {rows} 行：{file}"), as_json)


@app.command("cases")
def list_cases(
    state: Annotated[str, typer.Option("--state", help="状态（标识或名称）。")] = "",
    overdue: Annotated[bool, typer.Option("--overdue", help="只列逾期的。")] = False,
    department: Annotated[str, typer.Option("--department", help="使用或提供部门，可只写名称的一部分。")] = "",
    as_of: AsOf = "",
    as_json: Json = False,
) -> None:
    """列出案件（含办结的）。"""
    cli, day = CliContext.open(), day_or_today(as_of)
    asked = {"state": state, "department": department, "overdue": "1" if overdue else "", "sort": Sort.NO}
    wanted = _read_wanted(cli.context, asked)
    units = map(cli.context.directory.name, wanted.departments)
    named = [name for name in units if name != department]  # said where only a part was typed
    with cli.database.read() as transaction:
        found = case_list.every_case(transaction, cli.context, wanted, day)
        lines = case_view.lines_json(transaction, cli.context, found, day)

    def tell() -> None:
        screen = console.console()
        if named:
            screen.print(f"部门“{department}”：{'、'.join(named)}")
        screen.print(console.case_lines(f"案件（截至 {day}）", lines))
        for note in console.provisional_notes(lines):
            screen.print(note)
        screen.print(f"共 {len(lines)} 件")

    emit({"as_of": day, "cases": lines} | ({"departments": named} if named else {}), tell, as_json)


def _read_wanted(context: Context, asked: Mapping[str, str]) -> Wanted:
    """The cases that the options ask for. Raises UsageError for a state that is none, with all that there are."""
    try:
        return case_filters.read_wanted(context, asked, scope=None)
    except FieldError as error:
        if error.field != "state":
            raise
        states = "、".join(f"{key}（{title}）" for key, title in case_filters.state_titles(context).items())
        raise UsageError(f"没有状态“{asked['state']}”", todo=f"可用的状态：{states}") from None


@case_app.command("show")
def case_show(no: str, as_of: AsOf = "", as_json: Json = False) -> None:
    """一个案件的全部：期限、数据项、办理过程、待办、通知。"""
    cli, day = CliContext.open(), day_or_today(as_of)
    no = cli.case_no(no)
    with cli.database.read() as transaction:
        file = acting.take(UnitOfWork(transaction, cli.context, now()), no)
    cli.emit_case(file, day, as_json, ruler=True)


@case_app.command("open")
def case_open(
    procedure: Annotated[str, typer.Argument(help="办理事项的标识；rulebook list 列出全部。")],
    field: Fields = None,
    on: Annotated[str, typer.Option("--on", help="编号所属日期（默认今天）。")] = "",
    as_json: Json = False,
) -> None:
    """登记一个新案件（草稿）；至少给出 applicant 和 provider，没有登记过的部门随即登记。"""
    cli, at, raw = CliContext.open(), now(), read_fields(field)
    with cli.database.write() as transaction:
        day = read_day(on) if on else None
        created = register_parties(transaction, cli.context, raw)
        file = opening.open_case(UnitOfWork(transaction, cli.context, at), procedure, raw, on=day)
        case_writer.save(transaction, file.change())
    cli.emit_case(file, local_date(at), as_json, departments_created=created)


def register_parties(transaction: Transaction, context: Context, raw: Mapping[str, str | list[str]]) -> list[str]:
    """Registers departments that take a part and are not known yet; a name that looks like a slip is refused later."""
    context.refresh(transaction)
    given = [raw.get(role) for role in PARTY_ROLES]
    names = [tidy_name(name) for name in given if isinstance(name, str) and name]
    known = context.directory
    new = list(dict.fromkeys(name for name in names if name not in known.by_name and not known.resembles(name)))
    for name in new:
        departments.add_department(transaction, name)
    if new:
        context.refresh(transaction)
    return new


@case_app.command("act")
def case_act(
    no: str,
    event: Annotated[str, typer.Argument(help="事件，如 agree；case show 列出现在可以办理的。")],
    by: Annotated[str, typer.Option("--by", help="以谁的身份：applicant、provider、office……")],
    on: Annotated[str, typer.Option("--on", help="发生的日期（默认今天）；纸质办理填文件日期。")] = "",
    field: Fields = None,
    actor: Annotated[str, typer.Option("--actor", help="登记人。")] = "命令行",
    version: Annotated[int | None, typer.Option("--version", help="所依据的版本；不符则不办理。")] = None,
    as_json: Json = False,
) -> None:
    """办理：登记一个事件。"""
    cli, at, raw = CliContext.open(), now(), read_fields(field)
    no = cli.case_no(no)
    with cli.database.write() as transaction:
        created = register_parties(transaction, cli.context, raw)
        role = cli.role(by)
        _demand_none_waits(transaction, cli, no, event, role)
        file = acting.act(
            UnitOfWork(transaction, cli.context, at),
            no,
            ActRequest(event, role=role, actor=actor, on=day_or_today(on), fields=raw, seen_version=version),
        )
    cli.emit_case(file, local_date(at), as_json, departments_created=created)


def _demand_none_waits(transaction: Transaction, cli: CliContext, no: str, event: str, role: str) -> None:
    """What a side has put before its head comes first, as in the browser."""
    file = acting.take(UnitOfWork(transaction, cli.context, now()), no)
    rule = file.procedure.events.get(event)
    if rule is not None and rule.approval:
        approvals.demand_none_waits(transaction, file, role)


@app.command("tasks")
def list_tasks(as_json: Json = False) -> None:
    """待办：系统请人核实的事项。"""
    cli = CliContext.open()
    with cli.database.read() as transaction:
        found = case_queries.tasks_of(transaction)
    rows = [(each["no"], each["since"], each["title"]) for each in found]
    emit(
        {"tasks": found},
        lambda: console.console().print(console.table("待办", ("编号", "登记日期", "事项"), rows)),
        as_json,
    )


@app.command("desk")
def desk(as_of: AsOf = "", as_json: Json = False) -> None:
    """办公室的一天：逾期、临期、由办公室和领导小组办理的案件、待办。"""
    cli, day = CliContext.open(), day_or_today(as_of)
    answer = office_desk.desk(cli.database, cli.context, day)
    emit(answer, lambda: tell_desk(answer, day), as_json)


@app.command("sweep")
def sweep_once(
    at: At = "",
    confirm_clock: ConfirmClock = False,
    actor: Annotated[str, typer.Option("--actor", help="核实时钟的人。")] = "命令行",
    as_json: Json = False,
) -> None:
    """让到期的期限和该发的提醒各自生效。"""
    if at and confirm_clock:
        raise UsageError("--at 与 --confirm-clock 不能同时使用", todo="核实的是现在的日期：请去掉 --at")
    cli, moment = CliContext.open(), read_moment(at)
    if confirm_clock:
        unattended.confirm_clock(cli.database, cli.context, moment, by=actor)
    with console.progress("检查期限", None) as advance, cli.unattended(Job.SWEEP, moment, by_hand=bool(at)):
        clock = CLOCK_BY_HAND if at else SYSTEM
        done = timers.run(cli.database, cli.context, moment, actor=clock, progress=advance)
    answer = {"acted": done.acted, "reminded": done.reminded, "parked": done.parked}

    def tell() -> None:
        screen = console.console()
        screen.print(f"登记届满 {done.acted} 项，提醒 {done.reminded} 项，待人处理 {done.parked} 件。")
        for trouble in done.troubles:
            screen.print(f"  {trouble}")

    emit(answer, tell, as_json)


@app.command("post")
def post_once(at: At = "", as_json: Json = False) -> None:
    """发出待发的通知（工作日办公时间内）。"""
    cli, moment = CliContext.open(), read_moment(at)
    heard: list[dispatcher.ServerReply] = []
    with console.progress("发送通知", None) as advance, cli.unattended(Job.POST, moment, by_hand=bool(at)):
        done = dispatcher.run(cli.database, cli.context, moment, progress=advance, hear=heard.append)
    answer: dict[str, Any] = {"sent": done.sent, "deferred": done.deferred, "failed": done.failed}
    answer["answers"] = [each._asdict() for each in heard]

    def tell() -> None:
        place = "" if cli.settings.smtp_url else f"邮件存于 {cli.settings.mail_folder}。"
        console.console().print(f"发出 {done.sent} 封，暂缓 {done.deferred} 封，未能发出 {done.failed} 封。{place}")

    emit(answer, tell, as_json)
    if done.trouble:
        sys.stderr.write(f"{done.trouble}\n怎么办：请检查邮件服务器和 NEGOTIATION_SMTP_URL；暂缓的通知会自动再发\n")
        raise typer.Exit(DONE_IN_PART)


@app.command("worker")
def work(
    supervised: Annotated[
        bool, typer.Option("--supervised", help="由 serve 启动：标准输入关闭时结束。", hidden=True)
    ] = False,
) -> None:
    """持续运行：按时检查期限、发送通知，直到收到停止信号。"""
    cli = CliContext.open(prepare=False)
    for finding in doctor.unanswered(cli.settings, trouble_of):
        sys.stderr.write(f"提示：{finding.what}（{finding.todo}）\n")
    scheduler.run(cli.database, cli.settings, supervised=supervised)
