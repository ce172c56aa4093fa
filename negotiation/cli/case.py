"""Commands of one case: shown, registered, acted on."""

from dataclasses import dataclass
from typing import Annotated

import typer

from negotiation.cli.case_output import Opened, emit_case, emit_case_then
from negotiation.cli.context import CliContext
from negotiation.cli.operator import by_command
from negotiation.cli.option_groups import grouped
from negotiation.cli.options import AsOf, Fields, Json, KnownOn, day_or_today, read_day, read_fields, read_then
from negotiation.cli.signing import SignedOptions, act_signed
from negotiation.core.clock import now
from negotiation.core.enums import PARTY_ROLES
from negotiation.core.local_time import local_date
from negotiation.domain.departments import tidy_name
from negotiation.domain.fields import RawFields
from negotiation.services import case_then_view, department_keeping, duplicates, offers
from negotiation.services.cases import acting, opening
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import Context, UnitOfWork
from negotiation.store import case_writer
from negotiation.store.transaction import Transaction

app = typer.Typer()


@app.command("show")
def case_show(no: str, as_of: AsOf = "", known_on: KnownOn = "", as_json: Json = False) -> None:
    """一个案件的全部：期限、数据项、办理过程、待办、通知。"""
    cli, then = CliContext.open(), read_then(as_of, known_on)
    no = cli.case_no(no)
    with cli.database.read(temporary=then is not None) as transaction:
        work = UnitOfWork(transaction, cli.context, now())
        if then is not None:
            emit_case_then(case_then_view.case_then(work, no, then), then, as_json)
            return
        file = acting.take(work, no)
    emit_case(cli, file, day_or_today(as_of), as_json, ruler=True)


@app.command("open")
def case_open(
    procedure: Annotated[str, typer.Argument(help="办理事项的标识；rulebook list 列出全部。")],
    field: Fields = None,
    on: Annotated[str, typer.Option("--on", help="编号所属日期（默认今天）。")] = "",
    as_json: Json = False,
) -> None:
    """登记一个新案件（草稿）；至少给出 applicant 和 provider，没有登记过的部门随即登记，疑似重复的随即指出。"""
    cli, at, raw = CliContext.open(), now(), read_fields(field)
    with cli.database.write() as transaction:
        day = read_day(on) if on else None
        created = register_parties(transaction, cli.context, raw, procedure)
        file = opening.open_case(UnitOfWork(transaction, cli.context, at), procedure, raw, on=day)
        known = duplicates.of_file(transaction, file, on=day)
        case_writer.save(transaction, file.change())
    opened = Opened(created, known)
    emit_case(cli, file, local_date(at), as_json, opened=opened)


def register_parties(transaction: Transaction, context: Context, raw: RawFields, procedure: str = "") -> list[str]:
    """Registers departments that take a part and are not known yet; a name that looks like a slip is refused later.

    ``procedure``: that of a new case; the departments that fill a role in each of its cases are registered too.
    """
    context.refresh(transaction)
    rules = context.procedures.get(procedure)
    given = [*(raw.get(role) for role in PARTY_ROLES), *(rules.seats.values() if rules else ())]
    names = [tidy_name(name) for name in given if isinstance(name, str) and name]
    known = context.directory
    new = list(dict.fromkeys(name for name in names if name not in known.by_name and not known.resembles(name)))
    for name in new:
        department_keeping.register(transaction, context, name, None, by_command(now()))
    if new:
        context.refresh(transaction)
    return new


@dataclass(frozen=True)
class ActOptions:
    """The act: in which role, when, with what, by whom and upon which version of the case."""

    by: Annotated[str, typer.Option("--by", help="以谁的身份：applicant、provider、office……")]
    on: Annotated[str, typer.Option("--on", help="发生的日期（默认今天）；纸质办理填文件日期。")] = ""
    field: Fields = None
    actor: Annotated[str, typer.Option("--actor", help="登记人。")] = "命令行"
    version: Annotated[int | None, typer.Option("--version", help="所依据的版本；不符则不办理。")] = None

    def request(self, file: CaseFile, event: str, role: str, fields: RawFields) -> ActRequest:
        """The request for an event in a role, on its side. Raises UsageError for a date that is none."""
        return ActRequest(
            event, role=role, actor=self.actor, on=day_or_today(self.on), fields=fields, seen_version=self.version,
            side=offers.side_of(file, role),
        )  # fmt: skip


@app.command("act")
@grouped
def case_act(
    no: str,
    event: Annotated[str, typer.Argument(help="事件，如 agree；case show 列出现在可以办理的。")],
    act: ActOptions,
    signed: SignedOptions,
    as_json: Json = False,
) -> None:
    """办理：登记一个事件。"""
    cli, at, raw = CliContext.open(), now(), read_fields(act.field)
    no = cli.case_no(no)
    with cli.database.write() as transaction:
        created = register_parties(transaction, cli.context, raw)
        work, role = UnitOfWork(transaction, cli.context, at), cli.role(act.by)
        before = acting.take(work, no)
        _demand_none_waits(transaction, before, event, role)
        file = act_signed(work, before, act.request(before, event, role, raw), signed.signature())
    emit_case(cli, file, local_date(at), as_json, opened=Opened(created))


def _demand_none_waits(transaction: Transaction, file: CaseFile, event: str, role: str) -> None:
    """Raises Conflict where a side has put an act before its head: that comes first, as in the browser."""
    rule = file.procedure.events.get(event)
    if rule is not None and rule.approval:
        offers.demand_none_waits(transaction, file, role)
