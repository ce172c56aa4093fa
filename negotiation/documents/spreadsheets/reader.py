"""Tables in workbooks: finds them under their headers on all sheets that people see. Knows cells, knows no case."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from negotiation.core.errors import NegotiationError, NotFound, UsageError
from negotiation.documents.spreadsheets.ditto import repeated
from negotiation.documents.spreadsheets.lines import Line, with_cells
from negotiation.documents.spreadsheets.number_formats import GENERAL, Code, Unclear
from negotiation.documents.spreadsheets.parts import (
    MAX_COLUMNS,
    Range,
    Row,
    SheetPart,
    Workbook,
    cell_name,
    open_workbook,
    unsaved,
)
from negotiation.documents.spreadsheets.sheets import clean, squeeze

HEADER_WITHIN = 60  # rows above a header: titles, dates, who filled it in
NO_HEADER = "没有表头"
_FEWEST_TITLES = 3
_HEADER_ROWS = 3  # the most that one header is merged over


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
    def columns_not_read(self) -> list[str]:
        """The titles in the header's last row that are none of the form: most are the office's own, some are slips."""
        last = next(line for line in self.head if line.number == self.header)
        known = set(self.places.values())
        return [said for place, value in enumerate(last.values) if place not in known and (said := clean(value))]

    def with_data(self, is_data: Callable[[Line], bool]) -> "Table":
        """The table with its rows of data alone, each saying all that it means.

        ``is_data`` is asked of a row as it stands. Then each cell of a merged range has the value of its top left one,
        and a ditto mark the value above it. Raises a sentence if merged ranges overlap.
        """
        across = {(each.top, each.left) for each in self.ranges if each.right - each.left > 1}
        lines = [line for line in self.lines if is_data(line) and not _is_note(line, across)]
        fillings = self._fillings([line.number for line in lines])
        return replace(self, lines=list(repeated(_filled(line, fillings.get(line.number)) for line in lines)))

    def _fillings(self, numbers: Sequence[int]) -> Mapping[int, Mapping[int, "_Filling"]]:
        """What stands in the covered cells of some rows, by row and column. Over the header nothing changes."""
        case_state = {line.number: line for line in self.lines}
        width = max(len(line.values) for line in self.head)
        found: dict[int, dict[int, _Filling]] = {}
        for each in dict.fromkeys(self.ranges):
            if each.top not in case_state or each.left >= width:
                continue
            filling = _filling(case_state[each.top], each)
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


class NotRead(NamedTuple):
    """A sheet that was not read, and why; ``is_fault``: it has the header of the form all the same."""

    sheet: str
    why: str
    is_fault: bool


@dataclass(frozen=True)
class Tables:
    """What was found in a workbook: the tables in the order of their sheets, and the sheets that were not read."""

    tables: Sequence[Table]
    not_read: Sequence[NotRead]


Check = Callable[[Table], None]


def read_tables(path: Path, forms: Sequence[Collection[str]], check: Check) -> Tables:
    """The tables on all visible sheets whose header is one of the forms (each the titles of its columns).

    ``check`` raises NotFound for a table that is another one in spite of its titles, and any other sentence for one
    that lacks something. Raises a sentence for a file that cannot be read or in which no sheet can.
    """
    tables: list[Table] = []
    not_read: list[NotRead] = []
    faults: list[NegotiationError] = []
    with open_workbook(path) as workbook:
        for sheet in workbook.sheets:
            found = _SheetSearch(workbook, sheet, forms)
            try:
                table = found.table(check)
            except NegotiationError as error:
                faults.append(error)
                not_read.append(NotRead(sheet.name, error.sentence, not isinstance(error, NotFound)))
            else:
                if table is not None:
                    tables.append(table)
                elif found.is_filled:
                    not_read.append(NotRead(sheet.name, NO_HEADER, is_fault=False))
    if not tables:
        raise _nothing_readable(path, forms, not_read, faults)
    return Tables(tables, not_read)


def _nothing_readable(
    path: Path, forms: Sequence[Collection[str]], not_read: Sequence[NotRead], faults: Sequence[NegotiationError]
) -> NegotiationError:
    """Why, by the first sheet that has the header; else which header was looked for, and where."""
    for error in sorted(faults, key=lambda error: isinstance(error, NotFound)):
        error.where = f"{path.name} · {error.where}" if error.where else path.name
        return error
    titles = "、".join(next(iter(forms), ()))
    sheets = "、".join(each.sheet for each in not_read)
    looked = f"；已查看的工作表：{sheets}" if sheets else ""
    return NotFound("没有找到表头", where=path.name, todo=f"表头应有这些列：{titles}{looked}")


# -------------------------------------------------------------------------------------------------- a row's meaning


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


# ------------------------------------------------------------------------------------------------------- the header


class _Header(NamedTuple):
    form: int
    places: dict[str, int]
    last: int
    doubled: tuple[str, ...]


class _SheetSearch:
    """Reads a sheet as far as it is needed: to its end if it has a header near its top."""

    def __init__(self, workbook: Workbook, sheet: SheetPart, forms: Sequence[Collection[str]]) -> None:
        self._sheet, self._forms, self._is_1904 = sheet, forms, workbook.is_1904
        self._lines: list[Line] = []
        self._ranges: list[Range] = []
        self._header: _Header | None = None
        for found in workbook.read(sheet):
            if not self._take(found):
                break

    @property
    def is_filled(self) -> bool:
        """Whether anything stands in the sheet."""
        return bool(self._lines)

    def table(self, check: Check) -> Table | None:
        """The table, None without a header. Raises a sentence for one that is not to be read."""
        if self._header is None:
            return None
        header = self._completed(self._header)
        head = [line for line in self._lines if line.number <= header.last]
        lines = self._lines[len(head) :]
        name = self._sheet.name
        table = Table(name, header.form, header.places, header.last, head, lines, self._ranges, self._is_1904)
        self._demand_clear_header(table)
        check(table)
        self._demand_one_header(table)
        if header.doubled:
            raise UsageError(f"表头中有两列“{header.doubled[0]}”", where=name, todo="请删去或改名其中一列后再导入")
        if not self._sheet.visible:
            raise UsageError("工作表是隐藏的，没有读取", where=name, todo="需要导入的，请取消隐藏后再导入")
        return table

    def _demand_clear_header(self, table: Table) -> None:
        """Raises a sentence for a title that cannot be read: whatever stands below it would be left out."""
        for line in table.head[-1:]:
            unclear = next((each for each in line.values if isinstance(each, Unclear)), None)
            if unclear is not None:
                raise NegotiationError(f"表头的{unclear.why}", where=table.sheet, todo="表头可以读出后再导入")

    def _demand_one_header(self, table: Table) -> None:
        """Raises a sentence for a header that is printed again with its columns otherwise."""
        titles = {line.at(place) for line in table.head for place in table.places.values()} - {None}
        for line in table.lines:
            if sum(isinstance(value, str) and value in titles for value in line.values) < _FEWEST_TITLES:
                continue
            again = _matched(line, table.form, self._forms)
            if any(table.places.get(title, place) != place for title, place in again.places.items()):
                raise NegotiationError(
                    f"第 {line.number} 行又是表头，列序与上面的不同",
                    where=table.sheet,
                    todo="请把下面的表移到另一张工作表后再导入",
                )

    def _take(self, found: Row | Range) -> bool:
        """Keeps a row or a range; False if nothing more is wanted."""
        if isinstance(found, Row):
            if self._header is None and found.number > HEADER_WITHIN:
                return False
            self._lines.append(Line(self._sheet.name, *found, self._is_1904))
            self._header = self._header or _header(self._lines[-1], self._forms)
            return True
        if found.array:
            self._ranges.append(found)
        elif self._header is not None and found.left < MAX_COLUMNS and found.top <= self._lines[-1].number:
            self._ranges.append(found)
            if len(self._ranges) > len(self._lines) * MAX_COLUMNS:  # more than could stand side by side
                where = f"工作表“{self._sheet.name}”"
                raise NegotiationError("合并单元格互相重叠", where=where, todo="请取消合并、逐行填写后再导入")
        return self._header is not None or found.array

    def _completed(self, upper: _Header) -> _Header:
        """The header with the titles of its other rows: below group titles, or merged over several rows."""
        case_state = {line.number: line for line in self._lines[: 2 * HEADER_WITHIN]}
        following = next((line for line in self._lines if line.number > upper.last), None)
        below = _header(following, self._forms) if following is not None else None
        header = _joined(upper, below)
        for each in self._ranges:
            if upper.last - _HEADER_ROWS < each.top <= header.last and upper.last <= each.bottom and not each.array:
                title = case_state[each.top].at(each.left) if each.top in case_state else None
                reached = _matched(Line("", each.top, (*[None] * each.left, title), ()), upper.form, self._forms)
                if reached.places:
                    last = max(header.last, min(each.bottom, self._last_of_header(upper)))
                    header = header._replace(places=reached.places | header.places, last=last)
        for number in range(upper.last + 1, header.last + 1):
            if number in case_state:
                header = _joined(header, _matched(case_state[number], upper.form, self._forms))
        return header

    def _last_of_header(self, upper: _Header) -> int:
        """The last row that a header can be merged down to: the one above the first that holds a case."""
        last = upper.last + _HEADER_ROWS - 1
        following = (line for line in self._lines if upper.last < line.number <= last)
        return next((line.number - 1 for line in following if self._is_under(upper, line)), last)

    def _is_under(self, header: _Header, line: Line) -> bool:
        """Whether a row below holds a case, and no titles of the header's lower row."""
        own = set(_matched(line, header.form, self._forms).places.values())
        values = [line.at(place) for place in header.places.values() if place not in own]
        return sum(value is not None for value in values) >= _FEWEST_TITLES


def _header(line: Line, forms: Sequence[Collection[str]]) -> _Header | None:
    """The line as a header: that of the form of which it has the most titles, if it has enough."""
    found = [_matched(line, number, forms) for number in range(len(forms))]
    best = max(found, key=lambda header: len(header.places), default=None)
    return best if best is not None and len(best.places) >= min(_FEWEST_TITLES, len(forms[best.form])) else None


def _matched(line: Line, form: int, forms: Sequence[Collection[str]]) -> _Header:
    wanted = {_plain(title): title for title in forms[form]}
    places: dict[str, int] = {}
    doubled: list[str] = []
    for place, value in enumerate(line.values):
        title = wanted.get(_plain(value))
        if title in places:
            doubled.append(title)
        elif title is not None:
            places[title] = place
    return _Header(form, places, line.number, tuple(doubled))


def _plain(title: Any) -> str:
    """A title without spaces, line breaks and the marks of a required column."""
    return squeeze(title).strip("*:")


def _joined(upper: _Header, lower: _Header | None) -> _Header:
    """A header of two rows: group titles above, columns below."""
    if lower is None or lower.form != upper.form:
        return upper
    return _Header(upper.form, lower.places | upper.places, max(upper.last, lower.last), upper.doubled + lower.doubled)
