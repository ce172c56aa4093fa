"""Lists of cases under a name: above the list, kept and deleted."""

from collections.abc import Mapping
from typing import NamedTuple

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from negotiation.core.errors import FieldError, NegotiationError
from negotiation.services import saved_views
from negotiation.services.saved_views import View
from negotiation.store.case_list.conditions import Wanted
from negotiation.web.pages.list_asked import address, kept_of
from negotiation.web.pages.list_head import chips
from negotiation.web.request_context import CurrentRequest, RequestContext, form_of
from negotiation.web.templating import page

router = APIRouter()


class Tab(NamedTuple):
    """A view above the list: where it leads, and whether it is the one shown."""

    view: View
    link: str
    shown: bool


def headed(ctx: RequestContext, wanted: Wanted, kept: Mapping[str, str]) -> dict[str, object]:
    """The facts of what stands above a list: its views, its filters, and which departments of these are gone."""
    gone = ctx.app_state.context.directory.gone
    return {
        "kept": kept,
        "views": _tabs(ctx, kept),
        "chips": chips(ctx, wanted, kept),
        "gone": [gone[each].says for each in wanted.departments if each in gone],
    }


def _tabs(ctx: RequestContext, kept: Mapping[str, str]) -> list[Tab]:
    with ctx.app_state.read() as transaction:
        views = saved_views.views_of(transaction, ctx.person)
    return [Tab(each, address(each.filters), bool(kept) and dict(kept) == dict(each.filters)) for each in views]


@router.post("/views")
async def save(request: Request, ctx: CurrentRequest) -> Response:
    """Keeps the list that is shown under a name, and leads back to it."""
    typed = await form_of(request, ctx)
    ctx.demand_page("desk")
    kept, name, at = kept_of(typed), typed.get("name", ""), ctx.app_state.clock()
    try:
        await ctx.write(lambda inside: saved_views.save(inside, ctx.person, name, kept, at, shared="shared" in typed))
    except FieldError as error:
        return _again(ctx, typed, kept, error)
    return RedirectResponse(address(kept), status_code=303)


def _again(ctx: RequestContext, typed: Mapping[str, str], kept: Mapping[str, str], error: NegotiationError) -> Response:
    facts = ctx.facts(typed=typed, kept=kept, error=error, back=address(kept), here="cases")
    return page("save_view.html", facts, status=400)


@router.post("/views/{view_id:int}/remove")
async def remove(view_id: int, request: Request, ctx: CurrentRequest) -> Response:
    """Deletes a view, and leaves the list as it is."""
    await form_of(request, ctx)
    ctx.demand_page("desk")
    gone = await ctx.write(lambda inside: saved_views.remove(inside, ctx.person, view_id))
    return RedirectResponse(address(gone.filters), status_code=303)
