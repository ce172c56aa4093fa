"""签批: what waits for the head, approved, returned or withdrawn; several at once from the list."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from negotiation.core.errors import FieldError, NegotiationError
from negotiation.domain import forms
from negotiation.services import approvals
from negotiation.services.cases import acting
from negotiation.services.context import UnitOfWork
from negotiation.services.permissions import visible
from negotiation.store import calendar_proposals, proposals
from negotiation.store.transaction import Transaction
from negotiation.web.pages.proposed import shown
from negotiation.web.request_context import CurrentRequest, RequestContext, form_of
from negotiation.web.templating import page

router = APIRouter()


@router.get("/proposals")
async def waiting_page(ctx: CurrentRequest) -> Response:
    return _page(ctx, [])


def _page(ctx: RequestContext, outcomes: list[dict[str, str]], status: int = 200) -> Response:
    ctx.demand_page("proposals")
    context = ctx.app_state.context
    with ctx.app_state.read() as transaction:
        found = proposals.waiting(transaction, ctx.person.side)
        rows = [
            shown(
                transaction,
                acting.take(UnitOfWork(transaction, context, ctx.app_state.clock()), each.no),
                each.proposal,
                ctx,
            )
            for each in found
        ]
        of_calendar = calendar_proposals.waiting(transaction) if ctx.person.acts_as_office else []
    facts = ctx.facts(rows=rows, of_calendar=of_calendar, outcomes=outcomes, here="proposals")
    return page("proposals.html", facts, status=status)


@router.post("/proposals/approve")
async def approve_several(request: Request, ctx: CurrentRequest) -> Response:
    """Those that were ticked; each stands for itself, and the page says what became of each."""
    form = await form_of(request, ctx)
    ctx.demand_page("proposals")
    picked = [each for each in form.get("pick", "").split("、") if each]
    if not picked:
        return _page(ctx, [{"no": "", "what": "没有选中任何事项，请先勾选"}], status=400)
    outcomes = [await _approved(ctx, *[*each.split("/"), "", ""][:3]) for each in picked]
    return _page(ctx, outcomes)


async def _approved(ctx: RequestContext, no: str, n: str, seen: str) -> dict[str, str]:
    """One of the ticked: its case, its number, the version of the case that was seen."""
    at = ctx.app_state.clock()

    def signed(transaction: Transaction) -> None:
        visible(transaction, ctx.app_state.context, ctx.person, no, ctx.app_state.clock())
        number, version = forms.read_number(n) or 0, forms.read_number(seen)
        approvals.approve(UnitOfWork(transaction, ctx.app_state.context, at), ctx.person, no, number, seen=version)

    try:
        await ctx.write(signed)
    except NegotiationError as error:
        return {"no": no, "what": f"没有签批：{error.sentence}"}
    return {"no": no, "what": "已签批，现已生效"}


# ---------------------------------------------------------------------------------------------------------- one of them


@router.post("/cases/{no}/proposals/{n}/approve")
async def approve(no: str, n: int, request: Request, ctx: CurrentRequest) -> Response:
    return await _decide(
        no,
        request,
        ctx,
        "approved",
        lambda t, at, form: approvals.approve(
            UnitOfWork(t, ctx.app_state.context, at), ctx.person, no, n, seen=forms.read_number(form.get("version", ""))
        ),
    )


@router.post("/cases/{no}/proposals/{n}/return")
async def send_back(no: str, n: int, request: Request, ctx: CurrentRequest) -> Response:
    return await _decide(
        no,
        request,
        ctx,
        "returned",
        lambda t, at, form: approvals.send_back(
            UnitOfWork(t, ctx.app_state.context, at), ctx.person, no, n, form.get("said", "")
        ),
    )


@router.post("/cases/{no}/proposals/{n}/withdraw")
async def withdraw(no: str, n: int, request: Request, ctx: CurrentRequest) -> Response:
    return await _decide(
        no,
        request,
        ctx,
        "withdrawn",
        lambda t, at, _form: approvals.withdraw(UnitOfWork(t, ctx.app_state.context, at), ctx.person, no, n),
    )


async def _decide(
    no: str,
    request: Request,
    ctx: RequestContext,
    step: str,
    work: Callable[[Transaction, Any, dict[str, str]], object],
) -> Response:
    form, at = await form_of(request, ctx), ctx.app_state.clock()

    def decided(transaction: Transaction) -> None:
        visible(transaction, ctx.app_state.context, ctx.person, no, ctx.app_state.clock())
        work(transaction, at, form)

    try:
        await ctx.write(decided)
    except FieldError as error:
        error.where = error.where or f"案件 {no}"
        raise
    return RedirectResponse(f"/cases/{no}?said={step}", status_code=303)
