"""What a person may see and do in a case; pages and programs ask here alike."""

from typing import NamedTuple

from negotiation import casework
from negotiation.accounts import Person
from negotiation.approvals import enters_paper, roles_of, signs_for
from negotiation.casework import CaseFile
from negotiation.errors import NotFound, OutOfPlace
from negotiation.rulebook import EventRule, Procedure, Transition
from negotiation.store.database import Transaction
from negotiation.vocabulary import CLOCK, OFFICE_ID, PARTY_ROLES
from negotiation.web.house import House


def visible(transaction: Transaction, house: House, person: Person, no: str) -> CaseFile:
    """A case that this person may see; of another department's case nothing is said, not even that there is one."""
    try:
        file = casework.take(transaction, house.practice, no, at=house.clock())
    except NotFound:
        raise _no_such(no) from None
    received = file.row["received_on"] is not None
    hidden = not received and person.department_id not in (None, file.row["drafted_by"])
    if hidden or not (person.may_see(file.standing.parties) or person.reads_copies_of(file.copied)):
        raise _no_such(no)
    return file


def _no_such(no: str) -> NotFound:
    """The same to the letter for a case of others and for one that there is not."""
    return NotFound(f"没有编号为“{no}”的案件", todo="请核对编号")


class OpenAct(NamedTuple):
    """An act that a person may do now, and the role in which they do it.

    ``paper``: the office enters a party's letter. ``to_sign``: it is proposed to the head, unless a paper was signed.
    """

    event: EventRule
    role: str
    paper: bool
    to_sign: bool


def acts_open(file: CaseFile, person: Person) -> list[OpenAct]:
    """The buttons that this person has: their own acts, then the letters of the parties that the office may enter."""
    rows = file.procedure.from_state(file.row["state"])
    roles = roles_of(file, person)
    own = [role for role in roles if not enters_paper(person, role)]
    acts = [_act(row.event, person, role) for row in rows if (role := _first(own, row))]
    return acts + [_act(row.event, person, role) for row, role in _papers(rows, person, roles, own)]


def act_open(file: CaseFile, person: Person, event: str, role: str = "") -> OpenAct:
    """The act, if this person may do it now; in that role, if they may in several. Raises NotFound or OutOfPlace."""
    for each in acts_open(file, person):
        if each.event.key == event and role in ("", each.role):
            return each
    if event not in file.procedure.events:
        raise NotFound("没有这一页", todo="请从案件页进入")
    state, title = file.procedure.states[file.row["state"]].title, file.procedure.events[event].title
    raise OutOfPlace(f"案件现为“{state}”，您不能办理“{title}”", where=f"案件 {file.row['no']}", todo="请返回案件页查看")


def may_open(person: Person, rules: Procedure) -> bool:
    """Whether a person may open a case of a procedure: the office any, a department what departments draft."""
    return bool(person.may_act_for({rules.drafter: person.department_id or OFFICE_ID}))


def first_event(procedure: Procedure) -> EventRule:
    """The event by which a draft is handed in."""
    initial = procedure.states[procedure.initial]
    rows = procedure.from_state(initial.key)
    return next(row.event for row in rows if row.moves and initial.held_by in row.by and row.event.required)


def _act(event: EventRule, person: Person, role: str) -> OpenAct:
    return OpenAct(event, role, enters_paper(person, role), event.approval and not signs_for(person, role))


def _first(own: list[str], row: Transition) -> str:
    return next((role for role in own if role in row.by), "")


def _papers(
    rows: list[Transition], person: Person, roles: tuple[str, ...], own: list[str]
) -> list[tuple[Transition, str]]:
    """What only a party can do, and what it may do as well as the office if it moves the case."""
    return [
        (row, role)
        for row in rows
        for role in PARTY_ROLES
        if role in row.by and role in roles and enters_paper(person, role) and CLOCK not in row.by
        if row.moves or not _first(own, row)
    ]
