"""查找: one search over everything that this person may see, grouped by case."""

from urllib.parse import urlencode

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from negotiation.core.errors import FieldError
from negotiation.core.texts import LONGEST_SEARCH, searched
from negotiation.domain import forms
from negotiation.services import search
from negotiation.services.context import UnitOfWork
from negotiation.services.search import Found
from negotiation.web.app_state import AppState
from negotiation.web.request_context import CurrentRequest, RequestContext
from negotiation.web.templating import page

router = APIRouter()


@router.get("/search")
async def search_page(ctx: CurrentRequest, q: str = "", n: str = "1") -> Response:
    """The page ``n`` of what was found. Raises NotFound for a person who sees no case."""
    ctx.demand_page("desk")
    typed = searched(q)
    if not typed:
        return _page(ctx, typed, None)
    try:
        found = await look(ctx.app_state, typed, ctx.person.department_id, forms.read_number(n) or 0)
    except FieldError as fault:
        return _page(ctx, typed, None, fault)
    return _page(ctx, typed, found, cut=len(q.strip()) > LONGEST_SEARCH)


async def look(app_state: AppState, typed: str, scope: int | None, n: int) -> Found:
    """A page of what ``scope`` finds; it says how much the index lacks, which the worker fills every few seconds.

    Raises FieldError for a page that is none.
    """
    return await run_in_threadpool(_found, app_state, typed, scope, n)


def _found(app_state: AppState, typed: str, scope: int | None, n: int) -> Found:
    with app_state.read() as transaction:
        return search.find(UnitOfWork(transaction, app_state.context, app_state.clock()), typed, scope, n)


def _page(
    ctx: RequestContext, typed: str, found: Found | None, fault: FieldError | None = None, *, cut: bool = False
) -> Response:
    n = found.page if found else 1
    facts = ctx.facts(
        typed=typed,
        found=found,
        fault=fault,
        longest=LONGEST_SEARCH if cut else 0,
        previous=_address(typed, n - 1) if n > 1 else "",
        next=_address(typed, n + 1) if found and n < found.pages else "",
        here="search",
    )
    return page("search.html", facts, status=400 if fault else 200)


def _address(typed: str, n: int) -> str:
    return f"/search?{urlencode({'q': typed, 'n': n})}"
