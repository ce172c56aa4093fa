"""What is asked of an import of the ledger, and what it came to."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from negotiation.core.enums import OFFICE_ID, DeadlineStatus
from negotiation.documents.ledger.compare import Difference
from negotiation.documents.ledger.due_days import DueDays, due_columns
from negotiation.documents.spreadsheets.lines import Line
from negotiation.documents.spreadsheets.reader import NotRead
from negotiation.documents.spreadsheets.rejections import Rejection, strange_columns
from negotiation.documents.spreadsheets.sheet_writer import CellValue
from negotiation.documents.spreadsheets.tables import Table
from negotiation.domain.entered import EnteredBy
from negotiation.domain.people import Person
from negotiation.domain.terms import deadline_status
from negotiation.services.administration import Operation
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.duplicates import Duplicate
from negotiation.store.import_batches import Counts


class Correcting(NamedTuple):
    """What the mended rows say is entered as corrections, for one reason; ``signer``: who signs them on a page."""

    reason: str
    signer: Person | None = None


class CellPlace(NamedTuple):
    """A cell of a workbook by the names that people see: its sheet, its row, the title of its column."""

    sheet: str
    row: int
    column: str


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """An import as of a day, at the instant of the entry (UTC), by whom.

    ``file``: the name under which it is listed, that of its path unless it is given.
    ``correcting`` None: a row that says otherwise than its case is rejected. A dry run stores nothing.
    ``mends``: what takes the place of single cells of the file.
    """

    as_of: date
    at: datetime
    dry_run: bool = False
    correcting: Correcting | None = None
    file: str = ""
    author: str = "命令行"
    account_id: int | None = None
    mends: Mapping[CellPlace, str] = field(default_factory=dict)

    @property
    def operation(self) -> Operation:
        """By whom and when what comes with the rows is administered: departments that nobody knew."""
        return Operation(EnteredBy(self.author, self.account_id, OFFICE_ID), self.at)


class RowDifference(NamedTuple):
    """A cell of a row that says otherwise than the case with its number; ``event`` and ``field`` as in the case.

    ``field`` is ``on`` for the day of an entry, ``event`` where something else happened than what was recorded.
    """

    sheet: str
    row: int
    no: str
    column: str
    event: str
    field: str
    was: CellValue
    now: CellValue

    @classmethod
    def of(cls, line: Line, no: str, difference: Difference) -> "RowDifference":
        column, event, key, was, now, _ = difference
        return cls(line.sheet, line.number, no, column, event, key, was, now)


class RowRepeated(NamedTuple):
    """A row that probably asks for what another case asks for already, ``no``; ``says``: the remark."""

    sheet: str
    row: int
    new: str
    no: str
    says: str

    @classmethod
    def of(cls, line: Line, duplicate: Duplicate) -> "RowRepeated":
        return cls(line.sheet, line.number, duplicate.of, duplicate.no, duplicate.says)


@dataclass
class Standing:
    """The cases of the sheets as they stand on the day: how many are closed, the others by their deadline status."""

    closed: int = 0
    open: Counter[DeadlineStatus] = field(default_factory=Counter)

    @property
    def cases(self) -> int:
        return self.closed + self.open.total()

    @property
    def says(self) -> str:
        """The sentence with which a preview begins: 60 件，逾期 10，三日内到期 2; without what is 0."""
        counts = [*((title, self.open[status]) for status, title in _STANDING.items()), ("已办结", self.closed)]
        return "，".join([f"{self.cases} 件", *(f"{title} {count}" for title, count in counts if count)])

    def add(self, file: CaseFile, as_of: date) -> None:
        """Counts a case by its status at the end of a day."""
        if file.ending:
            self.closed += 1
            return
        case, provider = file.case, file.context.directory.by_id[file.case.provider_id]
        reference, suspended = not provider.level.bound_by_terms, case.suspended
        self.open[deadline_status(case.next_due, as_of, file.calendar, suspended=suspended, reference=reference)] += 1


_STANDING = {
    DeadlineStatus.OVERDUE: "逾期",
    DeadlineStatus.DUE_SOON: "三日内到期",
    DeadlineStatus.NORMAL: "在期限内",
    DeadlineStatus.SUSPENDED: "暂停计时",
    DeadlineStatus.REFERENCE: "参照",
    DeadlineStatus.NONE: "没有期限",
}


@dataclass
class Imported:
    """The outcome of an import; ``batch``: its number, None if nothing was stored.

    ``corrected``: the cases that were brought to what their rows say; ``differences``: in these rows, and in those that
    were rejected for them. ``duplicates``: rows that ask for what was asked for already.
    ``rejected_file``: the copy with the rejected rows; None if there are none, or in a dry run.
    ``departments_created`` in the order of their first appearance; ``sheets_read`` in the order of the workbook;
    ``columns_not_read``: titles of a sheet that the form does not know. ``standing``: how the cases stand on the day;
    ``due_days``: the sheets' own due dates beside those of the law.
    """

    batch: int | None = None
    imported: int = 0
    updated: int = 0
    corrected: int = 0
    unchanged: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    differences: list[RowDifference] = field(default_factory=list)
    duplicates: list[RowRepeated] = field(default_factory=list)
    rejected_file: Path | None = None
    departments_created: list[str] = field(default_factory=list)
    sheets_read: list[str] = field(default_factory=list)
    sheets_not_read: list[NotRead] = field(default_factory=list)
    columns_not_read: dict[str, list[str]] = field(default_factory=dict)
    standing: Standing = field(default_factory=Standing)
    due_days: DueDays = field(default_factory=DueDays)

    @property
    def counts(self) -> Counts:
        """Counts of the cases that it brought so far, and of the rows that it rejected."""
        return Counts(self.imported, self.updated, self.corrected, self.unchanged, len(self.rejected))

    @classmethod
    def of(cls, tables: Sequence[Table], not_read: Sequence[NotRead]) -> "Imported":
        """The outcome before the first row: the sheets alone."""
        beside = [column.title for table in tables for column in due_columns(table)]
        sheets, strange = [table.sheet for table in tables], strange_columns(tables, beside)
        return cls(sheets_read=sheets, sheets_not_read=list(not_read), columns_not_read=strange)
