"""The catalogue of resources (资源目录), in and out: a sheet (.xlsx) imported row by row, and the same sheet written.

A row is taken whole or not at all. What a sheet no longer names stays as it is: a sheet may be one department's.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

from negotiation.core.batches import batches
from negotiation.core.enums import AdminKind
from negotiation.core.errors import NotFound, UsageError
from negotiation.core.labels import SHARING_CLASS_TITLES
from negotiation.core.local_time import local_date
from negotiation.documents.resource_sheet.columns import CLASS, COLUMNS, FORMS, NEEDED, Layout, is_data, row_of
from negotiation.documents.resource_sheet.row import RowError, read_row
from negotiation.documents.spreadsheets.lines import Line
from negotiation.documents.spreadsheets.reader import NotRead, read_tables
from negotiation.documents.spreadsheets.rejections import Rejection, RowsSeen, strange_columns, write_rejected
from negotiation.documents.spreadsheets.tables import Table
from negotiation.documents.spreadsheets.writer import Column, Sheet, write_table
from negotiation.domain.administration import AdminAct
from negotiation.domain.catalogue import Resource
from negotiation.services.administration import Operation
from negotiation.services.context import Context
from negotiation.store import resource_list
from negotiation.store import resources as stored
from negotiation.store.database import Database
from negotiation.store.resource_list import Wanted
from negotiation.store.transaction import Transaction

ROWS_PER_COMMIT = 500
SHEET, TITLE = "资源目录", "政务信息资源目录"


@dataclass
class Imported:
    """The outcome of an import, or of a dry run what it would be.

    ``rejected_file``: the copy with the rejected rows; None if there are none, or in a dry run. ``sheets_read`` in the
    order of the workbook; ``columns_not_read``: titles of a sheet that the form does not know.
    """

    imported: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    rejected_file: Path | None = None
    sheets_read: list[str] = field(default_factory=list)
    sheets_not_read: list[NotRead] = field(default_factory=list)
    columns_not_read: dict[str, list[str]] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """The numbers of resources that were taken in so far, by what became of them."""
        return {"新增": self.imported, "更新": self.updated}


class Importer(NamedTuple):
    """By whom a sheet is imported, and when; ``name``: what the file is called, that of its path unless it is given."""

    operation: Operation
    name: str = ""


def import_file(
    database: Database, context: Context, path: Path, importer: Importer, *, dry_run: bool = False
) -> Imported:
    """Imports a sheet of the catalogue.

    A dry run gives the same answer and writes nothing. Raises NegotiationError for a file that is no such sheet, or
    that numbers its classes and does not name them.
    """
    path = Path(path)
    found = read_tables(path, FORMS, _demand_readable)
    tables = [table.with_data(partial(is_data, table)) for table in found.tables]
    done = Imported(
        sheets_read=[table.sheet for table in tables],
        sheets_not_read=list(found.not_read),
        columns_not_read=strange_columns(tables),
    )
    taken = list(_read(tables, context, done))
    for some in batches(taken, ROWS_PER_COMMIT):
        _keep(database, some, done, None if dry_run else importer._replace(name=importer.name or path.name))
    if done.rejected and not dry_run:
        already = f"目录已导入 {done.imported + done.updated} 条"
        done.rejected_file = write_rejected(
            context.settings.home, path, tables, done.rejected, local_date(importer.operation.at), already=already
        )
    return done


def _demand_readable(table: Table) -> None:
    """Raises UsageError for a sheet that cannot be read; NotFound if it is another table with some of the titles."""
    layout = Layout(table)
    if layout.missing:
        titles = "、".join(f"“{title}”" for title in layout.missing)
        kind = NotFound if len(layout.missing) * 2 > len(NEEDED) else UsageError
        raise kind(f"目录缺少{titles}列", where=table.sheet, todo="请补上后再导入")
    if not layout.has_labels:
        labels = "、".join(SHARING_CLASS_TITLES.values())
        raise UsageError(
            f"“{CLASS}”只有代码，没有名称；各系统的代码不一，不能按代码导入",
            where=table.sheet,
            todo=f"请改填名称：{labels}",
        )


def _read(tables: Sequence[Table], context: Context, done: Imported) -> Iterator[Resource]:
    """The rows that are right, each code once."""
    seen = RowsSeen()
    for layout in map(Layout, tables):
        for line in layout.lines:
            try:
                resource = read_row(layout, line, context.directory)
                _demand_new(layout, line, seen, resource.code)
            except RowError as fault:
                further = tuple(Rejection.of(line, *each) for each in fault.further)
                done.rejected.append(replace(Rejection.of(line, fault.column, fault.what), further=further))
            else:
                yield resource


def _demand_new(layout: Layout, line: Line, seen: RowsSeen, code: str) -> None:
    if earlier := seen.earlier(code, line):
        raise RowError(layout.titles["code"], f"代码 {code} 与{earlier}重复，请核对")


def _keep(database: Database, some: Sequence[Resource], done: Imported, importer: Importer | None) -> None:
    """Keeps resources that share a commit, which is put on record with them; without an importer nothing is written."""
    before = done.counts
    with database.write() if importer else database.read() as transaction:
        known = stored.by_codes(transaction, [each.code for each in some])
        for each in some:
            _keep_one(transaction, each, known, done, dry_run=importer is None)
        became = {title: f"{count - before[title]}条" for title, count in done.counts.items() if count > before[title]}
        if importer is not None and became:
            act = AdminAct(AdminKind.IMPORT, "导入资源目录", importer.name, became=became)
            importer.operation.record(transaction, act)


def _keep_one(
    transaction: Transaction, new: Resource, known: Mapping[str, Resource], done: Imported, *, dry_run: bool
) -> None:
    old = known.get(new.code)
    if old is None:
        done.imported += 1
        if not dry_run:
            stored.add(transaction, new)
    elif old == replace(new, id=old.id):
        done.unchanged += 1
    else:
        done.updated += 1
        if not dry_run:
            stored.change(transaction, replace(new, id=old.id))


# -------------------------------------------------------------------------------------------------------- export


def export_file(database: Database, path: Path, wanted: Wanted, *, on: date) -> int:
    """Writes what is wanted of the catalogue as a sheet that can be imported again; returns how many resources.

    Raises NegotiationError if the file cannot be written.
    """
    columns = [Column(column.title, column.width) for column in COLUMNS]
    with database.read() as transaction:
        rows = (row_of(resource, provider) for resource, provider in resource_list.everything(transaction, wanted))
        return write_table(path, Sheet(SHEET, (TITLE, f"截至{on.year}年{on.month}月{on.day}日"), columns, rows))
