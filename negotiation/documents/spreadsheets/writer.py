"""Tables written as a spreadsheet, ready to print."""

from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO
from math import ceil
from pathlib import Path
from typing import NamedTuple

from xlsxwriter.worksheet import Worksheet

from negotiation.core.whole_file import write_whole
from negotiation.documents.spreadsheets.sheet_writer import (
    DATE_FORMAT,
    CellStyle,
    CellValue,
    Formula,
    SheetWriter,
    StyledCell,
    open_output,
)

_A3, _A4 = 8, 9
_PIXELS = 7  # of a character's width
_LINE, _HIGHEST = 15, 408  # points
_TITLE = CellStyle("方正小标宋简体", 18, align="center_across", valign="vcenter")
_NOTE = _TITLE._replace(font_name="楷体", font_size=11)
_TEXT = CellStyle("仿宋", valign="vcenter", text_wrap=True, border=1, border_color="#9AA5B1")
_FIGURE = _TEXT._replace(align="center")
_DAY = _FIGURE._replace(num_format=DATE_FORMAT)
_HEAD = _FIGURE._replace(font_name="黑体", bg_color="#E7ECF2")


class Column(NamedTuple):
    """A column to be written: its title and its width in characters."""

    title: str
    width: int


class Sheet(NamedTuple):
    """A table on a sheet of its own, with title rows above its header.

    ``form``: an official form, on A4 with merged titles; else a list, on A3 with filters.
    """

    name: str
    titles: Sequence[str]
    columns: Sequence[Column]
    rows: Iterable[Sequence[CellValue]]
    form: bool = False


def write_table(path: Path, *sheets: Sheet) -> int:
    """Writes tables, ready to print, one sheet after another; returns how many rows the first one has.

    A value is a text, a number, a date or a ``Formula``; a text is never taken for a formula.

    The file appears whole or not at all. Raises NegotiationError if it cannot be written.
    """
    filled = BytesIO()
    with open_output(filled) as workbook:
        counts = [_write_sheet(SheetWriter(workbook, sheet.name), sheet) for sheet in sheets]
    write_whole(path, lambda file: file.write(filled.getbuffer()))
    return counts[0]


def _write_sheet(writer: "SheetWriter", sheet: Sheet) -> int:
    header, columns = len(sheet.titles) + 1, sheet.columns
    _lay_out(writer.page, header, columns)
    if sheet.form:
        _lay_out_form(writer.page, header, sheet)
    for n, (title, style) in enumerate(zip(sheet.titles, (_TITLE, *[_NOTE] * len(sheet.titles)), strict=False)):
        if sheet.form:
            writer.page.merge_range(n, 0, n, len(columns) - 1, "")
        writer.write([StyledCell(title, style), *(StyledCell("", style) for _ in columns[1:])])
    writer.write([StyledCell(column.title, _HEAD) for column in columns])
    rows = 0
    for row in sheet.rows:
        lines = _lines_of(row, columns)
        if lines > 1:  # Excel makes room for them by itself, LibreOffice and its kin do not
            writer.page.set_row(header + rows, min(lines * _LINE, _HIGHEST))
        writer.write([StyledCell(value, _style_of(value)) for value in row])
        rows += 1
    if not sheet.form:
        writer.page.autofilter(header - 1, 0, header - 1 + rows, len(columns) - 1)
    return rows


def _lay_out(page: Worksheet, header: int, columns: Sequence[Column]) -> None:
    for n, column in enumerate(columns):
        page.set_column_pixels(n, n, column.width * _PIXELS)
    for n in range(header - 1):
        page.set_row(n, 20 if n else 30)
    page.freeze_panes(header, 2 if len(columns) > 2 else 0)
    page.set_landscape()
    page.set_paper(_A3)
    page.fit_to_pages(1, 0)
    page.repeat_rows(header - 1)
    page.set_footer("&C第 &P 页，共 &N 页")


def _lay_out_form(page: Worksheet, header: int, sheet: Sheet) -> None:
    """The layout of a printed official form: titles across all columns, room for column titles of several lines, in the
    middle of A4."""
    page.set_paper(_A4)
    page.center_horizontally()
    page.set_margins(left=0.4, right=0.4)  # inches
    longest = max(len(column.title) * 2 / column.width for column in sheet.columns)
    page.set_row(header - 1, 16 * max(2, ceil(longest + 0.2)))


def _lines_of(row: Sequence[CellValue], columns: Sequence[Column]) -> int:
    """The lines that the longest text of a row takes in its column, where a Chinese character is two wide."""
    pairs = zip(row, columns, strict=False)
    return max((_lines_in(value, column.width) for value, column in pairs if isinstance(value, str)), default=1)


def _lines_in(text: str, width: int) -> int:
    if "\n" not in text and len(text) * 2 < width:
        return 1
    return sum(max(1, ceil(_wide(line) / (width - 1))) for line in text.split("\n"))


def _wide(line: str) -> int:
    return sum(1 if character.isascii() else 2 for character in line)


def _style_of(value: CellValue) -> CellStyle:
    if isinstance(value, date):
        return _DAY
    if isinstance(value, Formula):
        return _FIGURE._replace(num_format=value.num_format)
    return _FIGURE if isinstance(value, int) else _TEXT
