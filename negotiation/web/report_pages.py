"""The figures of a year so far: of all for the office, of itself for a department."""

from datetime import date
from typing import Any

from fastapi import APIRouter, Depends, Response

from negotiation import report
from negotiation.report import Figures, Report
from negotiation.web.render import page
from negotiation.web.visit import Visit, visit_of

router = APIRouter()


@router.get("/report")
async def figures_page(visit: Visit = Depends(visit_of), year: int = 0) -> Response:  # noqa: B008
    visit.demand_page("report")
    today = visit.house.today()
    shown = year or today.year
    since, until = report.period(shown, today, None, None)
    tables = [_table(visit, each) for each in _reports(visit, since, until, today)]
    facts = visit.facts(year=shown, since=since, until=until, tables=tables, years=_years(today), here="report")
    return page("report.html", facts)


def _reports(visit: Visit, since: date, until: date, today: date) -> list[Report]:
    practice = visit.house.practice
    with visit.house.database.reading() as connection:
        return [
            report.figures(connection, practice, rules, since, until, today) for rules in practice.procedures.values()
        ]


def _table(visit: Visit, found: Report) -> dict[str, Any]:
    """The line of all and the lines of the departments, in official order; a department reads its own line only."""
    own = visit.house.practice.directory.name(visit.person.department_id)
    if own:
        mine = {own: found.by_department.get(own, Figures())}
        return {"title": found.procedure.title, "lines": mine, "imbalances": []}
    return {
        "title": found.procedure.title,
        "lines": {"合计": found.total, **found.by_department},
        "imbalances": found.imbalances(),
    }


def _years(today: date) -> list[int]:
    return list(range(today.year, max(today.year - 6, 2017), -1))
