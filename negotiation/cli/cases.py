"""Commands that list: the cases, the tasks, the office's desk."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated

import typer

from negotiation.cli import case_tables, console
from negotiation.cli.context import CliContext
from negotiation.cli.desk import print_desk
from negotiation.cli.options import AsOf, Json, KnownOn, day_or_today, emit, read_then, read_values
from negotiation.core.clock import now
from negotiation.core.errors import FieldError, UsageError
from negotiation.domain.then import Then
from negotiation.services import case_filters, case_list, case_view
from negotiation.services import desk as office_desk
from negotiation.services.case_json import LineJson
from negotiation.services.context import Context, UnitOfWork
from negotiation.store import case_queries
from negotiation.store.case_list.conditions import Sort, Wanted

app = typer.Typer()
FILTER_NAMES = {each.name: each.title for each in case_filters.FILTERS}
FILTER_HELP = "按其他条件筛选，可多次给出（条件写错时列出全部）。"


@app.command("cases")
def list_cases(
    state: Annotated[str, typer.Option("--state", help="状态（标识或名称）。")] = "",
    overdue: Annotated[bool, typer.Option("--overdue", help="只列逾期的。")] = False,
    department: Annotated[str, typer.Option("--department", help="使用或提供部门，可只写名称的一部分。")] = "",
    filters: Annotated[list[str] | None, typer.Option("--filter", help=FILTER_HELP, metavar="条件=内容")] = None,
    as_of: AsOf = "",
    known_on: KnownOn = "",
    as_json: Json = False,
) -> None:
    """列出案件（含办结的）。"""
    cli, then = CliContext.open(), read_then(as_of, known_on)
    day = then.day if then is not None else day_or_today(as_of)
    options = {"state": state, "department": department, "overdue": "1" if overdue else ""}
    asked = _asked(filters, options)
    wanted, department = _read_wanted(cli.context, asked), asked.get("department", "")
    units = map(cli.context.directory.name, wanted.departments)
    named = [name for name in units if name != department]  # given where only a part was typed
    lines = _lines(cli, wanted, then, day)

    def print_words() -> None:
        if named:
            console.console().print(f"部门“{department}”：{'、'.join(named)}")
        _print_lines(lines, then or Then(as_of=day), cli.context.titles)

    emit({"as_of": day, "cases": lines} | ({"departments": named} if named else {}), print_words, as_json)


def _lines(cli: CliContext, wanted: Wanted, then: Then | None, day: date) -> list[LineJson]:
    """The lines of the cases as of a day, or as they were then."""
    with cli.database.read(temporary=then is not None) as transaction:
        context = cli.context
        if then is not None:
            from negotiation.services.cases.as_known import look_back  # the list of today needs no acts

            context = look_back(UnitOfWork(transaction, context, now()), then).context
        found = case_list.every_case(transaction, context, wanted, day)
        return case_view.lines_json(transaction, context, found, day)


def _print_lines(lines: Sequence[LineJson], then: Then, titles: Mapping[str, str]) -> None:
    screen = console.console()
    screen.print(case_tables.case_lines(f"案件（{then.in_words}）", lines, titles))
    for note in case_tables.provisional_notes((line["due"], line) for line in lines):
        screen.print(note)
    screen.print(f"共 {len(lines)} 件")


def _asked(filters: list[str] | None, options: Mapping[str, str]) -> dict[str, str]:
    """The filters by name: those of --filter, and those that have an option of their own. Raises UsageError."""
    asked = {"sort": str(Sort.NO)} | read_values(filters)
    known = "、".join(f"{name}（{title}）" for name, title in FILTER_NAMES.items())
    if strange := [name for name in asked if name not in FILTER_NAMES]:
        raise UsageError(f"没有条件“{'、'.join(strange)}”", todo=f"可用的条件：{known}")
    return asked | {name: text for name, text in options.items() if text}


def _read_wanted(context: Context, asked: Mapping[str, str]) -> Wanted:
    """The cases that the options ask for. Raises UsageError for a state that is none, with all that there are."""
    try:
        return case_filters.read_wanted(context, asked, scope=None)
    except FieldError as error:
        if error.field != "state":
            raise
        states = "、".join(f"{key}（{title}）" for key, title in case_filters.state_titles(context).items())
        raise UsageError(f"没有状态“{asked['state']}”", todo=f"可用的状态：{states}") from None


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
    """办公室的一天：逾期、临期、由办公室办理或代为登记的案件、待办。"""
    cli, day = CliContext.open(), day_or_today(as_of)
    answer = office_desk.desk(cli.database, cli.context, day)
    emit(answer, lambda: print_desk(answer, day, cli.context), as_json)
