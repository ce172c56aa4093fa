"""The command that serves the desk in a browser."""

import gc
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Annotated

import typer

from negotiation.cli.database import connect
from negotiation.cli.operator import by_command
from negotiation.core.clock import now
from negotiation.core.enums import AccountRole
from negotiation.core.errors import UsageError, reason
from negotiation.core.settings import Settings, read_settings
from negotiation.notifications.channels.smtp import trouble_of
from negotiation.services.accounts import management
from negotiation.services.doctor import examine
from negotiation.services.settings_record import record_settings
from negotiation.store import migrate
from negotiation.store.database import Database
from negotiation.worker.supervisor import Supervisor

app = typer.Typer()
FIRST = "admin"
SIGNALS = (signal.SIGTERM, signal.SIGINT)


@app.command("serve")
def serve(
    host: Annotated[str, typer.Option("--host", help="监听的地址；对外服务请放在反向代理之后。")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="端口。")] = 8000,
    no_worker: Annotated[bool, typer.Option("--no-worker", help="不启动后台服务，由您自己运行 worker。")] = False,
) -> None:
    """在浏览器中办公：启动网页服务和后台服务（检查期限、发送通知），直到收到停止信号。"""
    from negotiation.web import create_app, server

    _demand_free(host, port)
    settings = read_settings()
    database = _ready(settings)
    for finding in examine(settings, now(), trouble_of)[0]:
        sys.stderr.write(f"{'问题' if finding.serious else '提示'}：{finding.what}（{finding.todo}）\n")
    beside = _works_beside(database, no_worker)
    sys.stderr.write(f"网页：http://{host}:{port}\n")
    pages = create_app(settings, database)
    gc.freeze()  # what was loaded until here stays for good: no collection need look at it again
    with _ended_in_order(), _worker_beside() if beside else nullcontext(lambda: None) as end_worker:
        server.serve(pages, host, port, end_worker)


def _ready(settings: Settings) -> Database:
    """The database, its schema made where it is empty; what the settings are and the first account are on record."""
    database = connect(settings)
    migrate.prepare(database)
    record_settings(database, settings, by_command(now()))
    _first_administrator(database)
    return database


def _works_beside(database: Database, no_worker: bool) -> bool:
    """True if the worker runs beside the pages; where it does not, prints that it must be run."""
    beside = database.is_sqlite and not no_worker
    if not beside:
        why = "已选 --no-worker" if database.is_sqlite else "数据库为 PostgreSQL"
        sys.stderr.write(f"提示：{why}，后台服务（检查期限、发送通知）须另行运行（negotiation worker）\n")
    return beside


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """A signal ends what is inside as the end of the program would, and not the process in its midst."""

    def _end(_number: int, _frame: object) -> None:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)  # once is enough: what was begun is finished
        raise SystemExit(0)

    for number in SIGNALS:
        signal.signal(number, _end)
    yield


@contextmanager
def _worker_beside() -> Iterator[Callable[[], object]]:
    """The worker as a child while the pages are served; yields how it is told to stop while they are ending."""
    supervisor = Supervisor()
    supervisor.start()
    try:
        yield threading.Thread(target=supervisor.stop, daemon=True).start
    finally:
        supervisor.stop()


def _demand_free(host: str, port: int) -> None:
    """Raises UsageError where nobody can listen there; the server itself would only log it."""
    try:
        socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as error:
        raise UsageError(
            f"不能在 {host}:{port} 上提供网页（{reason(error)}）",
            where="--port",
            todo="请停止占用它的程序，或用 --host、--port 另选",
        ) from None


def _first_administrator(database: Database) -> None:
    """Somebody has to let the others in; the password is shown once, and changed at the first sign-in."""
    with database.read() as transaction:
        if management.accounts_in_order(transaction):
            return
    roles = {AccountRole.ADMINISTRATOR}
    _, password = management.create_account(
        database, login=FIRST, name="系统管理员", roles=roles, operation=by_command(now())
    )
    sys.stderr.write(f"已建立系统管理员账号 {FIRST}，临时密码（只显示这一次，七天内有效）：{password}\n")
    sys.stderr.write("其他账号：negotiation account add 账号 --name 姓名 --role office_clerk\n")
    sys.stderr.write(
        "在网页上建立的账号，其角色须由 office_head 或 security_administrator 确认，请先用上述命令建立其一\n"
    )
