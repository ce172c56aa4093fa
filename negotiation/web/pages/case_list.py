"""The desk: today, what is burning, and the list of cases with its filters, order and pages; out as a spreadsheet."""

import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool

from negotiation.core.errors import FieldError, NegotiationError, UsageError
from negotiation.core.texts import searched
from negotiation.documents import case_list_sheet
from negotiation.domain.case_numbers import spellings
from negotiation.domain.then import Then
from negotiation.services import case_filters, case_list, later_entries
from negotiation.services.case_filters import FILTERS
from negotiation.services.case_list import Beside
from negotiation.services.cases.as_known import look_back
from negotiation.services.context import UnitOfWork
from negotiation.store.case_list.conditions import Sort, Wanted
from negotiation.store.case_list.counts import Counts
from negotiation.store.case_list.paging import Cursor, Places
from negotiation.web.cache import rows
from negotiation.web.downloads import saved
from negotiation.web.filters import named_departments, status_of
from negotiation.web.pages.bulk import ASSIGN, offered
from negotiation.web.pages.desk_figures import ordinal, tiles
from negotiation.web.pages.past import DAYS, PastShown, past_shown, read_past
from negotiation.web.request_context import CurrentRequest, RequestContext
from negotiation.web.templating import page, piece

router = APIRouter()
OPEN, CLOSED_TOO = "open", "all"  # the page shows open cases alone, unless the others are asked for
# By their names in the page's address; what is overdue is asked for there by its deadline status.
NAMES = (*(each.name for each in FILTERS if each.name not in (OPEN, "overdue")), CLOSED_TOO)
# The columns of the list by which it can be put in order; a click on the one that orders it turns the order round.
ORDERED_BY = (Sort.NO, Sort.SUBJECT, Sort.RECEIVED, Sort.DUE, Sort.NEXT_DUE)


class Switch(NamedTuple):
    """One of several views of the list, and whether it is the one shown."""

    title: str
    link: str
    shown: bool


class Head(NamedTuple):
    """The head of a column that can order the list; ``direction``: ascending, descending, or empty if it does not."""

    title: str
    link: str
    direction: str


class Listed(NamedTuple):
    """A page of the list: its rows, what stands beside them, where the next begins; ``later``: it is not the first."""

    rows: Markup | str = ""
    beside: Beside | None = None
    next: Cursor | None = None
    later: bool = False


NOTHING, TODAY = Listed(), PastShown()


@router.get("/")
async def desk_page(request: Request, ctx: CurrentRequest) -> Response:
    if "desk" not in ctx.pages:  # the three administrators see no case
        return RedirectResponse(ctx.first_page, status_code=303)
    return await _desk(ctx, dict(request.query_params))


async def _desk(ctx: RequestContext, asked: Mapping[str, str]) -> Response:
    """The page for what its address asks; where that cannot be, the page with an empty list that says why."""
    kept = {key: searched(asked[key]) for key in (*NAMES, *DAYS) if asked.get(key)}
    after = asked.get("after", "")
    try:
        then = read_past(asked, ctx.app_state.today())
        if then is not None:
            wanted, listed = await run_in_threadpool(_found_then, ctx, asked, after, then)
            return await _page(ctx, kept, wanted, listed, past_shown(asked, then))
        wanted, found, shown = _found(ctx, asked, after)
    except (FieldError, UsageError) as fault:
        past = past_shown(asked, None, fault=fault)
        return await _page(ctx, kept, Wanted(scope=ctx.person.department_id), past=past, fault=fault)
    app_state, beside = ctx.app_state, None
    if not after and (not found.cases or spellings(wanted.text)):
        with app_state.read() as transaction:
            beside = case_list.beside(transaction, app_state.context, wanted, app_state.today(), found.cases)
    return await _page(ctx, kept, wanted, Listed(shown, beside, found.next, later=bool(after)))


def _found_then(ctx: RequestContext, asked: Mapping[str, str], after: str, then: Then) -> tuple[Wanted, Listed]:
    """The cases wanted as they were on a past day; each row says what was entered only later. Raises FieldError."""
    app_state = ctx.app_state
    with app_state.read(temporary=True) as transaction:
        wanted = _wanted(ctx, asked)
        work = look_back(UnitOfWork(transaction, app_state.context, app_state.clock()), then, scope=wanted.scope)
        found = case_list.places(transaction, work.context, wanted, then.day, after)
        ids = [place.id for place in found.cases]
        lines = case_list.lines_of(transaction, work.context, ids, then.day, wanted.scope)
        reasons = later_entries.reasons(work, ids, then)
    query = past_shown(asked, then).query
    rows = [
        piece("_row.html", {"line": line, "past": query, "reasons": reasons.get(case_id, ())})
        for case_id, line in zip(ids, lines, strict=True)
    ]
    return wanted, Listed(Markup("").join(rows), None, found.next, later=bool(after))


def _found(ctx: RequestContext, asked: Mapping[str, str], after: str) -> tuple[Wanted, Places, Markup]:
    """The cases wanted, those of a page of it, and their rows."""
    app_state, today = ctx.app_state, ctx.app_state.today()
    with app_state.read() as transaction:  # the departments as they are now
        wanted = _wanted(ctx, asked)
        found = case_list.places(transaction, app_state.context, wanted, today, after)
        return (
            wanted,
            found,
            rows(app_state.fragments, transaction, app_state.context, found.cases, wanted.scope, today),
        )


