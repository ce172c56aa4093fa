"""Calendars to subscribe to: an address for oneself or one's unit, and the file that a calendar program finds there."""

from datetime import datetime

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from negotiation.core.errors import NotFound
from negotiation.core.local_time import local_date
from negotiation.core.scopes import Scope
from negotiation.domain.people import AccountError
from negotiation.notifications.feed import Asked, feed
from negotiation.services.accounts import subscriptions
from negotiation.services.accounts.tokens import Bearer
from negotiation.web.app_state import AppState
from negotiation.web.bearers import put_to_use
from negotiation.web.pages.accounts import shown_once
from negotiation.web.pages.own_account import own_page_with
from negotiation.web.request_context import CurrentRequest, app_state_of, form_of

router = APIRouter()

MEDIA = "text/calendar; charset=utf-8"
ADDRESS = "/calendar/feed/{secret}.ics"


@router.post("/me/calendar")
async def subscribe(request: Request, ctx: CurrentRequest) -> Response:
    """Makes an address and shows it, this once."""
    typed, operation, settings = await form_of(request, ctx), ctx.operation, ctx.app_state.settings
    name, scope = typed.get("token", ""), _scope(typed.get("scope", ""))
    try:
        secret = await ctx.write(
            lambda inside: subscriptions.subscribe(inside, ctx.person, name, scope, settings.calendar_days, operation)
        )
    except AccountError as error:
        return own_page_with(ctx, error)
    address = settings.base_url.rstrip("/") + ADDRESS.format(secret=secret)
    return shown_once(ctx, f"已订阅“{name.strip()}”", "在日历软件中选“按网址订阅日历”，填入", address, back="/me")


def _scope(typed: str) -> Scope:
    try:
        return Scope(typed)
    except ValueError:
        raise NotFound("没有这种日历订阅", todo="请从“我的账户”重新选择") from None


@router.get(ADDRESS)
async def subscribed(secret: str, request: Request) -> Response:
    """The due dates as they stand, for whoever knows the address. Raises NotFound for one that does not hold."""
    app_state = app_state_of(request)
    at = app_state.clock()
    with app_state.read() as transaction:
        bearer = subscriptions.subscriber(transaction, secret, at)
    await put_to_use(app_state, bearer, secret, at)
    content = await run_in_threadpool(_file, app_state, bearer, at)
    return Response(content, media_type=MEDIA, headers={"Cache-Control": "private, no-cache"})


def _file(app_state: AppState, bearer: Bearer, at: datetime) -> bytes:
    person, own = bearer.person, Scope.OWN_CALENDAR in bearer.scopes
    department = None if own or person.sees_all_cases else person.department_id
    asked = Asked(department, person.id if own else None, until=local_date(bearer.expires_at))
    with app_state.read() as transaction:
        return feed(transaction, app_state.context, app_state.settings, asked, at).content
