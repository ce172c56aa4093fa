"""Lines of a sheet, as they are read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from negotiation.documents.spreadsheets.cell_text import ERRORS, clean
from negotiation.documents.spreadsheets.cells import cell_name
from negotiation.documents.spreadsheets.number_formats import BETWEEN_EPOCHS, GENERAL, Code, Shown, Unclear

_SERIALS_1904 = range(1, 100_000)  # day counts as they are typed; a longer number is a date in eight digits
_KEPT = 10**15  # spreadsheets keep fifteen digits of a number; of a longer one the last ones have become others
_TYPED_SERIAL = re.compile(r"\s*\d{5}\s*$")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: its sheet, its number there (from 1), its values without trailing empty ones, their formats."""

    sheet: str
    number: int
    values: tuple[Any, ...]
    codes: tuple[Code, ...]
    is_1904: bool = False

    def at(self, place: int | None) -> Any:
        """The value in a column; None for a column that there is not."""
        return self.values[place] if place is not None and place < len(self.values) else None

    def code_at(self, place: int) -> Code:
        """The format code of a column's cell."""
        return self.codes[place] if place < len(self.codes) else GENERAL

    def day_at(self, place: int | None) -> Any:
        """The value in a column of dates, however it is shown; a bare number counts days from 1899-12-30 on."""
        value = self.at(place)
        value = value.value if isinstance(value, Shown) and not isinstance(value.value, str) else value
        counted = isinstance(value, (int, float)) and not isinstance(value, bool) and int(value) in _SERIALS_1904
        return value + BETWEEN_EPOCHS if counted and self.is_1904 else value

    def why_unclear(self, place: int | None, *, is_day: bool = False) -> str:
        """The reason why a cell cannot be read, as a sentence; "" if it can. ``is_day``: in a column of dates."""
        value = self.at(place)
        if isinstance(value, Unclear):
            return value.why
        if is_day and self.is_1904 and isinstance(value, str) and _TYPED_SERIAL.match(value):
            return f"“{value.strip()}”可能是从 1900 或 1904 日期系统起算的天数，无法确定，请写成 2026-09-18 的样子"
        if isinstance(value, Shown) and value.text is None and not (is_day and not isinstance(value.value, str)):
            cell, code = cell_name(self.number, place or 0), value.code
            name = f"“{code}”" if isinstance(code, str) else f"（内置格式 {code}）"
            return f"单元格 {cell} 的数字格式{name}显示成什么无法确定，请设为“文本”格式后照显示的样子重填"
        number = value.value if isinstance(value, Shown) else value
        if isinstance(number, (int, float)) and abs(number) >= _KEPT:
            cell = cell_name(self.number, place or 0)
            return f"单元格 {cell} 的数字超过15位，表格软件只保存前15位，其后的已经不准，请设为“文本”格式后重新填写"
        text = clean(value)
        return f"单元格是公式错误（{text}），请改为数值" if text in ERRORS else ""


def with_cells(line: Line, cells: Mapping[int, tuple[Any, Code]]) -> Line:
    """The line with other values in some columns."""
    length = max(len(line.values), *(place + 1 for place in cells), 0)
    pairs = [cells.get(place) or (line.at(place), line.code_at(place)) for place in range(length)]
    return replace(line, values=tuple(value for value, _ in pairs), codes=tuple(code for _, code in pairs))
