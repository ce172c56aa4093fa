"""The command that destroys texts of a case on an order: entered by one person, confirmed by another."""

from dataclasses import asdict, dataclass
from typing import Annotated

import typer

from negotiation.cli import console
from negotiation.cli.case_corrections import read_numbers
from negotiation.cli.context import CliContext
from negotiation.cli.option_groups import grouped
from negotiation.cli.options import Json, emit, read_day
from negotiation.core.clock import now
from negotiation.core.errors import NotFound, UsageError
from negotiation.domain.expunging import Order
from negotiation.domain.people import Person
from negotiation.services import approvals, expunge_orders, expunge_view, offers
from negotiation.services.accounts import management
from negotiation.services.cases import acting
from negotiation.services.context import UnitOfWork
from negotiation.services.expunge_view import Preview
from negotiation.store.transaction import Transaction
from negotiation.worker import erasing

app = typer.Typer()


@dataclass(frozen=True)
class OrderOptions:
    """The order: its number and day, and what of the case it means."""

    order_no: Annotated[str, typer.Option("--order", help="决定的文号。", metavar="文号")] = ""
    order_on: Annotated[str, typer.Option("--order-on", help="决定的日期。", metavar="日期")] = ""
    entries: Annotated[
        str,
        typer.Option("--entries", help="只清除这些登记；不写登记和附件的，清除全案。", metavar="序号,…"),
    ] = ""
    offline: Annotated[bool, typer.Option("--offline", help="清除全案并转线下办理：系统只留编号、双方和日期。")] = False
    files: Annotated[str, typer.Option("--files", help="只清除这些附件，以逗号分开。", metavar="序号,…")] = ""

    def order(self) -> Order:
        """The order. Raises UsageError for half of one."""
        if not self.order_no.strip() or not self.order_on:
            raise UsageError("须写明决定的文号和日期", todo="请补填 --order 和 --order-on")
        named = read_numbers(self.entries), read_numbers(self.files)
        return Order(self.order_no.strip(), read_day(self.order_on), *named, self.offline)


@app.command("expunge")
@grouped
def case_expunge(
    no: str,
    order: OrderOptions,
    by: Annotated[str, typer.Option("--by", help="登记人或复核人的登录名。", metavar="登录名")] = "",
    confirm: Annotated[bool, typer.Option("--confirm", help="由另一人复核已登记的决定，即时清除，不能恢复。")] = False,
    as_json: Json = False,
) -> None:
    """封存清除：依书面决定销毁案件的文字和附件，须一人登记、另一人（办公室负责人）复核；不写 --by 只预览。"""
    cli = CliContext.open()
    no = cli.case_no(no)
    if confirm:
        _confirm(cli, no, by, as_json)
    else:
        _enter(cli, no, order.order(), by, as_json)


def _enter(cli: CliContext, no: str, order: Order, by: str, as_json: bool) -> None:
    with cli.database.write(keep=bool(by)) as transaction:
        work = UnitOfWork(transaction, cli.context, now())
        preview = expunge_view.preview_of(work, no, order)
        if by:
            expunge_orders.enter(work, _person(transaction, by), no, order)
    answer = {"no": no, "order": order.basis, "waits": bool(by), **_as_json(preview)}
    said = "已登记，待办公室负责人复核（--confirm）后清除。" if by else "仅为预览，没有写入。"
    emit(answer, lambda: _print(preview, said), as_json)


def _confirm(cli: CliContext, no: str, by: str, as_json: bool) -> None:
    at = now()
    with cli.database.write() as transaction:
        work = UnitOfWork(transaction, cli.context, at)
        file = acting.take(work, no)
        waiting = [each for each in offers.open_proposals(transaction, file) if expunge_orders.is_order(each)]
        if not waiting:
            raise NotFound("没有待复核的封存清除", where=f"案件 {no}", todo="请先登记决定")
        preview = expunge_view.preview_of(work, no, expunge_orders.order_of(waiting[0]))
        approvals.approve(work, _person(transaction, by), no, waiting[0].n)
    is_done = bool(erasing.erase(cli.database, cli.settings, at))
    said = "已清除。" if is_done else "库中已清除；文件正在使用，稍后由后台服务清除，doctor 会提示。"
    emit({"no": no, "done": is_done, **_as_json(preview)}, lambda: _print(preview, said), as_json)


def _person(transaction: Transaction, login: str) -> Person:
    if not login:
        raise UsageError("须写明由谁办理", todo="请写 --by 登录名")
    return management.find(transaction, login).person


def _as_json(preview: Preview) -> dict[str, object]:
    found = asdict(preview)
    return found | {"backups": [each._asdict() for each in preview.backups]}


def _print(preview: Preview, said: str) -> None:
    screen = console.console()
    for title, lines in (("清除", preview.goes), ("保留", preview.stays), ("另须核对", preview.elsewhere)):
        for line in lines:
            screen.print(f"{title}：{line}")
    screen.print(preview.what_to_do[0] if preview.backups else "系统没有制作过含有本案的备份。")
    for each in preview.backups:
        screen.print(f"  {each.path}{'' if each.is_there else '（文件已不在原处）'}", soft_wrap=True)
    screen.print(preview.what_to_do[1])
    screen.print(said)
