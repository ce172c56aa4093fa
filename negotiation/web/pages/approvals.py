"""签批: what waits for the head, approved, returned or withdrawn; several at once from the list."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from negotiation.core.enums import ProposalState
from negotiation.core.errors import FieldError, NegotiationError
from negotiation.domain import forms
from negotiation.services import approvals
from negotiation.services.cases import acting
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import UnitOfWork
from negotiation.services.permissions import visible
from negotiation.store import calendar_proposals, proposals
from negotiation.store.proposals import ProposalRow
from negotiation.store.transaction import Transaction
from negotiation.web.pages.proposed import shown
from negotiation.web.request_context import CurrentRequest, RequestContext, form_of
from negotiation.web.templating import page

router = APIRouter()
DONE = "done"  # in the address: those of which it is told what became of them


@router.get("/proposals")
async def waiting_page(request: Request, ctx: CurrentRequest) -> Response:
    """Lists what waits for the head; after several were signed at once (``done``) what became of each."""
    picked = [[*each.split("/"), ""][:2] for each in request.query_params.getlist(DONE)]
    return _page(ctx, [_outcome(ctx, no, n) for no, n in picked])


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
    picked = [[*each.split("/"), "", ""][:3] for each in form.get("pick", "").split("、") if each]
    if not picked:
        return _page(ctx, [{"no": "", "what": "没有选中任何事项，请先勾选"}], status=400)
    for no, n, seen in picked:
        await _approve(ctx, no, n, seen)
    done = urlencode({DONE: [f"{no}/{n}" for no, n, _ in picked]}, doseq=True)
    return RedirectResponse(f"/proposals?{done}", status_code=303)


async def _approve(ctx: RequestContext, no: str, n: str, seen: str) -> None:
    """One of the ticked: its case, its number, the version of the case that was seen. What is refused waits on."""
    at = ctx.app_state.clock()

    def signed(transaction: Transaction) -> None:
        visible(transaction, ctx.app_state.context, ctx.person, no, ctx.app_state.clock())
        number, version = forms.read_number(n) or 0, forms.read_number(seen)
        approvals.approve(UnitOfWork(transaction, ctx.app_state.context, at), ctx.person, no, number, seen=version)

    with suppress(NegotiationError):  # the page to which this leads tells why it still waits
        await ctx.write(signed)


def _outcome(ctx: RequestContext, no: str, n: str) -> dict[str, str]:
    """What became of one of the ticked, as it stands now."""
    app_state = ctx.app_state
    try:
        with app_state.read() as transaction:
            file = visible(transaction, app_state.context, ctx.person, no, app_state.clock())
            found = [each for each in proposals.of_case(transaction, file.case_id) if str(each.n) == n]
            row = next((each for each in found if approvals.may_read(ctx.person, each)), None)
            why = _why_not(ctx, transaction, file, row)
    except NegotiationError as error:
        why = error.sentence
    return {"no": no, "what": f"没有签批：{why}" if why else "已签批，现已生效"}


def _why_not(ctx: RequestContext, transaction: Transaction, file: CaseFile, row: ProposalRow | None) -> str:
    if row is None:
        return "没有这件待签批的事项"
    if row.state != ProposalState.OPEN:
        return "" if row.state == ProposalState.APPROVED else "这件事已经退回或撤回"
    return shown(transaction, file, row, ctx).refused or "案件有了新的办理，请看过办理过程后再签批"


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
