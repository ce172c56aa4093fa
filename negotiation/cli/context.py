"""What a command works in: the settings, the database, the rules and departments of the installation."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from rich.text import Text

from negotiation.cli import case_tables, console
from negotiation.cli.options import at_the_end, emit
from negotiation.core.enums import Job
from negotiation.core.errors import NotFound, UsageError
from negotiation.core.settings import Settings, read_settings
from negotiation.core.texts import searched
from negotiation.domain import rulers
from negotiation.services import case_view, offers, unattended
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import Context
from negotiation.store import migrate
from negotiation.store.case_list.query import numbered
from negotiation.store.database import Database


@dataclass
class CliContext:
    """What a command works in: settings, the database (made ready if it is empty), the rules and departments."""

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
            for part in case_tables.case_tables(case, dict(file.rulebook.roles)):
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
