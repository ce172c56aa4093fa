"""Commands of the cases: lists, one case, its registration and acts, tasks, the office's desk."""

from collections.abc import Mapping
from typing import Annotated

import typer

from negotiation.cli import case_tables, console
from negotiation.cli.context import CliContext
from negotiation.cli.desk import tell as tell_desk
from negotiation.cli.options import AsOf, Fields, Json, day_or_today, emit, read_day, read_fields
from negotiation.core.clock import now
from negotiation.core.enums import PARTY_ROLES
from negotiation.core.errors import FieldError, UsageError
from negotiation.core.local_time import local_date
from negotiation.domain.departments import tidy_name
from negotiation.services import approvals, case_filters, case_list, case_view
from negotiation.services import desk as office_desk
from negotiation.services.cases import acting, opening
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.context import Context, UnitOfWork
from negotiation.store import case_queries, case_writer, departments
from negotiation.store.case_list.conditions import Sort, Wanted
from negotiation.store.transaction import Transaction

app = typer.Typer()


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
        screen.print(case_tables.case_lines(f"案件（截至 {day}）", lines))
        for note in case_tables.provisional_notes(lines):
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


@app.command("show")
def case_show(no: str, as_of: AsOf = "", as_json: Json = False) -> None:
    """一个案件的全部：期限、数据项、办理过程、待办、通知。"""
    cli, day = CliContext.open(), day_or_today(as_of)
    no = cli.case_no(no)
    with cli.database.read() as transaction:
        file = acting.take(UnitOfWork(transaction, cli.context, now()), no)
    cli.emit_case(file, day, as_json, ruler=True)


@app.command("open")
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


@app.command("act")
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
