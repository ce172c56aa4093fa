"""The departments and their clerks from a sheet: the empty one, a preview of what it would bring, and that taken in."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from negotiation.core.errors import NegotiationError
from negotiation.documents import department_sheet
from negotiation.documents.department_sheet import Imported
from negotiation.web.downloads import saved
from negotiation.web.pages.departments import KEEPERS
from negotiation.web.pages.inputs import TICK
from negotiation.web.pages.ledger_preview import FORMATS
from negotiation.web.request_context import CurrentRequest, RequestContext, upload_of
from negotiation.web.sheet_upload import as_file, carried, reviewed
from negotiation.web.templating import page

router = APIRouter()
SHEET_NAME = "部门和经办人.xlsx"


@router.get("/departments/import")
async def blank_form(ctx: CurrentRequest) -> Response:
    ctx.demand(*KEEPERS)
    return _form(ctx, {})


@router.get("/departments/template")
async def template(ctx: CurrentRequest) -> Response:
    """The empty sheet."""
    ctx.demand(*KEEPERS)
    return saved(await run_in_threadpool(_blank_sheet), SHEET_NAME)


def _blank_sheet() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / SHEET_NAME
        department_sheet.write_blank(path)
        return path.read_bytes()


@router.post("/departments/preview")
async def preview(request: Request, ctx: CurrentRequest) -> Response:
    """Shows what a sheet would bring. Nothing is written."""
    return await _came_in(request, ctx, dry_run=True)


@router.post("/departments/import")
async def take_in(request: Request, ctx: CurrentRequest) -> Response:
    """Imports a sheet."""
    return await _came_in(request, ctx, dry_run=False)


async def _came_in(request: Request, ctx: RequestContext, *, dry_run: bool) -> Response:
    typed, chosen = await upload_of(request, ctx)
    ctx.demand(*KEEPERS)
    try:
        content = reviewed(ctx, typed, chosen, "部门和经办人")
        done = await run_in_threadpool(_taken_in, ctx, content, dry_run=dry_run)
    except NegotiationError as error:
        return _form(ctx, typed, error=error)
    return _form(ctx, typed, done=done, kept=carried(content) if dry_run else "", dry_run=dry_run)


def _taken_in(ctx: RequestContext, content: bytes, *, dry_run: bool) -> Imported:
    app_state = ctx.app_state
    with as_file(content, SHEET_NAME) as path:
        return department_sheet.import_file(app_state.database, app_state.context, path, ctx.operation, dry_run=dry_run)


def _form(
    ctx: RequestContext,
    typed: Mapping[str, str],
    *,
    done: Imported | None = None,
    kept: str = "",
    dry_run: bool = True,
    error: NegotiationError | None = None,
) -> Response:
    facts = ctx.facts(
        done=done, kept=kept, dry_run=dry_run, error=error, ticked=bool(typed.get(TICK)), formats=FORMATS,
        here="departments",
    )  # fmt: skip
    return page("departments_import.html", facts, status=400 if error else 200)
