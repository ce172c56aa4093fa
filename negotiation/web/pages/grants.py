"""Roles and tokens that wait for a second person: confirmed, or refused with a reason."""

from collections.abc import Callable, Mapping

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from negotiation.core.errors import NegotiationError
from negotiation.services.accounts import grants
from negotiation.store.transaction import Transaction
from negotiation.web.request_context import CurrentRequest, RequestContext, form_of
from negotiation.web.statuses import status_of
from negotiation.web.templating import page

router = APIRouter()


@router.get("/grants")
async def list_page(ctx: CurrentRequest) -> Response:
    ctx.demand_page("grants")
    return _page(ctx, {}, None)


@router.post("/grants/{number:int}/confirm")
async def confirm(number: int, request: Request, ctx: CurrentRequest) -> Response:
    """Puts into force what was asked for."""
    typed, operation = await form_of(request, ctx), ctx.operation
    return await _decide(ctx, typed, lambda inside: grants.confirm(inside, ctx.person, number, operation))


@router.post("/grants/{number:int}/refuse")
async def refuse(number: int, request: Request, ctx: CurrentRequest) -> Response:
    """Refuses it, with a reason."""
    typed, operation = {"number": str(number), **await form_of(request, ctx)}, ctx.operation
    said = typed.get("said", "")
    return await _decide(ctx, typed, lambda inside: grants.refuse(inside, ctx.person, number, said, operation))


async def _decide(ctx: RequestContext, typed: Mapping[str, str], work: Callable[[Transaction], None]) -> Response:
    ctx.demand_page("grants")
    try:
        await ctx.write(work)
    except NegotiationError as error:
        return _page(ctx, typed, error)
    return RedirectResponse("/grants?said=granted", status_code=303)


def _page(ctx: RequestContext, typed: Mapping[str, str], error: NegotiationError | None) -> Response:
    with ctx.app_state.read() as transaction:
        found = grants.waiting(transaction, ctx.person)
    units = {each.id: ctx.app_state.context.name_of(each.account.department_id) for each in found}
    facts = ctx.facts(waiting=found, units=units, typed=typed, error=error, told=ctx.told(), here="grants")
    return page("grants.html", facts, status=status_of(error) if error else 200)
