"""The desk: today, what is burning, and the list of cases with its filters, order and pages; out as a spreadsheet."""

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from negotiation import listing
from negotiation.store.listing import Counts, Wanted
from negotiation.vocabulary import PARTY_ROLES, Light
from negotiation.web.render import page
from negotiation.web.visit import Visit, visit_of

router = APIRouter()
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILTERS = ("text", "state", "light", "department", "since", "until", "provisional", "all", "sort", "descending")


@router.get("/")
async def desk_page(request: Request, visit: Visit = Depends(visit_of)) -> Response:  # noqa: B008
    house, today, asked = visit.house, visit.house.today(), dict(request.query_params)
    wanted = _wanted(visit, asked)
    found = listing.lines(house.database, house.practice, wanted, today, asked.get("after", ""))
    counts = listing.counts(house.database, house.practice, wanted.scope, today)
    kept = {key: asked[key] for key in FILTERS if asked.get(key)}
    facts = visit.facts(
        lines=found["cases"],
        tiles=_tiles(visit, counts),
        asked={key: asked.get(key, "") for key in FILTERS},
        states=listing.state_titles(visit.house.practice.rulebook),
        lights=[light for light in Light if light is not Light.NONE],
        sorts=listing.SORT_TITLES,
        next=f"/?{urlencode({**kept, 'after': found['cursor']})}" if found["cursor"] else "",
        first=f"/?{urlencode(kept)}" if asked.get("after") else "",
        export=f"/export?{urlencode(kept)}",
        ordinal=_ordinal(visit, today),
        here="desk",
    )
    return page("desk.html", facts)


@router.get("/export")
async def export(request: Request, visit: Visit = Depends(visit_of)) -> Response:  # noqa: B008
    """What the list shows, all pages of it, as .xlsx."""
    wanted, today = _wanted(visit, dict(request.query_params)), visit.house.today()
    content = await run_in_threadpool(_exported, visit, wanted, today)
    name = f"cases-{today.isoformat()}.xlsx"
    return Response(content, media_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _exported(visit: Visit, wanted: Wanted, today: date) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cases.xlsx"
        listing.export(visit.house.database, visit.house.practice, wanted, today, path)
        return path.read_bytes()


def _wanted(visit: Visit, asked: Mapping[str, str]) -> Wanted:
    """What the page's address asks for, closed cases only if they are asked for; a department's own cases only."""
    visit.demand_page("desk")
    wanted = listing.read_wanted(visit.house.practice, asked, scope=visit.person.department_id)
    return replace(wanted, open_only=not asked.get("all"))


def _tiles(visit: Visit, counts: Counts) -> list[tuple[str, int, str]]:
    """Title, number, and the list behind it. The states are those that the office or the leading group holds."""
    burning = [("逾期", counts["overdue"], "/?light=overdue"), ("临期", counts["due_soon"], "/?light=due_soon")]
    states = [state for rules in visit.house.practice.rulebook.procedures.values() for state in rules.states.values()]
    own = [
        (state.title, counts["by_state"].get(state.key, 0), f"/?state={state.key}")
        for state in states
        if state.held_by and state.held_by not in PARTY_ROLES
    ]
    office = [*own, ("待办", counts["tasks"], "/tasks")] if visit.person.is_office else []
    return [*burning, *office, ("暂定期限", counts["provisional"], "/?provisional=1"), ("在办", counts["open"], "/")]


def _ordinal(visit: Visit, today: date) -> str:
    """今年第215个工作日"""
    calendar = visit.house.practice.calendar
    if not calendar.is_working_estimated(today):
        return "今日休息"
    return f"今年第{calendar.count_estimated(date(today.year - 1, 12, 31), today)}个工作日"