async def _page(
    ctx: RequestContext,
    kept: Mapping[str, str],
    wanted: Wanted,
    listed: Listed = NOTHING,
    past: PastShown = TODAY,
    fault: NegotiationError | None = None,
) -> Response:
    today = ctx.app_state.today()
    facts = ctx.facts(
        rows=listed.rows,
        tiles=[] if past.says else tiles(ctx, await _counts(ctx, wanted.scope, today)),
        above=_above(ctx, wanted, kept, past, fault),
        past=past,
        beside=listed.beside,
        closed_too=_address({**kept, "all": "1"}),
        today_again=_address({key: text for key, text in kept.items() if key not in DAYS}),
        next=_address({**kept, "after": listed.next.text}) if listed.next else "",
        first=_address(kept) if listed.later else "",
        ordinal=ordinal(ctx, today),
        fault=fault,
        told=ctx.told(),
        here="desk",
    )
    return page("desk.html", facts, status=status_of(fault))


async def _counts(ctx: RequestContext, scope: int | None, today: date) -> Counts:
    app_state = ctx.app_state

    def count() -> Counts:
        with app_state.database.read() as transaction:  # beside the loop: the context is refreshed by the page
            return case_list.counts(transaction, app_state.context, scope, today)

    return await app_state.figures.of(scope, app_state.clock(), count)


def _address(kept: Mapping[str, str]) -> str:
    return f"/?{urlencode(kept)}" if kept else "/"


def _above(
    ctx: RequestContext, wanted: Wanted, kept: Mapping[str, str], past: PastShown, fault: NegotiationError | None
) -> Markup:
    """The part above the rows: whose cases, the filters with what was chosen, the acts, the heads."""
    context, fragments, acts = ctx.app_state.context, ctx.app_state.fragments, offered(ctx)
    rules = [book.digest for book in context.books]
    key = ("above", ctx.person.id, *kept.items(), *acts, context.directory.revision, *rules, str(fault or ""))
    return fragments.get(key) or fragments.keep(key, piece("_list_head.html", {
        "asked": {name: kept.get(name, "") for name in NAMES},
        "titles": context.titles,
        "fault": fault,
        "past": past,
        "departments": named_departments(context.directory, kept.get("department", ""), wanted.departments),
        "choices": {each.name: each.choices(context) for each in FILTERS},
        "whose": _whose(ctx, kept) if ASSIGN in acts else [],
        "heads": _heads(wanted, kept),
        "bulk": acts,
        "export": f"/export?{urlencode(kept)}",
    }))  # fmt: skip


def _whose(ctx: RequestContext, kept: Mapping[str, str]) -> list[Switch]:
    """我的 (handled by who looks, first or second) or 全部, for who may handle cases; the other filters stay."""
    own = str(ctx.person.id)
    others = {key: value for key, value in kept.items() if key != "handler"}
    mine = kept.get("handler") == own
    return [
        Switch("我的", _address({**others, "handler": own}), mine),
        Switch("全部", _address(others), not kept.get("handler")),
    ]


def _heads(wanted: Wanted, kept: Mapping[str, str]) -> dict[str, Head]:
    """The columns that can order the list: which does, which way, and where a click leads."""
    return {sort.value: _head(sort, wanted, kept) for sort in ORDERED_BY}


def _head(sort: Sort, wanted: Wanted, kept: Mapping[str, str]) -> Head:
    now = sort is wanted.sort
    others = {key: value for key, value in kept.items() if key not in ("sort", "descending")}
    turned = {"descending": "1"} if now and not wanted.descending else {}
    direction = ("descending" if wanted.descending else "ascending") if now else ""
    return Head(case_filters.SORT_TITLES[sort], _address({**others, "sort": sort.value, **turned}), direction)


@router.get("/export")
async def export(request: Request, ctx: CurrentRequest) -> Response:
    """The list as .xlsx, all pages of it."""
    asked, today = dict(request.query_params), ctx.app_state.today()
    try:
        with ctx.app_state.read():
            wanted = _wanted(ctx, asked)
    except FieldError:
        return await _desk(ctx, asked)
    content = await run_in_threadpool(_exported, ctx, wanted, today)
    return saved(content, f"cases-{today.isoformat()}.xlsx")


def _exported(ctx: RequestContext, wanted: Wanted, today: date) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cases.xlsx"
        case_list_sheet.export(ctx.app_state.database, ctx.app_state.context, wanted, today, path)
        return path.read_bytes()


def _wanted(ctx: RequestContext, asked: Mapping[str, str]) -> Wanted:
    """The cases that the page's address asks for, closed ones only if asked for; a department's own cases only."""
    ctx.demand_page("desk")
    given = {name: asked.get(name, "") for name in NAMES} | {OPEN: "" if asked.get(CLOSED_TOO) else "1"}
    return case_filters.read_wanted(ctx.app_state.context, given, scope=ctx.person.department_id)
