"""A year of the fixed cast, and the words with which its figures are asked for."""

from typing import Any

from negotiation.documents import report
from negotiation.documents.report.figures import Line, Scope, Span
from negotiation.documents.report.model import Report
from negotiation.services.context import Context
from negotiation.store.database import Database
from tests.conftest import Story, day


def year_of(story: Story, year: int = 2026, *, as_of: str = "2027-02-01", **days: str) -> Report:
    """The report of a year, or of the days ``since`` and ``until`` in it."""
    since, until = (day(days[key]) if key in days else None for key in ("since", "until"))
    first, last = report.period(year, day(as_of), since, until)
    return report.report_of(story.database, story.context, year, report.Days(first, last, day(as_of)))


def of(found: Report, department: str, side: str = "providers", procedure: str = "sharing") -> Line:
    """The line of a department; nothing counted where there is none."""
    figures = found.procedure(procedure)
    assert figures is not None
    lines = {line.scope.title: line for line in getattr(figures, side)}
    return lines.get(department, Line(procedure, Scope(Span.PROVIDER, "0", department), {}))


def said(line: Line, *keys: str) -> tuple[str, ...]:
    """These figures as they print."""
    return tuple(line[key].text for key in keys)


def flow(line: Line) -> tuple[int, ...]:
    """上年结转, 本年新收, 划入, 本年办结, 划出, 结转下年."""
    keys = ("carried_over", "received", "moved_in", "closed", "moved_out", "carried_forward")
    return tuple(line[key].numerator for key in keys)


def behind(story: Story, figure: str, scope: Scope, *, year: int = 2026, part: Any = "numerator") -> list[str]:
    """The cases behind a number of the main procedure."""
    days = report.Days(day(f"{year}-01-01"), day(f"{year}-12-31"), day(f"{year + 1}-02-01"))
    return report.cases_behind(story.database, story.context, days, "sharing", figure, scope, part)


def again(database: Database, context: Context) -> Story:
    """One more case beside the others."""
    return Story(database, context)
