"""The departments and their clerks as a sheet: an empty one to fill in, and one that was filled in taken in.

A department that nobody knew is registered, of one that is known the filled cells are taken; an empty cell changes
nothing. Each row is taken whole or not at all.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from negotiation.core.enums import Duty, Level
from negotiation.core.errors import FieldError, NegotiationError, UsageError
from negotiation.documents.spreadsheets.cell_text import clean, unusable
from negotiation.documents.spreadsheets.lines import Line
from negotiation.documents.spreadsheets.reader import NotRead, read_tables
from negotiation.documents.spreadsheets.rejections import Rejection, RowsSeen, strange_columns
from negotiation.documents.spreadsheets.tables import Table
from negotiation.documents.spreadsheets.writer import Column, Sheet, write_table
from negotiation.domain.departments import Contact, Department, tidy_name
from negotiation.services import department_keeping as keeping
from negotiation.services.administration import Operation
from negotiation.services.context import Context
from negotiation.store.database import Database
from negotiation.store.transaction import Transaction

TITLE, NAME, LEVEL = "部门和经办人", "部门", "层级"
_OF_DUTY = {Duty.A: "A角", Duty.B: "B角"}
_PARTS = {"name": "", "email": "邮箱", "phone": "电话"}
COLUMNS = (NAME, LEVEL, *(f"{duty}{part}" for duty in _OF_DUTY.values() for part in _PARTS.values()))


@dataclass
class Imported:
    """The outcome: how many departments are new, changed and as they were; the rows and sheets that were not read."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    sheets_not_read: list[NotRead] = field(default_factory=list)
    columns_not_read: dict[str, list[str]] = field(default_factory=dict)


class _Fault(NegotiationError):
    """A row that is not taken, with the column at fault."""

    def __init__(self, column: str, what: str) -> None:
        super().__init__(what)
        self.column = column


def write_blank(path: Path) -> None:
    """Writes the empty sheet with its titles. Raises NegotiationError if it cannot be written."""
    columns = tuple(Column(title, 24 if "邮箱" in title else 16) for title in COLUMNS)
    write_table(path, Sheet(TITLE, (TITLE,), columns, ()))


def import_file(
    database: Database, context: Context, path: Path, operation: Operation, *, dry_run: bool = False
) -> Imported:
    """Takes a sheet in; a dry run gives the same answer and writes nothing.

    Raises NegotiationError for what is no such sheet.
    """
    found = read_tables(path, [COLUMNS], _demand_names)
    tables = [table.with_data(partial(_is_filled, table)) for table in found.tables]
    done = Imported(sheets_not_read=list(found.not_read), columns_not_read=strange_columns(tables))
    with database.write(keep=not dry_run) as transaction:
        context.refresh(transaction)
        taker = _Taker(transaction, context, operation, done)
        for table in tables:
            for line in table.lines:
                taker.take(table, line)
    return done


def _demand_names(table: Table) -> None:
    if NAME not in table.places:
        raise UsageError(f"缺少“{NAME}”列", where=table.sheet, todo="请补上后再导入")


def _is_filled(table: Table, line: Line) -> bool:
    return any(clean(line.at(place)) for place in table.places.values())


class _Taker:
    """Takes rows in, within a transaction, and counts them in ``done``."""

    def __init__(self, transaction: Transaction, context: Context, operation: Operation, done: Imported) -> None:
        self.transaction, self.context, self.operation, self.done = transaction, context, operation, done
        self.seen = RowsSeen()

    def take(self, table: Table, line: Line) -> None:
        cells = {title: clean(line.at(place)) for title, place in table.places.items()}
        try:
            self._demand_usable(table, line)
            name = tidy_name(cells[NAME])
            self._demand_once(name, line)
            with self.transaction.savepoint():
                self._one(name, cells)
        except _Fault as fault:
            self.done.rejected.append(Rejection.of(line, fault.column, fault.what))

    def _demand_once(self, name: str, line: Line) -> None:
        if earlier := name and self.seen.earlier(name, line):
            raise _Fault(NAME, f"与{earlier}是同一部门，请合为一行")

    def _demand_usable(self, table: Table, line: Line) -> None:
        for title, place in table.places.items():
            if why := line.why_unclear(place) or unusable(line.at(place)):
                raise _Fault(title, why)

    def _one(self, name: str, cells: dict[str, str]) -> None:
        if not name:
            raise _Fault(NAME, f"“{NAME}”为空，须填写")
        level, people = _level(cells.get(LEVEL, ""), self.context.levels), list(self._people(cells))
        known = self.context.directory.by_name.get(name)
        unit = known or keeping.register(self.transaction, self.context, name, level, self.operation)
        differs = known is not None and level is not None and level is not unit.level
        if differs:
            keeping.change(self.transaction, self.context, unit, self.operation, level=level)
        new = [merged for person in people if (merged := _merged(unit, person)) != unit.people.get(person.duty)]
        for each in new:
            keeping.appoint(self.transaction, unit, each, self.operation)
        self.done.created += known is None
        self.done.changed += known is not None and (differs or bool(new))
        self.done.unchanged += known is not None and not (differs or new)

    def _people(self, cells: dict[str, str]) -> Iterator[Contact]:
        for duty, title in _OF_DUTY.items():
            given = {key: cells.get(title + part, "") for key, part in _PARTS.items()}
            if any(given.values()):
                try:
                    person = keeping.read_contact(duty, **given)
                    keeping.demand_allowed(person.email, self.context.settings, "email")
                except FieldError as fault:
                    raise _Fault(title + _PARTS[fault.field], f"{fault.what}，{fault.todo}") from None
                yield person


def _level(text: str, titles: Mapping[Level, str]) -> Level | None:
    found = next((level for level, title in titles.items() if text == title), None)
    if text and found is None:
        raise _Fault(LEVEL, f"“{text}”不是层级，请写为：{'、'.join(titles.values())}")
    return found


def _merged(unit: Department, person: Contact) -> Contact:
    """The person of the row, with what is known of them where its cells are empty and the name is no other."""
    was = unit.people.get(person.duty)
    if was is None or (person.name and was.name and person.name != was.name):
        return person
    return Contact(person.duty, person.name or was.name, person.email or was.email, person.phone or was.phone)
