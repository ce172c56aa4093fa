"""The agenda as a page to be printed, and as a spreadsheet: for the office, the secretary and the auditor."""

import tempfile
from pathlib import Path

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from negotiation.documents import agenda_sheet
from negotiation.domain.rulebook import AGENDAS
from negotiation.services import agenda
from negotiation.services.agenda import Matter
from negotiation.web.downloads import saved
from negotiation.web.request_context import CurrentRequest, RequestContext
from negotiation.web.templating import page

router = APIRouter()
FIRST = next(iter(AGENDAS))


@router.get("/agenda")
async def agenda_page(ctx: CurrentRequest, of: str = FIRST) -> Response:
    """The cases that the session is to speak of, what is due first on top."""
    ctx.demand_page("agenda")
    title, found = agenda.title_of(of), await run_in_threadpool(_matters, ctx, of)
    facts = ctx.facts(
        of=of,
        title=title,
        agendas=AGENDAS,
        matters=found,
        may_plan=ctx.person.acts_as_office and found,
        here="agenda",
    )
    return page("agenda.html", facts)


@router.get("/agenda/export")
async def export(ctx: CurrentRequest, of: str = FIRST) -> Response:
    """The agenda as .xlsx."""
    ctx.demand_page("agenda")
    agenda.title_of(of)
    content = await run_in_threadpool(_exported, ctx, of)
    return saved(content, f"agenda-{of}-{ctx.app_state.today().isoformat()}.xlsx")


def _matters(ctx: RequestContext, of: str) -> list[Matter]:
    app_state = ctx.app_state
    with app_state.read() as transaction:
        return agenda.matters(transaction, app_state.context, of, app_state.clock())


def _exported(ctx: RequestContext, of: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "agenda.xlsx"
        agenda_sheet.export(_matters(ctx, of), of, ctx.app_state.today(), path, ctx.app_state.context.titles)
        return path.read_bytes()
