"""登记来文: a paper that came in, entered by the office for a department: its case, then what came, then its form."""

from collections.abc import Sequence
from typing import NamedTuple

from fastapi import APIRouter, Request, Response

from negotiation.core.enums import ACT_AS_OFFICE
from negotiation.core.errors import NotFound
from negotiation.core.texts import searched
from negotiation.services import case_list
from negotiation.services.case_json import HandledLine
from negotiation.services.permissions import OpenAct, desk_of, meant, visible
from negotiation.store.case_list.query import numbered
from negotiation.store.transaction import Transaction
from negotiation.web.request_context import CurrentRequest, RequestContext
from negotiation.web.templating import page

router = APIRouter()
NO = "no"


class Came(NamedTuple):
    """What may have come in a case: who writes in it, its subject, and the letters that can be entered for them."""

    no: str
    subject: str
    parties: str
    state: str
    papers: list[tuple[str, OpenAct]]


@router.get("/papers")
async def papers(request: Request, ctx: CurrentRequest) -> Response:
    """Asks for the number; of a case that is found, what came."""
    ctx.demand(*ACT_AS_OFFICE)
    typed = searched(request.query_params.get(NO, ""))
    came: Came | None = None
    several: Sequence[HandledLine] = ()
    fault = ""
    with ctx.app_state.read() as transaction:
        try:
            came = _came(transaction, ctx, typed) if typed else None
        except NotFound as error:
            several = _several(transaction, ctx, typed)
            fault = "" if several else f"{error.what}（{error.todo}）"
    facts = ctx.facts(typed=typed, came=came, several=several, fault=fault, here="papers")
    return page("papers.html", facts, status=404 if fault else 200)


def _several(transaction: Transaction, ctx: RequestContext, typed: str) -> Sequence[HandledLine]:
    """The cases that may be meant by a part of a number, where it is that of more than one."""
    context, scope = ctx.app_state.context, ctx.person.department_id
    ids = [each.id for each in numbered(transaction, typed, scope)]
    return case_list.lines_of(transaction, context, ids, ctx.app_state.today(), scope) if ids else ()


def _came(transaction: Transaction, ctx: RequestContext, typed: str) -> Came:
    """What may have come in the case that is meant. Raises NotFound."""
    context, at = ctx.app_state.context, ctx.app_state.clock()
    no = meant(transaction, context, ctx.person, typed, at) or typed
    file = visible(transaction, context, ctx.person, no, at)
    acts = desk_of(transaction, file, ctx.person).acts
    names = (context.name_of(number) for number in file.case.parties.values())
    state = file.procedure.states[file.state].title
    found = [(file.role_title(act.role), act) for act in acts if act.paper]
    return Came(file.no, file.subject, " → ".join(names), state, found)
