"""Commands for whoever writes a rulebook: the keys that there are, the smallest one that runs, a copy of another."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from negotiation.cli import console
from negotiation.cli.options import Json, emit, writing_to
from negotiation.cli.rulebooks import installed
from negotiation.core.clock import now
from negotiation.core.errors import UsageError
from negotiation.core.local_time import local_date
from negotiation.core.settings import read_settings
from negotiation.domain import rulebook
from negotiation.domain.rulebook import Rulebook
from negotiation.domain.rulebook.reference import TYPES, Key, keys
from negotiation.domain.rulebook.smallest import smallest

FILES = {True: "rulebook.toml", False: "办理事项的文件"}

app = typer.Typer()


@app.command("keys")
def rulebook_keys(
    part: Annotated[str, typer.Argument(metavar="[部分]", help="只列出这一部分，如 terms、transitions。")] = "",
    as_json: Json = False,
) -> None:
    """规则文件的每一个键：类型、可用的值、含义。

    * 为自定的名称，[] 为列表的每一行。
    """
    sources = [rulebook.load(folder).source for folder in rulebook.shipped().values()]
    found = {head: [key for key in keys(sources, head=head) if _is_of(key, part)] for head in FILES}
    _demand_any(found, part)
    answer = {"keys": [{"file": FILES[head], **key._asdict()} for head, listed in found.items() for key in listed]}
    emit(answer, lambda: _print(found), as_json)


def _demand_any(found: dict[bool, list[Key]], part: str) -> None:
    if not any(found.values()):
        raise UsageError(f"规则文件中没有“{part}”这一部分", todo="不写部分则列出全部")


def _is_of(key: Key, part: str) -> bool:
    return not part or key.shape == part or key.shape.startswith((f"{part}.", f"{part}[]"))


def _print(found: dict[bool, list[Key]]) -> None:
    for head, listed in found.items():
        rows = [(key.shape, _type(key), "、".join(key.values), key.meaning) for key in listed]
        if rows:
            console.console().print(console.table(FILES[head], ("键", "类型", "可用的值", "含义"), rows))


def _type(key: Key) -> str:
    return TYPES[key.kind] + ("（必填）" if key.needed else "")


@app.command("new")
def rulebook_new(
    rulebook_id: Annotated[str, typer.Argument(metavar="标识", help="新规则的标识：小写字母、数字、连字符。")],
    folder: Annotated[Path | None, typer.Argument(metavar="[文件夹]", help="默认为安装规则的文件夹。")] = None,
    as_json: Json = False,
) -> None:
    """写出一套能运行的最小规则：申请、答复、期限；在此基础上改成本地的规则。"""
    target = folder or read_settings().home / "rulebooks" / rulebook_id
    texts = smallest(rulebook_id, local_date(now()).replace(month=1, day=1))
    rulebook.parse(texts, where=str(target))
    _demand_empty(target)
    with writing_to(target, "请换一个文件夹"):
        target.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (target / name).write_text(text, encoding="utf-8")
    words = f"已写入 {target}。请改成本地的名称、文号、条文和期限，再运行 rulebook check {target}。"
    emit({"folder": str(target), "files": sorted(texts)}, lambda: console.console().print(words), as_json)


@app.command("copy")
def rulebook_copy(rulebook_id: str, folder: Path, as_json: Json = False) -> None:
    """复制一套规则，供本地修改。

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


def _demand_empty(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise UsageError("文件夹已存在且不为空", where=str(folder), todo="请换一个文件夹，以免覆盖")
