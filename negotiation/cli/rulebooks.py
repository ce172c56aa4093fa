"""Commands of the rules: rulebooks."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.text import Text

from negotiation.cli import console
from negotiation.cli.options import DONE_IN_PART, FOUND_WANTING, Json, emit, end_if
from negotiation.core.errors import NotFound, RulebookErrors, UsageError
from negotiation.core.settings import read_settings
from negotiation.documents import letters
from negotiation.domain import lengths, rulebook
from negotiation.domain.rulebook import Procedure, Rulebook, TermRule, Transition
from negotiation.domain.rulebook.diagram import by_choice, leads, mermaid, started
from negotiation.domain.rulebook.diagram import length as length_in_words
from negotiation.domain.rulebook.difference import NO_ONE, Difference, difference
from negotiation.domain.rulebook.law_pages import pages_for

CHANGES = {"added": "增加", "changed": "修改", "removed": "删除"}

app = typer.Typer()


@app.command("list")
def rulebook_list(as_json: Json = False) -> None:
    """已安装的规则；有问题的另列，不影响其余。"""
    books, faulty = _on_the_shelves()
    answer = {
        "faulty": [{"folder": str(folder), "faults": list(faults)} for folder, faults in faulty.items()],
        "rulebooks": [
            {"id": book.id, "version": book.version, "title": book.title, "procedures": list(book.procedures)}
            for book in books
        ],
    }
    rows = [
        (
            book.id,
            book.version,
            f"{book.title}（{book.document}）",
            "、".join(p.title for p in book.procedures.values()),
        )
        for book in books
    ]
    emit(answer, lambda: _print_list(rows, faulty), as_json)
    end_if(bool(faulty), DONE_IN_PART)


def _on_the_shelves() -> tuple[list[Rulebook], dict[Path, tuple[str, ...]]]:
    """The rulebooks that can be used, and the folders of the others with their faults."""
    books, faulty = [], {}
    for folder in rulebook.available(read_settings().home).values():
        try:
            books.append(rulebook.load_installed(folder))
        except RulebookErrors as error:
            faulty[folder] = error.faults
    return books, faulty


def _print_list(rows: Sequence[tuple[str, ...]], faulty: dict[Path, tuple[str, ...]]) -> None:
    console.console().print(console.table("规则", ("标识", "版本", "名称", "事项"), rows))
    found = [(str(folder), fault) for folder, faults in faulty.items() for fault in faults]
    if found:
        console.console().print(console.table("不能使用的规则", ("文件夹", "问题"), found))


@app.command("check")
def rulebook_check(folder: Path, as_json: Json = False) -> None:
    """检查一个规则文件夹，一次列出全部问题。"""
    try:
        book = rulebook.load(folder, read_settings().home)
        _demand_letters(book, folder)
        pages_for(folder, rulebook.shelf())
        rulebook.demand_successor(book, folder, read_settings().home)
    except RulebookErrors as error:
        _end_with_faults(error, folder, as_json)
    answer = {"ok": True, "faults": [], "id": book.id, "version": book.version, "digest": book.digest}
    emit(answer, lambda: console.console().print(f"{book.id} 第 {book.version} 版：没有问题。"), as_json)


def _end_with_faults(error: RulebookErrors, folder: Path, as_json: bool) -> NoReturn:
    faults = error.faults
    found = {"ok": False, "faults": list(faults), "error": error.as_json()}
    table = console.table(f"{folder}：{len(faults)}处问题", ("问题",), [(fault,) for fault in faults])
    emit(found, lambda: console.console().print(table), as_json)
    raise typer.Exit(FOUND_WANTING)


def _demand_letters(book: Rulebook, folder: Path) -> None:
    """Its letters ask for nothing that its procedures do not have; RulebookErrors with all that they do."""
    faults = letters.faults_of_rulebook(book, read_settings().home)
    if faults:
        raise RulebookErrors(faults, where=str(folder))


@app.command("show")
def rulebook_show(
    rulebook_id: Annotated[str, typer.Argument(metavar="规则")],
    base: Annotated[str, typer.Argument(metavar="[对照的规则]", help="与 --diff 同用；默认为其 extends。")] = "",
    diff: Annotated[bool, typer.Option("--diff", help="只列出与另一套规则的不同。")] = False,
    as_json: Json = False,
) -> None:
    """规则的全部：状态、期限、每一行转换及其依据；或与另一套规则的不同。"""
    book = installed(rulebook_id)
    if not diff:
        _demand_no_base(base)
        emit(_rulebook_json(book), lambda: _print_rulebook(book), as_json)
        return
    old = installed(base) if base else _base(rulebook_id)
    found = difference(old, book)
    emit(_difference_json(old, book, found), lambda: _print_difference(old, book, found), as_json)


def _base(rulebook_id: str) -> Rulebook:
    """The rulebook that one extends; UsageError for one that stands alone."""
    folders = rulebook.available(read_settings().home)
    folder = rulebook.base_of(folders[rulebook_id], folders)
    if folder is None:
        raise UsageError(f"规则 {rulebook_id} 不以其他规则为基础", todo="请写明与哪一套规则对照")
    return rulebook.load(folder)


def _demand_no_base(base: str) -> None:
    if base:
        raise UsageError("只列出不同时才需要对照的规则", todo="请加上 --diff")


@app.command("diagram")
def rulebook_diagram(rulebook_id: str, procedure: str, as_json: Json = False) -> None:
    """一个事项的状态图（Mermaid）。"""
    text = mermaid(installed(rulebook_id).procedure(procedure))
    emit({"diagram": text}, lambda: print(text), as_json)


def installed(rulebook_id: str) -> Rulebook:
    """The rulebook of that id, shipped or in the home. Raises NotFound, RulebookErrors for one that is at fault."""
    folders = rulebook.available(read_settings().home)
    if rulebook_id not in folders:
        raise NotFound(f"没有名为“{rulebook_id}”的规则", todo=f"可用的规则：{'、'.join(folders)}")
    return rulebook.load_installed(folders[rulebook_id])


def _rulebook_json(book: Rulebook) -> dict[str, object]:
    return {
        "id": book.id,
        "version": book.version,
        "title": book.title,
        "document": book.document,
        "digest": book.digest,
        "procedures": {key: _procedure_json(rules) for key, rules in book.procedures.items()},
    }


def _procedure_json(rules: Procedure) -> dict[str, object]:
    return {
        "title": rules.title,
        "basis": rules.basis,
        "states": {name: asdict(state) for name, state in rules.states.items()},
        "terms": {name: _term_json(rules, term) for name, term in rules.terms.items()},
        "transitions": [_row_json(row) for row in rules.table.values()],
    }


def _term_json(rules: Procedure, term: TermRule) -> dict[str, object]:
    """A term with its length as the rulebook writes it."""
    field, chosen = term.days_by
    days = None if term.days is None else lengths.number_of(term.days)
    by = (field, {choice: lengths.number_of(length) for choice, length in chosen.items()})
    unit = lengths.unit_of(next(iter([each for each in (term.days, *chosen.values()) if each is not None]), 0))
    return {**asdict(term), "days": days, "days_by": by, "unit": unit.value, "length": length_in_words(rules, term)}


def _row_json(row: Transition) -> dict[str, object]:
    return {
        "from": row.source,
        "event": row.event.key,
        "title": row.event.title,
        "to": row.target or dict(row.targets),
        "by": list(row.by),
        "required": list(row.event.required),
        "approval": row.event.approval,
        "history": row.history,
        "basis": row.basis,
    }


def _difference_json(old: Rulebook, new: Rulebook, found: list[Difference]) -> dict[str, object]:
    return {
        "id": new.id,
        "version": new.version,
        "base": old.id,
        "base_version": old.version,
        "differences": [asdict(each) for each in found],
    }


def _print_difference(old: Rulebook, new: Rulebook, found: list[Difference]) -> None:
    """A table for each procedure: what was added, changed or removed, by which article, old → new."""
    screen = console.console()
    screen.print(Text(f"{new.id} 第 {new.version} 版 与 {old.id} 第 {old.version} 版 的不同", style="bold"))
    if not found:
        screen.print("没有不同。")
    for title in dict.fromkeys(each.procedure for each in found):
        rows = [
            (CHANGES[each.change], f"{each.section}：{each.row}", each.basis, _details(each))
            for each in found
            if each.procedure == title
        ]
        screen.print(console.table(title, ("", "条目", "依据", "内容"), rows, whole=[""]))


def _details(each: Difference) -> str:
    """The text of a changed row now and before, the text of an added one; of a removed one its article is enough."""
    if each.change == "removed":
        return ""
    if each.change == "added":
        return "\n".join(f"{detail.what}：{detail.new}" for detail in each.details if detail.what != "依据")
    return "\n".join(f"{detail.what}：{detail.old or NO_ONE} → {detail.new or NO_ONE}" for detail in each.details)


def _print_rulebook(book: Rulebook) -> None:
    screen = console.console()
    screen.print(Text(f"{book.title}（{book.document}）　{book.id} 第 {book.version} 版", style="bold"))
    for rules in book.procedures.values():
        terms = [
            (
                rule.title,
                length_in_words(rules, rule),
                "主期限" if rule.main else "",
                book.cited(rule.basis) + by_choice(rules, rule) + started(book, rule),
            )
            for rule in rules.terms.values()
        ]
        screen.print(console.table(f"{rules.title}：期限", ("期限", "时长（工作日）", "", "依据"), terms))
        rows = [
            (
                rules.states[source].title,
                row.event.title + ("（仅随台账导入登记）" if row.history else ""),
                "、".join(book.role_title(role, rules) for role in row.by),
                leads(rules, row),
                book.cited(row.basis) + by_choice(rules, row),
            )
            for (source, _), row in rules.table.items()
        ]
        screen.print(console.table(f"{rules.title}：转换", ("状态", "事件", "由谁", "到", "依据"), rows))
