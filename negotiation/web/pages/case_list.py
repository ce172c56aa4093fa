"""The list of cases with its filters, order and pages; out as a spreadsheet."""

import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from fastapi import APIRouter, Request, Response
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool

from negotiation.core.errors import FieldError, NegotiationError, UsageError
from negotiation.documents import case_list_sheet
from negotiation.domain.case_numbers import spellings
from negotiation.domain.then import Then
from negotiation.services import case_list, later_entries
from negotiation.services.case_list import Beside, Numbered
from negotiation.services.cases.as_known import look_back
from negotiation.services.context import Context, UnitOfWork
from negotiation.store.case_list.conditions import Wanted
from negotiation.store.case_list.paging import Cursor
from negotiation.store.transaction import Transaction
from negotiation.web.cache import rows
from negotiation.web.downloads import saved
from negotiation.web.filters import status_of
from negotiation.web.lines import Look, line_shown, row_of
from negotiation.web.pages.list_asked import CLOSED_TOO, NAMES, address, kept_of, wanted_by
from negotiation.web.pages.list_head import above, turns
from negotiation.web.pages.past import DAYS, PastShown, past_shown, read_past
from negotiation.web.pages.saved_views import headed
from negotiation.web.request_context import CurrentRequest, RequestContext
from negotiation.web.templating import page

router = APIRouter()


class Listed(NamedTuple):
    """A page of the list: its rows, what stands beside them, where the next begins, the pages by number; where the one
    before it begins, if it has no number."""

    rows: Markup | str = ""
    beside: Beside | None = None
    next: Cursor | None = None
    numbered: Numbered = Numbered()
    before: str = ""


NOTHING, TODAY = Listed(), PastShown()


@router.get("/cases")
async def list_page(request: Request, ctx: CurrentRequest) -> Response:
    ctx.demand_page("desk")
    return await _listed(ctx, dict(request.query_params))


async def _listed(ctx: RequestContext, asked: Mapping[str, str]) -> Response:
    """The page for what its address asks; where that cannot be, the page with an empty list that says why."""
    kept = kept_of(asked, (*NAMES, *DAYS))
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
        wanted = wanted_by(ctx, asked)
        work = look_back(UnitOfWork(transaction, app_state.context, app_state.clock()), then, scope=wanted.scope)
        found = case_list.places(transaction, work.context, wanted, then.day, after)
        ids = [place.id for place in found.cases]
        lines = case_list.lines_of(transaction, work.context, ids, then.day, wanted.scope)
        reasons = later_entries.reasons(work, ids, then)
        numbers = case_list.numbered(transaction, work.context, wanted, then.day)
        before = _before(transaction, work.context, wanted, then.day, numbers, after)
    query, look = past_shown(asked, then).query, Look.of(app_state.context, wanted.scope, then.day)
    rows = [
        row_of(line_shown(line, look), query, reasons.get(case_id, ()))
        for case_id, line in zip(ids, lines, strict=True)
    ]
    return wanted, Listed(Markup("").join(rows), None, found.next, numbers, before)


def _found(ctx: RequestContext, asked: Mapping[str, str], after: str) -> tuple[Wanted, Listed]:
    """The cases wanted, and a page of them; on the first one what stands beside a search."""
    app_state, today = ctx.app_state, ctx.app_state.today()
    with app_state.read() as transaction:  # the departments as they are now
        context, wanted = app_state.context, wanted_by(ctx, asked)
        found = case_list.places(transaction, context, wanted, today, after)
        shown = rows(app_state.fragments, transaction, context, found.cases, wanted.scope, today)
        numbers = case_list.numbered(transaction, context, wanted, today)
        before = _before(transaction, context, wanted, today, numbers, after)
        beside = None
        if not after and (wanted.open_only or spellings(wanted.text)):
            beside = case_list.beside(transaction, context, wanted, today, found.cases)
    return wanted, Listed(shown, beside, found.next, numbers, before)


def _before(
    transaction: Transaction, context: Context, wanted: Wanted, day: date, numbers: Numbered, after: str
) -> str:
    return case_list.before(transaction, context, wanted, day, after) if after not in numbers.starts else ""


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
        **headed(ctx, wanted, kept),
        above=above(ctx, wanted, kept, past, fault),
        past=past,
        beside=listed.beside,
        numbered=listed.numbered,
        turns=turns(kept, listed.numbered, after, listed.next, listed.before),
        export=address(kept, "/export"),
        by_month=address(kept, "/due"),
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
            wanted = wanted_by(ctx, asked)
    except FieldError:
        return await _listed(ctx, asked)
    content = await run_in_threadpool(_exported, ctx, wanted, today)
    return saved(content, f"cases-{today.isoformat()}.xlsx")


def _exported(ctx: RequestContext, wanted: Wanted, today: date) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cases.xlsx"
        case_list_sheet.export(ctx.app_state.database, ctx.app_state.context, wanted, today, path)
        return path.read_bytes()
