"""Commands that correct what was entered on a case."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

import typer

from negotiation.cli.case_output import emit_case
from negotiation.cli.context import CliContext
from negotiation.cli.option_groups import grouped
from negotiation.cli.options import Fields, Json, read_day, read_fields
from negotiation.core.clock import now
from negotiation.core.enums import OFFICE, OFFICE_ID
from negotiation.core.errors import UsageError
from negotiation.core.local_time import local_date
from negotiation.domain.entered import EnteredBy
from negotiation.domain.forms import read_number
from negotiation.services.cases import acting, corrections
from negotiation.services.cases.changes import Changes, Correction
from negotiation.services.context import UnitOfWork

app = typer.Typer()


@dataclass(frozen=True)
class WhyOptions:
    """Why a case is corrected, by whom, on which version, and whether it is only previewed."""

    reason: Annotated[str, typer.Option("--reason", help="理由：原登记错在何处、依据什么更正。")]
    actor: Annotated[str, typer.Option("--actor", help="登记人。")] = "命令行"
    version: Annotated[int | None, typer.Option("--version", help="所依据的版本；不符则不办理。")] = None
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只预览会变动什么，不写入。")] = False

    def changes(self, corrected: tuple[Correction, ...], struck: tuple[int, ...]) -> Changes:
        """These changes, entered by the office."""
        by = EnteredBy(self.actor, side=OFFICE_ID)
        return Changes(self.reason, by, OFFICE, corrected, struck, self.version)


@dataclass(frozen=True)
class RightOptions:
    """What is right of an entry, and which entries are struck with it."""

    on: Annotated[str, typer.Option("--on", help="正确的日期。")] = ""
    field: Fields = None
    strike: Annotated[str, typer.Option("--strike", help="一并撤销的项，以逗号分开。", metavar="序号,…")] = ""


@app.command("correct")
@grouped
def case_correct(
    no: str,
    seq: Annotated[int, typer.Argument(help="办理过程中的序号；case show 列出。")],
    right: RightOptions,
    why: WhyOptions,
    as_json: Json = False,
) -> None:
    """更正登记：改正一项登记的日期或栏目，期限随之重算；可先预览。"""
    on: date | None = read_day(right.on) if right.on else None
    corrected = Correction(seq, on, read_fields(right.field))
    _rewrite(no, why.changes((corrected,), read_numbers(right.strike)), as_json, dry_run=why.dry_run)


@app.command("strike")
@grouped
def case_strike(
    no: str,
    seqs: Annotated[str, typer.Argument(help="误登的项，多项以逗号分开。", metavar="序号[,序号]")],
    why: WhyOptions,
    as_json: Json = False,
) -> None:
    """撤销登记：误登的一项或几项不再算数，期限随之重算；可先预览。"""
    _rewrite(no, why.changes((), read_numbers(seqs)), as_json, dry_run=why.dry_run)


def _rewrite(no: str, changes: Changes, as_json: bool, *, dry_run: bool) -> None:
    cli, at = CliContext.open(), now()
    no = cli.case_no(no)
    with cli.database.write() as transaction:
        work = UnitOfWork(transaction, cli.context, at)
        done = corrections.rewrite(work, no, changes, write=not dry_run)
        file = acting.take(work, no)
    emit_case(cli, file, local_date(at), as_json, rewritten=done)


def read_numbers(text: str) -> tuple[int, ...]:
    """Numbers with commas between them. Raises UsageError."""
    found = [read_number(part.strip()) for part in text.replace("，", ",").split(",") if part.strip()]
    if None in found:
        raise UsageError(f"“{text}”不是序号", todo="写成 3,5；case show 列出办理过程和序号")
    return tuple(number for number in found if number is not None)
