"""Writing of a spreadsheet: formats of cells, rows from above, whole files."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from io import BytesIO
from itertools import count
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from negotiation.core.errors import NegotiationError, reason
from negotiation.documents.spreadsheets.number_formats import Code
from negotiation.documents.spreadsheets.sheets import MAX_ROWS

MAX_TEXT = 32_767  # what a cell can hold


# What XML cannot hold, and the carriage return of a form's line ends: a cell's lines end with a line feed alone.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


_FORMULA_SIGNS = ("=", "+", "-", "@", "\t")


_A3, _A4 = 8, 9


_PIXELS = 7  # of a character's width


_LINE, _HIGHEST = 15, 408  # points


DATE_FORMAT = "yyyy-mm-dd"


class Look(NamedTuple):
    """How a cell looks, in the words of the library."""

    font_name: str = "Calibri"
    font_size: int = 11
    bg_color: str = ""
    align: str = ""
    valign: str = ""
    text_wrap: bool = False
    border: int = 0
    border_color: str = ""
    num_format: Code = ""
    quote_prefix: bool = False

    @property
    def said(self) -> dict[str, Any]:
        return {name: value for name, value in self._asdict().items() if value}


_TITLE = Look("方正小标宋简体", 18, align="center_across", valign="vcenter")


_NOTE = _TITLE._replace(font_name="楷体", font_size=11)


_TEXT = Look("仿宋", valign="vcenter", text_wrap=True, border=1, border_color="#9AA5B1")


_FIGURE = _TEXT._replace(align="center")


_DAY = _FIGURE._replace(num_format=DATE_FORMAT)


_HEAD = _FIGURE._replace(font_name="黑体", bg_color="#E7ECF2")


PLAIN = Look()


class Written(NamedTuple):
    """What stands in a cell, and how it looks."""

    value: Any
    look: Look


class Column(NamedTuple):
    """A column to be written: its title and its width in characters."""

    title: str
    width: int


class Formula(NamedTuple):
    """What a cell counts from others (``=SUM(B5:B9)``), what comes out, and how that is written.

    A program that only shows a workbook, as on a telephone, shows ``value``; one that counts finds the same.
    """

    text: str
    value: float | str
    num_format: str = ""


class Sheet(NamedTuple):
    """A table on a sheet of its own, with title rows above its header.

    ``form``: an official form, on A4 with merged titles; else a list, on A3 with filters.
    """

    name: str
    titles: Sequence[str]
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    form: bool = False


def write_table(path: Path, *sheets: Sheet) -> int:
    """Writes tables, ready to print, one sheet after another; returns how many rows the first one has.

    A value is a text, a number, a date or a ``Formula``; a text is never taken for a formula.

    The file appears whole or not at all. Raises a sentence if it cannot be written.
    """
    filled = BytesIO()
    with open_output(filled) as workbook:
        counts = [_write_sheet(Pen(workbook, sheet.name), sheet) for sheet in sheets]
    write_whole(path, lambda file: file.write(filled.getbuffer()))
    return counts[0]


def _write_sheet(pen: "Pen", sheet: Sheet) -> int:
    header, columns = len(sheet.titles) + 1, sheet.columns
    _lay_out(pen.page, header, columns)
    if sheet.form:
        _lay_out_form(pen.page, header, sheet)
    for n, (title, look) in enumerate(zip(sheet.titles, (_TITLE, *[_NOTE] * len(sheet.titles)), strict=False)):
        if sheet.form:
            pen.page.merge_range(n, 0, n, len(columns) - 1, "")
        pen.write([Written(title, look), *(Written("", look) for _ in columns[1:])])
    pen.write([Written(column.title, _HEAD) for column in columns])
    rows = 0
    for row in sheet.rows:
        lines = _lines_of(row, columns)
        if lines > 1:  # Excel makes room for them by itself, LibreOffice and its kin do not
            pen.page.set_row(header + rows, min(lines * _LINE, _HIGHEST))
        pen.write([Written(value, _look_of(value)) for value in row])
        rows += 1
    if not sheet.form:
        pen.page.autofilter(header - 1, 0, header - 1 + rows, len(columns) - 1)
    return rows


@contextmanager
def open_output(file: BinaryIO, *, is_1904: bool = False) -> Iterator[Workbook]:
    """A workbook whose rows go to disk as they are written. It is in ``file`` when it is left."""
    with TemporaryDirectory() as folder:
        options = {"constant_memory": True, "tmpdir": folder, "nan_inf_to_errors": True, "date_1904": is_1904}
        workbook = Workbook(file, options)
        try:
            yield workbook
        finally:
            workbook.close()


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
    """As an official form is printed: titles across all columns, room for column titles of several lines, in the
    middle of A4."""
    page.set_paper(_A4)
    page.center_horizontally()
    page.set_margins(left=0.4, right=0.4)  # inches
    longest = max(len(column.title) * 2 / column.width for column in sheet.columns)
    page.set_row(header - 1, 16 * max(2, ceil(longest + 0.2)))


def _lines_of(row: Sequence[Any], columns: Sequence[Column]) -> int:
    """How many lines the longest text of a row takes in its column, in which a Chinese character is two wide."""
    pairs = zip(row, columns, strict=False)
    return max((_lines_in(value, column.width) for value, column in pairs if isinstance(value, str)), default=1)


def _lines_in(text: str, width: int) -> int:
    if "\n" not in text and len(text) * 2 < width:
        return 1
    return sum(max(1, ceil(_wide(line) / (width - 1))) for line in text.split("\n"))


def _wide(line: str) -> int:
    return sum(1 if character.isascii() else 2 for character in line)


def _look_of(value: Any) -> Look:
    if isinstance(value, date):
        return _DAY
    if isinstance(value, Formula):
        return _FIGURE._replace(num_format=value.num_format)
    return _FIGURE if isinstance(value, int) else _TEXT


class Pen:
    """Writes a sheet, row by row from above; a look is made up once and shared."""

    def __init__(self, workbook: Workbook, name: str) -> None:
        self.page: Worksheet = workbook.add_worksheet(name)
        self._workbook = workbook
        self._rows = count()
        self._formats: dict[Look, Format] = {}

    def write(self, cells: Iterable[Written]) -> None:
        """Writes the next row. Raises a sentence below the last one that a sheet can hold."""
        row = next(self._rows)
        if row >= MAX_ROWS:
            where, todo = f"工作表“{self.page.name}”", "请缩小范围（例如按年度），分几次导出"
            raise NegotiationError(f"一张工作表最多{MAX_ROWS}行，写不下全部内容", where=where, todo=todo)
        for column, (value, look) in enumerate(cells):
            self._write(row, column, value, look)

    def _write(self, row: int, column: int, value: Any, look: Look) -> None:
        """A text is a text, also where it begins like a formula."""
        if isinstance(value, str):
            text = _UNWRITABLE.sub("", value)[:MAX_TEXT]
            quoted = text.startswith(_FORMULA_SIGNS)
            self._write_text(row, column, text, look._replace(quote_prefix=True) if quoted else look)
        elif isinstance(value, Formula):
            self.page.write_formula(row, column, value.text, self._format(look), value.value)
        else:
            self.page.write(row, column, value, self._format(look))

    def _write_text(self, row: int, column: int, text: str, look: Look) -> None:
        if not text:  # a title runs on over blank cells only
            self.page.write_blank(row, column, None, self._format(look))
        elif text.startswith("<r>"):  # the library would take it for markup of its own
            self.page.write_rich_string(row, column, "<", self._format(PLAIN), text[1:], self._format(look))
        else:
            self.page.write_string(row, column, text, self._format(look))

    def _format(self, look: Look) -> Format:
        if look not in self._formats:
            self._formats[look] = self._workbook.add_format(look.said)
        return self._formats[look]


def write_whole(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Lets a file be written; it appears whole or not at all. Raises a sentence if it cannot be written."""
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as file:
            write(file)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise NegotiationError(
            f"文件无法写入（{reason(error)}）", where=str(path), todo="请检查文件夹是否存在、能否写入、磁盘是否已满"
        ) from None
