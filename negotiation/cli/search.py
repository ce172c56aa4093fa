"""The command that searches."""

from typing import Annotated

import typer

from negotiation.cli import console
from negotiation.cli.context import CliContext
from negotiation.cli.options import Json, emit
from negotiation.core.clock import now
from negotiation.services import search
from negotiation.services.context import UnitOfWork
from negotiation.services.search import Found, FoundCase
from negotiation.services.search_json import as_json as as_json_answer

app = typer.Typer()


@app.command("search")
def find(
    words: Annotated[list[str], typer.Argument(help="要找的词，几个词须都有。")],
    page: Annotated[int, typer.Option("--page", help="第几页，每页20件。", min=1)] = 1,
    as_json: Json = False,
) -> None:
    """查找：编号、案由、部门、经办人、资源、文号，登记、会议纪要和附件中的文字（含办结的）。"""
    cli = CliContext.open()
    with cli.database.write() as transaction:
        search.catch_up(transaction)
        found = search.find(UnitOfWork(transaction, cli.context, now()), " ".join(words), None, page)
    emit(as_json_answer(found), lambda: _print_words(found), as_json)


def _print_words(found: Found) -> None:
    screen = console.console()
    for case in found.cases:
        screen.print(_in_words(case), highlight=False, markup=False)
    many = f"{'超过 ' if found.is_cut else ''}{found.count} 件"
    screen.print(f"{many}，第 {found.page} 页，共 {found.pages} 页")
    if found.due:
        screen.print(f"尚有 {found.due} 件正在编入索引，稍后再查可能更全")


def _in_words(case: FoundCase) -> str:
    line = case.line
    places = [f"    {each.where}：{' '.join(each.text.split())}" for each in case.places]
    places += [f"    另有 {case.besides} 处"] if case.besides else []
    return "\n".join([f"{line['no']}  {line['subject']}（{line['state_title']}）", *places])
