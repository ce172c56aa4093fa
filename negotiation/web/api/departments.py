"""The departments for programs."""

from fastapi import APIRouter, Response

from negotiation.core.scopes import Scope
from negotiation.web.api.answers import json_answer
from negotiation.web.api.auth import Called

router = APIRouter()


@router.get("/departments", summary="部门")
async def departments(caller: Called) -> Response:
    """In the official order."""
    caller.demand(Scope.READ)
    units = caller.app_state.context.directory.in_order()
    return json_answer({"departments": [{"name": each.name, "level": each.level.value} for each in units]})
