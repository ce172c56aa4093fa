"""到期待审: ended cases whose years have passed; each is kept on with a reason, or destroyed on an order."""

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from negotiation.core.enums import ACT_AS_OFFICE
from negotiation.core.errors import FieldError, NegotiationError
from negotiation.domain.entered import EnteredBy
from negotiation.domain.retention import REASON, UNTIL, KeepOn
from negotiation.services import retention
from negotiation.services.context import UnitOfWork
from negotiation.services.permissions import NoSuchCase, visible
from negotiation.store.transaction import Transaction
from negotiation.web.pages.inputs import read_day
from negotiation.web.request_context import CurrentRequest, RequestContext, form_of
from negotiation.web.templating import page

router = APIRouter()


@router.get("/retention")
async def due_page(ctx: CurrentRequest) -> Response:
    """The list as of today. Raises NotFound for anybody outside the office's desk."""
    ctx.demand(*ACT_AS_OFFICE)
    with ctx.app_state.read() as transaction:
        found = retention.due(transaction, ctx.app_state.context, ctx.app_state.today())
    return page("retention.html", ctx.facts(due=found, here="cases"))


@router.get("/cases/{no}/keep")
async def keep_form(no: str, ctx: CurrentRequest) -> Response:
    """The form by which a case is kept on. Raises NoSuchCase."""
    return _form(ctx, no, {}, None)


@router.post("/cases/{no}/keep")
async def keep(no: str, request: Request, ctx: CurrentRequest) -> Response:
    """Records that a case is kept on. Raises NoSuchCase."""
    typed = await form_of(request, ctx)
    try:
        await ctx.write(lambda transaction: _keep(transaction, ctx, no, typed))
    except NoSuchCase:
        raise
    except NegotiationError as refused:
        return _form(ctx, no, typed, refused)
    return RedirectResponse(f"/cases/{no}?said=kept", status_code=303)


def _keep(transaction: Transaction, ctx: RequestContext, no: str, typed: Mapping[str, str]) -> None:
    _demand_case(transaction, ctx, no)
    until = read_day(typed, UNTIL)
    if until is None:
        raise FieldError("没有填写保管至哪一天", field=UNTIL, todo="请填写日期")
    work = UnitOfWork(transaction, ctx.app_state.context, ctx.app_state.clock())
    by = EnteredBy(ctx.person.name, ctx.person.id, ctx.person.side)
    retention.keep_on(work, no, KeepOn(until, typed.get(REASON, "")), by)


def _demand_case(transaction: Transaction, ctx: RequestContext, no: str) -> str:
    file = visible(transaction, ctx.app_state.context, ctx.person, no, ctx.app_state.clock())
    if not ctx.person.acts_as_office:
        raise NoSuchCase(no)
    return file.subject


def _form(ctx: RequestContext, no: str, typed: Mapping[str, str], error: NegotiationError | None) -> Response:
    with ctx.app_state.read() as transaction:
        subject = _demand_case(transaction, ctx, no)
    shown = {key: typed.get(key, "") for key in (UNTIL, REASON)}
    facts = ctx.facts(case={"no": no, "subject": subject}, typed=shown, error=error, here="cases")
    return page("keep.html", facts, status=400 if error else 200)
