"""Accounts for the registered people of departments, made at once; who confirms them has their slips."""

from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from negotiation.core.errors import NegotiationError, UsageError
from negotiation.core.labels import ACCOUNT_ROLE_TITLES
from negotiation.services.accounts import in_bulk
from negotiation.services.accounts.in_bulk import Lacking
from negotiation.web.pages.accounts import TICKED
from negotiation.web.request_context import CurrentRequest, RequestContext, form_of
from negotiation.web.templating import page

router = APIRouter()
MOST = 100  # each is hashed for a tenth of a second


@router.get("/accounts/people")
async def choose(ctx: CurrentRequest) -> Response:
    """The registered people without an account; all of them are ticked, as far as one go reaches."""
    ctx.demand_page("accounts")
    return _choose(ctx, _lacking(ctx), {}, None)


@router.post("/accounts/people")
async def create(request: Request, ctx: CurrentRequest) -> Response:
    """Makes the accounts that are ticked, all or none."""
    typed = await form_of(request, ctx)
    ctx.demand_page("accounts")
    people = _lacking(ctx)
    try:
        wanted = _ticked(people, typed)
        await ctx.app_state.hashing.run(_created, ctx, wanted, typed)
    except NegotiationError as error:
        return _choose(ctx, people, typed, error)
    return RedirectResponse("/accounts?said=accounts", status_code=303)


def _lacking(ctx: RequestContext) -> list[Lacking]:
    with ctx.app_state.read() as transaction:
        return in_bulk.lacking(transaction, ctx.app_state.context.directory)


def _ticked(people: Sequence[Lacking], typed: Mapping[str, str]) -> list[Lacking]:
    """The people who were ticked. Raises UsageError for nobody, or for too many at once."""
    chosen = set(typed.get("of", "").split(TICKED))
    found = [each for each in people if each.key in chosen]
    if not found:
        raise UsageError("没有选择人员", todo="请勾选后再建立；已有账户的不再列出")
    if len(found) > MOST:
        raise UsageError(f"选择了{len(found)}人，一次最多{MOST}人", todo="请分几次建立")
    return found


def _created(ctx: RequestContext, wanted: Sequence[Lacking], typed: Mapping[str, str]) -> None:
    ctx.demand_texts()
    in_bulk.create_accounts(ctx.app_state.database, wanted, typed, ctx.operation)


def _choose(
    ctx: RequestContext, people: Sequence[Lacking], typed: Mapping[str, str], error: NegotiationError | None
) -> Response:
    ticked = typed.get("of", "").split(TICKED) if typed else [each.key for each in people[:MOST]]
    wrong = {each.field: each.what for each in error.by_field} if error else {}
    facts = ctx.facts(
        people=[(each, typed.get(each.key, each.login), wrong.get(each.key, "")) for each in people],
        ticked=ticked,
        roles=ACCOUNT_ROLE_TITLES,
        error=error,
        here="accounts",
    )
    return page("account_people.html", facts, status=400 if error else 200)
