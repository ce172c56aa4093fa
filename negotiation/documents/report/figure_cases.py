"""The cases behind a figure of the report."""

from datetime import date, timedelta

from negotiation.core.errors import NotFound
from negotiation.documents.report.books import Books
from negotiation.documents.report.days import Days, reading
from negotiation.documents.report.definitions import DEFINITIONS, Part
from negotiation.documents.report.figures import Scope
from negotiation.documents.report.figures import Span as Of
from negotiation.documents.report.sources import Gathering
from negotiation.documents.report.totals import CaseCollector
from negotiation.services.context import Context
from negotiation.store.database import Database


def cases_behind(
    database: Database,
    context: Context,
    days: Days,
    procedure: str,
    figure: str,
    scope: Scope,
    part: Part = Part.NUMERATOR,
) -> list[str]:
    """The numbers of the cases that a side of a figure counts, in order. Raises NotFound for a figure unknown here."""
    if figure not in DEFINITIONS:
        raise NotFound(f"没有名为“{figure}”的统计指标", todo="请从年度报告的数字进入")
    if scope.span is Of.MONTH:  # a month is a period of its own
        since, until = _month(scope.key, days.since, days.until)
        days = days._replace(since=since, until=until)
    with reading(database, context, days.known) as (transaction, known):
        facts = Gathering(transaction, Books.read(known, transaction), days.span(detail=True))
        return cases_among(facts, procedure, figure, scope, part)


def cases_among(facts: Gathering, procedure: str, figure: str, scope: Scope, part: Part) -> list[str]:
    """The numbers of the cases among the facts of a period (in detail) that a side of a known figure counts."""
    names = DEFINITIONS[figure].counts_of(part)
    behind = CaseCollector(procedure, names, scope, facts.books.context.directory)
    facts.count(behind, names)
    return sorted(behind.found)


def _month(key: str, since: date, until: date) -> tuple[date, date]:
    try:
        first = date.fromisoformat(f"{key}-01")
    except ValueError:
        raise NotFound(f"没有“{key}”这个月份", todo="请从年度报告的数字进入") from None
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return max(first, since), min(last, until)
