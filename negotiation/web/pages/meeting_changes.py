"""A planned meeting that does not take place as planned: put off, cancelled, a case taken off its agenda."""

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response

from negotiation.core.errors import FieldError
from negotiation.services.meetings import postponing
from negotiation.services.meetings.postponing import NewDay
from negotiation.web.pages.meetings import VERSION, changed, day_of, version_of
from negotiation.web.request_context import CurrentRequest, form_of

router = APIRouter()


@router.post("/meetings/{no}/postpone")
async def postpone(no: str, request: Request, ctx: CurrentRequest) -> Response:
    """Another day under the same number; those who were asked to come are told of it."""
    typed = await form_of(request, ctx)

    context, at, seen = ctx.app_state.context, ctx.app_state.clock(), version_of(typed.get(VERSION))
    return await changed(ctx, no, typed, lambda transaction: postponing.postpone(
        transaction, context, no, _wanted(typed), at=at, seen=seen
    ))  # fmt: skip


def _wanted(typed: Mapping[str, str]) -> NewDay:
    on = day_of(typed, "to")
    if on is None:
        raise FieldError("须填写改期后的日期", field="to", todo="请补填日期")
    return NewDay(on, typed.get("at", ""), typed.get("place", ""), typed.get("why", ""))


@router.post("/meetings/{no}/cancel")
async def cancel(no: str, request: Request, ctx: CurrentRequest) -> Response:
    typed = await form_of(request, ctx)
    context, at, seen = ctx.app_state.context, ctx.app_state.clock(), version_of(typed.get(VERSION))
    return await changed(ctx, no, typed, lambda transaction: postponing.cancel(
        transaction, context, no, typed.get("reason", ""), at=at, seen=seen
    ))  # fmt: skip


@router.post("/meetings/{no}/off")
async def take_off(no: str, request: Request, ctx: CurrentRequest) -> Response:
    """The case stays on the list, struck out, with the reason."""
    typed = await form_of(request, ctx)
    return await changed(ctx, no, typed, lambda transaction: postponing.take_off(
        transaction, no, typed.get("case", ""), typed.get("off_reason", "")
    ))  # fmt: skip
