"""Commands of the departments: who they are, who works there, what became of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

import typer

from negotiation.cli import console
from negotiation.cli.context import CliContext
from negotiation.cli.operator import by_command
from negotiation.cli.option_groups import grouped
from negotiation.cli.options import DONE_IN_PART, Json, choose, day_or_today, emit, end_if
from negotiation.core.clock import now
from negotiation.core.enums import Duty, Level
from negotiation.core.labels import DUTY_TITLES
from negotiation.domain.departments import Contact, Department, tidy_name
from negotiation.services import department_keeping as keeping
from negotiation.services import departments
from negotiation.services.context import Context
from negotiation.services.departments import Order

app = typer.Typer()
On = Annotated[str, typer.Option("--on", help="自哪一天起（默认今天）。")]
DocNo = Annotated[str, typer.Option("--doc-no", help="依据的文号。")]
Actor = Annotated[str, typer.Option("--actor", help="登记人。")]


@app.command("list")
def department_list(as_json: Json = False) -> None:
    """部门、层级和经办人，按既定次序。"""
    cli = CliContext.open()
    units = cli.context.directory.in_order()
    emit({"departments": [_as_json(unit) for unit in units]}, lambda: _print_list(cli.context, units), as_json)


def _as_json(unit: Department) -> dict[str, object]:
    people = {duty.value: {"name": p.name, "email": p.email, "phone": p.phone} for duty, p in unit.people.items()}
    return {
        "name": unit.name,
        "level": unit.level.value,
        "sort_no": unit.sort_no,
        "mail_stopped": unit.mail_stopped,
        "people": people,
    }


def _print_list(context: Context, units: Iterable[Department]) -> None:
    columns = ("次序", "部门", "层级", "A 角", "B 角", "自动提醒")
    rows = [
        (
            unit.sort_no,
            unit.name,
            context.level_title(unit.level),
            _clerk(unit, Duty.A),
            _clerk(unit, Duty.B),
            _mail(unit),
        )
        for unit in units
    ]
    console.console().print(console.table("部门", columns, rows))


def _clerk(unit: Department, duty: Duty) -> str:
    return f"{unit.people[duty].name} {unit.people[duty].email}" if duty in unit.people else ""


def _mail(unit: Department) -> str:
    if unit.mail_stopped:
        return "停发"
    return "" if unit.level.gets_mail else "由人联系"


@app.command("rename")
def department_rename(
    name: str,
    to: str,
    on: On = "",
    doc_no: DocNo = "",
    actor: Actor = "命令行",
    as_json: Json = False,
) -> None:
    """部门更名：案件不变，旧名称仍可查到。"""
    cli, order = CliContext.open(), Order(day_or_today(on), doc_no, actor, now())
    unit = cli.context.directory.find(name)
    with cli.database.write() as transaction:
        departments.rename(transaction, cli.context, unit, to, order)
    words = f"{unit.name} 已更名为 {tidy_name(to)}"
    emit({"department": tidy_name(to), "was": unit.name}, lambda: console.console().print(words), as_json)


@app.command("merge")
def department_merge(
    name: str,
    into: str,
    on: On = "",
    doc_no: DocNo = "",
    actor: Actor = "命令行",
    as_json: Json = False,
) -> None:
    """部门并入另一部门：在办案件逐件办理职责划转，划不过去的列入待办。"""
    cli, order = CliContext.open(), Order(day_or_today(on), doc_no, actor, now())
    unit, successor = cli.context.directory.find(name), cli.context.directory.find(into)
    with cli.database.write() as transaction:
        done = departments.merge(transaction, cli.context, unit, successor, order)
    answer = {"moved": list(done.moved), "left": [{"no": no, "why": why} for no, why in done.left]}
    emit(answer, lambda: _print_merged(unit.name, successor.name, done), as_json)
    end_if(done.left, DONE_IN_PART)


def _print_merged(name: str, into: str, done: departments.Merged) -> None:
    screen = console.console()
    screen.print(f"{name} 已并入 {into}：划转 {len(done.moved)} 件，待人处理 {len(done.left)} 件")
    if done.left:
        screen.print(console.table("待人处理", ("编号", "原因"), list(done.left)))


_LEVELS = "、".join(level.value for level in Level)
_DUTIES = "、".join(f"{duty.value}（{title}）" for duty, title in DUTY_TITLES.items())


@dataclass(frozen=True)
class PersonOptions:
    """One person of a department, by the duty; without one nobody is entered."""

    duty: Annotated[str, typer.Option("--duty", help=f"职责：{_DUTIES}")] = ""
    person: Annotated[str, typer.Option("--person", help="姓名。")] = ""
    email: Annotated[str, typer.Option("--email", help="政务邮箱。")] = ""
    phone: Annotated[str, typer.Option("--phone", help="电话。")] = ""

    def contact(self) -> Contact | None:
        """The person, checked. Raises UsageError for no duty of that name, FieldError for an address that is none."""
        if not self.duty:
            return None
        return keeping.read_contact(choose(Duty, self.duty, DUTY_TITLES), self.person, self.email, self.phone)


@app.command("set")
@grouped
def department_set(
    name: str,
    *,
    level: Annotated[str, typer.Option("--level", help=f"层级：{_LEVELS}，名称见规则。")] = "",
    order: Annotated[int | None, typer.Option("--order", help="次序。")] = None,
    person: PersonOptions,
    mail: Annotated[bool | None, typer.Option("--mail/--no-mail", help="恢复或停发该部门的自动提醒。")] = None,
    as_json: Json = False,
) -> None:
    """登记或更改一个部门：层级、次序、经办人、停发提醒；没有的部门随即建立。"""
    cli = CliContext.open()
    wanted = choose(Level, level, cli.context.levels) if level else None
    place = None if order is None else keeping.read_place(str(order))
    contact = person.contact()
    if contact is not None:
        keeping.demand_allowed(contact.email, cli.settings, "email")
    operation, stopped = by_command(now()), None if mail is None else not mail
    with cli.database.write() as transaction:
        known = cli.context.directory.by_name.get(tidy_name(name))
        unit = known or keeping.register(transaction, cli.context, name, wanted, operation)
        keeping.change(transaction, cli.context, unit, operation, level=wanted, sort_no=place, mail_stopped=stopped)
        if contact is not None:
            keeping.appoint(transaction, unit, contact, operation)
    answer = {"department": unit.name, "created": known is None}
    emit(answer, lambda: console.console().print(f"已登记：{unit.name}"), as_json)
