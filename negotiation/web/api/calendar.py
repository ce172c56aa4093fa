"""The calendar of working days for programs."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response

from negotiation.core.enums import CalendarLayer
from negotiation.core.errors import FieldError
from negotiation.core.labels import LAYER_TITLES
from negotiation.core.scopes import Scope
from negotiation.web.api.answers import json_answer
from negotiation.web.api.auth import Called

router = APIRouter()


@router.get("/calendar/due", summary="第 n 个工作日")
async def due(
    caller: Called,
    start: date,
    n: Annotated[int, Query(ge=-500, le=500)],
    layer: CalendarLayer = CalendarLayer.MUNICIPAL,
) -> Response:
    """The n-th working day after a day, day by day with its documents; a day outside the calendars is refused."""
    caller.demand(Scope.READ)
    calendar = caller.app_state.context.almanac.of(layer)
    try:
        found, days = calendar.estimate(start, n), calendar.explain(start, n)
    except ValueError as error:
        raise FieldError(str(error), field="start", todo="请核对日期和天数") from None
    answer = {"start": start, "n": n, "layer": LAYER_TITLES[layer], "due": found.day, "official": found.official}
    answer |= {"earliest": found.earliest, "latest": found.latest, "days": [each._asdict() for each in days]}
    return json_answer(answer)
