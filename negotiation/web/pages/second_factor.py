"""One's own second factor: set up, confirmed, ended; recovery codes, shown once. And its reset for another."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

import segno
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup

from negotiation.core.errors import NegotiationError
from negotiation.domain.people import Person
from negotiation.services.accounts import second_factor, sessions
from negotiation.services.administration import Operation
from negotiation.store.transaction import Transaction
from negotiation.web.pages.accounts import enter
from negotiation.web.request_context import CurrentRequest, RequestContext, form_of
from negotiation.web.statuses import headers_of, shown, status_of
from negotiation.web.templating import page

router = APIRouter()
T = TypeVar("T")
ISSUER = "政务信息资源共享协商"


@router.get("/second-factor")
async def standing(ctx: CurrentRequest) -> Response:
    return _page(ctx)


@router.post("/second-factor/begin")
async def begin(request: Request, ctx: CurrentRequest) -> Response:
    """Offers a secret to who shows the password once more."""
    form = await form_of(request, ctx)
    app_state, at = ctx.app_state, ctx.app_state.clock()
    try:
        ctx.demand_texts()
        with app_state.attempts.one(ctx.caller, at):
            await app_state.hashing.run(
                sessions.demand_own_password,
                app_state.database, app_state.settings, ctx.person, form.get("password", ""), at,
            )  # fmt: skip
        await ctx.write(lambda transaction: second_factor.offer(transaction, ctx.person))
    except NegotiationError as error:
        return _page(ctx, error)
    return RedirectResponse("/second-factor?said=second-factor", status_code=303)


@router.post("/second-factor/confirm")
async def confirm(request: Request, ctx: CurrentRequest) -> Response:
    """Puts it into force once its first code is shown; the recovery codes are shown, this once."""
    return await _codes(request, ctx, second_factor.confirm)


@router.post("/second-factor/codes")
async def codes(request: Request, ctx: CurrentRequest) -> Response:
    """New recovery codes in place of the former ones."""
    return await _codes(request, ctx, second_factor.new_codes)


async def _codes(
    request: Request, ctx: RequestContext, work: Callable[[Transaction, Person, str, datetime], list[str]]
) -> Response:
    code = (await form_of(request, ctx)).get("code", "")
    try:
        return _page(ctx, codes=await _with_code(ctx, lambda inside, at: work(inside, ctx.person, code, at)))
    except NegotiationError as error:
        return _page(ctx, error)


@router.post("/second-factor/remove")
async def remove(request: Request, ctx: CurrentRequest) -> Response:
    code, settings = (await form_of(request, ctx)).get("code", ""), ctx.app_state.settings
    try:
        await _with_code(ctx, lambda inside, at: second_factor.remove(inside, settings, ctx.person, code, at))
    except NegotiationError as error:
        return _page(ctx, error)
    return RedirectResponse("/second-factor?said=second-factor", status_code=303)


async def _with_code(ctx: RequestContext, work: Callable[[Transaction, datetime], T]) -> T:
    """Does what a code is demanded for; a wrong one is counted. Raises WrongProof, TooManyTries, AccountError."""
    at = ctx.app_state.clock()
    with ctx.app_state.attempts.one(ctx.caller, at):
        return await ctx.write(lambda transaction: work(transaction, at))


def _page(ctx: RequestContext, error: NegotiationError | None = None, codes: Sequence[str] = ()) -> Response:
    with ctx.app_state.read() as transaction:
        factor = second_factor.standing(transaction, ctx.person, ISSUER)
    facts = ctx.facts(
        error=shown(error) if error else None,
        codes=codes,
        factor=factor,
        picture=Markup(segno.make(factor.uri).svg_inline(scale=4)) if factor.uri else "",  # black squares and no text
        required=second_factor.is_required(ctx.app_state.settings, ctx.person.roles),
    )
    response = page("second_factor.html", facts, status=status_of(error) if error else 200)
    response.headers.update(headers_of(error) if error else {})
    return response


@router.post("/accounts/{account_id:int}/second-factor")
async def reset(account_id: int, request: Request, ctx: CurrentRequest) -> Response:
    """Takes it from somebody who lost their telephone and the recovery codes; every session of theirs ends."""
    typed = await form_of(request, ctx)

    def done(transaction: Transaction, operation: Operation) -> None:
        second_factor.reset(transaction, account_id, operation=operation)

    return await enter(ctx, account_id, typed, done)
