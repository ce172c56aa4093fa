"""A workbook of another format than .xlsx, read by calamine: .xls and .ods.

Of their number formats nothing is known but which cells are dates: a number is read as it is stored.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from negotiation.documents.spreadsheets.cells import MAX_COLUMNS, Range, Row, SheetPart, row_of
from negotiation.documents.spreadsheets.number_formats import GENERAL, Code

_DATE, _MOMENT = "yyyy/m/d", "yyyy/m/d h:mm"


class OtherWorkbook:
    """A workbook that calamine has opened; it counts days by the epoch of the file itself."""

    is_1904 = False

    def __init__(self, book: CalamineWorkbook) -> None:
        self._book = book
        self.sheets = [
            SheetPart(each.name, each.visible is SheetVisibleEnum.Visible, each.name)
            for each in book.sheets_metadata
            if each.typ is SheetTypeEnum.WorkSheet
        ]

    def read(self, sheet: SheetPart) -> Iterator[Row | Range]:
        """The rows of a sheet that are not empty, then its merged ranges, of which .ods tells none."""
        found = self._book.get_sheet_by_name(sheet.part)
        top, left = found.start or (0, 0)
        for number, values in enumerate(found.iter_rows(), top + 1):
            if row := row_of(number, [None] * left + list(values)[:MAX_COLUMNS], _code):
                yield row
        for (first, start), (last, end) in found.merged_cell_ranges or ():
            yield Range(first + 1, start, last + 1, end)


def _code(value: Any) -> Code:
    if isinstance(value, datetime):
        return _MOMENT
    return _DATE if isinstance(value, date) else GENERAL
