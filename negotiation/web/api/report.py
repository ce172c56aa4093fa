"""The figures of a year for programs."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from negotiation.core.scopes import Scope
from negotiation.documents import report
from negotiation.domain.then import looking_back
from negotiation.web.api.answers import json_answer
from negotiation.web.api.auth import Called, Refused

router = APIRouter()
SHOWN = ("as_of", "known_on", "figures", "imbalances", "published", "differences", "changes", "entered_later")


@router.get("/report/{year}", summary="年度数据")
async def yearly(
    year: Annotated[int, "年份"], caller: Called, as_of: date | None = None, known_on: date | None = None
) -> Response:
    """The figures of a year, of every procedure. Who does not see all cases is refused.

    ``known_on``: only what had been recorded by the end of that day, with ``changes`` since then.
    """
    caller.demand(Scope.REPORT)
    app_state, today = caller.app_state, caller.app_state.today()
    if not caller.person.sees_all_cases:
        raise Refused(403, "全市的数据只提供给办公室", "请换用办公室的账号")
    then, known = looking_back(as_of, known_on, today), looking_back(None, known_on, today)
    day = then.day if then else today
    days = report.Days(*report.period(year, day, None, None), day, known)
    found = await run_in_threadpool(report.report_of, app_state.database, app_state.context, year, days, tables=False)
    content = report.as_json(found)
    beside = {key: content[key] for key in SHOWN}
    return json_answer({"year": year, "procedures": report.by_procedure(found)} | beside)
