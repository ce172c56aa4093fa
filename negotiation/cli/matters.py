"""Commands of letters that ask for several resources (来文事项): a case for each resource and department."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

import typer

from negotiation.cli import case_tables, console
from negotiation.cli.case import register_parties
from negotiation.cli.context import CliContext
from negotiation.cli.option_groups import grouped
from negotiation.cli.options import AsOf, Fields, Json, day_or_today, emit, read_fields
from negotiation.cli.signing import SignedOptions, act_signed
from negotiation.core.clock import now
from negotiation.core.errors import NotFound, UsageError
from negotiation.core.local_time import local_date
from negotiation.domain import matters
from negotiation.domain.case_numbers import beginning
from negotiation.domain.rulebook import Procedure
from negotiation.services import case_view, duplicates
from negotiation.services.case_json import LineJson
from negotiation.services.cases import opening
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import UnitOfWork
from negotiation.services.duplicates import Duplicate, Repeated
from negotiation.services.permissions import first_event
from negotiation.services.signatures import Signature
from negotiation.store import case_writer, relations
from negotiation.store.case_list import query
from negotiation.store.case_queries import CaseLine
from negotiation.store.transaction import Transaction

app = typer.Typer()
ASK_HELP = (
    "来文所列的一项资源，可多次给出：各栏用分号隔开，如 "
    "“provider=市公安局；resource=常住人口基本信息；items=姓名、身份证号”。"
)


@dataclass(frozen=True)
class LetterOptions:
    """The letter: what all its resources share, each of them, its day, whether it is handed in."""

    field: Fields = None
    ask: Annotated[list[str] | None, typer.Option("--ask", help=ASK_HELP, metavar="资源")] = None
    on: Annotated[str, typer.Option("--on", help="收到来文的日期（默认今天）。")] = ""
    submit: Annotated[bool, typer.Option("--submit", help="登记后即逐件提出申请；不写的，各案为草稿。")] = False
    again: Annotated[bool, typer.Option("--again", help="虽疑似重复，仍要另行登记。")] = False
    actor: Annotated[str, typer.Option("--actor", help="登记人。")] = "命令行"

    def parts(self, rules: Procedure) -> list[matters.Part]:
        """The forms of its cases. Raises UsageError for a letter without a resource, or one that cannot be read."""
        shared, each = read_fields(self.field), [read_ask(rules, text) for text in self.ask or []]
        if each and matters.PROVIDER not in shared:
            own = matters.resource_fields(rules)
            alike = {key: value for key, value in shared.items() if key in own}
            each = [{**alike, **one} for one in each]
            shared, each = {**shared, **each[0]}, each[1:]
        return matters.parts_of(rules, shared, each)


def read_ask(rules: Procedure, text: str) -> dict[str, str | list[str]]:
    """One resource of a letter as typed. Raises UsageError for a field that a resource does not have for itself."""
    pairs = [pair.strip() for pair in text.replace("；", ";").split(";") if pair.strip()]
    found = read_fields(pairs)
    own = matters.resource_fields(rules)
    if strange := [key for key in found if key not in own]:
        known = "、".join(f"{key}（{rules.fields[key].title}）" for key in own)
        raise UsageError(f"“{text}”中的“{'、'.join(strange)}”不是资源的栏目", todo=f"可写：{known}")
    return found


@app.command("open")
@grouped
def matter_open(
    procedure: Annotated[str, typer.Argument(help="办理事项的标识；rulebook list 列出全部。")],
    letter: LetterOptions,
    signed: SignedOptions,
    as_json: Json = False,
) -> None:
    """登记一件来文：一次登记，每项资源、每个部门各立一案（…-1、…-2），各计期限；疑似重复的先指出，不登记。"""
    cli, at = CliContext.open(), now()
    on = day_or_today(letter.on)
    with cli.database.write() as transaction:
        work = UnitOfWork(transaction, cli.context, at)
        files, known, created = _opened(work, procedure, letter, on)
        for file in files:
            case_writer.save(transaction, file.change())
            if letter.submit:
                _hand_in(work, file, letter.actor, signed.signature(), on)
        numbers = [file.no for file in files]
        matter = files[0].case.matter
    lines = _lines(cli, matter, numbers, local_date(at))
    _answer(cli, lines, known, created, as_json)


def _opened(
    work: UnitOfWork, procedure: str, letter: LetterOptions, on: date
) -> tuple[list[CaseFile], list[Duplicate], list[str]]:
    rules = work.context.rulebook_on(on).procedure(procedure)
    parts, created = letter.parts(rules), list[str]()
    for part in parts:
        created += register_parties(work.transaction, work.context, part.raw, procedure)
    if len(parts) > 1:
        files = opening.open_matter(work, procedure, parts, on=on)
    else:
        files = [opening.open_case(work, procedure, parts[0].raw, on=on)]
    known = [each for file in files for each in duplicates.of_file(work.transaction, file, on=on)]
    if known and not letter.again:
        raise Repeated(known, rules.subject)
    return files, known, created


def _hand_in(work: UnitOfWork, file: CaseFile, actor: str, signature: Signature | None, on: date) -> None:
    event, role = first_event(file.procedure).key, file.procedure.drafter
    act_signed(work, file, ActRequest(event, role=role, actor=actor, on=on), signature)


@app.command("show")
def matter_show(no: str, as_of: AsOf = "", as_json: Json = False) -> None:
    """一件来文的各案：资源、提供部门、状态、期限。"""
    cli = CliContext.open()
    lines = _lines_of(cli, no, day_or_today(as_of))
    _answer(cli, lines, (), (), as_json)


def _lines_of(cli: CliContext, no: str, day: date) -> list[LineJson]:
    """The cases of a letter. Raises NotFound."""
    if lines := _lines(cli, beginning(no), (), day):
        return lines
    raise NotFound(f"没有编号为“{no}”的来文事项", todo="请核对编号", command="negotiation cases 列出全部案件")


def _lines(cli: CliContext, matter: str, numbers: Sequence[str], day: date) -> list[LineJson]:
    with cli.database.read() as transaction:
        return case_view.lines_json(transaction, cli.context, _read(transaction, matter, numbers, day), day)


def _read(transaction: Transaction, matter: str, numbers: Sequence[str], day: date) -> list[CaseLine]:
    if matter:
        return relations.matter_cases(transaction, matter, day, None)
    return query.lines_numbered(transaction, list(numbers), day, None)


def _answer(
    cli: CliContext, lines: Sequence[LineJson], known: Sequence[Duplicate], created: Sequence[str], as_json: bool
) -> None:
    """Answers with the cases of a letter, and with what was probably asked for already."""
    matter = lines[0].get("matter") or lines[0]["no"]

    def print_words() -> None:
        screen = console.console()
        screen.print(case_tables.case_lines(f"来文事项 {matter}" if matter else "案件", lines, cli.context.titles))
        if created:
            screen.print(f"新登记的部门（请核对层级和经办人）：{'、'.join(created)}")
        for each in known:
            screen.print(f"{each.of} {each.says}")

    answer: dict[str, object] = {"matter": matter, "cases": lines, "duplicates": [each.as_json() for each in known]}
    emit(answer | ({"departments_created": list(created)} if created else {}), print_words, as_json)
