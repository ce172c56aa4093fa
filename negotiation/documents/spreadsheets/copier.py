"""Copies of rows of a spreadsheet, each cell with its number format."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO
from itertools import chain, count
from pathlib import Path
from typing import Any, NamedTuple

from negotiation.documents.spreadsheets.cells import MAX_ROWS
from negotiation.documents.spreadsheets.number_formats import GENERAL, Code, Shown, Unclear
from negotiation.documents.spreadsheets.sheet_writer import (
    DATE_FORMAT,
    PLAIN,
    CellStyle,
    SheetWriter,
    StyledCell,
    open_output,
)

_ADDED = CellStyle("黑体", bg_color="#F8E0DC")


def copy_sheets(folder: Path, name: str, pages: Sequence["Page"], *, is_1904: bool) -> Path:
    """A workbook of copied rows. Returns the file in ``folder``; one that is already there is not overwritten: ``-2``,
    ``-3`` is added to the name. ``is_1904``: days are counted as in a workbook of that epoch."""
    copied = BytesIO()
    with open_output(copied, is_1904=is_1904) as workbook:
        names: set[str] = set()
        for page in pages:
            writer = SheetWriter(workbook, _sheet_name(page.name, names))
            writer.page.freeze_panes(page.header, 0)
            for row in page.rows:
                writer.write(row)
    return _save_beside(copied, folder, name)


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name that spreadsheet programs allow; other programs write longer ones, or such with signs."""
    plain = re.sub(r"[\[\]:*?/\\]", "　", name)[:31].strip("'")
    names = chain([plain], (f"{plain[:27]}-{n}" for n in count(2)))
    found = next(each for each in names if each.casefold() not in taken)
    taken.add(found.casefold())
    return found


def _save_beside(copied: BytesIO, folder: Path, name: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for n in range(1, MAX_ROWS):
        path = folder / (f"{name}.xlsx" if n == 1 else f"{name}-{n}.xlsx")
        try:
            with path.open("xb") as file:
                file.write(copied.getbuffer())
        except FileExistsError:
            continue
        return path
    raise FileExistsError(name)


class Page(NamedTuple):
    """A sheet of copied rows: its name, the number of its header's last row, its rows."""

    name: str
    header: int
    rows: Iterable[Sequence[StyledCell]]


def copied(value: Any, code: Code) -> StyledCell:
    """A value as it is copied from a cell with this number format."""
    if isinstance(value, Shown | Unclear):
        value = value.value
    if isinstance(value, date) and code == GENERAL:  # strict workbooks write a date as one
        code = DATE_FORMAT
    return StyledCell(value, PLAIN._replace(num_format=code))


def added(value: str, *, is_title: bool = False) -> StyledCell:
    """A value that a copy adds to what it copies."""
    return StyledCell(value, _ADDED if is_title else PLAIN)
