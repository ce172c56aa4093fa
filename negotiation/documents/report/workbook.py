"""The report as a spreadsheet: 表1–表8 and the annexes, one sheet each.

What a reader would check is a formula: totals, the balance, and every ratio from the cells beside it.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from negotiation.documents.report.definitions import BALANCE_IN, BALANCE_OUT, BANDS, DEFINITIONS, NOTHING, PERCENT, Part
from negotiation.documents.report.figures import Figure, Line
from negotiation.documents.report.grids import BALANCE, Grid, Slot
from negotiation.documents.report.listings import Listing
from negotiation.documents.report.model import Report
from negotiation.documents.report.tables import UNITS_IN_WORDS, all_tables, period_in_words
from negotiation.documents.spreadsheets.sheet_writer import Formula
from negotiation.documents.spreadsheets.writer import Column, Sheet, write_table
from negotiation.domain.rulebook import OUTCOMES

COUNT, SHARE, MEAN = "0", "0.0%", "0.0"  # how numbers are written
ADDED_UP = {
    "closed": tuple(f"closed_{key}" for key in OUTCOMES),
    "overdue": tuple(f"overdue_{key}" for key in BANDS),
    "unanswered": tuple(f"unanswered_{key}" for key in BANDS),
}
"""Figures whose parts stand beside them where the table is long enough."""
_HEADER = 3  # the rows of the title, of the head and of the column titles
_NAME_WIDTH, _FIGURE_WIDTH, _PAPER_WIDTH = 24, 7, 120  # in characters


def write_sheets(report: Report, path: Path) -> None:
    """Writes the workbook; it appears whole or not at all. Raises NegotiationError if it cannot be written."""
    write_table(path, *(_sheet(report, each) for each in all_tables(report)))


def _sheet(report: Report, table: Grid | Listing) -> Sheet:
    titles = (f"{report.year}年度{table.name}　{table.title}", _head(report))
    if isinstance(table, Grid):
        placed = Placed(table)
        return Sheet(table.name, titles, placed.columns, placed.rows(), form=True)
    return Sheet(table.name, titles, table.columns, table.rows, form=True)


def _head(report: Report) -> str:
    """The line that every table of the report bears; who filled it in and who checked it sign on paper."""
    period = period_in_words(report.since, report.until)
    return f"统计期间：{period}　　单位：{UNITS_IN_WORDS}　　填表人：　　　　　　审核人：　　　　　　"


class Placed:
    """A grid on its sheet: knows in which cell each figure of each line stands."""

    def __init__(self, grid: Grid) -> None:
        self.grid, self.slots, self.lines = grid, grid.slots, grid.named
        self.places = {slot.counts: n for n, slot in enumerate(self.slots) if slot.counts}

    @property
    def columns(self) -> list[Column]:
        """The title column and a column for each slot or line."""
        titles = [title for title, _ in self.lines] if self.grid.upright else [slot.title for slot in self.slots]
        width = max(_FIGURE_WIDTH, (_PAPER_WIDTH - _NAME_WIDTH) // len(titles))
        return [Column(self.grid.head, _NAME_WIDTH), *(Column(title, width) for title in titles)]

    def rows(self) -> Iterator[list[Any]]:
        """Line by line; upright, figure by figure."""
        if not self.grid.upright:
            for n, (title, line) in enumerate(self.lines):
                yield [title, *(self._entry(place, n, line) for place in range(len(self.slots)))]
            return
        for place, slot in enumerate(self.slots):
            yield [slot.title, *(self._entry(place, n, line) for n, (_, line) in enumerate(self.lines))]

    def _entry(self, place: int, n: int, line: Line) -> int | str | Formula:
        slot = self.slots[place]
        found = slot.value(line)
        if isinstance(found, Figure) and found.lacking:
            return NOTHING
        if isinstance(found, Figure) and not slot.counts:
            ratio = NOTHING if found.value is None else found.value
            return Formula(self._ratio(slot, n), ratio, SHARE if found.definition.unit == PERCENT else MEAN)
        counted = found.numerator if isinstance(found, Figure) else found
        text = self._added(place, n)
        return Formula(text, counted, COUNT) if text else counted

    def _added(self, place: int, n: int) -> str:
        """The formula of a count that other cells add up to; none where they do not."""
        slot = self.slots[place]
        if slot.key == BALANCE:
            return f"={self._sum(BALANCE_IN, n)}-({self._sum(BALANCE_OUT, n)})"
        parts = self._parts(slot)
        if parts:
            return f"={self._sum(parts, n)}"
        if n == 0 and self.grid.total is not None and self.grid.lines:
            return f"=SUM({self.cell(place, 1)}:{self.cell(place, len(self.grid.lines))})"
        return ""

    def _ratio(self, slot: Slot, n: int) -> str:
        found = DEFINITIONS[slot.key]
        part, whole = (self.cell(self.places[found.counts_of(each)], n) for each in Part)
        return f'=IF({whole}=0,"{NOTHING}",{part}/{whole})'

    def _parts(self, slot: Slot) -> tuple[str, ...]:
        """The figures of which this one is the sum, if they stand in this table; an outcome that cannot be does not."""
        parts = slot.counts if len(slot.counts) > 1 else ADDED_UP.get(slot.key, ()) if slot.part is None else ()
        return tuple(each for each in parts if (each,) in self.places)

    def _sum(self, counts: Sequence[str], n: int) -> str:
        return "+".join(self.cell(self.places[each,], n) for each in counts)

    def cell(self, place: int, n: int) -> str:
        """The cell of a slot and a line: A1 is the first cell of the title."""
        across, down = (n, place) if self.grid.upright else (place, n)
        found: str = xl_rowcol_to_cell(down + _HEADER, across + 1)
        return found
