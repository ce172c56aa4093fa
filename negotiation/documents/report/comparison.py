"""Two counts of the same period held against each other, cell by cell, with the cases that count otherwise and why.

What was published, or was known on a past day, is the one; what is known now is the other.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from negotiation.core.batches import batches
from negotiation.core.enums import PARTY_ROLES
from negotiation.documents.report.books import Books
from negotiation.documents.report.compiler import compiled_in
from negotiation.documents.report.counting.accounts import Account
from negotiation.documents.report.days import Days, reading
from negotiation.documents.report.definitions import DEFINITIONS, ENTERED_TITLES, REFUSED, Part
from negotiation.documents.report.figures import Scope, Span
from negotiation.documents.report.json_output import Content, as_json, cells
from negotiation.documents.report.model import Difference, Report
from negotiation.documents.report.sources import Gathering
from negotiation.domain.departments import Directory
from negotiation.domain.then import Then
from negotiation.services import later_entries
from negotiation.services.context import Context, UnitOfWork
from negotiation.store import later_events
from negotiation.store.database import Database
from negotiation.store.transaction import Transaction

Cell = tuple[str, str, str]  # procedure, scope, count
Found = tuple[Cell | None, Difference]  # None: of a figure that was entered
AT_ONCE = 500  # cases that are counted by one set of queries


def with_changes(database: Database, context: Context, report: Report, days: Days) -> Report:
    """A report of what was known on a past day, with all that is otherwise now, by its cases, and why."""
    if days.known is None:
        return report
    with database.read() as transaction:
        now = compiled_in(transaction, context, report.year, days._replace(known=None), tables=False)[0]
    found = differences(as_json(report), as_json(now))
    moved, later = _moved(database, context, days, days)
    return replace(report, changes=_with_cases(found, moved), entered_later=later)


def explained(database: Database, context: Context, report: Report, published: Content, days: Days) -> Report:
    """A report with its differences from what was published, the cases, and what was entered since."""
    found = differences(published, as_json(report))
    if not found or report.published is None:
        return replace(report, differences=tuple(each for _, each in found))
    before = days._replace(known=Then.of_instant(report.published.published_at))
    moved, later = _moved(database, context, before, days)
    return replace(report, differences=_with_cases(found, moved), entered_later=later)


def _with_cases(found: Sequence[Found], moved: Mapping[Cell, Sequence[str]]) -> tuple[Difference, ...]:
    return tuple(replace(each, cases=tuple(moved.get(cell, ())) if cell else ()) for cell, each in found)


# ------------------------------------------------------------------------------------------------------------- cases


class CellCollector:
    """Collects what each case adds to each cell: procedure, scope and count → number of the case → how many."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self.cells: dict[Cell, dict[str, int]] = defaultdict(lambda: defaultdict(int))

    def __call__(self, name: str, many: int, account: Account, month: str, *, period: bool = True) -> None:
        for scope in self._scopes(account, month, period):
            if account.no is not None:
                self.cells[account.procedure, scope.text, name][account.no] += many

    def _scopes(self, account: Account, month: str, period: bool) -> Iterator[Scope]:
        if period and account.provider is not None:
            level = self.directory.by_id[account.provider].level
            yield Scope(Span.TOTAL, "", "")
            yield Scope(Span.LEVEL, level.value, "")
        for role in PARTY_ROLES:
            department = getattr(account, role)
            if period and department is not None:
                yield Scope(Span(role), str(department), "")
        if month and account.provider is not None:
            yield Scope(Span.MONTH, month, "")


def _moved(
    database: Database, context: Context, before: Days, now: Days
) -> tuple[dict[Cell, list[str]], dict[str, tuple[str, ...]]]:
    """The cases that count otherwise, by their cells; what was entered of them since, by their numbers."""
    then = before.known
    if then is None or then.known_before is None:
        return {}, {}
    with reading(database, context, then) as (transaction, known):
        touched = later_events.touched(transaction, then.known_before, now.until)
        one = _counted(transaction, known, before, touched)
    with database.read() as transaction:
        other = _counted(transaction, context, now, touched)
        moved = dict(_differing(one, other))
        named = {no for cases in moved.values() for no in cases}
        ids = {case_id: no for case_id, no in touched.items() if no in named}
        work = UnitOfWork(transaction, context, then.known_before)
        said = later_entries.reasons(work, sorted(ids), then._replace(as_of=now.as_of))
    return moved, {ids[case_id]: tuple(sentences) for case_id, sentences in said.items()}


def _counted(transaction: Transaction, context: Context, days: Days, ids: Collection[int]) -> CellCollector:
    """What these cases add to each cell."""
    collector, books = CellCollector(context.directory), Books.read(context, transaction)
    for some in batches(sorted(ids), AT_ONCE):
        Gathering(transaction, books, days.span(detail=True)._replace(only=tuple(some))).count(collector)
    return collector


def _differing(one: CellCollector, other: CellCollector) -> Iterator[tuple[Cell, list[str]]]:
    for cell in sorted({*one.cells, *other.cells}):
        before, now = one.cells.get(cell, {}), other.cells.get(cell, {})
        if cases := sorted(no for no in {*before, *now} if before.get(no, 0) != now.get(no, 0)):
            yield cell, cases


# ------------------------------------------------------------------------------------------------------- differences


def differences(before: Content, now: Content) -> list[Found]:
    """Cell by cell: every count of every line; then, without a cell, every figure that was entered."""
    then, today = dict(cells(before)), dict(cells(now))
    counted, found = _counted_then(before), list[Found]()
    for cell in sorted({*then, *(cell for cell in today if cell[-1] in counted or cell[-1].startswith(REFUSED))}):
        one, other = then.get(cell, 0), today.get(cell, 0)
        if one != other:
            found.append((cell, Difference(_place(cell, before, now), str(one), str(other))))
    for key, (title, _) in ENTERED_TITLES.items():
        values = [each["entered"].get(key, {}).get("value", "") for each in (before, now)]
        if values[0] != values[1]:
            found.append((None, Difference(f"填报 · {title}", *values)))
    return found


def _counted_then(published: Content) -> set[str]:
    """The counts that there were when it was published: what is counted since then was not nothing before."""
    return {name for each in published["definitions"] for name in (*each["numerator"], *(each["denominator"] or ()))}


def _place(cell: tuple[str, str, str], *contents: Content) -> str:
    """A cell in words: procedure, line, count."""
    procedure, scope, name = cell
    figures = [each["figures"][procedure] for each in contents if procedure in each["figures"]]
    lines = [each["lines"][scope]["title"] for each in figures if scope in each["lines"]]
    return f"{figures[0]['title']} · {lines[0]} · {count_title(name)}"


def count_title(name: str) -> str:
    """A count in words: as a figure, or as the part of one."""
    if name in DEFINITIONS:
        return DEFINITIONS[name].title
    for part, word in ((Part.NUMERATOR, "分子"), (Part.DENOMINATOR, "分母")):
        for each in DEFINITIONS.values():
            if name in each.counts_of(part):
                return f"{each.title}（{word}）"
    return name
