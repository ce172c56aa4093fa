"""Rows of a sheet that were not taken in: each named with its column and its reason, and a copy to mend and import."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zipfile import ZipFile

from negotiation.core.errors import NegotiationError, reason
from negotiation.core.whole_file import remove_file
from negotiation.documents.spreadsheets.cell_text import clean
from negotiation.documents.spreadsheets.copier import Page, added, copied, copy_sheets
from negotiation.documents.spreadsheets.lines import Line
from negotiation.documents.spreadsheets.sheet_writer import StyledCell
from negotiation.documents.spreadsheets.tables import Table

REJECTED_TITLES = ("退回列", "退回原因")
_OWN_SUFFIX = re.compile(r"(-rejected-\d{4}-\d\d-\d\d(-\d+)?)+$")


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that was not stored: its sheet, its number there, the first faulty column from the left, and why.

    ``given``: what stands in the faulty cell, None where the sheet has no such column. ``further``: the other faulty
    cells of the row. ``is_copied``: False of a row that has words which were to be destroyed.
    """

    sheet: str
    row: int
    column: str
    why: str
    given: str | None = None
    further: "tuple[Rejection, ...]" = ()
    is_copied: bool = True

    @property
    def faults(self) -> "tuple[Rejection, ...]":
        """Every faulty cell of the row, from the left."""
        return (self, *self.further)

    @property
    def says(self) -> str:
        """All that is wrong with the row, the other columns by their titles."""
        return "；".join([self.why, *(f"“{each.column}”：{each.why}" for each in self.further)])

    @classmethod
    def of(cls, line: Line, column: str, why: str, place: int | None = None) -> "Rejection":
        """The rejection of a line; ``place``: where the faulty column stands."""
        return cls(line.sheet, line.number, column, why, None if place is None else clean(line.at(place)))


class RowsSeen:
    """The rows that had a number before: it may stand only once in all sheets of a workbook."""

    def __init__(self) -> None:
        self._first: dict[str, Line] = {}

    def earlier(self, number: str, line: Line) -> str:
        """The place where a number stood before this row, as people name it; "" if nowhere."""
        first = self._first.setdefault(number, line)
        if (first.sheet, first.number) == (line.sheet, line.number):
            return ""
        return f"第 {first.number} 行" if first.sheet == line.sheet else f"工作表“{first.sheet}”第 {first.number} 行"


def strange_columns(tables: Iterable[Table], beside: Collection[str] = ()) -> dict[str, list[str]]:
    """The columns of each sheet that the form does not know, without those that a copy of rejected rows adds.

    ``beside``: the titles of columns that are read beside the form.
    """
    own = {*REJECTED_TITLES, *beside}
    found = {table.sheet: [column.title for column in table.own_columns if column.title not in own] for table in tables}
    return {sheet: titles for sheet, titles in found.items() if titles}


def write_rejected(
    home: Path, path: Path, tables: Sequence[Table], rejected: Iterable[Rejection], day: date, *, already: str
) -> Path:
    """The rejected rows as a file under ``home/rejected``, which can be mended and imported as it is.

    It has a sheet for each one of the source that had such rows. ``already``: what was taken in all the same, for the
    sentence of the NegotiationError that is raised if it cannot be written.
    """
    folder, name = home / "rejected", f"{_OWN_SUFFIX.sub('', path.stem)}-rejected-{day.isoformat()}"
    notes = {(each.sheet, each.row): each for each in rejected if each.is_copied}
    pages = [
        Page(table.sheet, table.header, list(_copied(table, notes)))
        for table in tables
        if any(sheet == table.sheet for sheet, _ in notes)
    ]
    try:
        return copy_sheets(folder, name, pages, is_1904=any(table.is_1904 for table in tables))
    except OSError as error:
        raise NegotiationError(
            f"{already}，但退回的行无法另存（{reason(error)}）",
            where=str(folder),
            todo="请检查写入权限后重新导入同一文件；已导入的不会重复",
        ) from None


def remove_naming(home: Path, no: str) -> None:
    """Removes the files of rejected rows that name a case (封存清除). Raises NegotiationError for one that stays."""
    folder = home / "rejected"
    for path in sorted(folder.glob("*.xlsx")) if folder.exists() else ():
        with ZipFile(path) as workbook:
            is_named = any(no.encode() in workbook.read(name) for name in workbook.namelist())
        if is_named:
            remove_file(path)


def _copied(table: Table, notes: Mapping[tuple[str, int], Rejection]) -> Iterator[list[StyledCell]]:
    """The rows above the header, the header, and the rejected rows with their reasons; all columns are kept."""
    head = {line.number: line for line in table.head}
    kept = _kept_columns(table)
    titles = {place: title for title, place in table.places.items()}
    for number in range(1, table.header):
        yield _cells(head.get(number), kept)
    header = _cells(head.get(table.header), kept)
    for place, cell in zip(kept, header, strict=True):
        if place in titles and not clean(cell.value):  # it stood in a merged cell, and merged cells are not copied
            header[kept.index(place)] = copied(titles[place], "")
    yield header + [added(title, is_title=True) for title in REJECTED_TITLES]
    for line in table.lines:
        note = notes.get((line.sheet, line.number))
        if note is not None:
            yield [*_cells(line, kept), added(note.column), added(note.says)]


def _kept_columns(table: Table) -> list[int]:
    """The columns of the original; those that an earlier copy added are written anew."""
    width = max(len(line.values) for line in table.head)
    own = {place for line in table.head for place in range(width) if clean(line.at(place)) in REJECTED_TITLES}
    return [place for place in range(width) if place not in own]


def _cells(line: Line | None, kept: Sequence[int]) -> list[StyledCell]:
    if line is None:
        return []
    return [copied(line.at(place), line.code_at(place)) for place in kept]
