"""封存清除: an order to destroy, entered by the office after it was shown what goes, for its head to confirm."""

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from negotiation.core.errors import FieldError, NegotiationError
from negotiation.domain import forms
from negotiation.domain.expunging import Order
from negotiation.services import expunge_orders
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import UnitOfWork
from negotiation.services.expunge_view import Preview, preview_of
from negotiation.services.permissions import NoSuchCase, visible
from negotiation.store.transaction import Transaction
from negotiation.web.pages.inputs import read_day
from negotiation.web.request_context import CurrentRequest, RequestContext, form_of
from negotiation.web.templating import page

router = APIRouter()

NO, ON, ENTRIES, FILES, OFFLINE, DO = "order_no", "order_on", "entries", "files", "offline", "do"


@router.get("/cases/{no}/expunge")
async def order_form(no: str, ctx: CurrentRequest) -> Response:
    """The form of an order on a case. Raises NoSuchCase for anybody outside the office's desk."""
    with ctx.app_state.read() as transaction:
        file = _case(transaction, ctx, no)
    return _form(ctx, file, {}, None, None)


@router.post("/cases/{no}/expunge")
async def enter_order(no: str, request: Request, ctx: CurrentRequest) -> Response:
    """Shows what an order takes away, or puts it before the head of the office. Raises NoSuchCase."""
    typed = await form_of(request, ctx)
    error: NegotiationError | None = None
    if typed.get(DO) == "enter":
        try:
            await ctx.write(lambda transaction: _enter(transaction, ctx, no, typed))
            return RedirectResponse(f"/cases/{no}?said=proposed", status_code=303)
        except NoSuchCase:
            raise
        except NegotiationError as refused:
            error = refused
    with ctx.app_state.read() as transaction:
        work = _work(transaction, ctx, no)
        found = error or _foreseen(work, no, typed)
        file = _case(transaction, ctx, no)
    if isinstance(found, NegotiationError):
        return _form(ctx, file, typed, None, found)
    return _form(ctx, file, typed, found, None)


def _foreseen(work: UnitOfWork, no: str, typed: Mapping[str, str]) -> Preview | NegotiationError:
    try:
        return preview_of(work, no, _order(typed))
    except NegotiationError as refused:
        return refused


def _enter(transaction: Transaction, ctx: RequestContext, no: str, typed: Mapping[str, str]) -> None:
    expunge_orders.enter(_work(transaction, ctx, no), ctx.person, no, _order(typed))


def _work(transaction: Transaction, ctx: RequestContext, no: str) -> UnitOfWork:
    file = _case(transaction, ctx, no)
    return UnitOfWork(transaction, ctx.app_state.context, file.at)


def _case(transaction: Transaction, ctx: RequestContext, no: str) -> CaseFile:
    file = visible(transaction, ctx.app_state.context, ctx.person, no, ctx.app_state.clock())
    if not ctx.person.acts_as_office:
        raise NoSuchCase(no)
    return file


def _order(typed: Mapping[str, str]) -> Order:
    """The order that was typed. Raises FieldError."""
    on = read_day(typed, ON)
    if on is None:
        raise FieldError("没有填写决定的日期", field=ON, todo="请照文件填写")
    named = _numbers(typed, ENTRIES), _numbers(typed, FILES)
    return Order(typed.get(NO, "").strip(), on, *named, bool(typed.get(OFFLINE)))


def _numbers(typed: Mapping[str, str], key: str) -> tuple[int, ...]:
    found = [forms.read_number(each) for each in forms.read_list(typed.get(key, ""))]
    if None in found:
        raise FieldError("序号须是数字", field=key, todo="请照案件页上的序号填写，多项用顿号隔开")
    return tuple(number for number in found if number is not None)


def _form(
    ctx: RequestContext,
    file: CaseFile,
    typed: Mapping[str, str],
    preview: Preview | None,
    error: NegotiationError | None,
) -> Response:
    facts = ctx.facts(
        case={"no": file.no, "subject": file.subject},
        typed={key: typed.get(key, "") for key in (NO, ON, ENTRIES, FILES, OFFLINE)},
        preview=preview,
        error=error,
        here="cases",
    )
    return page("expunge.html", facts, status=400 if error else 200)
