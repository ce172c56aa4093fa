"""What a person may see and do in a case; pages and programs ask here alike."""

from negotiation import casework
from negotiation.accounts import Person
from negotiation.casework import CaseFile
from negotiation.errors import NotFound
from negotiation.rulebook import EventRule, Procedure
from negotiation.store.database import Transaction
from negotiation.web.house import House


def visible(transaction: Transaction, house: House, person: Person, no: str) -> CaseFile:
    """A case that this person may see; of another department's case nothing is said, not even that there is one."""
    file = casework.take(transaction, house.practice, no, at=house.clock())
    received = file.row["received_on"] is not None
    hidden = not received and person.department_id not in (None, file.row["applicant_id"])
    if hidden or not (person.may_see(file.standing.parties) or person.reads_copies_of(file.copied)):
        raise NotFound(f"没有编号为“{no}”的案件", todo="请核对编号")
    return file


def roles_of(file: CaseFile, person: Person) -> tuple[str, ...]:
    """The roles that a person has in a case, and those for which they enter what others decided."""
    own = person.may_act_for(file.standing.parties)
    return (*own, *(role for role, by in file.rulebook.entered_by.items() if by in own))


def first_event(procedure: Procedure) -> EventRule:
    """The event by which a draft is handed in."""
    initial = procedure.states[procedure.initial]
    rows = procedure.from_state(initial.key)
    return next(row.event for row in rows if row.moves and initial.held_by in row.by and row.event.required)
