"""The annual report as frozen values: the figures of a period and all that prints beside them.

Nothing here reads or counts. What each figure is stands in ``definitions``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from calendars.dates import in_words
from negotiation.core.local_time import local_date
from negotiation.documents.report.definitions import (
    DEFINITIONS,
    Definition,
    Ground,
)
from negotiation.documents.report.figures import ProcedureFigures
from negotiation.documents.report.rows import Entered, Moved, Row
from negotiation.domain.rulebook import OFFICE_BASIS
from negotiation.domain.seal_facts import SealFacts


@dataclass(frozen=True, slots=True)
class RulebookUsed:
    """A rulebook under which cases of the report were opened; ``short_names``: how tables cite each of its laws."""

    id: str
    version: str
    title: str
    law: str
    short_names: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Imbalance:
    """A line that does not balance, or cases whose dates contradict each other; ``cases``: their numbers."""

    where: str
    what: str
    cases: tuple[str, ...]
    todo: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """A frozen edition of a year: who published it and when; ``digest``: SHA-256 of its JSON; ``seal``: the newest one
    of that instant, None before the first."""

    year: int
    edition: int
    digest: str
    published_by: str
    published_at: datetime
    reason: str = ""
    seal: SealFacts | None = None

    @property
    def proof(self) -> str:
        """A sentence for the paper: by what its figures, and all behind them, can be held against the record later."""
        day = in_words(local_date(self.published_at))
        said = f"本年度报告第{self.edition}版于{day}发布，摘要（SHA-256）为{self.digest}"
        if self.seal is None:
            return f"{said}。"
        sealed = f"第{self.seal.n}次封印（{in_words(self.seal.sealed_on)}）"
        return f"{said}；发布时系统{sealed}共{self.seal.size}条登记，根摘要为{self.seal.root}。"


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell in which today's count is another than the published one, or than what was known on a past day.

    ``cases``: the numbers of those that count otherwise, where any was entered or corrected since.
    """

    place: str
    published: str
    now: str
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """All of a period. ``procedures``: the main one first. ``tables``: rows of 表4–表8 by the keys of ``ROW_TABLES``.

    ``sources``: the documents (文号) that arrange the working days of the period. ``notes``: sentences that a reader
    needs beside the figures. ``bases``: the articles on which figures rest. ``published``: the newest edition of this
    very period, with ``differences`` from it. ``known_on``: only what had been recorded by the end of that day is
    counted, with the ``changes`` since then. ``entered_later``: what was entered since, by the cases that differ.
    """

    year: int
    since: date
    until: date
    as_of: date
    rulebooks: tuple[RulebookUsed, ...]
    procedures: tuple[ProcedureFigures, ...]
    tables: Mapping[str, tuple[Row, ...]]
    moved: tuple[Moved, ...] = ()
    entered: tuple[Entered, ...] = ()
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    imbalances: tuple[Imbalance, ...] = ()
    published: Published | None = None
    differences: tuple[Difference, ...] = ()
    known_on: date | None = None
    changes: tuple[Difference, ...] = ()
    entered_later: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    bases: Mapping[Ground, str] = field(default_factory=dict)

    @property
    def remarks(self) -> tuple[str, ...]:
        """The notes, and by what a published report proves itself."""
        return (*self.notes, self.published.proof) if self.published else self.notes

    @property
    def main(self) -> ProcedureFigures:
        """The procedure that heads the report."""
        return self.procedures[0]

    def procedure(self, key: str) -> ProcedureFigures | None:
        """The figures of a procedure; None if it is not in the report."""
        return next((each for each in self.procedures if each.key == key), None)

    def rows(self, table: str) -> tuple[Row, ...]:
        """The rows of a table, by its key of ``ROW_TABLES``."""
        return self.tables.get(table, ())

    def basis_of(self, found: Definition) -> str:
        """The articles on which a figure rests in the law of this report, or ``office``."""
        return self.bases.get(found.ground, OFFICE_BASIS)

    @property
    def definitions(self) -> tuple[Definition, ...]:
        """The counting rules, for the annex: of what any procedure here has."""
        had = {key for each in self.procedures for key in each.having(DEFINITIONS)}
        return tuple(found for key, found in DEFINITIONS.items() if key in had)
