"""Tables in workbooks: finds them under their headers on all sheets that people see. Knows cells, knows no case."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from negotiation.core.errors import NegotiationError, NotFound, UsageError
from negotiation.documents.spreadsheets.cells import MAX_COLUMNS, Range, Row, SheetPart, Workbook
from negotiation.documents.spreadsheets.headers import FEWEST_TITLES, Header, find_header, join_headers, match_titles
from negotiation.documents.spreadsheets.lines import Line
from negotiation.documents.spreadsheets.number_formats import Unclear
from negotiation.documents.spreadsheets.opening import open_workbook
from negotiation.documents.spreadsheets.tables import Table

HEADER_WITHIN = 60  # rows above a header: titles, dates, who filled it in
NO_HEADER = "没有表头"
_HEADER_ROWS = 3  # the most that one header is merged over


class NotRead(NamedTuple):
    """A sheet that was not read, and why; ``is_fault``: it has the header of the form all the same."""

    sheet: str
    why: str
    is_fault: bool


@dataclass(frozen=True)
class Tables:
    """The tables of a workbook: those found, in the order of their sheets, and the sheets that were not read."""

    tables: Sequence[Table]
    not_read: Sequence[NotRead]


Check = Callable[[Table], None]


def read_tables(path: Path, forms: Sequence[Collection[str]], check: Check) -> Tables:
    """The tables on all visible sheets whose header is one of the forms (each the titles of its columns).

    ``check`` raises NotFound for a table that is another one in spite of its titles, and any other sentence for one
    that lacks something. Raises NegotiationError for a file that cannot be read or in which no sheet can.
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
    """The reason, by the first sheet that has the header; else which header was looked for, and where."""
    for error in sorted(faults, key=lambda error: isinstance(error, NotFound)):
        error.where = f"{path.name} · {error.where}" if error.where else path.name
        return error
    titles = "、".join(next(iter(forms), ()))
    sheets = "、".join(each.sheet for each in not_read)
    looked = f"；已查看的工作表：{sheets}" if sheets else ""
    return NotFound("没有找到表头", where=path.name, todo=f"表头应有这些列：{titles}{looked}")


# ------------------------------------------------------------------------------------------------------- one sheet


class _SheetSearch:
    """Reads a sheet as far as it is needed: to its end if it has a header near its top."""

    def __init__(self, workbook: Workbook, sheet: SheetPart, forms: Sequence[Collection[str]]) -> None:
        self._sheet, self._forms, self._is_1904 = sheet, forms, workbook.is_1904
        self._lines: list[Line] = []
        self._ranges: list[Range] = []
        self._header: Header | None = None
        for found in workbook.read(sheet):
            if not self._take(found):
                break

    @property
    def is_filled(self) -> bool:
        """True if anything stands in the sheet."""
        return bool(self._lines)

    def table(self, check: Check) -> Table | None:
        """The table, None without a header. Raises NegotiationError for one that is not to be read."""
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
        """Raises NegotiationError for a title that cannot be read: whatever stands below it would be left out."""
        for line in table.head[-1:]:
            unclear = next((each for each in line.values if isinstance(each, Unclear)), None)
            if unclear is not None:
                raise NegotiationError(f"表头的{unclear.why}", where=table.sheet, todo="表头可以读出后再导入")

    def _demand_one_header(self, table: Table) -> None:
        """Raises NegotiationError for a header that is printed again with its columns otherwise."""
        titles = {line.at(place) for line in table.head for place in table.places.values()} - {None}
        for line in table.lines:
            if sum(isinstance(value, str) and value in titles for value in line.values) < FEWEST_TITLES:
                continue
            again = match_titles(line, table.form, self._forms)
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
            self._header = self._header or find_header(self._lines[-1], self._forms)
            return True
        if found.array:
            self._ranges.append(found)
        elif self._header is not None and found.left < MAX_COLUMNS and found.top <= self._lines[-1].number:
            self._ranges.append(found)
            if len(self._ranges) > len(self._lines) * MAX_COLUMNS:  # more than could stand side by side
                where = f"工作表“{self._sheet.name}”"
                raise NegotiationError("合并单元格互相重叠", where=where, todo="请取消合并、逐行填写后再导入")
        return self._header is not None or found.array

    def _completed(self, upper: Header) -> Header:
        """The header with the titles of its other rows: below group titles, or merged over several rows."""
        by_number = {line.number: line for line in self._lines[: 2 * HEADER_WITHIN]}
        following = next((line for line in self._lines if line.number > upper.last), None)
        below = find_header(following, self._forms) if following is not None else None
        header = join_headers(upper, below)
        for each in self._ranges:
            if upper.last - _HEADER_ROWS < each.top <= header.last and upper.last <= each.bottom and not each.array:
                title = by_number[each.top].at(each.left) if each.top in by_number else None
                reached = match_titles(Line("", each.top, (*[None] * each.left, title), ()), upper.form, self._forms)
                if reached.places:
                    last = max(header.last, min(each.bottom, self._last_of_header(upper)))
                    header = header._replace(places=reached.places | header.places, last=last)
        for number in range(upper.last + 1, header.last + 1):
            if number in by_number:
                header = join_headers(header, match_titles(by_number[number], upper.form, self._forms))
        return header

    def _last_of_header(self, upper: Header) -> int:
        """The last row that a header can be merged down to: the one above the first that is a case."""
        last = upper.last + _HEADER_ROWS - 1
        following = (line for line in self._lines if upper.last < line.number <= last)
        return next((line.number - 1 for line in following if self._is_under(upper, line)), last)

    def _is_under(self, header: Header, line: Line) -> bool:
        """True if a row below is a case, and has no titles of the header's lower row."""
        own = set(match_titles(line, header.form, self._forms).places.values())
        values = [line.at(place) for place in header.places.values() if place not in own]
        return sum(value is not None for value in values) >= FEWEST_TITLES
