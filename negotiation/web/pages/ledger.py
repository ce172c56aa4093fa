"""The ledger: its imports, a sheet in after a preview, what was mended in it corrected, an import taken back."""

from collections.abc import Mapping
from pathlib import PurePath

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from negotiation.core.enums import ACT_AS_OFFICE, AccountRole
from negotiation.core.errors import NegotiationError
from negotiation.documents.ledger import importer
from negotiation.documents.ledger.outcome import Correcting, Imported, ImportRequest
from negotiation.services import import_batches
from negotiation.services.import_batches import TakeBackRequest, TakenBack
from negotiation.store import import_batches as batches
from negotiation.store.import_batches import BatchRecord
from negotiation.web.form_data import Files
from negotiation.web.pages.inputs import TICK, demand_reviewed
from negotiation.web.pages.ledger_preview import SHOWN, mends_of, previewed
from negotiation.web.request_context import CurrentRequest, RequestContext, upload_of
from negotiation.web.sheet_upload import FORMATS, as_file, carried, reviewed
from negotiation.web.templating import page

router = APIRouter()
CORRECT, REASON, NAMED, DO = "correct", "reason", "named", "do"
LIMITS = {"formats": FORMATS, "most": SHOWN}
SHEET_NAME = "台账.xlsx"


@router.get("/ledger")
async def list_page(ctx: CurrentRequest) -> Response:
    ctx.demand(*ACT_AS_OFFICE)
    return _form(ctx, {})


@router.post("/ledger/preview")
async def preview(request: Request, ctx: CurrentRequest) -> Response:
    """Shows what a sheet would bring, and what it says otherwise than the cases. Nothing is written."""
    return await _came_in(request, ctx, dry_run=True)


@router.post("/ledger/import")
async def take_in(request: Request, ctx: CurrentRequest) -> Response:
    """Imports a sheet, as the head of the office signs it."""
    return await _came_in(request, ctx, dry_run=False)


async def _came_in(request: Request, ctx: RequestContext, *, dry_run: bool) -> Response:
    typed, chosen = await upload_of(request, ctx)
    ctx.demand(*(ACT_AS_OFFICE if dry_run else (AccountRole.OFFICE_HEAD,)))
    name = _name(typed, chosen)
    try:
        content = reviewed(ctx, {**typed, NAMED: name}, chosen, "台账")
        done = await run_in_threadpool(_taken_in, ctx, content, _asked(ctx, typed, name, dry_run=dry_run))
    except NegotiationError as error:
        return _form(ctx, typed, error=error)
    return _form(ctx, {**typed, NAMED: name}, done=done, kept=carried(content) if dry_run else "", dry_run=dry_run)


def _name(typed: Mapping[str, str], chosen: Files) -> str:
    """The name of the file, as it is listed with its import."""
    given = chosen[0][0] if chosen else typed.get(NAMED, "")
    return PurePath(given.replace("\\", "/")).name[-120:] or SHEET_NAME


def _asked(ctx: RequestContext, typed: Mapping[str, str], name: str, *, dry_run: bool) -> ImportRequest:
    """The import that the form asks for; corrections are signed by who sends it, once they are to be written."""
    signer = None if dry_run else ctx.person
    correcting = Correcting(typed.get(REASON, ""), signer) if typed.get(CORRECT) else None
    app_state, person, mends = ctx.app_state, ctx.person, mends_of(typed)
    listed = f"{name}（在页面上改正 {len(mends)} 格）" if mends else name
    return ImportRequest(
        app_state.today(), app_state.clock(), dry_run, correcting, listed, person.name, person.id, mends
    )


def _taken_in(ctx: RequestContext, content: bytes, request: ImportRequest) -> Imported:
    with as_file(content, SHEET_NAME) as path:
        return importer.import_file(ctx.app_state.database, ctx.app_state.context, path, request)


def _form(
    ctx: RequestContext,
    typed: Mapping[str, str],
    *,
    done: Imported | None = None,
    kept: str = "",
    dry_run: bool = True,
    error: NegotiationError | None = None,
) -> Response:
    with ctx.app_state.read() as transaction:
        listed = batches.read_all(transaction)
    facts = ctx.facts(
        batches=listed,
        done=done,
        kept=kept,
        dry_run=dry_run,
        error=error,
        ticked=bool(typed.get(TICK)),
        typed={key: typed.get(key, "") for key in (CORRECT, REASON, NAMED)},
        preview=previewed(done, mends_of(typed), ctx.app_state.today()) if done is not None else None,
        **LIMITS,
        may_import=AccountRole.OFFICE_HEAD in ctx.person.roles,
        here="ledger",
    )
    return page("ledger.html", facts, status=400 if error else 200)


# ----------------------------------------------------------------------------------------------------- taken back


@router.get("/ledger/{batch:int}")
async def batch_page(batch: int, ctx: CurrentRequest) -> Response:
    ctx.demand(*ACT_AS_OFFICE)
    return _batch(ctx, _found(ctx, batch), {})


@router.post("/ledger/{batch:int}/take-back")
async def take_back(batch: int, request: Request, ctx: CurrentRequest) -> Response:
    """Shows what taking an import back would come to, or does it, as the head of the office signs it."""
    typed, _ = await upload_of(request, ctx)
    ctx.demand(*ACT_AS_OFFICE)
    found, dry_run = _found(ctx, batch), typed.get(DO) != "enter"
    by = ctx.author
    asked = TakeBackRequest(batch, typed.get(REASON, ""), by, ctx.app_state.clock(), ctx.person, dry_run)
    try:
        ctx.demand_texts()
        demand_reviewed(typed)
        done = await run_in_threadpool(import_batches.take_back, ctx.app_state.database, ctx.app_state.context, asked)
    except NegotiationError as error:
        return _batch(ctx, found, typed, error=error)
    if not dry_run:
        return RedirectResponse("/ledger?said=taken-back", status_code=303)
    return _batch(ctx, found, typed, done=done)


def _found(ctx: RequestContext, batch: int) -> BatchRecord:
    with ctx.app_state.read() as transaction:
        return batches.find(transaction, batch)


def _batch(
    ctx: RequestContext,
    found: BatchRecord,
    typed: Mapping[str, str],
    *,
    done: TakenBack | None = None,
    error: NegotiationError | None = None,
) -> Response:
    facts = ctx.facts(
        batch=found,
        done=done,
        error=error,
        ticked=bool(typed.get(TICK)),
        reason=typed.get(REASON, ""),
        may_sign=AccountRole.OFFICE_HEAD in ctx.person.roles,
        here="ledger",
    )
    return page("ledger_batch.html", facts, status=400 if error else 200)
