"""The office's own column of due dates beside the days that the law gives: which were reckoned wrongly. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from negotiation.documents.ledger.row import read_day
from negotiation.documents.spreadsheets.cell_text import squeeze
from negotiation.documents.spreadsheets.lines import Line
from negotiation.documents.spreadsheets.tables import Column, Table
from negotiation.domain import rulers
from negotiation.domain.rulebook import Procedure
from negotiation.domain.rulers import Ruler
from negotiation.domain.terms import Term
from negotiation.services.cases.case_file import CaseFile

_ACT = "答复|回复|复函|回函|反馈|办理|办结|完成|处理|协调|审议"
_DAY = "(日期|日|时间|时限|期限)"
_HEADING = re.compile(
    f"(应|须|法定|规定|最迟|最晚)?({_ACT})?(到期|截止|届满|期满){_DAY}?|(应|须|最迟|最晚)于?({_ACT}){_DAY}"
    f"|(法定|规定)?({_ACT})?(期限|时限)"
)


class DueDay(NamedTuple):
    """A due date of the sheet that is not the one the law gives; ``written``: the sheet's, ``due``: ours.

    ``ruler``: how ours was counted; ``official`` False while it waits for the arrangements of a year.
    """

    sheet: str
    row: int
    no: str
    subject: str
    column: str
    written: date
    due: date
    official: bool
    ruler: Ruler

    @property
    def days_late(self) -> int:
        """Calendar days by which the sheet's date is after the right one; below 0: before it, which harms nobody."""
        return (self.written - self.due).days

    @property
    def says(self) -> str:
        """Words for how far off it is: 晚 1 天, 早 2 天."""
        return f"{'晚' if self.days_late > 0 else '早'} {abs(self.days_late)} 天"


@dataclass
class DueDays:
    """The due dates of the sheets: how many were compared, which are wrong, and how many cells are no date."""

    compared: int = 0
    unread: int = 0
    wrong: list[DueDay] = field(default_factory=list)

    @property
    def late(self) -> int:
        """Number of those that are later than the law allows: who goes by the sheet misses the term."""
        return sum(each.days_late > 0 for each in self.wrong)

    @property
    def says(self) -> str:
        """Sentence on what came of it, without its stop; "" if there was nothing to compare."""
        unread = f"；另有 {self.unread} 格认不出日期，未核对" if self.unread else ""
        if not self.compared:
            return unread.removeprefix("；另")
        if not self.wrong:
            return f"您表中的 {self.compared} 个到期日都对{unread}"
        late = f"，晚的 {self.late} 个，照表办会误期" if self.late else "，都比应有的早，不会误期"
        right = self.compared - len(self.wrong)
        return f"您表中有 {len(self.wrong)} 个到期日算错了{late}；其余 {right} 个一致{unread}"

    def add(self, columns: Iterable[Column], line: Line, file: CaseFile) -> None:
        """Compares what a row says with its case."""
        for column, written in self._written(columns, line):
            term = term_meant(file.procedure, file.case_state.terms, column.title, written)
            if term is None:
                continue
            self.compared += 1
            if term.due_on != written:
                ruler = rulers.ruler(file.procedure.terms[term.kind], term, file.calendar)
                where = (line.sheet, line.number, file.no, file.subject, column.title)
                self.wrong.append(DueDay(*where, written, term.due_on, term.official, ruler))

    def _written(self, columns: Iterable[Column], line: Line) -> Iterator[tuple[Column, date]]:
        for column in columns:
            try:
                written = read_day(line, column.place)
            except (ValueError, OverflowError):
                written, unclear = None, True
            else:
                unclear = bool(line.why_unclear(column.place, is_day=True))
            self.unread += unclear
            if written is not None and not unclear:
                yield column, written


def due_columns(table: Table) -> list[Column]:
    """The columns of a sheet that are none of the form and by their headings hold due dates: 应答复日期, 到期日."""
    return [column for column in table.own_columns if _HEADING.fullmatch(squeeze(column.title).strip("*:"))]


def term_meant(procedure: Procedure, terms: Sequence[Term], heading: str, written: date) -> Term | None:
    """The term of a case whose last day a sheet wrote down; None where there is none that it could be.

    A heading that names a term (应答复日期: 答复期限) means that one, any other a main term. Of several it is the one
    whose last day is nearest: a ledger keeps the day of the reply while the case is coordinated.
    """
    known = [term for term in terms if term.struck_seq is None and not term.pauses]
    named = [term for term in known if procedure.terms[term.kind].title.removesuffix("期限") in heading]
    meant = named or [term for term in known if term.main]
    return min(meant, key=lambda term: abs(term.due_on - written), default=None)
