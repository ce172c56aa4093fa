"""The administration's log: searched by kind, person, period and words, and handed out as a sheet."""

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from negotiation.core.errors import FieldError
from negotiation.core.labels import ADMIN_KIND_TITLES
from negotiation.documents.admin_sheet import write_log
from negotiation.domain import forms
from negotiation.services.admin_log import FILTERS, read_wanted
from negotiation.store import administration
from negotiation.store.administration import Wanted
from negotiation.store.numbers import GREATEST_ID
from negotiation.web.downloads import saved
from negotiation.web.request_context import CurrentRequest, RequestContext
from negotiation.web.templating import page

router = APIRouter()
SHOWN = 100


@router.get("/admin-log")
async def list_page(request: Request, ctx: CurrentRequest) -> Response:
    """The newest first."""
    ctx.demand_page("admin_log")
    return _page(ctx, request.query_params)


def _page(ctx: RequestContext, given: Mapping[str, str]) -> Response:
    asked = {key: given.get(key, "") for key in FILTERS}
    below = forms.read_number(given.get("below", ""), GREATEST_ID)
    try:
        wanted, fault = replace(read_wanted(asked), below=below), None
    except FieldError as error:
        wanted, fault = Wanted(below=1), error
    with ctx.app_state.read() as transaction:
        found = administration.entries(transaction, wanted, limit=SHOWN + 1)
    kept = {key: value for key, value in asked.items() if value}
    more = urlencode({**kept, "below": found[SHOWN - 1].n}) if len(found) > SHOWN else ""
    facts = ctx.facts(
        entries=found[:SHOWN], asked=asked, fault=fault, kinds=ADMIN_KIND_TITLES, kept=urlencode(kept), more=more,
        later=below is not None, here="admin_log",
    )  # fmt: skip
    return page("admin_log.html", facts, status=400 if fault else 200)


@router.get("/admin-log/export")
async def export(request: Request, ctx: CurrentRequest) -> Response:
    """The entries that the filters find, all pages of them."""
    ctx.demand_page("admin_log")
    try:
        wanted = read_wanted(request.query_params)
    except FieldError:
        return _page(ctx, request.query_params)
    content = await run_in_threadpool(_written, ctx, wanted)
    return saved(content, f"管理日志-{ctx.app_state.today().isoformat()}.xlsx")


def _written(ctx: RequestContext, wanted: Wanted) -> bytes:
    with tempfile.TemporaryDirectory() as folder, ctx.app_state.database.read() as transaction:
        path = Path(folder) / "log.xlsx"
        write_log(transaction, path, wanted)
        return path.read_bytes()
