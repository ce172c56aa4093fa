"""Options that several commands share, values as they are typed, one way to answer people and scripts."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated, Any

import typer

from negotiation.core.clock import now
from negotiation.core.errors import NegotiationError, UsageError, reason
from negotiation.core.json_text import as_text
from negotiation.core.local_time import at_local, local_date
from negotiation.domain import forms
from negotiation.domain.then import Then, looking_back

DONE_IN_PART = 3
FOUND_WANTING = 1

at_the_end = ExitStack()  # what a command has opened, closed by ``cli.main``

Json = Annotated[bool, typer.Option("--json", help="以 JSON 输出，供程序读取。")]
AsOf = Annotated[str, typer.Option("--as-of", help="截至哪一天（默认今天）。", metavar="日期")]
KnownOn = Annotated[str, typer.Option("--known-on", help="按哪一天为止的登记（默认现在）。", metavar="日期")]
Fields = Annotated[list[str] | None, typer.Option("--field", help="字段=内容，可多次给出。", metavar="k=v")]


def emit(answer: Mapping[str, object], print_words: Callable[[], None], as_json: bool) -> None:
    """Answers with one JSON object for scripts, or prints words for people."""
    if as_json:
        sys.stdout.write(as_text(answer) + "\n")
    else:
        print_words()


def end_if(wanting: object, status: int) -> None:
    """Ends the command with an exit status where something is wanting. Raises typer.Exit."""
    if wanting:
        raise typer.Exit(status)


@contextmanager
def writing_to(path: Path, todo: str) -> Iterator[None]:
    """Around the writing of a file or folder. Raises NegotiationError, with what to do, where that cannot be."""
    try:
        yield
    except OSError as error:
        raise NegotiationError(f"不能写入（{reason(error)}）", where=str(path), todo=todo) from None


def read_day(text: str) -> date:
    """A date that was given to a command. Raises UsageError for what is none."""
    try:
        day = forms.read_date(text)
    except ValueError as error:
        raise UsageError(str(error), todo="日期写成 2026-09-18 或 2026年9月18日") from None
    if day is None:
        raise UsageError("缺少日期", todo="日期写成 2026-09-18")
    return day


def day_or_today(text: str) -> date:
    """A date that was given to a command; today in Beijing where none was."""
    return read_day(text) if text else local_date(now())


def read_then(as_of: str, known_on: str) -> Then | None:
    """The past day to which a command looks back; None where it looks at what is stored, or ahead of it (``as_of``).

    Raises UsageError for a day that is none, FieldError for records that are still to be made.
    """
    today = local_date(now())
    happened, known = (read_day(text) if text else None for text in (as_of, known_on))
    return looking_back(min(happened, today) if happened else None, known, today)


def read_moment(text: str) -> datetime:
    """An instant that was given as a date and time in Beijing; a date alone means ten o'clock, in office hours.

    Raises UsageError for what is none.
    """
    if not text:
        return now()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"“{text}”不是日期时间", todo="写成 2026-09-18T10:00") from None
    if "T" not in text and " " not in text.strip():
        return at_local(moment.date(), time(10))
    return moment if moment.tzinfo else at_local(moment.date(), moment.time())


def read_fields(pairs: list[str] | None) -> dict[str, str | list[str]]:
    """--field k=v, as often as wanted; a field that is given again has all that was given, if it takes several."""
    found: dict[str, str | list[str]] = {}
    for key, value in _pairs(pairs):
        if key not in found:
            found[key] = value
            continue
        before = found[key]
        found[key] = [*(before if isinstance(before, list) else forms.read_list(before)), *forms.read_list(value)]
    return found


def read_values(pairs: list[str] | None) -> dict[str, str]:
    """k=v, each key once. Raises UsageError for one that is given twice."""
    found: dict[str, str] = {}
    for key, value in _pairs(pairs):
        if key in found:
            raise UsageError(f"“{key}”给出了两次", todo="请只保留一项")
        found[key] = value
    return found


def _pairs(pairs: list[str] | None) -> Iterator[tuple[str, str]]:
    for pair in pairs or []:
        key, sign, value = pair.partition("=")
        if not sign or not key.strip():
            raise UsageError(
                f"“{pair}”应写成 名称=内容", todo="例如 --field reason=涉及个人信息，--filter state=待答复"
            )
        yield key.strip(), value


def choose(kind: Any, text: str, titles: dict[Any, str]) -> Any:
    """One of the values of an enumeration, by its identifier or its title. Raises UsageError with those there are."""
    for each, title in titles.items():
        if text in (each.value, title):
            return kind(each)
    raise UsageError(
        f"不认识“{text}”", todo="可用：" + "、".join(f"{each.value}（{title}）" for each, title in titles.items())
    )
