"""Cells of a spreadsheet written row by row, each with its style."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import count
from tempfile import TemporaryDirectory
from typing import BinaryIO, NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from negotiation.core.errors import NegotiationError
from negotiation.documents.spreadsheets.cells import MAX_ROWS
from negotiation.documents.spreadsheets.number_formats import Code

MAX_TEXT = 32_767  # characters in a cell


# Not allowed in XML; and the carriage return of a form's line ends: a cell's lines end with a line feed alone.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t")
DATE_FORMAT = "yyyy-mm-dd"


class CellStyle(NamedTuple):
    """The style of a cell, in the words of the library."""

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
    def properties(self) -> dict[str, object]:
        """The properties that are set, by the library's names."""
        return {name: value for name, value in self._asdict().items() if value}


PLAIN = CellStyle()


class Formula(NamedTuple):
    """A formula (``=SUM(B5:B9)``), its result, and the number format of that.

    A program that only shows a workbook, as on a telephone, shows ``value``; one that counts finds the same.
    """

    text: str
    value: float | str
    num_format: str = ""


CellValue = str | int | float | date | Formula | None  # to be written; a text is never taken for a formula


class StyledCell(NamedTuple):
    """The value of a cell, and its style."""

    value: CellValue
    style: CellStyle


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


class SheetWriter:
    """Writes a sheet, row by row from above; a style is made up once and shared."""

    def __init__(self, workbook: Workbook, name: str) -> None:
        self.page: Worksheet = workbook.add_worksheet(name)
        self._workbook = workbook
        self._rows = count()
        self._formats: dict[CellStyle, Format] = {}

    def write(self, cells: Iterable[StyledCell]) -> None:
        """Writes the next row. Raises NegotiationError below the last one that fits on a sheet."""
        row = next(self._rows)
        if row >= MAX_ROWS:
            where, todo = f"工作表“{self.page.name}”", "请缩小范围（例如按年度），分几次导出"
            raise NegotiationError(f"一张工作表最多{MAX_ROWS}行，写不下全部内容", where=where, todo=todo)
        for column, (value, style) in enumerate(cells):
            self._write(row, column, value, style)

    def _write(self, row: int, column: int, value: CellValue, style: CellStyle) -> None:
        """A text is a text, also where it begins like a formula."""
        if isinstance(value, str):
            text = _UNWRITABLE.sub("", value)[:MAX_TEXT]
            quoted = text.startswith(_FORMULA_SIGNS)
            self._write_text(row, column, text, style._replace(quote_prefix=True) if quoted else style)
        elif isinstance(value, Formula):
            self.page.write_formula(row, column, value.text, self._format(style), value.value)
        else:
            self.page.write(row, column, value, self._format(style))

    def _write_text(self, row: int, column: int, text: str, style: CellStyle) -> None:
        if not text:  # a title runs on over blank cells only
            self.page.write_blank(row, column, None, self._format(style))
        elif text.startswith("<r>"):  # the library would take it for markup of its own
            self.page.write_rich_string(row, column, "<", self._format(PLAIN), text[1:], self._format(style))
        else:
            self.page.write_string(row, column, text, self._format(style))

    def _format(self, style: CellStyle) -> Format:
        if style not in self._formats:
            self._formats[style] = self._workbook.add_format(style.properties)
        return self._formats[style]
