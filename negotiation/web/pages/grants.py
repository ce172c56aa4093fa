"""Roles and tokens that wait for a second person: confirmed, or refused with a reason."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from negotiation.core.errors import NegotiationError
from negotiation.domain.forms import read_number
from negotiation.services.accounts import endings, grants
from negotiation.store.accounts import AccountRow
from negotiation.store.numbers import GREATEST_ID
from negotiation.web.pages.accounts import TICKED
from negotiation.web.request_context import CurrentRequest, RequestContext, form_of
from negotiation.web.statuses import status_of
from negotiation.web.templating import page

router = APIRouter()


class Slip(NamedTuple):
    """What the owner of a new account is handed: the account, and its first password."""

    account: AccountRow
    password: str


@router.get("/grants")
async def list_page(ctx: CurrentRequest) -> Response:
    ctx.demand_page("grants")
    return _page(ctx, {}, None)


@router.post("/grants/confirm")
async def confirm_ticked(request: Request, ctx: CurrentRequest) -> Response:
    """Puts into force all that is ticked, or nothing of it."""
    typed = await form_of(request, ctx)
    ticked = [found for each in typed.get("of", "").split(TICKED) if (found := read_number(each, GREATEST_ID))]
    return await _confirmed(ctx, typed, ticked)


@router.post("/grants/{number:int}/confirm")
async def confirm(number: int, request: Request, ctx: CurrentRequest) -> Response:
    """Puts into force what was asked for."""
    return await _confirmed(ctx, await form_of(request, ctx), [number])


async def _confirmed(ctx: RequestContext, typed: Mapping[str, str], numbers: Sequence[int]) -> Response:
    """The slips of the accounts that begin with it, with their first passwords, which are shown this once."""
    app_state, operation = ctx.app_state, ctx.operation
    ctx.demand_page("grants")
    try:
        new = await ctx.write(lambda inside: grants.confirm_all(inside, ctx.person, numbers, operation))
    except NegotiationError as error:
        return _page(ctx, typed, error)
    if not new:
        return RedirectResponse("/grants?said=granted", status_code=303)
    reset, database = endings.reset_password, app_state.database
    slips = [Slip(each, await app_state.hashing.run(reset, database, each.id, operation)) for each in new]
    units = {each.id: app_state.context.name_of(each.department_id) for each in new}
    return page("account_slips.html", ctx.facts(slips=slips, units=units, address=app_state.settings.base_url))


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
    return RedirectResponse("/grants?said=granted", status_code=303)


def _page(ctx: RequestContext, typed: Mapping[str, str], error: NegotiationError | None) -> Response:
    with ctx.app_state.read() as transaction:
        found = grants.waiting(transaction, ctx.person)
    units = {each.id: ctx.app_state.context.name_of(each.account.department_id) for each in found}
    facts = ctx.facts(waiting=found, units=units, typed=typed, error=error, told=ctx.told(), here="grants")
    return page("grants.html", facts, status=status_of(error) if error else 200)
