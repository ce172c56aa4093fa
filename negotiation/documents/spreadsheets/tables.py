"""A table of a sheet: where its columns stand, and its rows of data with all that they mean."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from negotiation.core.errors import NegotiationError
from negotiation.documents.spreadsheets.cell_text import clean
from negotiation.documents.spreadsheets.cells import Range, cell_name, unsaved
from negotiation.documents.spreadsheets.ditto import repeated
from negotiation.documents.spreadsheets.lines import Line, with_cells
from negotiation.documents.spreadsheets.number_formats import GENERAL, Code


class Column(NamedTuple):
    """A column of a sheet: its title, and where it stands (from 0)."""

    title: str
    place: int


@dataclass(frozen=True)
class Table:
    """A table that was found: which of the forms it has, where each title stands, the rows under its header.

    ``head``: the rows down to the header's last one; ``header``: the number of that one.
    """

    sheet: str
    form: int
    places: Mapping[str, int]
    header: int
    head: Sequence[Line]
    lines: Sequence[Line]
    ranges: Sequence[Range] = ()
    is_1904: bool = False

    @property
    def own_columns(self) -> list[Column]:
        """The columns in the header's last row that are none of the form: most are the office's own, some are slips."""
        last = next(line for line in self.head if line.number == self.header)
        known = set(self.places.values())
        titles = ((clean(value), place) for place, value in enumerate(last.values) if place not in known)
        return [Column(title, place) for title, place in titles if title]

    def with_data(self, is_data: Callable[[Line], bool]) -> "Table":
        """The table with its rows of data alone, each saying all that it means.

        ``is_data`` is asked of a row as it stands. Then each cell of a merged range has the value of its top left one,
        and a ditto mark the value above it. Raises NegotiationError if merged ranges overlap.
        """
        across = {(each.top, each.left) for each in self.ranges if each.right - each.left > 1}
        lines = [line for line in self.lines if is_data(line) and not _is_note(line, across)]
        fillings = self._fillings([line.number for line in lines])
        return replace(self, lines=list(repeated(_filled(line, fillings.get(line.number)) for line in lines)))

    def _fillings(self, numbers: Sequence[int]) -> Mapping[int, Mapping[int, "_Filling"]]:
        """The values of the covered cells of some rows, by row and column. Over the header nothing changes."""
        by_number = {line.number: line for line in self.lines}
        width = max(len(line.values) for line in self.head)
        found: dict[int, dict[int, _Filling]] = {}
        for each in dict.fromkeys(self.ranges):
            if each.top not in by_number or each.left >= width:
                continue
            filling = _filling(by_number[each.top], each)
            for number in numbers[bisect_left(numbers, each.top) : bisect_right(numbers, each.bottom)]:
                cells = found.setdefault(number, {})
                for place in range(each.left, min(each.right + 1, width)):
                    if place in cells:
                        raise NegotiationError(
                            f"单元格 {cell_name(number, place)} 同属两个合并区域",
                            where=f"工作表“{self.sheet}”",
                            todo="请取消合并、逐行填写后再导入",
                        )
                    cells[place] = filling
        return found


class _Filling(NamedTuple):
    value: Any
    code: Code
    array: bool


def _filling(line: Line, each: Range) -> _Filling:
    if each.array:
        return _Filling(unsaved(each.top, each.left), GENERAL, array=True)
    return _Filling(line.at(each.left), line.code_at(each.left), array=False)


def _is_note(line: Line, across: Collection[tuple[int, int]]) -> bool:
    """A row of nothing but cells merged across columns: a title, a remark between the rows, who signed below."""
    filled = [place for place, value in enumerate(line.values) if value is not None]
    return bool(filled) and all((line.number, place) in across for place in filled)


def _filled(line: Line, fillings: Mapping[int, _Filling] | None) -> Line:
    if not fillings:
        return line
    cells = {
        place: (each.value, each.code)
        for place, each in fillings.items()
        if not (each.array and line.at(place) is not None)
    }
    return with_cells(line, cells)
