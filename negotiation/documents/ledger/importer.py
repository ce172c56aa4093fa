"""The office's own spreadsheet, in and out: each row becomes a case whose history is replayed through the one door.

No mail leaves and no lapse is written while a history is replayed. A row is stored whole or not at all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from negotiation.core.enums import CLOCK, PARTY_ROLES
from negotiation.core.errors import DateError, FieldError, NegotiationError, NotFound, UsageError
from negotiation.core.local_time import end_of, local_date
from negotiation.documents.ledger.form import Fault, Form, is_decoration_row
from negotiation.documents.ledger.reconcile import Plan, Planned, initial_state, plan
from negotiation.documents.ledger.render import Compared, compare
from negotiation.documents.ledger.row import LedgerRow, read_row
from negotiation.documents.ledger.rows import ROWS_PER_COMMIT, StoredCase, known_cases, ledger_forms
from negotiation.documents.spreadsheets.lines import Line
from negotiation.documents.spreadsheets.reader import NotRead, read_tables
from negotiation.documents.spreadsheets.rejections import Rejection, RowsSeen, strange_columns, write_rejected
from negotiation.documents.spreadsheets.tables import Table
from negotiation.domain.departments import Directory
from negotiation.domain.rulebook import STAY, EventRule, Procedure, Rulebook
from negotiation.services.cases import acting, opening
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import Context, UnitOfWork
from negotiation.store import case_writer
from negotiation.store.database import Database
from negotiation.store.departments import add_department
from negotiation.store.numbers import number_taken
from negotiation.store.transaction import Transaction

HISTORY_TASK = "历史逾期待核"
Progress = Callable[[int], None]
_GREATEST_SEQ = 10**9


@dataclass
class Imported:
    """What an import did. ``rejected_file``: the copy with the rejected rows; None if there are none, or in a dry run.

    ``departments_created`` in the order of their first appearance; ``sheets_read`` in the order of the workbook;
    ``columns_not_read``: titles of a sheet that the form does not know.
    """

    imported: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    rejected_file: Path | None = None
    departments_created: list[str] = field(default_factory=list)
    sheets_read: list[str] = field(default_factory=list)
    sheets_not_read: list[NotRead] = field(default_factory=list)
    columns_not_read: dict[str, list[str]] = field(default_factory=dict)


class _Rejected(NegotiationError):
    """Undoes whatever the row has done so far."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.why)
        self.fault = fault


class _NothingIsKept(Exception):
    """Ends a transaction of a dry run."""


# -------------------------------------------------------------------------------------------------------- import


