"""The parameters of every command, read and explained: in Chinese, by the names that people use.

``Command`` and ``Group`` stand for typer's own: each text is read by the one rule for texts from outside, each help is
in Chinese, and what the command line itself refuses becomes a sentence that names the parameter.
"""

import difflib
import io
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from negotiation.core import texts
from negotiation.core.errors import UsageError
from negotiation.core.validation import why

HELP = "--help"
# What an argument is called; options are called as they are typed.
ARGUMENTS = {
    "no": "编号", "event": "事件", "case": "案件编号", "procedure": "事项", "kind": "公文", "file": "文件",
    "folder": "文件夹", "rulebook_id": "规则", "start": "起算日", "n": "工作日数", "after": "起日", "until": "止日",
    "year": "年份", "pairs": "指标=数值", "name": "名称", "to": "新名称", "into": "并入的部门", "login": "登录名",
    "code": "资源代码", "command": "命令",
}  # fmt: skip
_TAKES = {int: "整数", float: "数字", str: "文字", Path: "路径", bool: ""}


class Command(TyperCommand):
    """A command that takes no more than it asks for."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Reads the parameters; their texts are tidied. Raises UsageError for one that cannot be kept, or too many."""
        ctx.allow_extra_args = True
        rest = super().parse_args(ctx, args)
        if rest and not ctx.resilient_parsing:
            raise UsageError(f"多余的参数：{'、'.join(map(str, rest))}", where=ctx.command_path, todo=_see(ctx))
        _read_texts(self.params, ctx)
        return rest

    def get_help(self, ctx: Any) -> str:
        """The help, in Chinese."""
        return _help(self, ctx)


