"""One case as people see it: whose turn it is and until when, the days one by one, what happened, what may be done."""

from collections.abc import Iterable
from typing import NamedTuple

from fastapi import APIRouter, Depends, Response

from negotiation import show, views
from negotiation.casework import CaseFile
from negotiation.rulebook import EventRule
from negotiation.terms import Term
from negotiation.web.render import page
from negotiation.web.rights import roles_of, visible
from negotiation.web.strip import Strip, strip
from negotiation.web.visit import Visit, visit_of

router = APIRouter()


@router.get("/cases/{no}")
async def case_page(no: str, visit: Visit = Depends(visit_of)) -> Response:  # noqa: B008
    house, today = visit.house, visit.house.today()
    with house.looking() as transaction:
        file = visible(transaction, house, visit.person, no)
    with house.database.reading() as connection:
        case = views.case_json(connection, file, house.practice, today)
    case["turn"] = file.rulebook.roles.get(case["held_by"], "")
    case["terms"] = [term | {"status": show.term_status(term)} for term in case["terms"]]
    return page(
        "case.html", visit.facts(case=case, strips=_strips(file, visit), acts=acts_open(file, visit), here="desk")
    )


class OpenAct(NamedTuple):
    """An act that this person may do now: its event and the role in which they do it."""

    event: EventRule
    role: str


def acts_open(file: CaseFile, visit: Visit) -> list[OpenAct]:
    """The buttons that this person has."""
    roles = roles_of(file, visit.person)
    rows = file.procedure.from_state(file.row["state"])
    found = ((row, next((role for role in row.by if role in roles), "")) for row in rows)
    return [OpenAct(row.event, role) for row, role in found if role]


def _strips(file: CaseFile, visit: Visit) -> list[Strip]:
    """The rulers of the terms that run, and of the last one that ended if none does."""
    running = [term for term in file.standing.terms if term.ended_on is None and term.counted]
    return [_strip(file, term, visit) for term in running or _last(file.standing.terms)]


def _last(terms: Iterable[Term]) -> list[Term]:
    counted = [term for term in terms if term.counted]
    return counted[-1:]


def _strip(file: CaseFile, term: Term, visit: Visit) -> Strip:
    title = file.procedure.terms[term.kind].title
    return strip(term, title, file.calendar, visit.house.today())