def import_file(
    database: Database,
    context: Context,
    path: Path,
    *,
    as_of: date,
    at: datetime,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Imported:
    """Imports a ledger (.xlsx) as of a day: dates after ``as_of`` are rejected; from then on the clock acts.

    ``at`` is the instant of the entry (UTC), ``progress`` is called with how many rows were done. A dry run gives the
    same answer and stores nothing. Raises a sentence for a file that is no ledger.
    """
    path = Path(path)
    forms = ledger_forms(context)

    def form_of(table: Table) -> Form:
        return replace(forms[table.form], places=table.places)

    def with_data(table: Table) -> Table:
        form = form_of(table)
        return table.with_data(lambda line: not is_decoration_row(form, line))

    titles = [[column.title for column in form.ledger.columns] for form in forms]
    found = read_tables(path, titles, lambda table: _demand_columns(form_of(table), table.sheet))
    tables = [with_data(table) for table in found.tables]
    # What is replayed has happened by the end of that day, also where the clock of this machine is behind it.
    moment = at if local_date(at) >= as_of else end_of(as_of)
    run = _Import(database, context, as_of, moment, dry_run)
    for table in tables:
        run.all_of(form_of(table), table.lines, progress or (lambda _done: None))
    done = run.done
    done.sheets_read, done.sheets_not_read = [table.sheet for table in tables], list(found.not_read)
    done.columns_not_read = strange_columns(tables)
    if done.rejected and not dry_run:
        already = f"台账已导入 {done.imported} 件"
        done.rejected_file = write_rejected(context.settings.home, path, tables, done.rejected, as_of, already=already)
    return done


def _demand_columns(form: Form, sheet: str) -> None:
    """Raises a sentence for a sheet that lacks columns; NotFound if it is another table with some of the titles."""
    if form.missing:
        titles = "、".join(f"“{title}”" for title in form.missing)
        kind = NotFound if len(form.missing) * 2 > len(form.needed) else UsageError
        raise kind(f"台账缺少{titles}列", where=sheet, todo="请补上后再导入")


class _Import:
    """One run over the rows of all sheets; ``form``: that of the sheet at hand."""

    form: Form

    def __init__(self, database: Database, context: Context, as_of: date, at: datetime, dry_run: bool) -> None:
        self.database = database
        self.shared = context
        self.context = replace(context)  # departments of a row that is undone must not stay known
        self.as_of = as_of
        self.at = at
        self.dry_run = dry_run
        self.done = Imported()
        self.seen = RowsSeen()

    def all_of(self, form: Form, lines: Sequence[Line], progress: Progress) -> None:
        """The rows of a sheet, into ``done``."""
        self.form = form
        for start in range(0, len(lines), ROWS_PER_COMMIT):
            self._some(lines[start : start + ROWS_PER_COMMIT], progress)

    def _some(self, lines: Sequence[Line], progress: Progress) -> None:
        """Rows that share a commit, each in its own savepoint."""
        rows = [(line, self._read(line)) for line in lines]
        try:
            with self.database.write() as transaction:
                self.context.refresh(transaction)
                known = known_cases(transaction, [row.no for _, (_, row) in rows])
                for line, (form, row) in rows:
                    self._one(transaction, line, form, row, known)
                    progress(1)
                if self.dry_run:
                    raise _NothingIsKept
        except _NothingIsKept:
            return
        self.shared.directory = self.context.directory

    def _read(self, line: Line) -> tuple[Form, LedgerRow]:
        """What a row says, and by which rules: those of the day on which its case began."""
        row = self._row(self.form, line)
        try:
            form = self.form.under(self._book_of(self.form, row).procedure(self.form.rules.key))
        except DateError as error:
            fault = Fault(self.form.date_of(self.form.steps[0]), error.what)
            return self.form, row._replace(entries=(), faults=(*row.faults, fault))
        return form, self._row(form, line)

    def _row(self, form: Form, line: Line) -> LedgerRow:
        return read_row(form, line, self.as_of, self.context.directory.by_name)

    def _book_of(self, form: Form, row: LedgerRow) -> Rulebook:
        began = _received(form, row)
        return self.context.rulebook if began is None else self.context.rulebook_on(began)

    def _one(
        self, transaction: Transaction, line: Line, form: Form, row: LedgerRow, known: Mapping[str, "StoredCase"]
    ) -> None:
        departments = self.context.directory
        twice = self._used_twice(line, row)
        try:
            with transaction.savepoint():
                if row.no in known and not twice:
                    self._known_row(transaction, line, known[row.no])
                else:
                    self._new_row(transaction, form, row, twice)
        except NegotiationError as error:
            self.context.directory = departments
            fault = error.fault if isinstance(error, _Rejected) else self._fault_of(error)
            self.done.rejected.append(Rejection.of(line, fault.column, fault.why))
        else:
            new = [each.name for each in self.context.directory.by_id.values() if each.id not in departments.by_id]
            self.done.departments_created += [name for name in new if name not in self.done.departments_created]

    def _used_twice(self, line: Line, row: LedgerRow) -> list[Fault]:
        earlier = row.no and self.seen.earlier(row.no, line)
        return [Fault(self.form.number, f"编号 {row.no} 与{earlier}重复，请核对")] if earlier else []

    def _fault_of(self, error: NegotiationError) -> Fault:
        """What the one door refused although the plan was lawful."""
        fields = [
            each.title for each in self.form.statics if isinstance(error, FieldError) and each.field == error.field
        ]
        return Fault(next(iter(fields), self.form.number), str(error))

    # ---------------------------------------------------------------------------------------------------- a new row

    def _new_row(self, transaction: Transaction, form: Form, row: LedgerRow, twice: list[Fault]) -> None:
        rules, began = form.rules, _received(form, row)
        planned = Plan((), ())
        if began is not None:
            calendar = self.context.calendar_of(self._book_of(form, row))
            planned = plan(form, initial_state(rules), row.entries, calendar)
        self._refuse([*row.faults, *row.gaps, *twice, *planned.faults])
        self._register(transaction, row.parties)
        file = opening.open_case(
            UnitOfWork(transaction, self.context, self.at), rules.key, row.parties, no=row.no, on=began
        )
        self._replay(transaction, file, planned.acts)
        case_writer.save(transaction, file.change())
        _take_number(transaction, rules, row.no)
        self.done.imported += 1

    def _refuse(self, faults: list[Fault]) -> None:
        if faults:
            raise _Rejected(self.form.first(faults))

    def _register(self, transaction: Transaction, parties: Mapping[str, str]) -> None:
        """Departments that nobody knows yet, in the order of the form's columns."""
        for name in (parties[column.field] for column in self.form.statics if column.field in PARTY_ROLES):
            if name not in self.context.directory.by_name:
                unit = add_department(transaction, name)
                known = self.context.directory
                self.context.directory = Directory([*known.by_id.values(), unit], changes=known.changes)

    def _replay(self, transaction: Transaction, file: CaseFile, acts: Sequence[Planned]) -> None:
        """Silently, and the clock of the terms that these acts start stays off where they are past."""
        before = max((term.n for term in file.case_state.terms), default=0)
        for act in acts:
            acting.perform(
                transaction,
                file,
                ActRequest(act.event, role=act.role, actor=self.form.ledger.actor, on=act.on, fields=act.fields),
                clock=False,
            )
        file.stop_clock(self.as_of, HISTORY_TASK, after=before)

    # -------------------------------------------------------------------------------------------------- a known row

    def _known_row(self, transaction: Transaction, line: Line, stored: "StoredCase") -> None:
        file = acting.file_of(UnitOfWork(transaction, self.context, self.at), stored.loaded)
        if file.procedure.key != self.form.rules.key:
            raise _Rejected(Fault(self.form.number, f"编号 {file.row['no']} 已用于“{file.procedure.title}”，请核对"))
        form = self.form.under(file.procedure)
        row = self._row(form, line)
        found = compare(form, row, stored.rendered(form, self.context.directory))
        planned = plan(form, file.case_state, found.onward, file.calendar)
        self._refuse([*row.faults, *found.faults, *planned.faults])
        self._replay(transaction, file, planned.acts)
        if not self._note(transaction, file, found) and not planned.acts:
            self.done.unchanged += 1
            return
        case_writer.save(transaction, file.change())
        self.done.updated += 1

    def _note(self, transaction: Transaction, file: CaseFile, found: Compared) -> bool:
        """Records facts that the case did not have, by an event that changes nothing else; False if none can."""
        event = _noting(file.procedure, file.case_state.state, set(found.news))
        if event is None:
            return False
        titles = "、".join(each.title for each in self.form.statics if each.field in found.news)
        texts = dict.fromkeys(event.required, f"台账更新：{titles}")
        fields = texts | {key: value for key, value in found.news.items() if key in event.optional}
        acting.perform(
            transaction,
            file,
            ActRequest(event.key, role=event.by[0], actor=self.form.ledger.actor, on=self.as_of, fields=fields),
            clock=False,
        )
        return True


def _received(form: Form, row: LedgerRow) -> date | None:
    """The day on which a row's case began, by the first step of the form."""
    first = row.entries[0] if row.entries else None
    return first.on if first is not None and first.step is form.steps[0] else None


def _noting(rules: Procedure, state: str, wanted: set[str]) -> EventRule | None:
    """The event that can carry some of the wanted fields and changes neither state nor terms."""
    for row in rules.from_state(state):
        event = row.event
        plain = row.target == STAY and not (row.moves or row.set or row.when) and event.by[0] != CLOCK
        wording = all(rules.fields[key].kind == "text" for key in event.required)
        if plain and wording and wanted & set(event.optional):
            return event
    return None


def _take_number(transaction: Transaction, rules: Procedure, no: str) -> None:
    """A number of the procedure's own form is not given out again."""
    match = rules.number_pattern.match(no)
    if match and int(match["seq"]) < _GREATEST_SEQ:
        number_taken(transaction, f"{rules.key}/{int(match['year'])}", int(match["seq"]))
