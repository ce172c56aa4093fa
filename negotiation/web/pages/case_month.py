"""The due dates of the list as a month: how many cases end their running term on each day, each a list of its own."""

import calendar as months
from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from fastapi import APIRouter, Request, Response

from calendars import WorkingCalendar
from negotiation.core.errors import FieldError
from negotiation.services import case_list
from negotiation.store.case_list import counts
from negotiation.store.case_list.conditions import Wanted
from negotiation.web.filters import status_of
from negotiation.web.pages.list_asked import NAMES, address, kept_of, wanted_by
from negotiation.web.pages.saved_views import headed
from negotiation.web.request_context import CurrentRequest, RequestContext
from negotiation.web.templating import page

router = APIRouter()
DAY, MONTH = "day", "month"
FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)


class DueDay(NamedTuple):
    """A day of the month: people rest on it or make one up, how many cases are due, and their list."""

    day: date
    rests: bool
    made_up: bool
    many: int
    link: str
    outside: bool


@router.get("/due")
async def month_page(request: Request, ctx: CurrentRequest) -> Response:
    """The month that is asked for, of the cases that the filters find; a faulty filter leaves it empty and says why."""
    ctx.demand_page("desk")
    asked = dict(request.query_params)
    kept = {key: text for key, text in kept_of(asked, NAMES).items() if key != DAY}
    first, fault, found = _first(asked.get(MONTH, ""), ctx.app_state.today()), None, None
    try:
        found = wanted_by(ctx, kept)
    except FieldError as error:
        fault = error
    facts = ctx.facts(
        **headed(ctx, found or Wanted(scope=ctx.person.department_id), kept),
        **_turns(kept, first),
        month=first,
        weeks=(weeks := _weeks(ctx, found, kept, first)),
        many=sum(each.many for week in weeks for each in week if not each.outside),
        fault=fault,
        here="cases",
    )
    return page("case_month.html", facts, status=status_of(fault))


def _turns(kept: Mapping[str, str], first: date) -> dict[str, str]:
    """The ways to the months before and after, to this month, and to the list."""
    before, after = f"{first - timedelta(days=1):%Y-%m}", f"{first + timedelta(days=31):%Y-%m}"
    return {
        "before": address({**kept, MONTH: before}, "/due"),
        "after": address({**kept, MONTH: after}, "/due"),
        "now": address(kept, "/due"),
        "listed": address(kept),
    }


def _first(text: str, today: date) -> date:
    """The first day of the month that is asked for, written 2026-11; of this month for anything else."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
    return found if FIRST < found < LAST.replace(day=1) else today.replace(day=1)


def _weeks(ctx: RequestContext, wanted: Wanted | None, kept: Mapping[str, str], first: date) -> list[list[DueDay]]:
    """The weeks of the month, each from Monday to Sunday."""
    days = list(months.Calendar().itermonthdates(first.year, first.month))
    context, today = ctx.app_state.context, ctx.app_state.today()
    calendar = context.calendar_of(context.rulebook)
    due: Mapping[date, int] = {}
    if wanted is not None:
        with ctx.app_state.read() as transaction:
            soon = case_list.last_day_soon(context, today)
            due = counts.count_by_day(transaction, wanted, today, soon, days[0], days[-1])
    shown = [_shown(each, calendar, due.get(each, 0), kept, first) for each in days]
    return [shown[start : start + 7] for start in range(0, len(shown), 7)]


def _shown(day: date, calendar: WorkingCalendar, many: int, kept: Mapping[str, str], first: date) -> DueDay:
    works = calendar.is_working_estimated(day)
    link = address({**kept, DAY: day.isoformat()})
    return DueDay(day, not works, works and day.weekday() >= months.SATURDAY, many, link, day.month != first.month)
