"""The context of a command: the settings, the database, the rules and departments of the installation."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from negotiation.cli.database import connect
from negotiation.core.enums import Job
from negotiation.core.errors import NotFound, UsageError
from negotiation.core.settings import Settings, read_settings
from negotiation.core.texts import searched
from negotiation.services.context import Context
from negotiation.store import migrate
from negotiation.store.case_list.query import numbered
from negotiation.store.database import Database
from negotiation.store.transaction import Transaction


@dataclass
class CliContext:
    """The settings, the database, the rules and departments that a command works with."""

    settings: Settings
    database: Database
    context: Context

    @classmethod
    def open(cls, *, prepare: bool = True) -> "CliContext":
        """The context of this command.

        ``prepare``: makes an empty database ready; else one that is not ready is refused. Raises DatabaseUnavailable,
        and UsageError for settings that cannot be used.
        """
        settings = read_settings()
        database = connect(settings)
        if prepare:
            migrate.prepare(database)
        else:
            migrate.demand(database, migrate.revision(database))
        with database.read() as transaction:
            return cls(settings, database, Context.of(transaction, settings, _own_figures))

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
        """A role by its identifier or its title. Raises UsageError for none, with those there are."""
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
        from negotiation.services import unattended

        if by_hand:
            yield
            return
        unattended.demand_clock(self.database, self.context, at)
        yield
        unattended.beat(self.database, job, at)


def _own_figures(transaction: Transaction, context: Context, unit: int, on: date) -> dict[str, int]:
    from negotiation.documents.report.unit_figures import own_figures  # a list of cases needs no report

    return own_figures(transaction, context, unit, on)
