"""The office's other pages: the law as the engine sees it, verification, help."""

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse

from negotiation.diagram import length, started
from negotiation.rulebook import Procedure, Transition
from negotiation.store import queries
from negotiation.web.picture import picture
from negotiation.web.render import page
from negotiation.web.rights import may_open
from negotiation.web.visit import Visit, visit_of

router = APIRouter()


@router.get("/apply")
async def procedures(visit: Visit = Depends(visit_of)) -> Response:  # noqa: B008
    """Where there is one procedure, its form; else a choice."""
    visit.demand_page("apply")
    practice = visit.house.practice
    rules = [each for each in practice.rulebook.procedures.values() if may_open(visit.person, each)]
    if len(rules) == 1:
        return RedirectResponse(f"/apply/{rules[0].key}", status_code=303)
    return page("choose.html", visit.facts(procedures=rules, here="apply"))


@router.get("/rulebook")
async def law(visit: Visit = Depends(visit_of)) -> Response:  # noqa: B008
    practice = visit.house.practice
    book = practice.rulebook
    starts = {rule.key: started(book, rule) for rules in book.procedures.values() for rule in rules.terms.values()}
    pictures = {key: picture(rules) for key, rules in book.procedures.items()}
    general = {key: _general(rules) for key, rules in book.procedures.items()}
    facts = visit.facts(book=book, length=length, starts=starts, pictures=pictures, general=general, here="rulebook")
    return page("rulebook.html", facts)


def _general(rules: Procedure) -> list[Transition]:
    """A row for each event that nearly every state has."""
    rows: dict[str, Transition] = {}
    for (_, event), row in rules.table.items():
        if event in rules.general_events:
            rows.setdefault(event, row)
    return list(rows.values())


@router.get("/audit")
async def audit(visit: Visit = Depends(visit_of)) -> Response:  # noqa: B008
    visit.demand_page("audit")
    with visit.house.database.reading() as connection:
        events, broken = queries.counts(connection)["events"], list(queries.broken_links(connection))
    return page("audit.html", visit.facts(events=events, broken=broken, here="audit"))


@router.get("/help")
async def help_page(visit: Visit = Depends(visit_of)) -> Response:  # noqa: B008
    return page("help.html", visit.facts(here="help"))
