"""The figures of a procedure as frozen values: each by its scope, with the counts that it is made of."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from negotiation.documents.report.definitions import (
    BALANCE_IN,
    BALANCE_OUT,
    DEFINITIONS,
    NOTHING,
    PERCENT,
    REFUSED,
    Definition,
)
from negotiation.documents.report.needs import Need
from negotiation.domain.rulebook import OUTCOMES


class Span(StrEnum):
    """The kinds of lines of figures."""

    TOTAL = "total"
    PROVIDER = "provider"
    APPLICANT = "applicant"
    LEVEL = "level"
    MONTH = "month"


class Scope(NamedTuple):
    """All of a procedure (key ""), a department (its id) as provider or applicant, a level of providers, a month.

    A level or a month has its own identifier as key: ``district``, ``2026-03``.
    """

    span: Span
    key: str
    title: str

    @property
    def text(self) -> str:
        """The scope in an address: ``provider:12``."""
        return f"{self.span.value}:{self.key}" if self.key else self.span.value


PARTY_TITLES = {"provider": "提供部门", "applicant": "使用部门", "subject": "资源名称"}
STEP_TITLES = {"to_coordination": ("提请协调",), "to_deliberation": ("报请审议",)}
TOTAL = Scope(Span.TOTAL, "", "合计")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a procedure and a scope: numerator ÷ denominator, or a plain number (denominator None).

    ``lacking``: the rules do not say what it would count; it is no 0.
    """

    definition: Definition
    procedure: str
    scope: Scope
    numerator: int
    denominator: int | None
    lacking: bool = False

    @property
    def value(self) -> float | None:
        """The number itself, a ratio as such (0.85); None where the denominator is zero, or the rules lack it."""
        if self.lacking:
            return None
        if self.denominator is None:
            return self.numerator
        return self.numerator / self.denominator if self.denominator else None

    @property
    def text(self) -> str:
        """The figure in print: 12, 85.0%, 7.6, or — over a zero denominator."""
        if self.value is None:
            return NOTHING
        if self.definition.unit == PERCENT:
            return f"{self.value:.1%}"
        return str(self.numerator) if self.denominator is None else f"{self.value:.1f}"


@dataclass(frozen=True, slots=True)
class Line:
    """The counts of one scope, and through them every figure; ``lacks``: those of which the rules have nothing."""

    procedure: str
    scope: Scope
    counts: Mapping[str, int]
    lacks: frozenset[str] = frozenset()

    def __getitem__(self, key: str) -> Figure:
        """The figure of that key."""
        found = DEFINITIONS[key]
        over = self._over(found.denominator)
        return Figure(found, self.procedure, self.scope, self._sum(found.numerator), over, key in self.lacks)

    def figures(self) -> Iterator[Figure]:
        """Every figure that its rules have, in the order of the definitions."""
        return (self[key] for key in DEFINITIONS if key not in self.lacks)

    @property
    def outcomes(self) -> dict[str, int]:
        """本年办结 by outcome, those that occurred, in the order of ``OUTCOMES``."""
        return {key: n for key in OUTCOMES if (n := self.counts.get(f"closed_{key}", 0))}

    @property
    def refusals(self) -> dict[str, int]:
        """不同意 by class of reason (``UNCLASSED``, ``UNREASONED`` where none was chosen, or no reason written)."""
        return {key.removeprefix(REFUSED): n for key, n in self.counts.items() if key.startswith(REFUSED)}

    @property
    def balances(self) -> bool:
        """上年结转 + 本年新收 + 划入 = 本年办结 + 划出 + 结转下年."""
        return self._sum(BALANCE_IN) == self._sum(BALANCE_OUT)

    def _sum(self, names: tuple[str, ...]) -> int:
        return sum(self.counts.get(name, 0) for name in names)

    def _over(self, names: tuple[str, ...] | None) -> int | None:
        return None if names is None else self._sum(names)


@dataclass(frozen=True, slots=True)
class ProcedureFigures:
    """The figures of one procedure. Departments stand in official order, levels in theirs, months in time.

    ``rate``: the figure that the procedure is judged by (``on_time_rate`` or ``finished_rate``) and ``rate_title`` what
    it is called there (目录更新及时率); ``basis``: the articles of its main term; ``table``: the one-by-one table that
    its cases feed, or "", and ``section`` the part of the text that tells of them; ``refusal_classes``: title of each
    class of reason; ``step_titles``: the titles of a referral (``to_coordination``) and of what follows
    (``to_deliberation``); ``lacking``: the figures of which its rules have nothing, with what they would need;
    ``outcomes``: those to which its cases can come; ``parties``: the titles of its parties and of its subject.
    """

    key: str
    title: str
    basis: str
    total: Line
    providers: tuple[Line, ...]
    applicants: tuple[Line, ...]
    levels: tuple[Line, ...]
    months: tuple[Line, ...]
    rate: str = "on_time_rate"
    rate_title: str = "按时答复率"
    table: str = ""
    section: str = ""
    refusal_classes: Mapping[str, str] = field(default_factory=dict)
    step_titles: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: STEP_TITLES)
    lacking: Mapping[str, Need] = field(default_factory=dict)
    outcomes: frozenset[str] = frozenset(OUTCOMES)
    parties: Mapping[str, str] = field(default_factory=lambda: PARTY_TITLES)

    def having(self, keys: Iterable[str]) -> tuple[str, ...]:
        """Those of some figures that its rules have; of the outcomes, those to which its cases can come."""
        never = {f"closed_{key}" for key in OUTCOMES if key not in self.outcomes}
        return tuple(key for key in keys if key not in self.lacking and key not in never)

    def title_of(self, key: str) -> str:
        """The title of a figure: what it is judged by is called as its rules call it."""
        return self.rate_title if key == self.rate else DEFINITIONS[key].title

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines, the total first."""
        return (self.total, *self.providers, *self.applicants, *self.levels, *self.months)

    @property
    def rated(self) -> Figure:
        """The rate of all its cases."""
        return self.total[self.rate]
