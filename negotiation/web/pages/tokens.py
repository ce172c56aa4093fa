"""The tokens of an account: issued, shown once, and revoked."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from fastapi import APIRouter, Request, Response

from negotiation.core.enums import Scope
from negotiation.core.errors import FieldError
from negotiation.core.local_time import end_of
from negotiation.domain import forms
from negotiation.services.accounts import tokens
from negotiation.services.administration import Operation
from negotiation.store.transaction import Transaction
from negotiation.web.pages.accounts import account_of, account_page, enter, read_ticked, shown_once
from negotiation.web.request_context import CurrentRequest, RequestContext, form_of

router = APIRouter()


@router.post("/accounts/{account_id:int}/tokens")
async def create_token(account_id: int, request: Request, ctx: CurrentRequest) -> Response:
    """Makes a token and shows its text, this once."""
    typed = await form_of(request, ctx)
    ctx.demand_page("accounts")
    operation, _ = ctx.operation, account_of(ctx, account_id)

    def created(transaction: Transaction) -> str:
        return tokens.create_token(
            transaction,
            account_id,
            typed.get("token", ""),
            read_ticked(Scope, typed, "scopes"),
            operation=operation,
            expires_at=_expires_at(ctx, typed),
        )

    try:
        text = await ctx.write(created)
    except FieldError as error:
        return account_page(ctx, account_id, typed, _in_this_form(error))
    done = f"已签发令牌“{typed['token'].strip()}”，待安全管理员或办公室负责人确认后生效"
    return shown_once(ctx, done, "令牌", text, f"/accounts/{account_id}")


@router.post("/accounts/{account_id:int}/tokens/revoke")
async def revoke_token(account_id: int, request: Request, ctx: CurrentRequest) -> Response:
    typed = await form_of(request, ctx)

    def revoked(transaction: Transaction, operation: Operation) -> None:
        tokens.revoke_token(transaction, account_id, typed.get("token", ""), operation=operation)

    return await enter(ctx, account_id, {}, revoked)


def _expires_at(ctx: RequestContext, typed: Mapping[str, str]) -> datetime:
    """The end of the day that was entered."""
    try:
        found, today = forms.read_date(typed.get("expires_at", "")), ctx.app_state.today()
    except ValueError as error:
        raise FieldError(str(error), field="expires_at", todo="日期写成 2026-09-18") from None
    if found is None or not today <= found <= today + timedelta(days=365):
        raise FieldError("令牌的截止日期须在今天起一年之内", field="expires_at", todo="到期前再换发")
    return end_of(found)


def _in_this_form(fault: FieldError) -> FieldError:
    """On the page of an account the token's name is one field, the person's another."""
    fault.field = {"name": "token"}.get(fault.field, fault.field)
    return fault
