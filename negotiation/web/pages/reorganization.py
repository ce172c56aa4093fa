"""A department renamed (更名) or merged into another (并入): the office's to do, as it moves cases."""

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from negotiation.core.enums import ACT_AS_OFFICE
from negotiation.core.errors import FieldError, NegotiationError, NotFound
from negotiation.domain.departments import Department
from negotiation.services import departments as reorganizing
from negotiation.services.departments import Merged, Order
from negotiation.store import case_reader
from negotiation.store.transaction import Transaction
from negotiation.web.pages.department_form import read_day, read_text
from negotiation.web.pages.departments import department_of
from negotiation.web.request_context import CurrentRequest, RequestContext, form_of
from negotiation.web.templating import page

router = APIRouter()


@router.get("/departments/{department_id:int}/reorganize")
async def change_of(department_id: int, ctx: CurrentRequest) -> Response:
    """更名 or 并入: what would go over. Nothing is written."""
    ctx.demand(*ACT_AS_OFFICE)
    return _change_of(ctx, department_of(ctx, department_id), {}, None)


@router.post("/departments/{department_id:int}/reorganize")
async def reorganize(department_id: int, request: Request, ctx: CurrentRequest) -> Response:
    """Another name, or part of another department: its open cases go over, and those that could not are named."""
    typed = await form_of(request, ctx)
    ctx.demand(*ACT_AS_OFFICE)
    unit, context = department_of(ctx, department_id), ctx.app_state.context

    def done(transaction: Transaction) -> Merged | None:
        order = _order(ctx, typed)
        if not typed.get("name"):
            return reorganizing.merge(transaction, context, unit, _successor(ctx, typed), order)
        reorganizing.rename(transaction, context, unit, read_text(typed, "name", "名称"), order)
        return None

    try:
        merged = await ctx.write(done)
    except NegotiationError as error:
        return _change_of(ctx, unit, typed, error)
    if merged is None:
        return RedirectResponse(f"/departments/{department_id}?said=reorganized", status_code=303)
    facts = ctx.facts(shown=unit, into=_successor(ctx, typed), done=merged, here="departments")
    return page("reorganized.html", facts)


def _change_of(
    ctx: RequestContext, unit: Department, typed: Mapping[str, str], error: NegotiationError | None
) -> Response:
    with ctx.app_state.read() as transaction:
        numbers = case_reader.open_numbers(transaction, unit.id)
    others = [each.name for each in ctx.app_state.context.directory.active() if each.id != unit.id]
    filled = {"on": ctx.app_state.today().isoformat(), **typed}
    facts = ctx.facts(shown=unit, numbers=numbers, others=others, typed=filled, error=error, here="departments")
    return page("reorganize.html", facts, status=400 if error else 200)


def _order(ctx: RequestContext, typed: Mapping[str, str]) -> Order:
    on, doc_no = read_day(typed, "on", "日期"), read_text(typed, "doc_no", "文号")
    return Order(on, doc_no, ctx.person.name, ctx.app_state.clock(), ctx.person.id)


def _successor(ctx: RequestContext, typed: Mapping[str, str]) -> Department:
    if not typed.get("into"):
        raise FieldError("须填写新的名称，或选择并入哪个部门", field="name", todo="更名的填名称，并入的选部门")
    try:
        return ctx.app_state.context.directory.find(typed["into"])
    except NotFound as error:
        raise FieldError(error.what, field="into", todo=error.todo) from None
