"""The calendar: a year at a glance with its sources, a notice pasted in, what it would move, and the import."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from negotiation.core.enums import ACT_AS_OFFICE, CalendarLayer
from negotiation.core.errors import NegotiationError, UsageError
from negotiation.core.labels import LAYER_TITLES
from negotiation.core.texts import NOTICE
from negotiation.domain.working_days import Almanac
from negotiation.services.calendar import import_notice, import_summary, proposals, read_notice, revoke
from negotiation.services.calendar.expected import missing_year
from negotiation.store import calendar_notices, calendar_proposals, digest_queries
from negotiation.store.calendar_notices import Imported
from negotiation.store.calendar_proposals import CalendarProposalRow
from negotiation.store.transaction import Transaction
from negotiation.web.request_context import CurrentRequest, RequestContext, form_of
from negotiation.web.templating import page
from negotiation.web.year_grid import months_of

router = APIRouter()
NOTHING_NEW = 0  # stands for the revision where what came in was held already


class YearView(NamedTuple):
    """A view of the page: the year (this one if None) of a layer, and the notice that was pasted in, if any.

    ``rehearsed``: the year is shown as the notice has it; ``revoked``: as a revocation, rehearsed too, leaves it.
    ``proposal``: it waits for the head. ``taken``: the revision just written. ``error``: of a notice, or of the
    revocation of the arrangement ``revoking``.
    """

    year: int | None
    layer: str
    text: str = ""
    rehearsed: import_notice.Import | None = None
    error: NegotiationError | None = None
    taken: int | None = None
    revoked: revoke.Revoked | None = None
    revoking: str = ""
    proposal: CalendarProposalRow | None = None


@router.get("/calendar")
async def year_page(
    ctx: CurrentRequest,
    year: int | None = None,
    layer: str = "municipal",
    taken: int | None = None,
) -> Response:
    return year_view(ctx, YearView(year, layer, taken=taken))


def year_view(ctx: RequestContext, view: YearView) -> Response:
    """The page of the calendar as a view of it."""
    app_state, layer = ctx.app_state, _layer(view.layer)
    with app_state.read() as transaction:
        revisions = calendar_notices.read_revisions(transaction)
        imported = calendar_notices.read_imported(transaction)
        waiting = digest_queries.count_provisional(transaction)
        signing = _signing(transaction, ctx, view)
    almanac, today = app_state.context.almanac, app_state.today()
    facts = ctx.facts(
        **_days(layer, almanac, view.year or today.year, view),
        missing=missing_year(almanac, today),
        waiting=waiting,
        may_count=ctx.person.sees_all_cases,  # how much others have open is the office's to know
        revisions=revisions,
        **_fates(imported),
        **signing,
        text=view.text,
        taken=next((each for each in revisions if each.id == view.taken), None),
        nothing_new=view.taken == NOTHING_NEW,
        error=view.error,
        here="calendar",
    )
    return page("calendar.html", facts, status=400 if view.error else 200)


def _fates(imported: Sequence[Imported]) -> dict[str, object]:
    """The arrangements that stand, and by what and why the others were revoked."""
    return {
        "standing": {each.notice.id for each in imported if each.revoked is None},
        "revoked_by": calendar_notices.revoked_in(imported),
        "reasons": {each.revoked: each.reason for each in imported if each.revoked is not None},
    }


def _signing(transaction: Transaction, ctx: RequestContext, view: YearView) -> dict[str, object]:
    """The facts of what may be changed by who looks, and of what waits for the head of the office."""
    return {
        "may_import": ctx.person.acts_as_office,
        "must_sign": proposals.must_sign(ctx.person),
        "proposed": calendar_proposals.waiting(transaction) if ctx.person.acts_as_office else [],
        "proposal": view.proposal,
        "revoking": view.revoking,
    }


def _days(layer: CalendarLayer, almanac: Almanac, year: int, view: YearView) -> dict[str, object]:
    """The facts of the year's picture and of the notice, or the revocation, that it follows, if it follows one."""
    rehearsed, change = view.rehearsed, view.rehearsed or view.revoked
    calendar = (change.almanac if change else almanac).of(layer)
    shown = min(max(year, calendar.since.year), calendar.official_through.year + 2)
    days = calendar.days_of(shown)
    return {
        "year": shown,
        "last_year": calendar.official_through.year,
        "layer": layer.value,
        "layers": LAYER_TITLES,
        "months": months_of(days, shown, {each.day for each in rehearsed.days} if rehearsed else set()),
        "sources": list(dict.fromkeys(day.source for day in days if day.source)),
        "rehearsed": rehearsed,
        "read": _by_name(rehearsed) if rehearsed else {},
        "says": import_summary.in_sentences(rehearsed) if rehearsed else "",
        "revoked": view.revoked,
        "revoked_says": revoke.in_sentences(view.revoked) if view.revoked else "",
    }


