"""The search for programs."""

from fastapi import APIRouter, Response

from negotiation.core.scopes import Scope
from negotiation.core.texts import searched
from negotiation.services.search_json import as_json
from negotiation.web.api.answers import json_answer
from negotiation.web.api.auth import Called, Refused
from negotiation.web.pages.search import look

router = APIRouter()


@router.get("/search", summary="查找")
async def find(caller: Called, q: str, page: int = 1) -> Response:
    """The cases in which every word of ``q`` stands, of those that the token's person may see, with the places where
    they stand, twenty on a page. A person who sees no case is refused: 403."""
    caller.demand(Scope.READ)
    person = caller.person
    if person.is_office and not person.sees_all_cases:
        raise Refused(403, "这个账号不看案件", "请换用办公室或部门的账号")
    return json_answer(as_json(await look(caller.app_state, searched(q), person.department_id, page)))