class Group(TyperGroup):
    """Commands under one name."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Reads the parameters before the command's name. Raises UsageError."""
        rest: list[str] = super().parse_args(ctx, args)
        _read_texts(self.params, ctx)
        return rest

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command of that name. Raises UsageError with those that look alike."""
        if args and args[0] not in self.commands and not args[0].startswith("-") and not ctx.resilient_parsing:
            near = difflib.get_close_matches(args[0], self.commands, n=3, cutoff=0.5)
            advice = f"是否为：{'、'.join(near)}？" if near else f"可用的命令：{'、'.join(self.commands)}；"
            raise UsageError(f"没有命令“{args[0]}”", where=ctx.command_path, todo=advice + _see(ctx))
        return super().resolve_command(ctx, args)

    def get_help(self, ctx: Any) -> str:
        """The help with the list of commands, in Chinese."""
        return _help(self, ctx, self.helps())

    def helps(self) -> dict[str, str]:
        """The first sentence of each command's help, by the command's name."""
        return {name: _first_sentence(each.help) for name, each in self.commands.items()}


def speak_chinese(app: Any) -> None:
    """Lets every command of an application be one of these."""
    for command in app.registered_commands:
        command.cls = Command


# --------------------------------------------------------------------------------------------------------- texts


def _read_texts(parameters: Iterable[Any], ctx: Any) -> None:
    for each in parameters:
        value = ctx.params.get(each.name)
        if isinstance(value, str):
            ctx.params[each.name] = _text(each, value, ctx.command_path)
        elif isinstance(value, list):
            ctx.params[each.name] = [_text(each, str(one), ctx.command_path) for one in value]


def _text(parameter: Any, value: str, where: str) -> str:
    try:
        return texts.read(value, texts.kind_of(parameter.name), parameter.name)
    except texts.TextError as fault:
        raise UsageError(f"{called(parameter)}：{fault.what}", where=where, todo=fault.todo) from None


# -------------------------------------------------------------------------------------------------------- misuse


def misuse(error: Exception) -> UsageError | None:
    """A sentence for what the command line itself refused; None for any other error.

    Its errors are known by name only, as typer keeps their classes private.
    """
    kind, parameter, context = type(error).__name__, getattr(error, "param", None), getattr(error, "ctx", None)
    if kind not in _SAID:
        return None
    where = context.command_path if context else ""
    return UsageError(_SAID[kind](error, parameter), where=where, todo=_see(context))


def _no_such_option(error: Any, _parameter: Any) -> str:
    near = "、".join(sorted(error.possibilities or ()))
    return f"没有选项 {error.option_name}" + (f"，是否为 {near}？" if near else "")


def _missing(_error: Any, parameter: Any) -> str:
    return f"缺少{called(parameter)}" if parameter is not None else "缺少参数"


def _wrong_value(error: Any, parameter: Any) -> str:
    name = called(parameter) if parameter is not None else "参数"
    cause = error.__cause__
    first = cause.errors()[0] if hasattr(cause, "errors") else {"type": "", "input": ""}
    return f"{name}写成了“{first['input']}”，{why(first)}"


def _wrong_option(error: Any, _parameter: Any) -> str:
    lacks = "requires" in error.message  # nothing else of the error tells the two apart
    return f"选项 {error.option_name} 后面{'缺少内容' if lacks else '不写内容'}"


_SAID: Mapping[str, Callable[[Any, Any], str]] = {
    "NoSuchOption": _no_such_option,
    "MissingParameter": _missing,
    "BadParameter": _wrong_value,
    "BadOptionUsage": _wrong_option,
    "BadArgumentUsage": lambda _error, _parameter: "参数的个数不对",
    "UsageError": lambda _error, _parameter: "命令的写法有误",
}


def _see(context: Any) -> str:
    return f"请看 {context.command_path if context else 'negotiation'} {HELP}"


# ---------------------------------------------------------------------------------------------------------- help


def called(parameter: Any) -> str:
    """A parameter as people call it: 选项 --by（以谁的身份）, 参数“编号”."""
    if isinstance(parameter, TyperOption):
        title = (parameter.help or "").partition("。")[0].partition("：")[0].partition("，")[0]
        return f"选项 {_typed(parameter)}" + (f"（{title}）" if title else "")
    return f"参数“{_typed(parameter)}”"


def _typed(parameter: Any) -> str:
    """A parameter as it is typed: an option's name, an argument's title."""
    if isinstance(parameter, TyperOption):
        return "/".join([*parameter.opts, *parameter.secondary_opts])
    return str(parameter.metavar or ARGUMENTS.get(parameter.name, parameter.name))


def _help(command: Any, ctx: Any, helps: Mapping[str, str] = MappingProxyType({})) -> str:
    asked = [each for each in command.params if isinstance(each, TyperArgument)]
    options = [each for each in command.params if isinstance(each, TyperOption)]
    pieces = [ctx.command_path, "[选项]", *map(_piece, asked), *(["命令 …"] if helps else [])]
    rows = [(_typed(each) + _takes(each), _explained(each)) for each in options]
    written = io.StringIO()
    screen = Console(file=written, width=_width(), highlight=False)
    screen.print(Text(f"用法：{' '.join(pieces)}\n\n{command.help or ''}".rstrip()))
    for title, lines in (
        ("参数", [(_typed(each) + _takes(each), _explained(each)) for each in asked]),
        ("选项", [*rows, (HELP, "显示这份说明。")]),
        ("命令", list(helps.items())),
    ):
        if lines:
            screen.print(Text(f"\n{title}"))
            screen.print(_grid(lines))
    return written.getvalue().rstrip("\n")


def _width() -> int:
    return Console(file=sys.stdout).width


def _grid(lines: Iterable[tuple[str, str]]) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column()
    for left, right in lines:
        grid.add_row(Text(left), Text(right))
    return grid


def _piece(argument: Any) -> str:
    title = _typed(argument) + (" …" if argument.nargs == -1 else "")
    return title if argument.required else f"[{title}]"


def _takes(parameter: Any) -> str:
    """The word for what is written behind an option; "" for an argument and for an option that stands alone."""
    annotation = parameter.type_descriptor.annotation
    inner = next(iter(getattr(annotation, "__args__", ())), annotation)
    if isinstance(parameter, TyperArgument):
        return ""
    metavar = {"k=v": "字段=内容"}.get(parameter.metavar or "", parameter.metavar)
    word = "" if parameter.is_flag else metavar or _TAKES.get(inner, "文字")
    return f" {word}" if word else ""


def _explained(parameter: Any) -> str:
    notes = ["必填"] if parameter.required else []
    default = parameter.default
    if default not in (None, "", False, True) and not callable(default):
        notes.append(f"默认 {default}")
    return " ".join([parameter.help or "", *(f"（{note}）" for note in notes)]).strip()


def _first_sentence(text: str | None) -> str:
    return (text or "").partition("\n")[0]
