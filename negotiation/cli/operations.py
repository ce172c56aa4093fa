"""Commands that a machine runs by its clock: check of terms, sending of notices, the worker."""

import sys
from typing import Annotated

import typer

from negotiation.cli import console
from negotiation.cli.context import CliContext
from negotiation.cli.operator import by_command
from negotiation.cli.options import DONE_IN_PART, Json, emit, end_if, read_moment
from negotiation.core.clock import now
from negotiation.core.enums import CLOCK_BY_HAND, Job
from negotiation.core.errors import UsageError
from negotiation.notifications import dispatcher
from negotiation.notifications.channels.smtp import trouble_of
from negotiation.services import system_checks, unattended
from negotiation.services.cases import timers
from negotiation.services.cases.recorder import SYSTEM
from negotiation.services.settings_record import record_settings
from negotiation.worker import scheduler

app = typer.Typer()


At = Annotated[str, typer.Option("--at", help="在哪一刻（北京时间，默认现在）。", metavar="日期时间")]


ConfirmClock = Annotated[
    bool, typer.Option("--confirm-clock", help="系统时钟跳过多日（如停机多日）：已核实今天的日期无误，继续。")
]


@app.command("sweep")
def sweep_once(
    at: At = "",
    confirm_clock: ConfirmClock = False,
    actor: Annotated[str, typer.Option("--actor", help="核实时钟的人。")] = "命令行",
    as_json: Json = False,
) -> None:
    """让到期的期限和该发的提醒各自生效。"""
    _demand_now(at, confirm_clock)
    cli, moment = CliContext.open(), read_moment(at)
    if confirm_clock:
        unattended.confirm_clock(cli.database, cli.context, moment, by=actor)
    with console.progress("检查期限", None) as advance, cli.unattended(Job.SWEEP, moment, by_hand=bool(at)):
        clock = CLOCK_BY_HAND if at else SYSTEM
        done = timers.run(cli.database, cli.context, moment, actor=clock, progress=advance)
    answer = {"acted": done.acted, "reminded": done.reminded, "parked": done.parked}

    def print_words() -> None:
        screen = console.console()
        if done.moved:
            screen.print(f"适用新规定 {done.moved} 件。")
        screen.print(f"登记届满 {done.acted} 项，提醒 {done.reminded} 项，待人处理 {done.parked} 件。")
        for trouble in done.troubles:
            screen.print(f"  {trouble}")

    emit(answer, print_words, as_json)


def _demand_now(at: str, confirm_clock: bool) -> None:
    """The clock is confirmed for today alone."""
    if at and confirm_clock:
        raise UsageError("--at 与 --confirm-clock 不能同时使用", todo="核实的是现在的日期：请去掉 --at")


@app.command("post")
def post_once(at: At = "", as_json: Json = False) -> None:
    """发出待发的通知（工作日办公时间内）。"""
    cli, moment = CliContext.open(), read_moment(at)
    replies: list[dispatcher.ServerReply] = []
    with console.progress("发送通知", None) as advance, cli.unattended(Job.POST, moment, by_hand=bool(at)):
        done = dispatcher.run(cli.database, cli.context, moment, progress=advance, on_reply=replies.append)
    answer: dict[str, object] = {"sent": done.sent, "deferred": done.deferred, "failed": done.failed}
    answer["missed"] = done.missed
    answer["answers"] = [_reply_json(each) for each in replies]

    def print_words() -> None:
        place = "" if cli.settings.smtp_url else f"邮件存于 {cli.settings.mail_folder}。"
        missed = f"，未及时发出 {done.missed} 封" if done.missed else ""
        console.console().print(
            f"发出 {done.sent} 封，暂缓 {done.deferred} 封，未能发出 {done.failed} 封{missed}。{place}"
        )

    emit(answer, print_words, as_json)
    if done.trouble:
        sys.stderr.write(f"{done.trouble}\n怎么办：请检查邮件服务器和 NEGOTIATION_SMTP_URL；暂缓的通知会自动再发\n")
    end_if(done.trouble, DONE_IN_PART)


def _reply_json(reply: dispatcher.ServerReply) -> dict[str, object]:
    fields = reply._asdict()
    return {"said" if name == "meaning" else name: value for name, value in fields.items()}


@app.command("worker")
def work(
    supervised: Annotated[
        bool, typer.Option("--supervised", help="由 serve 启动：标准输入关闭时结束。", hidden=True)
    ] = False,
) -> None:
    """持续运行：按时检查期限、发送通知，直到收到停止信号。"""
    cli = CliContext.open(prepare=False)
    if not supervised:  # then serve has done so
        record_settings(cli.database, cli.settings, by_command(now()))
    for finding in system_checks.mail_server(cli.settings, trouble_of).findings if cli.settings.smtp_url else ():
        sys.stderr.write(f"提示：{finding.what}（{finding.todo}）\n")
    scheduler.run(cli.database, cli.settings, supervised=supervised)
