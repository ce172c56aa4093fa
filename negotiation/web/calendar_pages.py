"""The calendar: a year at a glance with its sources, a notice pasted in, what it would move, and the import."""

import calendar as months
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from calendars import Day, WorkingCalendar
from negotiation import calendar_import
from negotiation.bulletins import missing_year
from negotiation.errors import NegotiationError, WrongUse
from negotiation.store import arrangements, outstanding
from negotiation.vocabulary import ACT_AS_OFFICE, LAYER_TITLES, Layer
from negotiation.web.render import page
from negotiation.web.visit import Visit, form_of, visit_of

router = APIRouter()
WEEKS = months.Calendar(firstweekday=0)


class DayCell(NamedTuple):
    """A day of the year's picture; ``day`` is 0 where another month's day would stand."""

    day: int
    kind: str
    says: str


@router.get("/calendar")
async def year_page(visit: Visit = Depends(visit_of), year: int | None = None, layer: str = "municipal") -> Response:  # noqa: B008
    return _year(visit, year, layer)


def _year(
    visit: Visit,
    year: int | None,
    layer: str,
    *,
    text: str = "",
    rehearsed: calendar_import.Import | None = None,
    error: NegotiationError | None = None,
) -> Response:
    house, wanted = visit.house, _layer(layer)
    with house.looking() as transaction:
        revisions = arrangements.read_revisions(transaction)
        waiting = outstanding.count_provisional(transaction)
    almanac, today = house.practice.almanac, house.today()
    calendar = almanac.of(wanted)
    shown = _shown_year(calendar, year or today.year)
    days = calendar.days_of(shown)
    facts = visit.facts(
        year=shown,
        last_year=calendar.official_through.year,
        layer=wanted.value,
        layers=LAYER_TITLES,
        months=_months(days, shown),
        sources=list(dict.fromkeys(day.source for day in days if day.source)),
        missing=missing_year(almanac, today),
        waiting=waiting,
        may_count=visit.person.sees_all_cases,  # how much others have open is the office's to know
        revisions=revisions,
        may_import=visit.person.acts_as_office,
        text=text,
        rehearsed=rehearsed,
        says=calendar_import.in_sentences(rehearsed) if rehearsed else "",
        error=error,
        here="calendar",
    )
    return page("calendar.html", facts, status=400 if error else 200)


def _layer(text: str) -> Layer:
    if text not in list(Layer):
        raise WrongUse("没有这个日历层级", todo="可用：" + "、".join(LAYER_TITLES.values()))
    return Layer(text)


def _shown_year(calendar: WorkingCalendar, year: int) -> int:
    return min(max(year, calendar.since.year), calendar.official_through.year + 2)


def _months(days: Iterable[Day], year: int) -> list[list[list[DayCell]]]:
    """The weeks of each month."""
    kinds = {day.date: (day.kind, " ".join(filter(None, (day.name, day.source)))) for day in days}
    return [
        [[_cell(year, month, day, kinds) for day in week] for week in WEEKS.monthdayscalendar(year, month)]
        for month in range(1, 13)
    ]


def _cell(year: int, month: int, day: int, kinds: Mapping[date, tuple[str, str]]) -> DayCell:
    return DayCell(day, *kinds[date(year, month, day)]) if day else DayCell(0, "", "")


# --------------------------------------------------------------------------------------------------- a notice comes in


@router.post("/calendar/rehearsal")
async def rehearse(request: Request, visit: Visit = Depends(visit_of)) -> Response:  # noqa: B008
    """What a pasted notice says and would move. Nothing is written."""
    return await _came_in(request, visit, dry_run=True)


@router.post("/calendar/import")
async def take_in(request: Request, visit: Visit = Depends(visit_of)) -> Response:  # noqa: B008
    """The same, written, with all that it moves."""
    return await _came_in(request, visit, dry_run=False)


async def _came_in(request: Request, visit: Visit, *, dry_run: bool) -> Response:
    form = await form_of(request, visit)
    visit.demand(*ACT_AS_OFFICE)
    text = form.get("text", "")
    try:
        found = await run_in_threadpool(_taken_in, visit, form, dry_run)
    except NegotiationError as error:
        return _year(visit, None, form.get("layer", "national"), text=text, error=error)
    year, layer = found.arrangement.year, found.layer.value
    if dry_run:
        return _year(visit, year, layer, text=text, rehearsed=found)
    return RedirectResponse(f"/calendar?year={year}&layer={layer}", status_code=303)


def _taken_in(visit: Visit, form: Mapping[str, Any], dry_run: bool) -> calendar_import.Import:
    house, layer = visit.house, _layer(form.get("layer", ""))
    text, found = calendar_import.read_text(form.get("text", ""), layer, house.practice.almanac, where="所粘贴的正文")
    return calendar_import.run(
        house.database, house.practice, text, found, layer, at=house.clock(), author=visit.person.name, dry_run=dry_run
    )  # fmt: skip
