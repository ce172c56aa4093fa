"""Context of every use case: the calendar, the rulebooks, the departments and the settings of the office."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple, TypeAlias

from calendars import WorkingCalendar
from negotiation.core.day_rules import DayChoice
from negotiation.core.enums import OFFICE, CalendarLayer, Level
from negotiation.core.errors import DateError, RulebookErrors
from negotiation.core.labels import LEVEL_TITLES
from negotiation.core.settings import Settings
from negotiation.domain.departments import Directory
from negotiation.domain.notice_facts import NO_SUBJECT
from negotiation.domain.rulebook import Procedure, Rulebook
from negotiation.domain.rulebook.checks.succession import succession_faults
from negotiation.domain.working_days import Almanac
from negotiation.store import calendar_notices
from negotiation.store.departments import REVISION as DIRECTORY_REVISION
from negotiation.store.departments import read_directory
from negotiation.store.rulebooks import Rulebooks
from negotiation.store.transaction import Transaction

# Counts a unit's own figures of the year up to a day; whoever starts the program gives it to the services.
FiguresOf: TypeAlias = "Callable[[Transaction, Context, int, date], Mapping[str, int]]"


def no_figures(_transaction: Transaction, _context: "Context", _unit: int, _on: date) -> Mapping[str, int]:
    """Counts nothing: where no report is at hand a unit hands in what it types."""
    return {}


@dataclass
class Context:
    """The calendar, the rulebooks, the departments and the settings: what every step needs besides its case."""

    settings: Settings
    almanac: Almanac
    rulebooks: Rulebooks
    directory: Directory
    figures_of: FiguresOf = no_figures

    @classmethod
    def of(cls, transaction: Transaction, settings: Settings, figures_of: FiguresOf = no_figures) -> "Context":
        almanac, units = calendar_notices.read_almanac(transaction), read_directory(transaction)
        return cls(settings, almanac, Rulebooks(settings.home), units, figures_of)

    @property
    def books(self) -> tuple[Rulebook, ...]:
        """The office's rulebooks as they are installed now, the newest first."""
        return self.rulebooks.installed(self.settings.rulebook_ids)

    @property
    def rulebook(self) -> Rulebook:
        """The newest of the office's rulebooks."""
        return self.books[0]

    def rulebook_on(self, day: date) -> Rulebook:
        """The rulebook of a case that is opened on ``day``. Raises DateError where none had begun by then.

        Where the last one has ended and none has followed, it is applied further, and ``doctor`` says so.
        """
        begun = [book for book in self.books if book.in_force_from <= day]
        if not begun:
            first = self.books[-1]
            what = f"{day} 还没有施行中的规则：最早的“{first.title}”自 {first.in_force_from} 起施行"
            raise DateError(what, todo="请核对日期", command="更早的规则须先安装，并写入 NEGOTIATION_RULEBOOK")
        return next((book for book in begun if book.in_force_on(day)), begun[0])

    @cached_property
    def successors(self) -> dict[str, Rulebook]:
        """The office's rulebooks that succeed another, by the id of that one. Raises RulebookErrors for a misfit."""
        found = {book.succeeds: book for book in self.books if book.succeeds}
        for book in self.books:
            if book.id in found and (faults := succession_faults(book, found[book.id])):
                raise RulebookErrors(faults, where=found[book.id].id)
        return found

    def successor_of(self, rulebook: Rulebook, procedure: str, day: date) -> Rulebook | None:
        """The rulebook by which a case of another goes on the day ``day``; None as long as it goes by its own."""
        law = self.successors.get(rulebook.id)
        return law if law is not None and law.in_force_from <= day and procedure in law.procedures else None

    @property
    def procedures(self) -> dict[str, Procedure]:
        """Every procedure of the office's rulebooks by its key, as the newest that has it says."""
        return {key: rules for book in reversed(self.books) for key, rules in book.procedures.items()}

    @property
    def roles(self) -> dict[str, str]:
        """Every role of the office's rulebooks by its key, as the newest that has it calls it."""
        return {key: title for book in reversed(self.books) for key, title in book.roles.items()}

    @property
    def titles(self) -> dict[str, str]:
        """The heads of columns: of every role, and of what a case is about (``subject``), by the newest rulebook."""
        main = self.rulebook.procedures[self.rulebook.main_procedure]
        return {**self.roles, "subject": main.fields[main.subject].title if main.subject in main.fields else NO_SUBJECT}

    @property
    def levels(self) -> dict[Level, str]:
        """The levels of departments that the newest rulebook knows, with their titles."""
        return dict(self.rulebook.levels) or dict(LEVEL_TITLES)

    def level_title(self, level: Level) -> str:
        """The title of a level by the newest rulebook; of one that it does not know, the common word."""
        return self.levels.get(level, LEVEL_TITLES[level])

    def name_of(self, department_id: int | None) -> str:
        """A department's name; the office's own for what belongs to none."""
        return self.directory.name(department_id) or self.office_name

    @cached_property
    def office_name(self) -> str:
        """The name of the office as it was set, else as its newest rulebook calls it."""
        return self.settings.office_name or self.rulebook.role_title(OFFICE)

    @property
    def calendar(self) -> WorkingCalendar:
        """The office's own working days."""
        return self.almanac.of(CalendarLayer.ORGAN)

    def calendar_down_to(self, layer: CalendarLayer) -> WorkingCalendar:
        """The working days of a layer and of those below it."""
        return self.almanac.of(layer)

    def calendar_by(self, layer: CalendarLayer, choices: tuple[DayChoice, ...]) -> WorkingCalendar:
        """The working days by which a rulebook counts (``DayRule``)."""
        return self.almanac.of(layer, choices)

    def calendar_of(self, rulebook: Rulebook) -> WorkingCalendar:
        """The working days with which the terms of a rulebook are counted."""
        return self.almanac.of(*rulebook.day_rule)

    def refresh(self, transaction: Transaction) -> None:
        """Reads the departments and the calendar again, each if it has changed."""
        calendar, departments = transaction.rows(f"SELECT {calendar_notices.REVISION}, {DIRECTORY_REVISION}")[0]
        if departments != self.directory.revision:
            self.directory = read_directory(transaction)
        self.keep_up(transaction, calendar)

    def keep_up(self, transaction: Transaction, revision: int) -> None:
        """Reads the calendar again if the database has another revision than the one held."""
        if revision != self.almanac.revision:
            self.almanac = calendar_notices.read_almanac(transaction)


class UnitOfWork(NamedTuple):
    """One transaction, what every step in it needs, and the instant (UTC) at which it happens."""

    transaction: Transaction
    context: Context
    at: datetime
