"""Accounts, for the administrator: who may sign in and as what; passwords and tokens are shown once and never again."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from negotiation.core.enums import DEPARTMENT_ROLES, OFFICE_ROLES, AccountRole
from negotiation.core.errors import FieldError, NegotiationError
from negotiation.core.labels import ACCOUNT_ROLE_TITLES
from negotiation.core.scopes import CALENDAR_SCOPES, SCOPE_TITLES, Scope
from negotiation.domain.people import Account
from negotiation.services.accounts import endings, grants, management, second_factor, sessions, tokens
from negotiation.services.administration import Operation
from negotiation.store import assignments
from negotiation.store.transaction import Transaction
from negotiation.web.request_context import CurrentRequest, RequestContext, form_of
from negotiation.web.templating import page

router = APIRouter()
Choice = TypeVar("Choice", AccountRole, Scope)
TEMPORARY = "临时密码（七天内有效）"
TOKEN_DAYS = 90  # what the form proposes; the rule allows a year
TICKED = "、"  # several ticks under one name, as ``form_of`` joins them


# ------------------------------------------------------------------------------------------------------ all of them


class AccountLine(NamedTuple):
    """An account as the list and its own page show it; ``unit``, ``roles``, ``status``: in words."""

    id: int
    login: str
    name: str
    unit: str
    roles: list[str]
    active: bool
    status: str
    created_at: datetime


@router.get("/accounts")
async def all_accounts(ctx: CurrentRequest, text: str = "") -> Response:
    """In official order, the office's first; ``text`` narrows them by login, name or department."""
    ctx.demand_page("accounts")
    with ctx.app_state.read() as transaction:
        found = [_line(ctx, each) for each in management.accounts_in_order(transaction)]
    words = text.lower().split()
    lines = [line for line in found if all(word in _searched_text(line) for word in words)]
    return page("accounts.html", ctx.facts(lines=lines, text=text, told=ctx.told(), here="accounts"))


def _searched_text(line: AccountLine) -> str:
    return f"{line.login} {line.name} {line.unit}".lower()


def _line(ctx: RequestContext, account: Account) -> AccountLine:
    person, app_state = account.person, ctx.app_state
    return AccountLine(
        id=person.id,
        login=person.login,
        name=person.name,
        unit=app_state.context.name_of(person.department_id),
        roles=[ACCOUNT_ROLE_TITLES[role] for role in AccountRole if role in person.roles],
        active=account.active,
        status=_status(account, app_state.clock()),
        created_at=account.created_at,
    )


def _status(account: Account, at: datetime) -> str:
    if not account.active:
        return "停用"
    if account.is_locked(at):
        return "锁定（连续输错密码）"
    if not account.person.roles:
        return "待确认角色"
    return "待首次改密码" if account.person.must_change else "在用"


# --------------------------------------------------------------------------------------------------------- a new one


def shown_once(ctx: RequestContext, done: str, what: str, secret: str, *, back: str) -> Response:
    """The page that shows a secret to whoever made it; ``back``: where its button leads."""
    facts = ctx.facts(done=done, what=what, secret=secret, back=back, here=back.split("/")[1])
    return page("shown_once.html", facts)


# --------------------------------------------------------------------------------------------------------- one of them


@router.get("/accounts/{account_id:int}")
async def one(account_id: int, ctx: CurrentRequest) -> Response:
    ctx.demand_page("accounts")
    return account_page(ctx, account_id, {}, None)


@router.post("/accounts/{account_id:int}")
async def change(account_id: int, request: Request, ctx: CurrentRequest) -> Response:
    """Another name, other roles."""
    typed = await form_of(request, ctx)

    def changed(transaction: Transaction, operation: Operation) -> None:
        name, roles = typed.get("name", ""), read_ticked(AccountRole, typed, "roles")
        management.change_account(transaction, account_id, operation=operation, name=name, roles=roles)

    return await enter(ctx, account_id, {"roles": "", **typed}, changed)


@router.post("/accounts/{account_id:int}/deactivate")
async def deactivate(account_id: int, request: Request, ctx: CurrentRequest) -> Response:
    """For who leaves: signed out everywhere, every token revoked; what they did stays theirs."""
    typed = await form_of(request, ctx)

    def changed(transaction: Transaction, operation: Operation) -> None:
        management.deactivate(transaction, account_id, operation=operation)

    return await enter(ctx, account_id, typed, changed)


