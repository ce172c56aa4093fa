"""The figures of a year for programs."""

from typing import Annotated

from fastapi import APIRouter, Response

from negotiation.core.enums import Scope
from negotiation.documents import report
from negotiation.web.api.answers import json_answer
from negotiation.web.api.auth import Called, Refused

router = APIRouter()


@router.get("/report/{year}", summary="年度数据")
async def yearly(year: Annotated[int, "年份"], caller: Called) -> Response:
    """The figures of a year, of every procedure. Who does not see all cases is refused."""
    caller.demand(Scope.REPORT)
    app_state, today = caller.app_state, caller.app_state.today()
    if not caller.person.sees_all_cases:
        raise Refused(403, "全市的数据只提供给办公室", "请换用办公室的账号")
    first, last = report.period(year, today, None, None)
    found = report.report_of(app_state.database, app_state.context, year, (first, last, today), tables=False)
    content = report.as_json(found)
    beside = {key: content[key] for key in ("figures", "imbalances", "published", "differences")}
    return json_answer({"year": year, "procedures": report.by_procedure(found)} | beside)
