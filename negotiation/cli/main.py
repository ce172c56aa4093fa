"""The command ``negotiation``: its table of contents, and what a user sees when something is wrong.

Exit status: 0 done, 2 wrong use, 3 done in part, 1 failed or found wanting.
"""

import os
import sys
from io import TextIOWrapper
from typing import Annotated, NoReturn

import typer

from negotiation.cli.commands import Root
from negotiation.cli.options import at_the_end, end_if
from negotiation.cli.parameters import HELP, misuse
from negotiation.core import environment
from negotiation.core.errors import NegotiationError
from negotiation.core.json_text import as_text
from negotiation.core.memory import look_seldom

app = typer.Typer(
    name="negotiation",
    help="政务信息资源共享协商：期限、提醒、台账与报告。",
    no_args_is_help=True,
    add_completion=False,
    cls=Root,
)


@app.callback(invoke_without_command=True)
def show_version(version: Annotated[bool, typer.Option("--version", help="版本。")] = False) -> None:
    """政务信息资源共享协商：期限、提醒、台账与报告。"""
    if version:
        from negotiation import __version__

        sys.stdout.write(f"{__version__}\n")
    end_if(version, 0)
    if HELP not in sys.argv and not environment.only_home_is_set():
        from negotiation.core.settings import read_settings

        read_settings()  # whole, whatever the command needs of them


def complain(error: NegotiationError) -> NoReturn:
    """A sentence on stderr (and as JSON on stdout where that was asked for), and the exit status that goes with it."""
    if "--json" in sys.argv:
        sys.stdout.write(as_text({"error": error.as_json()}) + "\n")
    place = f"{error.where}：" if error.where else ""
    advice = f"\n怎么办：{error.todo_at_terminal}" if error.todo_at_terminal else ""
    sys.stderr.write(f"{place}{error.what}{advice}\n")
    sys.exit(error.exit_status)


def main() -> None:
    """The entry of the command; no traceback reaches a user."""
    _speak_chinese()
    look_seldom()
    try:
        with at_the_end:
            _run()
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def _run() -> None:
    try:
        status = app(prog_name="negotiation", standalone_mode=False)
    except NegotiationError as error:
        complain(error)
    except (typer.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        raise
    except Exception as error:
        _show_help(error)
        complain(misuse(error) or _unpublished(error) or _unforeseen(error))
    sys.exit(status if isinstance(status, int) else 0)


def _speak_chinese() -> None:
    """Lets no output fail because of the terminal's locale: one without Chinese (ASCII, Latin-1) is sent
    UTF-8, and a character that another lacks (a rare name in GBK) stands there by its number."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            try:
                "期限".encode(stream.encoding)
            except UnicodeEncodeError:
                stream.reconfigure(encoding="utf-8")
            stream.reconfigure(errors="backslashreplace")


def _show_help(error: Exception) -> None:
    """Prints the help of a group that was named without a command."""
    if type(error).__name__ == "NoArgsIsHelpError":
        sys.stdout.write(f"{error}\n")
        sys.exit(0)


def _unpublished(error: Exception) -> NegotiationError | None:
    """The sentence for a day whose arrangement is not out yet; None for any other error."""
    from calendars import Unpublished

    if not isinstance(error, Unpublished):
        return None
    return NegotiationError(str(error), todo="可用 calendar due 查看估计日期")


def _unforeseen(error: Exception) -> NegotiationError:
    """A sentence for an error that nobody foresaw; its details go to a file for whoever mends it."""
    if isinstance(error, ValueError) and not isinstance(error, UnicodeError) and _is_chinese(str(error)):
        return NegotiationError(str(error))
    from negotiation.core import log

    log.keep_in(environment.home())
    log.failure(error)
    todo = f"请先核对是否已经写入，再重试；详情在 {environment.home() / log.FOLDER} 当天的日志中，请交给维护人员"
    return NegotiationError("程序遇到没有预料到的错误", todo=todo)


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= char <= "\u9fff" for char in text)
