"""Roles and tokens that wait for a second person: confirmed, or refused with a reason."""

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from negotiation.core.errors import NegotiationError
from negotiation.services.accounts import endings, grants
from negotiation.web.pages.accounts import TEMPORARY, shown_once
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
    """Puts into force what was asked for; the first password of a new account is shown, this once."""
    typed, operation = await form_of(request, ctx), ctx.operation
    ctx.demand_page("grants")
    try:
        new = await ctx.write(lambda inside: grants.confirm(inside, ctx.person, number, operation))
    except NegotiationError as error:
        return _page(ctx, typed, error)
    if new is None:
        return RedirectResponse("/grants", status_code=303)
    app_state = ctx.app_state
    password = await app_state.hashing.run(endings.reset_password, app_state.database, new.id, operation)
    return shown_once(ctx, f"已确认账户 {new.login}", TEMPORARY, password, "/grants")


@router.post("/grants/{number:int}/refuse")
async def refuse(number: int, request: Request, ctx: CurrentRequest) -> Response:
    """Refuses it, with a reason."""
    typed, operation = {"number": str(number), **await form_of(request, ctx)}, ctx.operation
    said = typed.get("said", "")
    ctx.demand_page("grants")
    try:
        await ctx.write(lambda inside: grants.refuse(inside, ctx.person, number, said, operation))
    except NegotiationError as error:
        return _page(ctx, typed, error)
    return RedirectResponse("/grants", status_code=303)


def _page(ctx: RequestContext, typed: Mapping[str, str], error: NegotiationError | None) -> Response:
    with ctx.app_state.read() as transaction:
        found = grants.waiting(transaction, ctx.person)
    units = {each.id: ctx.app_state.context.name_of(each.account.department_id) for each in found}
    facts = ctx.facts(waiting=found, units=units, typed=typed, error=error, told=ctx.told(), here="grants")
    return page("grants.html", facts, status=status_of(error) if error else 200)
