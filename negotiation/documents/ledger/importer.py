"""The office's own spreadsheet taken in: each row becomes a case whose history is replayed by the rules of its day.

No mail leaves and no lapse is written while a history is replayed. A row is stored whole or not at all.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from negotiation.core.batches import batches
from negotiation.core.errors import DateError, FieldError, NegotiationError, NotFound, UsageError
from negotiation.core.local_time import end_of, local_date
from negotiation.documents.ledger.compare import Difference, RejectedRow
from negotiation.documents.ledger.destroyed import DestroyedWords, demand_kept
from negotiation.documents.ledger.due_days import due_columns
from negotiation.documents.ledger.form import Fault, Form, is_decoration_row
from negotiation.documents.ledger.outcome import CellPlace, Imported, ImportRequest, RowDifference, RowRepeated
from negotiation.documents.ledger.recorder import Recorded, Recorder, received
from negotiation.documents.ledger.row import LedgerRow, read_row
from negotiation.documents.ledger.rows import ROWS_PER_COMMIT, StoredCase, known_cases, ledger_forms
from negotiation.documents.spreadsheets.lines import Line, with_cells
from negotiation.documents.spreadsheets.number_formats import GENERAL
from negotiation.documents.spreadsheets.reader import NotRead, read_tables
from negotiation.documents.spreadsheets.rejections import Rejection, RowsSeen, write_rejected
from negotiation.documents.spreadsheets.tables import Column, Table
from negotiation.services import duplicates
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.cases.changes import demand_reason
from negotiation.services.context import Context
from negotiation.services.duplicates import Duplicate
from negotiation.services.import_batches import record_import
from negotiation.store import import_batches
from negotiation.store.database import Database
from negotiation.store.import_batches import BatchRecord
from negotiation.store.transaction import Transaction

Progress = Callable[[int], None]


def import_file(
    database: Database,
    context: Context,
    path: Path,
    request: ImportRequest,
    progress: Progress = lambda _done: None,
) -> Imported:
    """Imports a ledger (.xlsx) as of a day: dates after that are rejected; from then on the clock acts.

    ``progress`` is called with how many rows were done. A dry run gives the same answer and stores nothing. Raises
    NotFound, UsageError or NegotiationError for a file that is no ledger, FieldError for corrections without a reason.
    """
    if request.correcting is not None:
        demand_reason(request.correcting.reason)
    found, not_read = _read_sheets(Path(path), ledger_forms(context))
    sheets = [each.mended(request.mends) for each in found]
    tables = [each.table for each in sheets]
    done = Imported.of(tables, not_read)
    request = replace(request, at=_not_before(request.as_of, request.at))
    _Import(database, context, request, done).run(Path(path), sheets, progress)
    if any(each.is_copied for each in done.rejected) and not request.dry_run:
        already, home = f"台账已导入 {done.imported} 件", context.settings.home
        day = request.as_of
        done.rejected_file = write_rejected(home, Path(path), tables, done.rejected, day, already=already)
    return done


def _not_before(as_of: date, at: datetime) -> datetime:
    """The instant of the entry, where the clock of this machine is behind ``as_of`` the end of that day.

    What is replayed has happened by then.
    """
    return at if local_date(at) >= as_of else end_of(as_of)


class _Sheet(NamedTuple):
    """A sheet that has one of the forms; ``table``: its rows of data alone."""

    form: Form
    table: Table

    def mended(self, mends: Mapping[CellPlace, str]) -> "_Sheet":
        """The sheet with what was written into single cells of it since it was read."""
        return self._replace(table=replace(self.table, lines=[self._mended(line, mends) for line in self.table.lines]))

    def _mended(self, line: Line, mends: Mapping[CellPlace, str]) -> Line:
        cells = {
            place: (mends[where] or None, GENERAL)
            for title, place in self.form.places.items()
            if (where := CellPlace(line.sheet, line.number, title)) in mends
        }
        return with_cells(line, cells) if cells else line


def _read_sheets(path: Path, forms: Sequence[Form]) -> tuple[list[_Sheet], Sequence[NotRead]]:
    def form_of(table: Table) -> Form:
        return replace(forms[table.form], places=table.places)

    def sheet_of(table: Table) -> _Sheet:
        form = form_of(table)
        return _Sheet(form, table.with_data(lambda line: not is_decoration_row(form, line)))

    titles = [[column.title for column in form.ledger.columns] for form in forms]
    found = read_tables(path, titles, lambda table: _demand_columns(form_of(table), table.sheet))
    return [sheet_of(table) for table in found.tables], found.not_read


def _demand_columns(form: Form, sheet: str) -> None:
    """Raises UsageError for a sheet that lacks columns; NotFound if it is another table with some of the titles."""
    if form.missing:
        titles = "、".join(f"“{title}”" for title in form.missing)
        kind = NotFound if len(form.missing) * 2 > len(form.needed) else UsageError
        raise kind(f"台账缺少{titles}列", where=sheet, todo="请补上后再导入")


class _Import:
    """One run over the rows of all sheets; ``batch``: id 0 until it is stored.

    ``form``, ``due_columns``: those of the sheet at hand.
    """

    form: Form
    due_columns: Sequence[Column]
    batch: BatchRecord

    def __init__(self, database: Database, context: Context, request: ImportRequest, done: Imported) -> None:
        self.database = database
        self.shared = context
        self.context = replace(context)  # departments of a row that is undone must not stay known
        self.request = request
        self.done = done
        self.seen = RowsSeen()

    def run(self, path: Path, sheets: Sequence[_Sheet], progress: Progress) -> None:
        """Takes the rows in, sheet by sheet, and counts them in ``done``; from the first on they are a batch."""
        request, read = self.request, sha256(path.read_bytes()).hexdigest()
        self.batch = BatchRecord(
            0, request.file or path.name, read, request.as_of, request.author, request.account_id, request.at
        )
        for self.form, table in sheets:
            self.due_columns = due_columns(table)
            for lines in batches(table.lines, ROWS_PER_COMMIT):
                self._some(lines, progress)

    def _some(self, lines: Sequence[Line], progress: Progress) -> None:
        """Rows that share a commit, each in its own savepoint."""
        rows = [(line, self._read(line)) for line in lines]
        with self.database.write(keep=not self.request.dry_run) as transaction:
            self.context.refresh(transaction)
            if self.batch.id == 0:
                self.batch = import_batches.add(transaction, self.batch)
                record_import(transaction, self.batch)
            known = known_cases(transaction, self.context, [row.no for _, (_, row) in rows])
            for line, (form, row) in rows:
                self._one(transaction, line, form, row, known)
                progress(1)
            import_batches.count(transaction, self.batch.id, self.done.counts)
        if self.request.dry_run:
            self.batch = self.batch._replace(id=0)
            return
        self.done.batch = self.batch.id
        self.shared.directory = self.context.directory

    def _read(self, line: Line) -> tuple[Form, LedgerRow]:
        """A row as read, and the form with the rules by which it was: those of the day on which its case began."""
        row = self._row(self.form, line)
        began = received(self.form, row)
        try:
            book = self.context.rulebook if began is None else self.context.rulebook_on(began)
            form = self.form.under(book.procedure(self.form.rules.key))
        except DateError as error:
            fault = Fault(self.form.date_of(self.form.steps[0]), error.what)
            return self.form, row._replace(entries=(), faults=(*row.faults, fault))
        return form, self._row(form, line)

    def _row(self, form: Form, line: Line) -> LedgerRow:
        return read_row(form, line, self.request.as_of, self.context.directory.by_name)

    def _one(
        self, transaction: Transaction, line: Line, form: Form, row: LedgerRow, known: Mapping[str, StoredCase]
    ) -> None:
        departments = self.context.directory
        try:
            with transaction.savepoint():
                file = self._recorded(transaction, line, form, row, known.get(row.no))
        except NegotiationError as error:
            self.context.directory = departments
            faults = [self._fault_of(error)]
            if isinstance(error, RejectedRow):
                faults = [error.fault, *error.further]
                self._list(line, row.no, error.differences)
            self.done.rejected.append(self._rejection(line, faults, is_copied=not isinstance(error, DestroyedWords)))
        else:
            self.done.standing.add(file, self.request.as_of)
            self.done.due_days.add(self.due_columns, line, file)
            new = [each.name for each in self.context.directory.by_id.values() if each.id not in departments.by_id]
            self.done.departments_created += [name for name in new if name not in self.done.departments_created]

    def _rejection(self, line: Line, faults: Sequence[Fault], *, is_copied: bool) -> Rejection:
        """The rejection of a row for its faults, the first from the left; one not copied keeps no cell."""
        places = self.form.places if is_copied else {}
        first, *others = [Rejection.of(line, *each, places.get(each.column)) for each in faults]
        return replace(first, further=tuple(others), is_copied=is_copied)

    def _recorded(
        self, transaction: Transaction, line: Line, form: Form, row: LedgerRow, stored: StoredCase | None
    ) -> CaseFile:
        """The case of a row, opened or gone on with; ``stored``: the one that has its number."""
        twice = self._used_twice(line, row)
        if stored is not None:
            demand_kept(stored, form, row, self.context.directory)
        recorder = Recorder(transaction, self.context, self.form, self.request, self.batch.id)
        if stored is not None and not stored.loaded.record.is_taken_back and not twice:
            recorded = recorder.add_to(stored, line)
            self._count(line, row.no, recorded)
            return recorded.file
        file = recorder.open(form, row, line, twice, again=stored)
        self._count_new(line, duplicates.of_file(transaction, file, on=received(form, row)))
        return file

    def _count_new(self, line: Line, repeated: Iterable[Duplicate]) -> None:
        self.done.imported += 1
        self.done.duplicates += [RowRepeated.of(line, each) for each in repeated]

    def _count(self, line: Line, no: str, recorded: Recorded) -> None:
        self.done.updated += recorded.updated
        self.done.corrected += bool(recorded.differences)
        self.done.unchanged += not (recorded.updated or recorded.differences)
        self._list(line, no, recorded.differences)

    def _list(self, line: Line, no: str, differences: Iterable[Difference]) -> None:
        self.done.differences += [RowDifference.of(line, no, each) for each in differences]

    def _used_twice(self, line: Line, row: LedgerRow) -> list[Fault]:
        earlier = row.no and self.seen.earlier(row.no, line)
        return [Fault(self.form.number, f"编号 {row.no} 与{earlier}重复，请核对")] if earlier else []

    def _fault_of(self, error: NegotiationError) -> Fault:
        """The fault of a row that was refused when its case was recorded, although the plan was lawful."""
        fields = [
            each.title for each in self.form.statics if isinstance(error, FieldError) and each.field == error.field
        ]
        return Fault(next(iter(fields), self.form.number), str(error))