def _layer(text: str) -> CalendarLayer:
    if text not in list(CalendarLayer):
        raise UsageError("没有这个日历层级", todo="可用：" + "、".join(LAYER_TITLES.values()))
    return CalendarLayer(text)


def _by_name(rehearsed: import_notice.Import) -> dict[str, list[import_notice.DayRead]]:
    """The days as they were read, holiday by holiday."""
    named: dict[str, list[import_notice.DayRead]] = {}
    for each in rehearsed.days:
        named.setdefault(each.name, []).append(each)
    return named


# --------------------------------------------------------------------------------------------------- a notice comes in


@router.post("/calendar/rehearsal")
async def rehearse(request: Request, ctx: CurrentRequest) -> Response:
    """Shows what a pasted notice says and would move. Nothing is written."""
    return await _came_in(request, ctx, dry_run=True)


@router.post("/calendar/import")
async def take_in(request: Request, ctx: CurrentRequest) -> Response:
    """Writes a pasted notice, with all that it moves."""
    return await _came_in(request, ctx, dry_run=False)


async def _came_in(request: Request, ctx: RequestContext, *, dry_run: bool) -> Response:
    form = await form_of(request, ctx, {"text": NOTICE})
    ctx.demand(*ACT_AS_OFFICE)
    text = form.get("text", "")
    signs = not proposals.must_sign(ctx.person)
    try:
        found = await run_in_threadpool(_taken_in, ctx, form, dry_run or not signs)
        if not dry_run and not signs and not found.held_already:
            return await _proposed(ctx, lambda inside: proposals.propose_import(inside, found, text, ctx.operation))
    except NegotiationError as error:
        return year_view(ctx, YearView(None, form.get("layer", "national"), text, error=error))
    year, layer = found.arrangement.year, found.layer.value
    if dry_run:
        return year_view(ctx, YearView(year, layer, text, found))
    taken = NOTHING_NEW if found.revision is None else found.revision
    return RedirectResponse(f"/calendar?year={year}&layer={layer}&taken={taken}", status_code=303)


async def _proposed(ctx: RequestContext, work: Callable[[Transaction], int]) -> Response:
    """Keeps a change for the head, and leads to it."""
    number = await ctx.write(work)
    return RedirectResponse(f"/calendar/proposals/{number}", status_code=303)


def _taken_in(ctx: RequestContext, form: Mapping[str, str], dry_run: bool) -> import_notice.Import:
    ctx.demand_texts()
    app_state, layer = ctx.app_state, _layer(form.get("layer", ""))
    text, found = read_notice.read_text(form.get("text", ""), layer, app_state.context.almanac, where="所粘贴的正文")
    return import_notice.run(
        app_state.database,
        app_state.context,
        import_notice.ImportRequest(text, found, layer, ctx.person.name, app_state.clock(), ctx.person.id),
        dry_run=dry_run,
    )


# ------------------------------------------------------------------------------------------------------- a revocation


@router.post("/calendar/revocation/rehearsal")
async def rehearse_revocation(request: Request, ctx: CurrentRequest) -> Response:
    """Shows what the revocation of an arrangement would move. Nothing is written."""
    return await _revocation(request, ctx, dry_run=True)


@router.post("/calendar/revocation")
async def revoke_arrangement(request: Request, ctx: CurrentRequest) -> Response:
    """Revokes an arrangement, with all that this moves."""
    return await _revocation(request, ctx, dry_run=False)


async def _revocation(request: Request, ctx: RequestContext, *, dry_run: bool) -> Response:
    form = await form_of(request, ctx)
    ctx.demand(*ACT_AS_OFFICE)
    which = form.get("number", "")
    signs = not proposals.must_sign(ctx.person)
    try:
        done = await run_in_threadpool(_revoked, ctx, form, dry_run or not signs)
        if not dry_run and not signs:
            return await _proposed(ctx, lambda inside: proposals.propose_revocation(inside, done, ctx.operation))
    except NegotiationError as error:
        return year_view(
            ctx, YearView(None, CalendarLayer.MUNICIPAL, form.get("reason", ""), error=error, revoking=which)
        )
    if dry_run:
        return year_view(ctx, YearView(done.year, done.layer, revoked=done))
    return RedirectResponse(f"/calendar?year={done.year}&layer={done.layer}&taken={done.revision}", status_code=303)


def _revoked(ctx: RequestContext, form: Mapping[str, str], dry_run: bool) -> revoke.Revoked:
    ctx.demand_texts()
    app_state = ctx.app_state
    request = revoke.RevokeRequest(
        form.get("number", ""), form.get("reason", ""), ctx.person.name, app_state.clock(), ctx.person.id
    )
    return revoke.run(app_state.database, app_state.context, request, dry_run=dry_run)
