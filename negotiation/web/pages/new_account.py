"""A new account: the form. Its first password is shown to who confirms its roles, not to who makes it."""

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from negotiation.core.enums import AccountRole
from negotiation.core.errors import FieldError, NegotiationError, NotFound
from negotiation.core.labels import ACCOUNT_ROLE_TITLES
from negotiation.domain.people import NewAccount
from negotiation.services.accounts import management
from negotiation.web.pages.accounts import read_ticked
from negotiation.web.request_context import CurrentRequest, RequestContext, form_of
from negotiation.web.statuses import status_of
from negotiation.web.templating import page

router = APIRouter()


@router.get("/accounts/new")
async def blank(ctx: CurrentRequest) -> Response:
    ctx.demand_page("accounts")
    return _blank(ctx, {}, None)


@router.post("/accounts/new")
async def create(request: Request, ctx: CurrentRequest) -> Response:
    """Makes an account, which nobody enters before its roles are confirmed."""
    typed = await form_of(request, ctx)
    ctx.demand_page("accounts")
    try:
        made = await ctx.app_state.hashing.run(_created, ctx, typed)
    except NegotiationError as error:
        return _blank(ctx, typed, error)
    return RedirectResponse(f"/accounts/{made.person.id}", status_code=303)


def _created(ctx: RequestContext, typed: Mapping[str, str]) -> NewAccount:
    ctx.demand_texts()
    app_state = ctx.app_state
    return management.create_account(
        app_state.database,
        login=typed.get("login", ""),
        name=typed.get("name", ""),
        roles=read_ticked(AccountRole, typed, "roles"),
        operation=ctx.operation,
        department_id=_department(ctx, typed),
    )


def _blank(ctx: RequestContext, typed: Mapping[str, str], error: NegotiationError | None) -> Response:
    with ctx.app_state.read():
        units = ctx.app_state.context.directory.in_order()
    facts = ctx.facts(
        typed=typed,
        error=error,
        units=[unit.name for unit in units],
        roles=ACCOUNT_ROLE_TITLES,
        here="accounts",
    )
    return page("new_account.html", facts, status=status_of(error) if error else 200)


def _department(ctx: RequestContext, typed: Mapping[str, str]) -> int | None:
    """The department that was chosen; nothing is the office."""
    name = typed.get("department", "")
    if not name:
        return None
    try:
        return ctx.app_state.context.directory.find(name).id
    except NotFound as error:
        raise FieldError(error.what, field="department", todo=error.todo) from None
