"""Adds counts up to lines, and collects the cases behind a count: the two ends of the same walk."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from negotiation.core.enums import PARTY_ROLES, Level
from negotiation.documents.report.counting.accounts import Account
from negotiation.documents.report.definitions import BALANCE_IN, BALANCE_OUT
from negotiation.documents.report.figures import TOTAL, Line, Scope, Span
from negotiation.domain.departments import Directory
from negotiation.services.context import Context

Counts = Mapping[str, int]
Heap = dict[str, int]
EVERY_YEAR = (Level.MUNICIPAL, Level.DISTRICT, Level.VERTICAL, Level.REFERENCE)  # columns that stay from year to year


class Tally:
    """Adds up for each procedure: by provider, by applicant, by month. The total is that of the providers."""

    def __init__(self) -> None:
        self.providers: dict[tuple[str, int], Heap] = defaultdict(lambda: defaultdict(int))
        self.applicants: dict[tuple[str, int], Heap] = defaultdict(lambda: defaultdict(int))
        self.months: dict[tuple[str, str], Heap] = defaultdict(lambda: defaultdict(int))

    def __call__(self, name: str, many: int, account: Account, month: str, *, period: bool = True) -> None:
        if period and account.provider is not None:
            self.providers[account.procedure, account.provider][name] += many
        if period and account.applicant is not None:
            self.applicants[account.procedure, account.applicant][name] += many
        if month and account.provider is not None:
            self.months[account.procedure, month][name] += many

    def add(self, lists: Mapping[str, Iterable[tuple[str, Any, Counts]]]) -> None:
        """Adds what another tally gives ``as_lists``."""
        for name, heaps in self._heaps():
            for procedure, key, counts in lists[name]:
                _add(heaps[procedure, key], counts)

    @property
    def as_lists(self) -> dict[str, list[tuple[str, Any, Counts]]]:
        """All of it as plain lists: procedure, department or month, counts."""
        return {name: [(*key, counts) for key, counts in heaps.items()] for name, heaps in self._heaps()}

    def _heaps(self) -> Iterator[tuple[str, dict[tuple[str, Any], Heap]]]:
        return zip(("providers", "applicants", "months"), (self.providers, self.applicants, self.months), strict=True)

    @property
    def procedures(self) -> set[str]:
        """The procedures of which there is anything to report."""
        return {key for key, _ in (*self.providers, *self.applicants)}


class Lines:
    """The lines of one procedure: departments in official order, levels in theirs, months in time."""

    def __init__(self, tally: Tally, procedure: str, context: Context, lacks: frozenset[str]) -> None:
        self.tally, self.procedure, self.context, self.lacks = tally, procedure, context, lacks
        self.directory = context.directory

    @cached_property
    def total(self) -> Line:
        """The sum of the providers."""
        return Line(self.procedure, TOTAL, _sum(line.counts for line in self.providers), self.lacks)

    @cached_property
    def providers(self) -> tuple[Line, ...]:
        """A line for each providing department."""
        return tuple(self._departments(Span.PROVIDER, self.tally.providers))

    @cached_property
    def applicants(self) -> tuple[Line, ...]:
        """A line for each applying department."""
        return tuple(self._departments(Span.APPLICANT, self.tally.applicants))

    def levels(self) -> tuple[Line, ...]:
        """A line for each level of providing departments; those of every year are there in a year without cases too."""
        by_level: dict[Level, list[Counts]] = {level: [] for level in Level}
        for unit in self.directory.in_order():
            by_level[unit.level].append(self.tally.providers.get((self.procedure, unit.id), {}))
        sums = {level: _sum(counts) for level, counts in by_level.items()}
        return tuple(
            Line(self.procedure, Scope(Span.LEVEL, level.value, self.context.level_title(level)), counts, self.lacks)
            for level, counts in sums.items()
            if (level in EVERY_YEAR and level in self.context.levels) or any(counts.values())
        )

    def months(self, since: date, until: date) -> tuple[Line, ...]:
        """Each month that the period touches, with what it carried over and forward."""
        lines, open_now = [], self.total.counts.get("carried_over", 0)
        for month in months_of(since, until):
            counts = dict(self.tally.months.get((self.procedure, month), {}))
            counts["carried_over"] = open_now
            came = sum(counts.get(name, 0) for name in BALANCE_IN if name != "carried_over")
            open_now += came - sum(counts.get(name, 0) for name in BALANCE_OUT)
            counts["carried_forward"] = open_now
            lines.append(Line(self.procedure, Scope(Span.MONTH, month, f"{int(month[5:])}月"), counts, self.lacks))
        return tuple(lines)

    def _departments(self, span: Span, counted: Mapping[tuple[str, int], Counts]) -> Iterator[Line]:
        for unit in self.directory.in_order():
            counts = counted.get((self.procedure, unit.id), {})
            if any(counts.values()):
                yield Line(self.procedure, Scope(span, str(unit.id), unit.name), dict(counts), self.lacks)


def _sum(many: Iterable[Counts]) -> Heap:
    total: Heap = defaultdict(int)
    for counts in many:
        _add(total, counts)
    return dict(total)


def _add(heap: Heap, counts: Counts) -> None:
    for name, many in counts.items():
        heap[name] += many


def months_of(since: date, until: date) -> Iterator[str]:
    """The months that a period touches: 2026-03."""
    day = since.replace(day=1)
    while day <= until:
        yield f"{day:%Y-%m}"
        day = (day + timedelta(days=32)).replace(day=1)


class CaseCollector:
    """Collects the numbers of the cases that add to any of these counts, within a scope of a procedure."""

    def __init__(self, procedure: str, names: Collection[str], scope: Scope, directory: Directory) -> None:
        self.procedure, self.names, self.scope, self.directory = procedure, names, scope, directory
        self.found: set[str] = set()

    def __call__(self, name: str, many: int, account: Account, month: str, *, period: bool = True) -> None:  # noqa: ARG002 (as Emit)
        counts = period and name in self.names and (many or name.endswith("_days"))  # an answer may take no day
        if counts and account.no is not None and account.procedure == self.procedure and self._holds(account):
            self.found.add(account.no)

    def _holds(self, account: Account) -> bool:
        if self.scope.span is Span.APPLICANT:
            return str(account.applicant) == self.scope.key
        if account.provider is None:
            return False
        if self.scope.span is Span.LEVEL:
            return self.directory.by_id[account.provider].level == self.scope.key
        return self.scope.span is not Span.PROVIDER or str(account.provider) == self.scope.key


class BalanceCheck:
    """Sums up what each case leaves over on each account of 上年结转 + 本年新收 + 划入 − 本年办结 − 划出 − 结转下年."""

    def __init__(self) -> None:
        self.left: dict[tuple[str, str, str, int], int] = defaultdict(int)

    def __call__(self, name: str, many: int, account: Account, month: str, *, period: bool = True) -> None:  # noqa: ARG002 (as Emit)
        sign = (name in BALANCE_IN) - (name in BALANCE_OUT)
        for role in PARTY_ROLES:
            department = getattr(account, role)
            if period and sign and account.no is not None and department is not None:
                self.left[account.procedure, account.no, role, department] += sign * many

    def cases(self, procedure: str) -> tuple[str, ...]:
        """The cases of a procedure that leave anything over."""
        return tuple(sorted({no for (key, no, *_), left in self.left.items() if left and key == procedure}))


class ProviderCollector:
    """Collects the cases on one side of the year with their providers: number → id, for each procedure."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.cases: dict[str, dict[str, int]] = defaultdict(dict)

    def __call__(self, name: str, many: int, account: Account, month: str, *, period: bool = True) -> None:  # noqa: ARG002 (as Emit)
        if period and name == self.name and account.no is not None and account.provider is not None:
            self.cases[account.procedure][account.no] = account.provider
