"""The button with which a person confirms a clock that jumped."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from negotiation.domain import forms
from negotiation.services import unattended
from negotiation.web.request_context import CurrentRequest, form_of

router = APIRouter()


@router.post("/clock/confirm")
async def confirm(request: Request, ctx: CurrentRequest) -> Response:
    """Confirms that the clock is right: the unattended work goes on from there."""
    typed = await form_of(request, ctx)
    ctx.demand(*unattended.CONFIRM_CLOCK)
    number, day = forms.read_number(typed.get("jump", "")), typed.get("day", "")
    by, at = ctx.person.name, ctx.app_state.clock()
    await ctx.write(lambda transaction: unattended.confirm(transaction, number, day, by=by, at=at))
    return RedirectResponse("/?said=clock", status_code=303)
