"""Commands of the notices of working days: their import, its consequences, their list."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from negotiation.cli import console
from negotiation.cli.calendar.days import LayerOption
from negotiation.cli.context import CliContext
from negotiation.cli.options import Json, choose, emit
from negotiation.core.clock import now
from negotiation.core.enums import CalendarLayer
from negotiation.core.labels import LAYER_TITLES
from negotiation.domain.wording import weekday
from negotiation.services.calendar import import_notice, import_summary, read_notice, revoke
from negotiation.services.calendar.import_notice import Import
from negotiation.services.calendar.revoke import Revoked
from negotiation.services.context import Context
from negotiation.services.recount import Moved, Recount
from negotiation.store import calendar_notices, case_reader, outbox

app = typer.Typer()


TYPED = "-"


@app.command("import")
def calendar_import_file(
    file: Annotated[Path, typer.Argument(help="通知正文（.txt）、日历（.ics）或手工填写的安排；- 从标准输入读取。")],
    layer: LayerOption = CalendarLayer.NATIONAL.value,
    year: Annotated[int | None, typer.Option("--year", help="一个 .ics 里有几年时，取哪一年。")] = None,
    author: Annotated[str, typer.Option("--author", help="收录人。")] = "命令行",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只预演：读到哪些日期、哪些期限会变，不写入。")] = False,
    as_json: Json = False,
) -> None:
    """收录一份工作日安排；受影响的期限随之变更，逐案登记，并告知有关部门。"""
    cli, wanted = CliContext.open(), choose(CalendarLayer, layer, LAYER_TITLES)
    almanac = cli.context.almanac
    where = "标准输入" if str(file) == TYPED else file.name
    if str(file) == TYPED:
        text, found = read_notice.read_text(sys.stdin.read(), wanted, almanac, where=where, year=year)
    else:
        text, found = read_notice.read_file(file, wanted, almanac, year)
    with read_notice.located(where), console.progress("重新计算期限", None) as advance:
        done = import_notice.run(
            cli.database,
            cli.context,
            import_notice.ImportRequest(text, found, wanted, author, now()),
            dry_run=dry_run,
            progress=advance,
        )
    emit(_import_json(done, dry_run=dry_run), lambda: _tell_import(cli.context, done, dry_run=dry_run), as_json)


def _import_json(done: Import, *, dry_run: bool) -> dict[str, object]:
    return {
        "layer": done.layer.value,
        "year": done.arrangement.year,
        "title": done.title,
        "doc_no": done.arrangement.doc_no,
        "issued": done.arrangement.issued,
        "off": {day.isoformat(): name for day, name in sorted(done.arrangement.off.items())},
        "work": {day.isoformat(): name for day, name in sorted(done.arrangement.work.items())},
        "days": [each._asdict() for each in done.days],
        "reckoning": _reckoning_json(done),
        "net": done.net,
        "held_already": done.held_already,
        "differences": [{"day": each.day, "was": each.was, "now": each.now} for each in done.differences],
        "kept": [{"day": each.day, "was": each.was} for each in done.kept],
        **_recount_json(done.recount),
        "dry_run": dry_run,
        "revision": done.revision,
    }


@app.command("revoke")
def calendar_revoke(
    which: Annotated[str, typer.Argument(help="已收录安排的文号，或 calendar list 中的序号。")],
    reason: Annotated[str, typer.Option("--reason", help="为什么撤销。")],
    author: Annotated[str, typer.Option("--author", help="撤销人。")] = "命令行",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只预演：哪些日期、哪些期限会变，不写入。")] = False,
    as_json: Json = False,
) -> None:
    """撤销一份已收录的工作日安排；原记录保留，受影响的期限随之变更，逐案登记，并告知有关部门。"""
    cli = CliContext.open()
    with console.progress("重新计算期限", None) as advance:
        request = revoke.RevokeRequest(which, reason, author, now())
        done = revoke.run(cli.database, cli.context, request, dry_run=dry_run, progress=advance)
    answer = {
        "id": done.notice.id,
        "layer": done.layer.value,
        "year": done.year,
        "title": done.notice.title,
        "doc_no": done.notice.arrangement.doc_no,
        "reason": done.reason,
        "differences": [{"day": each.day, "was": each.was, "now": each.now} for each in done.differences],
        **_recount_json(done.recount),
        "dry_run": dry_run,
        "revision": done.revision,
    }
    emit(answer, lambda: _tell_revocation(cli.context, done, dry_run=dry_run), as_json)


def _tell_revocation(context: Context, done: Revoked, *, dry_run: bool) -> None:
    screen = console.console()
    if dry_run:
        screen.print("预演，未写入任何内容。", style="bold")
    screen.print(revoke.in_sentences(done))
    if done.differences:
        screen.print(console.table("工作日的变化", ("日期", "原为", "现为"), done.differences))
    _tell_recount(context, done.recount, dry_run=dry_run)


def _recount_json(counted: Recount) -> dict[str, object]:
    return {
        "moved": [_moved_json(each) for each in counted.moved],
        "confirmed": [_moved_json(each) for each in counted.confirmed],
        "findings": [{"no": each.no, "term": each.term, "from": each.was, "to": each.now} for each in counted.findings],
    }


def _reckoning_json(done: Import) -> dict[str, int] | None:
    """The balance of a whole national year; none of any other arrangement."""
    if done.reckoning is None:
        return None
    return {
        "weekdays_off": len(done.reckoning.freed),
        "statutory": done.reckoning.statutory,
        "made_up": len(done.reckoning.made_up),
        "missing": done.reckoning.missing,
        "surplus": done.reckoning.surplus,
    }


def _moved_json(each: Moved) -> dict[str, object]:
    return {
        "no": each.no,
        "term": each.term,
        "from": each.was,
        "to": each.now,
        "was_official": each.was_official,
        "official": each.official,
        "told": list(each.notified),
        "waits_for_confirmation": each.held,
    }


def _tell_import(context: Context, done: Import, *, dry_run: bool) -> None:
    screen = console.console()
    if dry_run:
        screen.print("预演，未写入任何内容。", style="bold")
    screen.print(import_summary.in_sentences(done))
    read = [(each.day, weekday(each.day), each.what, each.name, each.was) for each in done.days]
    screen.print(console.table("读到的日期", ("日期", "星期", "安排", "名称", "原为"), read))
    if done.differences or done.kept:
        rows = [(each.day, each.was, each.now) for each in sorted((*done.differences, *done.kept))]
        screen.print(console.table(f"{done.arrangement.year}年已有安排，差别如下", ("日期", "原为", "现为"), rows))
    _tell_recount(context, done.recount, dry_run=dry_run)


def _tell_recount(context: Context, counted: Recount, *, dry_run: bool) -> None:
    screen, subject = console.console(), context.titles["subject"]
    if counted.moved:
        columns = ("编号", subject, "期限", "由", "变更为", "告知")
        screen.print(console.table("期限变更", columns, [_moved_row(each) for each in counted.moved]))
    if counted.confirmed:
        firm = [
            (each.no, each.subject, each.term, console.due(each.now, each.official), "、".join(each.notified))
            for each in counted.confirmed
        ]
        screen.print(console.table("日期不变，由暂定改为确定或相反", ("编号", subject, "期限", "到期", "告知"), firm))
    if counted.findings:
        found = [(each.no, each.term, each.was, each.now) for each in counted.findings]
        screen.print(console.table("请核实（不作改动）", ("编号", "期限", "系统登记", "按新安排"), found))
    if not dry_run and any(each.held for each in counted.moved):
        screen.print("提前的期限确认后才告知双方：negotiation calendar tell [编号]")


def _moved_row(each: Moved) -> tuple[str, ...]:
    told = "、".join(each.notified) + ("（待确认）" if each.held else "")
    was, now_ = console.due(each.was, each.was_official), console.due(each.now, each.official)
    return (each.no, each.subject, each.term, was, now_ + ("　提前" if each.held else ""), told)


@app.command("tell")
def calendar_tell(
    no: Annotated[str, typer.Argument(help="案件编号；不写为全部。")] = "", as_json: Json = False
) -> None:
    """确认提前的期限，并告知双方。"""
    cli, at = CliContext.open(), now()
    no = cli.case_no(no) if no else ""
    with cli.database.write() as transaction:
        case_id = case_reader.load(transaction, no=no).record.id if no else None
        released = outbox.release(transaction, at, case_id)
    emit({"released": released}, lambda: console.console().print(f"{released} 封通知将在办公时间内发出。"), as_json)


@app.command("list")
def calendar_list(as_json: Json = False) -> None:
    """日历的来历：已收录和已撤销的安排，及每次变更所涉的期限。"""
    cli = CliContext.open()
    with cli.database.read() as transaction:
        revisions = calendar_notices.read_revisions(transaction)
        revoked = calendar_notices.revoked_in(calendar_notices.read_imported(transaction))
    answer = {
        "official_through": cli.context.calendar.official_through,
        "revisions": [each._asdict() | {"revoked_by": revoked.get(each.id)} for each in revisions],
    }
    rows = [(each[0], _listed(each, revoked), *each[2:]) for each in revisions]

    def print_words() -> None:
        screen = console.console()
        screen.print(f"国务院办公厅的安排已收录至 {cli.context.calendar.official_through}。")
        columns = ("序", "安排", "收录人", "时间", "变更", "确定", "请核实")
        screen.print(console.table("本系统收录", columns, rows) if rows else "本系统没有另外收录安排。")

    emit(answer, print_words, as_json)


def _listed(revision: calendar_notices.Revision, revoked: Mapping[int, int]) -> str:
    by = revoked.get(revision.id)
    return f"{revision.what}（已由第{by}次变更撤销）" if by else revision.what
