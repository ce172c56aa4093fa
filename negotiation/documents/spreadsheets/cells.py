"""Names, rows and ranges of cells, and what every open workbook gives of them."""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from negotiation.documents.spreadsheets.number_formats import GENERAL, Code, Unclear

MAX_ROWS = 1_048_576  # of a sheet
MAX_COLUMNS = 128  # a used range can be huge for one stray format


class Range(NamedTuple):
    """Rows and columns from, to, both included; rows from 1, columns from 0.

    A merged one, or (``array``) that of an array formula whose results were not saved.
    """

    top: int
    left: int
    bottom: int
    right: int
    array: bool = False


class Row(NamedTuple):
    """A row as it stands: its number from 1, its values and their format codes, without trailing empty cells."""

    number: int
    values: tuple[Any, ...]
    codes: tuple[Code, ...]


def row_of(number: int, values: Sequence[Any], code_of: Callable[[Any], Code] = lambda _value: GENERAL) -> Row | None:
    """A row of these cells without its trailing empty ones, None for an empty one."""
    cells = [None if value == "" else value for value in values]
    while cells and cells[-1] is None:
        cells.pop()
    return Row(number, tuple(cells), tuple(code_of(value) for value in cells)) if cells else None


class SheetPart(NamedTuple):
    """A sheet of a workbook: its name, whether people see it, and its part of the file."""

    name: str
    visible: bool
    part: str


class Workbook(Protocol):
    """A workbook that is open, whatever its format: its sheets in their order, and by which epoch it counts days."""

    @property
    def sheets(self) -> Sequence[SheetPart]: ...

    @property
    def is_1904(self) -> bool: ...

    def read(self, sheet: SheetPart) -> Iterator[Row | Range]:
        """The rows of a sheet that are not empty, and its ranges; the merged ones come after the rows."""
        ...


def cell_name(row: int, column: int) -> str:
    """The name of a cell (row from 1, column from 0) as people call it: N3."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def unsaved(row: int, column: int) -> Unclear:
    """A formula of which no result was saved; an error stands in its copies, lest they be read as empty."""
    cell = cell_name(row, column)
    return Unclear("#N/A", f"单元格 {cell} 的公式没有保存结果，请用表格软件打开并保存一次，或改为粘贴数值")


@lru_cache(maxsize=4096)
def _letters_to_column(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column - 1


def column_of(where: str) -> int:
    """The column (from 0) of a cell: N3 → 13."""
    return _letters_to_column(where.rstrip("0123456789").replace("$", "").upper())
