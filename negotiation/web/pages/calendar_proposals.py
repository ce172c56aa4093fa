"""What of the calendar waits for the head of the office: seen with all that it moves, signed, returned or withdrawn."""

from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from negotiation.core.enums import ACT_AS_OFFICE
from negotiation.core.errors import NegotiationError
from negotiation.services.calendar import proposals
from negotiation.services.calendar.import_notice import Import
from negotiation.store.calendar_proposals import CalendarProposalRow
from negotiation.store.transaction import Transaction
from negotiation.web.pages.calendar import NOTHING_NEW, YearView, year_view
from negotiation.web.request_context import CurrentRequest, RequestContext, form_of

router = APIRouter()


@router.get("/calendar/proposals/{number:int}")
async def seen(number: int, ctx: CurrentRequest) -> Response:
    """The change as it would be now: the days that were read, the year with them, every term that moves."""
    ctx.demand(*ACT_AS_OFFICE)
    return await run_in_threadpool(_seen, ctx, _row(ctx, number), None)


def _row(ctx: RequestContext, number: int) -> CalendarProposalRow:
    with ctx.app_state.read() as transaction:
        return proposals.demanded(transaction, number)


def _seen(ctx: RequestContext, row: CalendarProposalRow, error: NegotiationError | None) -> Response:
    state = ctx.app_state
    try:
        found = proposals.rehearse(state.database, state.context, row, state.clock())
    except NegotiationError as refusal:  # what it says has changed since: it can only be returned
        return year_view(ctx, YearView(None, row.layer, error=error or refusal, proposal=row))
    if isinstance(found, Import):
        return year_view(ctx, YearView(found.arrangement.year, row.layer, row.body, found, error, proposal=row))
    return year_view(ctx, YearView(found.year, row.layer, error=error, revoked=found, proposal=row))


@router.post("/calendar/proposals/{number:int}/approve")
async def approve(number: int, request: Request, ctx: CurrentRequest) -> Response:
    """The head signs it: it is written with all that it moves."""
    await form_of(request, ctx)
    ctx.demand(*ACT_AS_OFFICE)
    row, state = _row(ctx, number), ctx.app_state
    try:
        done = await run_in_threadpool(proposals.approve, state.database, state.context, ctx.person, row, state.clock())
    except NegotiationError as error:
        return await run_in_threadpool(_seen, ctx, row, error)
    year = done.arrangement.year if isinstance(done, Import) else done.year
    taken = NOTHING_NEW if done.revision is None else done.revision
    return RedirectResponse(f"/calendar?year={year}&layer={row.layer}&taken={taken}", status_code=303)


@router.post("/calendar/proposals/{number:int}/return")
async def send_back(number: int, request: Request, ctx: CurrentRequest) -> Response:
    typed = await form_of(request, ctx)
    at, said = ctx.app_state.clock(), typed.get("said", "")
    return await _decided(ctx, number, lambda inside: proposals.send_back(inside, ctx.person, number, said, at))


@router.post("/calendar/proposals/{number:int}/withdraw")
async def withdraw(number: int, request: Request, ctx: CurrentRequest) -> Response:
    await form_of(request, ctx)
    at = ctx.app_state.clock()
    return await _decided(ctx, number, lambda inside: proposals.withdraw(inside, ctx.person, number, at))


async def _decided(ctx: RequestContext, number: int, work: Callable[[Transaction], None]) -> Response:
    ctx.demand(*ACT_AS_OFFICE)
    row = _row(ctx, number)
    try:
        await ctx.write(work)
    except NegotiationError as error:
        return await run_in_threadpool(_seen, ctx, row, error)
    return RedirectResponse("/calendar", status_code=303)
