"""One's own account: what others did to it, tokens in one's name, and their end."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from negotiation.core.errors import NegotiationError
from negotiation.core.labels import ACCOUNT_ROLE_TITLES
from negotiation.core.scopes import CALENDAR_SCOPES, SCOPE_TITLES, Scope
from negotiation.domain import forms
from negotiation.services.accounts import endings, own, sessions, subscriptions, tokens
from negotiation.store.numbers import GREATEST_ID
from negotiation.web.request_context import CurrentRequest, RequestContext, form_of
from negotiation.web.statuses import status_of
from negotiation.web.templating import page

router = APIRouter()


@router.get("/me")
async def own_page(ctx: CurrentRequest) -> Response:
    return own_page_with(ctx, None)


@router.post("/me/read")
async def take_note(request: Request, ctx: CurrentRequest) -> Response:
    """The owner has read what others did."""
    typed = await form_of(request, ctx)
    number = min(forms.read_number(typed.get("n", ""), GREATEST_ID) or 0, 2**31 - 1)
    await ctx.write(lambda transaction: own.take_note(transaction, ctx.person, number))
    return RedirectResponse("/me?said=noted", status_code=303)


@router.post("/me/tokens/revoke")
async def revoke(request: Request, ctx: CurrentRequest) -> Response:
    """Ends a token that acts in the owner's name."""
    typed, operation = await form_of(request, ctx), ctx.operation
    name = typed.get("token", "")
    try:
        await ctx.write(lambda inside: tokens.revoke_token(inside, ctx.person.id, name, operation))
    except NegotiationError as error:
        return own_page_with(ctx, error)
    return RedirectResponse("/me?said=revoked", status_code=303)


@router.post("/me/end")
async def end_all(request: Request, ctx: CurrentRequest) -> Response:
    """Ends every other sign-in, and every token."""
    await form_of(request, ctx)
    operation, keep = ctx.operation, sessions.digest_of(ctx.token)
    await ctx.write(lambda inside: endings.end_everything(inside, ctx.person.id, operation, keep=keep))
    return RedirectResponse("/me?said=ended", status_code=303)


def own_page_with(ctx: RequestContext, error: NegotiationError | None) -> Response:
    """The page of one's own account, with what was wrong with what one asked for."""
    at = ctx.app_state.clock()
    with ctx.app_state.read() as transaction:
        found = own.own_account(transaction, ctx.person)
    shown = [(each, tokens.scope_titles(each.scopes), tokens.is_valid(each, at)) for each in reversed(found.tokens)]
    facts = ctx.facts(
        roles=[title for role, title in ACCOUNT_ROLE_TITLES.items() if role in ctx.person.roles],
        tokens=shown, done=found.done, told=found.unread, error=error, here="me",
        calendars=_calendars(ctx),
    )  # fmt: skip
    return page("own_account.html", facts, status=status_of(error) if error else 200)


def _calendars(ctx: RequestContext) -> dict[Scope, str]:
    """The calendars to which this person may subscribe; none where the office lets nobody."""
    offered = ctx.app_state.settings.calendar_days and subscriptions.may_subscribe(ctx.person)
    return {scope: SCOPE_TITLES[scope] for scope in Scope if scope in CALENDAR_SCOPES} if offered else {}
