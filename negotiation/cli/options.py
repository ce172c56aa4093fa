"""What every command shares: the house it works in, dates and pairs as typed, one way to answer people and scripts."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated, Any

import typer
from rich.text import Text

from negotiation.cli import console
from negotiation.core.clock import now
from negotiation.core.enums import Job
from negotiation.core.errors import NotFound, UsageError
from negotiation.core.local_time import at_local, local_date
from negotiation.core.settings import Settings, read_settings
from negotiation.core.texts import searched
from negotiation.domain import forms, rulers
from negotiation.services import case_view, offers, unattended
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import Context
from negotiation.store import migrate
from negotiation.store.case_list.query import numbered
from negotiation.store.database import Database

DONE_IN_PART = 3
FOUND_WANTING = 1

at_the_end = ExitStack()  # what a command has opened, closed by ``cli.main``

Json = Annotated[bool, typer.Option("--json", help="以 JSON 输出，供程序读取。")]
AsOf = Annotated[str, typer.Option("--as-of", help="截至哪一天（默认今天）。", metavar="日期")]
Fields = Annotated[list[str] | None, typer.Option("--field", help="字段=内容，可多次给出。", metavar="k=v")]


@dataclass
class CliContext:
    """What a command works in: settings, the database (made ready if it is empty), the practice."""

    settings: Settings
    database: Database
    context: Context

    @classmethod
    def open(cls, *, prepare: bool = True) -> "CliContext":
        settings = read_settings()
        database = connect(settings)
        if prepare:
            migrate.prepare(database)
        else:
            migrate.demand(database, migrate.revision(database))
        with database.read() as transaction:
            return cls(settings, database, Context.of(transaction, settings))

    def case_no(self, typed: str) -> str:
        """The number of the one case that is meant by a number as it was typed. Raises NotFound for none or several."""
        with self.database.read() as transaction:
            found = [each.no for each in numbered(transaction, searched(typed), None)]
        if len(found) == 1:
            return found[0]
        if found:
            raise NotFound(f"编号“{typed}”对应不止一个案件：{'、'.join(found)}", todo="请写全编号")
        raise NotFound(f"没有编号为“{typed}”的案件", todo="请核对编号", command="negotiation cases 列出全部案件")

    def role(self, text: str) -> str:
        """A role by its identifier or its title."""
        named = [(key, title) for book in self.context.books for key, title in book.roles.items()]
        for key, title in named:
            if text in (key, title):
                return key
        known = "、".join(dict.fromkeys(f"{key}（{title}）" for key, title in named))
        raise UsageError(f"没有角色“{text}”", todo=f"可用的角色：{known}")

    @contextmanager
    def unattended(self, job: Job, at: datetime, *, by_hand: bool = False) -> Iterator[None]:
        """Around a job of the worker: the clock is judged before, and its heartbeat left after.

        ``by_hand``: a person named the instant, who answers for it. Raises ClockJumped.
        """
        if by_hand:
            yield
            return
        unattended.demand_clock(self.database, self.context, at)
        yield
        unattended.beat(self.database, job, at)

    def emit_case(
        self, file: CaseFile, day: date, as_json: bool, *, ruler: bool = False, departments_created: Sequence[str] = ()
    ) -> None:
        """The case after a command, and the departments that the command registered."""
        with self.database.read() as transaction:
            case = case_view.case_json(transaction, file, self.context, day)
            waiting = offers.open_proposals(transaction, file)
            case |= case_view.acts_json(file, offers.offers(transaction, file, day, waiting), waiting)
        if departments_created:
            case["departments_created"] = list(departments_created)

        def tell() -> None:
            screen = console.console()
            for part in console.case_tables(case, dict(file.rulebook.roles)):
                screen.print(part)
            if departments_created:
                screen.print(f"新登记的部门（请核对层级和经办人）：{'、'.join(departments_created)}")
            if ruler:
                _tell_rulers(file)

        emit(case, tell, as_json)


def _tell_rulers(file: CaseFile) -> None:
    """The days of the terms that run or were agreed, one by one."""
    screen = console.console()
    for ruler in rulers.rulers_of(file.procedure, file.case_state, file.calendar):
        screen.print(Text(f"{ruler.title}：{ruler.says}"))
        if ruler.days:
            screen.print(console.ruler(ruler.days))
        for note in ruler.notes:
            screen.print(Text(note))


def connect(settings: Settings) -> Database:
    """The database of a command; its connections are closed when the command ends."""
    database = Database(settings.url)
    at_the_end.callback(database.close)
    return database


def emit(answer: dict[str, Any], tell: Callable[[], None], as_json: bool) -> None:
    """One JSON object for scripts, or words for people."""
    if as_json:
        sys.stdout.write(case_view.as_text(answer) + "\n")
    else:
        tell()


def read_day(text: str) -> date:
    """A date that was given to a command."""
    try:
        day = forms.read_date(text)
    except ValueError as error:
        raise UsageError(str(error), todo="日期写成 2026-09-18 或 2026年9月18日") from None
    if day is None:
        raise UsageError("缺少日期", todo="日期写成 2026-09-18")
    return day


def day_or_today(text: str) -> date:
    return read_day(text) if text else local_date(now())


def read_moment(text: str) -> datetime:
    """An instant that was given as a date and time in Beijing; a date alone means ten o'clock, in office hours."""
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
            raise UsageError(f"“{pair}”应写成 字段=内容", todo="例如 --field reason=涉及个人信息")
        yield key.strip(), value


def choose(kind: Any, text: str, titles: dict[Any, str]) -> Any:
    """One of the values of an enumeration, by its identifier or its title."""
    for each, title in titles.items():
        if text in (each.value, title):
            return kind(each)
    raise UsageError(
        f"不认识“{text}”", todo="可用：" + "、".join(f"{each.value}（{title}）" for each, title in titles.items())
    )
