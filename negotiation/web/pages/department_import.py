"""The departments and their clerks from a sheet: the empty one, a preview of what it would bring, and that taken in."""

import tempfile
from pathlib import Path

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from negotiation.documents import department_sheet
from negotiation.documents.department_sheet import Imported
from negotiation.web.downloads import saved
from negotiation.web.pages.departments import KEEPERS
from negotiation.web.request_context import CurrentRequest, RequestContext
from negotiation.web.sheet_upload import SheetPage, as_file

router = APIRouter()
SHEET_NAME = "部门和经办人.xlsx"


@router.get("/departments/import")
async def blank_form(ctx: CurrentRequest) -> Response:
    return SHEET.form(ctx)


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
    return await SHEET.came_in(request, ctx, dry_run=True)


@router.post("/departments/import")
async def take_in(request: Request, ctx: CurrentRequest) -> Response:
    """Imports a sheet."""
    return await SHEET.came_in(request, ctx, dry_run=False)


def _taken_in(ctx: RequestContext, content: bytes, _name: str, dry_run: bool) -> Imported:
    app_state = ctx.app_state
    with as_file(content, SHEET_NAME) as path:
        return department_sheet.import_file(app_state.database, app_state.context, path, ctx.operation, dry_run=dry_run)


SHEET = SheetPage("departments_import.html", "departments", "部门和经办人", KEEPERS, _taken_in)
