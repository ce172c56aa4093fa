"""Commands of the rules: rulebooks."""

import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.text import Text

from negotiation.cli import console
from negotiation.cli.options import FOUND_WANTING, Json, emit, writing_to
from negotiation.core.errors import NotFound, RulebookErrors, UsageError
from negotiation.core.settings import read_settings
from negotiation.documents import letters
from negotiation.domain import rulebook
from negotiation.domain.rulebook import Procedure, Rulebook, Transition
from negotiation.domain.rulebook.diagram import by_choice, leads, length, mermaid, started
from negotiation.domain.rulebook.difference import NO_ONE, Difference, difference
from negotiation.domain.rulebook.law_pages import pages_for

CHANGES = {"added": "增加", "changed": "修改", "removed": "删除"}

app = typer.Typer()


@app.command("list")
def rulebook_list(as_json: Json = False) -> None:
    """已安装的规则。"""
    books = [rulebook.load(folder) for folder in rulebook.available(read_settings().home).values()]
    answer = {
        "rulebooks": [
            {"id": book.id, "version": book.version, "title": book.title, "procedures": list(book.procedures)}
            for book in books
        ]
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
    emit(
        answer, lambda: console.console().print(console.table("规则", ("标识", "版本", "名称", "事项"), rows)), as_json
    )


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


@app.command("copy")
def rulebook_copy(rulebook_id: str, folder: Path, as_json: Json = False) -> None:
    """复制一套规则，供本地修改（第三十四条：各区可以参照制定）。

    复制的是完整的规则：本地的办法制定之后，不因本系统升级、所参照的规则修改而改变。
    """
    home = read_settings().home
    book, source = installed(rulebook_id), rulebook.available(home)[rulebook_id]
    _demand_empty(folder)
    with writing_to(folder, "请换一个文件夹"):
        if rulebook.base_of(source, rulebook.available(home)) is None:
            shutil.copytree(str(source), folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            _write(book, folder)
    copied = sorted(path.name for path in folder.glob("*.toml"))
    words = f"已复制到 {folder}。请改动 rulebook.toml 中的 id 和 version，再运行 rulebook check。"
    emit({"folder": str(folder), "files": copied}, lambda: console.console().print(words), as_json)


def _write(book: Rulebook, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in book.source.items():
        (folder / name).write_text(text, encoding="utf-8")


@app.command("diagram")
def rulebook_diagram(rulebook_id: str, procedure: str, as_json: Json = False) -> None:
    """一个事项的状态图（Mermaid）。"""
    text = mermaid(installed(rulebook_id).procedure(procedure))
    emit({"diagram": text}, lambda: print(text), as_json)


def _demand_empty(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise UsageError("文件夹已存在且不为空", where=str(folder), todo="请换一个文件夹，以免覆盖")


def installed(rulebook_id: str) -> Rulebook:
    """The rulebook of that id, shipped or in the home. Raises NotFound, RulebookErrors for one that is at fault."""
    folders = rulebook.available(read_settings().home)
    if rulebook_id not in folders:
        raise NotFound(f"没有名为“{rulebook_id}”的规则", todo=f"可用的规则：{'、'.join(folders)}")
    return rulebook.load(folders[rulebook_id])


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
        "terms": {name: asdict(term) for name, term in rules.terms.items()},
        "transitions": [_row_json(row) for row in rules.table.values()],
    }


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
                length(rules, rule),
                "主期限" if rule.main else "",
                book.cited(rule.basis) + by_choice(rules, rule) + started(book, rule),
            )
            for rule in rules.terms.values()
        ]
        screen.print(console.table(f"{rules.title}：期限", ("期限", "工作日", "", "依据"), terms))
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
