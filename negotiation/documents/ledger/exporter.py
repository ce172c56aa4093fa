"""Export of the ledger and of the running terms to a spreadsheet."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from negotiation.core.batches import batches
from negotiation.documents.ledger.form import Form
from negotiation.documents.ledger.rows import ROWS_PER_COMMIT, ledger_forms, stored_cases
from negotiation.documents.spreadsheets.sheet_writer import CellValue
from negotiation.documents.spreadsheets.writer import Column, Sheet, write_table
from negotiation.domain import wording
from negotiation.domain.lengths import plain
from negotiation.domain.rulebook import LedgerColumn, Procedure
from negotiation.services.context import Context
from negotiation.store import digest_queries
from negotiation.store.database import Database
from negotiation.store.digest_queries import Outstanding
from negotiation.store.transaction import Transaction

TERMS_SHEET = "在办期限"
_TERM_COLUMNS = (
    ("编号", 16), ("subject", 30), ("applicant", 24), ("provider", 24), ("期限", 18), ("起算日", 13), ("工作日", 8),
    ("届满日", 13), ("暂定说明", 60),
)  # fmt: skip
_DIGITS = re.compile(r"(\d+)")


def export_file(database: Database, context: Context, path: Path, *, as_of: date) -> int:
    """Writes the ledger of all cases that were submitted, in the order of their numbers; returns how many rows.

    The first procedure with a ledger is the one that is written. What the form cannot carry (data items, rounds of
    coordination before the last) stays in the system; the running terms stand on a sheet of their own. ``as_of`` stands
    above the tables.
    """
    form = ledger_forms(context)[0]
    columns = [Column(column.title, _width(column)) for column in form.ledger.columns]
    titles = (form.ledger.title, f"截至 {as_of.year}年{as_of.month}月{as_of.day}日")
    with database.read() as transaction:
        ledger = Sheet(form.ledger.sheet, titles, columns, _exported(transaction, context, form))
        return write_table(Path(path), ledger, _terms_sheet(transaction, context, titles[1]))


def _terms_sheet(transaction: Transaction, context: Context, as_of: str) -> Sheet:
    """The running terms, which the office's form has no column for: until when, and what a provisional date awaits."""
    columns = [Column(context.titles.get(title, title), width) for title, width in _TERM_COLUMNS]
    rows = (_term_row(transaction, context, term) for term in digest_queries.running_terms(transaction))
    return Sheet(TERMS_SHEET, ("在办期限", as_of), columns, rows)


def _term_row(transaction: Transaction, context: Context, term: Outstanding) -> list[CellValue]:
    book, directory = context.rulebooks.of(transaction, term.rulebook, term.edition), context.directory
    title = book.procedures[term.procedure].terms[term.kind].title
    counted = (term.counts_from, term.counted) if term.counted else None
    awaits = wording.provisional(context.calendar_of(book), term.due_on, term.official, counted)
    parties = [directory.name(each) for each in (term.applicant_id, term.provider_id)]
    return [term.no, term.subject, *parties, title, term.counts_from, plain(term.counted), term.due_on, awaits]


def _exported(transaction: Transaction, context: Context, form: Form) -> Iterator[list[CellValue]]:
    ordinal = 0
    received = form.date_of(form.steps[0])
    ids = _ids_in_order(transaction, form.rules)
    for some in batches(ids, ROWS_PER_COMMIT):
        for stored in stored_cases(transaction, context, some):
            book = context.rulebooks.of(transaction, stored.loaded.record.rulebook, stored.loaded.record.edition)
            own = form.under(book.procedures[form.rules.key])
            cells = stored.rendered(own, context.directory).cells
            if cells.get(received) is not None:
                ordinal += 1
                yield [_cell(column, cells, ordinal) for column in form.ledger.columns]


def _ids_in_order(transaction: Transaction, rules: Procedure) -> list[int]:
    """The cases of a procedure that have begun, by number: 9999 before 10000."""
    sql = f'SELECT id, no FROM "case" WHERE procedure = {transaction.param} AND version > 0'
    rows = transaction.rows(sql, [rules.key])
    return [row[0] for row in sorted(rows, key=lambda row: _natural(row[1]))]


def _natural(no: str) -> list[tuple[int, int, str]]:
    return [(1, int(part), part) if part.isdecimal() else (0, 0, part) for part in _DIGITS.split(no)]


def _cell(column: LedgerColumn, cells: Mapping[str, CellValue], ordinal: int) -> CellValue:
    return ordinal if column.kind == "ordinal" else cells.get(column.title) or None


def _width(column: LedgerColumn) -> int:
    if column.law_into:
        return 36
    return {"ordinal": 6, "number": 15, "date": 12, "result": 12, "remark": 20}.get(column.kind, 20)