@router.post("/accounts/{account_id:int}/reactivate")
async def reactivate(account_id: int, request: Request, ctx: CurrentRequest) -> Response:
    typed = await form_of(request, ctx)

    def changed(transaction: Transaction, operation: Operation) -> None:
        management.change_account(transaction, account_id, operation=operation, active=True)

    return await enter(ctx, account_id, typed, changed)


@router.post("/accounts/{account_id:int}/sessions")
async def end_sessions(account_id: int, request: Request, ctx: CurrentRequest) -> Response:
    """Signs somebody out everywhere, and ends every token of theirs."""
    typed = await form_of(request, ctx)

    def ended(transaction: Transaction, operation: Operation) -> None:
        keep = sessions.digest_of(ctx.token)  # not the one that asks for it
        endings.end_everything(transaction, account_id, operation=operation, keep=keep)

    return await enter(ctx, account_id, typed, ended)


@router.post("/accounts/{account_id:int}/password")
async def reset(account_id: int, request: Request, ctx: CurrentRequest) -> Response:
    """A temporary password, shown this once; a lock and every session end."""
    await form_of(request, ctx)
    ctx.demand_page("accounts")
    ctx.demand_texts()
    app_state = ctx.app_state
    login = account_of(ctx, account_id).person.login
    password = await app_state.hashing.run(endings.reset_password, app_state.database, account_id, ctx.operation)
    return shown_once(ctx, f"已重置账户 {login} 的密码", TEMPORARY, password, back=f"/accounts/{account_id}")


# ------------------------------------------------------------------------------------------------------------- pieces

Work = Callable[[Transaction, Operation], None]


async def enter(ctx: RequestContext, account_id: int, typed: Mapping[str, str], work: Work) -> Response:
    """Does it and leads back to the account; or gives its forms back, with what was typed and what is wrong."""
    ctx.demand_page("accounts")
    operation, _ = ctx.operation, account_of(ctx, account_id)
    try:
        await ctx.write(lambda transaction: work(transaction, operation))
    except NegotiationError as error:
        return account_page(ctx, account_id, typed, error)
    return RedirectResponse(f"/accounts/{account_id}?said=account", status_code=303)


def account_page(
    ctx: RequestContext, account_id: int, typed: Mapping[str, str], error: NegotiationError | None
) -> Response:
    at = ctx.app_state.clock()
    with ctx.app_state.read() as transaction:
        account = management.account(transaction, account_id)
        known = tokens.tokens_of(transaction, account_id)
        handled = len(assignments.open_work_of(transaction, account_id))
        has_factor = second_factor.is_confirmed(transaction, account_id)
        asked = [each for each in grants.waiting(transaction, ctx.person) if each.account.id == account_id]
    facts = ctx.facts(
        account=_line(ctx, account),
        typed={**_stored(ctx, account), **typed},
        error=error,
        roles=_roles_of_side(account),
        scopes={scope: title for scope, title in SCOPE_TITLES.items() if scope not in CALENDAR_SCOPES},
        tokens=[(each, tokens.scope_titles(each.scopes), tokens.is_valid(each, at)) for each in reversed(known)],
        handled=handled,
        asked=asked,
        has_factor=has_factor,
        here="accounts",
    )
    return page("account.html", facts, status=400 if error else 200)


def account_of(ctx: RequestContext, account_id: int) -> Account:
    with ctx.app_state.read() as transaction:
        return management.account(transaction, account_id)


def _stored(ctx: RequestContext, account: Account) -> dict[str, str]:
    """The forms of an account's page as they stand."""
    expires = ctx.app_state.today() + timedelta(days=TOKEN_DAYS)
    return {
        "name": account.person.name,
        "roles": TICKED.join(account.person.roles),
        "expires_at": expires.isoformat(),
        "scopes": Scope.READ.value,
    }


def _roles_of_side(account: Account) -> dict[AccountRole, str]:
    side = OFFICE_ROLES if account.person.is_office else DEPARTMENT_ROLES
    return {role: title for role, title in ACCOUNT_ROLE_TITLES.items() if role in side}


def read_ticked(kind: type[Choice], typed: Mapping[str, str], key: str) -> set[Choice]:
    """The values that were ticked. Raises FieldError for one that no page offers."""
    ticked = {each for each in typed.get(key, "").split(TICKED) if each}
    if not ticked <= set(kind):
        raise FieldError("没有这个选项", field=key, todo="请重新选择")
    return {kind(each) for each in ticked}
