"""The button with which a person confirms a clock that jumped."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from negotiation.domain import forms
from negotiation.services import unattended
from negotiation.web.request_context import Visit, form_of, visit_of

router = APIRouter()


@router.post("/clock/confirm")
async def confirm(request: Request, visit: Annotated[Visit, Depends(visit_of)]) -> Response:
    """The person says that the clock is right: the unattended work goes on from there."""
    typed = await form_of(request, visit)
    visit.demand(*unattended.CONFIRM_CLOCK)
    number, day = forms.read_number(typed.get("jump", "")), typed.get("day", "")
    by, at = visit.person.name, visit.house.clock()
    await visit.write(lambda transaction: unattended.confirm(transaction, number, day, by=by, at=at))
    return RedirectResponse("/", status_code=303)
