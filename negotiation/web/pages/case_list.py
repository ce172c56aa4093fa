"""The list of cases with its filters, order and pages; out as a spreadsheet."""

import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool

from negotiation.core.errors import FieldError, NegotiationError, UsageError
from negotiation.core.texts import searched
from negotiation.documents import case_list_sheet
from negotiation.domain.case_numbers import spellings
from negotiation.domain.then import Then
from negotiation.services import case_filters, case_list, later_entries
from negotiation.services.case_list import Beside, Numbered
from negotiation.services.cases.as_known import look_back
from negotiation.services.context import UnitOfWork
from negotiation.store.case_list.conditions import Wanted
from negotiation.store.case_list.paging import Cursor
from negotiation.web.cache import rows
from negotiation.web.downloads import saved
from negotiation.web.filters import status_of
from negotiation.web.lines import Look, line_shown, row_of
from negotiation.web.pages.list_head import CLOSED_TOO, NAMES, OPEN, above, address, chips, turns
from negotiation.web.pages.past import DAYS, PastShown, past_shown, read_past
from negotiation.web.request_context import CurrentRequest, RequestContext
from negotiation.web.templating import page

router = APIRouter()


class Listed(NamedTuple):
    """A page of the list: its rows, what stands beside them, where the next begins, the pages by number."""

    rows: Markup | str = ""
    beside: Beside | None = None
    next: Cursor | None = None
    numbered: Numbered = Numbered()


NOTHING, TODAY = Listed(), PastShown()


@router.get("/cases")
async def list_page(request: Request, ctx: CurrentRequest) -> Response:
    ctx.demand_page("desk")
    return await _listed(ctx, dict(request.query_params))


async def _listed(ctx: RequestContext, asked: Mapping[str, str]) -> Response:
    """The page for what its address asks; where that cannot be, the page with an empty list that says why."""
    kept = {key: searched(asked[key]) for key in (*NAMES, *DAYS) if asked.get(key)}
    after = asked.get("after", "")
    try:
        then = read_past(asked, ctx.app_state.today())
        if then is not None:
            wanted, listed = await run_in_threadpool(_found_then, ctx, asked, after, then)
            return _page(ctx, kept, after, wanted, listed, past_shown(asked, then))
        return _page(ctx, kept, after, *_found(ctx, asked, after))
    except (FieldError, UsageError) as fault:
        past = past_shown(asked, None, fault=fault)
        return _page(ctx, kept, "", Wanted(scope=ctx.person.department_id), past=past, fault=fault)


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
        numbers = case_list.numbered(transaction, work.context, wanted, then.day)
    query, look = past_shown(asked, then).query, Look.of(app_state.context, wanted.scope, then.day)
    rows = [
        row_of(line_shown(line, look), query, reasons.get(case_id, ()))
        for case_id, line in zip(ids, lines, strict=True)
    ]
    return wanted, Listed(Markup("").join(rows), None, found.next, numbers)


def _found(ctx: RequestContext, asked: Mapping[str, str], after: str) -> tuple[Wanted, Listed]:
    """The cases wanted, and a page of them; on the first one what stands beside a search."""
    app_state, today = ctx.app_state, ctx.app_state.today()
    with app_state.read() as transaction:  # the departments as they are now
        context, wanted = app_state.context, _wanted(ctx, asked)
        found = case_list.places(transaction, context, wanted, today, after)
        shown = rows(app_state.fragments, transaction, context, found.cases, wanted.scope, today)
        numbers = case_list.numbered(transaction, context, wanted, today)
        beside = None
        if not after and (wanted.open_only or spellings(wanted.text)):
            beside = case_list.beside(transaction, context, wanted, today, found.cases)
    return wanted, Listed(shown, beside, found.next, numbers)


def _page(
    ctx: RequestContext,
    kept: Mapping[str, str],
    after: str,
    wanted: Wanted,
    listed: Listed = NOTHING,
    past: PastShown = TODAY,
    fault: NegotiationError | None = None,
) -> Response:
    facts = ctx.facts(
        rows=listed.rows,
        above=above(ctx, wanted, kept, past, fault),
        chips=chips(ctx, wanted, kept),
        past=past,
        beside=listed.beside,
        numbered=listed.numbered,
        turns=turns(kept, listed.numbered, after, listed.next),
        export=f"/export?{urlencode(kept)}",
        closed_too=address({**kept, CLOSED_TOO: "1"}),
        today_again=address({key: text for key, text in kept.items() if key not in DAYS}),
        fault=fault,
        here="cases",
    )
    return page("cases.html", facts, status=status_of(fault))


@router.get("/export")
async def export(request: Request, ctx: CurrentRequest) -> Response:
    """The list as .xlsx, all pages of it."""
    asked, today = dict(request.query_params), ctx.app_state.today()
    try:
        with ctx.app_state.read():
            wanted = _wanted(ctx, asked)
    except FieldError:
        return await _listed(ctx, asked)
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
