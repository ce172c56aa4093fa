"""Command that holds a rulebook against the law: each duty with what carries it, each row with its article."""

from typing import Annotated

import typer
from rich.text import Text

from negotiation.cli import console
from negotiation.cli.options import FOUND_WANTING, Json, emit, end_if
from negotiation.cli.rulebooks import installed
from negotiation.core.settings import read_settings
from negotiation.domain import rulebook
from negotiation.domain.rulebook import Option, Rulebook
from negotiation.domain.rulebook.coverage import CarriedDuty, Coverage, CoveredLaw, Row, coverage, spans_of
from negotiation.domain.rulebook.law_pages import pages_for

app = typer.Typer()


@app.command("coverage")
def rulebook_coverage(
    rulebook_id: Annotated[str, typer.Argument(metavar="[规则]", help="默认为所用规则中最后一套。")] = "",
    as_json: Json = False,
) -> None:
    """逐条对照：法规的每项义务由规则的哪一行承担，或者为什么不在系统之内；规则的每一行以哪一条为依据。"""
    settings = read_settings()
    book = installed(rulebook_id or settings.rulebook_ids[-1])
    folder = rulebook.available(settings.home)[book.id]
    found = coverage(book, pages_for(folder, rulebook.shelf()))
    emit(_as_json(book, found), lambda: _print(book, found), as_json)
    end_if(found.wanting, FOUND_WANTING)


def _as_json(book: Rulebook, found: Coverage) -> dict[str, object]:
    return {
        "id": book.id,
        "version": book.version,
        "laws": [_law_json(law) for law in found.laws],
        "options": [_option_json(book, each) for each in book.options.values()],
        "by_the_office": [row.path for row in found.by_the_office],
        "wanting": list(found.wanting),
    }


def _law_json(law: CoveredLaw) -> dict[str, object]:
    return {
        "title": law.document.title,
        "number": law.document.number,
        "articles": law.page.articles if law.page else None,
        "duties": [_duty_json(each) for each in law.duties],
        "resting": {str(article): [_row_json(row) for row in rows] for article, rows in law.resting.items()},
    }


def _duty_json(each: CarriedDuty) -> dict[str, object]:
    duty = each.duty
    return {
        "articles": list(duty.articles),
        "says": duty.says,
        "rows": [_row_json(row) for row in each.rows],
        "feature": duty.feature,
        "outside": duty.outside,
        "tests": list(duty.tests),
    }


def _option_json(book: Rulebook, option: Option) -> dict[str, object]:
    return {
        "option": option.key,
        "title": option.title,
        "basis": book.cited(option.basis),
        "choices": dict(option.choices),
        "default": option.default,
        "chosen": option.chosen,
    }


def _row_json(row: Row) -> dict[str, object]:
    return {"row": row.path, "title": row.title, "basis": list(row.cited)}


def _print(book: Rulebook, found: Coverage) -> None:
    screen = console.console()
    screen.print(Text(f"{book.title}　{book.id} 第 {book.version} 版", style="bold"))
    for law in found.laws:
        screen.print(console.table(law.document.cited(""), ("条", "义务", "由什么承担"), _lines(law), whole=["条"]))
    options = [(each.title, book.cited(each.basis), each.choices[each.chosen]) for each in book.options.values()]
    if options:
        screen.print(console.table("法规未作规定、由本办公室选择的", ("选项", "有关条款", "所选"), options))
    screen.print(f"以本办公室规定为依据：{len(found.by_the_office)}行。")
    if found.wanting:
        screen.print(console.table(f"缺漏{len(found.wanting)}处", ("缺漏",), [(each,) for each in found.wanting]))


def _lines(law: CoveredLaw) -> list[tuple[str, str, str]]:
    """The duties in their order; then the acts, terms and papers that rest on an article and that no duty names."""
    lines = [(spans_of(each.duty.articles), each.duty.says, each.carrier) for each in law.duties]
    for article, rows in law.resting.items():
        titles = [row.title for row in rows if not row.is_state]
        if titles:
            lines.append((str(article), "其他以本条为依据的", "；".join(titles)))
    return lines
