"""The agenda as a page to be printed, and as a spreadsheet: for the office, the secretary and the auditor."""

import tempfile
from pathlib import Path

from fastapi import APIRouter, Depends, Response
from starlette.concurrency import run_in_threadpool

from negotiation.documents import agenda_sheet
from negotiation.domain.rulebook import AGENDAS
from negotiation.services import agenda
from negotiation.services.agenda import Matter
from negotiation.web.downloads import saved
from negotiation.web.request_context import Visit, visit_of
from negotiation.web.templating import page

router = APIRouter()
FIRST = next(iter(AGENDAS))


@router.get("/agenda")
async def agenda_page(visit: Visit = Depends(visit_of), of: str = FIRST) -> Response:  # noqa: B008
    """What the session is to speak of, what is due first on top."""
    visit.demand_page("agenda")
    title, found = agenda.title_of(of), await run_in_threadpool(_matters, visit, of)
    facts = visit.facts(
        of=of,
        title=title,
        agendas=AGENDAS,
        matters=found,
        may_plan=visit.person.acts_as_office and found,
        here="agenda",
    )
    return page("agenda.html", facts)


@router.get("/agenda/export")
async def export(visit: Visit = Depends(visit_of), of: str = FIRST) -> Response:  # noqa: B008
    """The same as .xlsx."""
    visit.demand_page("agenda")
    agenda.title_of(of)
    content = await run_in_threadpool(_exported, visit, of)
    return saved(content, f"agenda-{of}-{visit.house.today().isoformat()}.xlsx")


def _matters(visit: Visit, of: str) -> list[Matter]:
    house = visit.house
    with house.looking() as transaction, house.database.reading() as connection:
        return agenda.matters(transaction, connection, house.context, of, house.clock())


def _exported(visit: Visit, of: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "agenda.xlsx"
        agenda_sheet.export(_matters(visit, of), of, visit.house.today(), path)
        return path.read_bytes()
