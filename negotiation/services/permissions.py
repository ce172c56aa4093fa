"""Permissions of a person in a case; pages and programs ask here alike."""

from datetime import date, datetime
from typing import NamedTuple

from negotiation.core import log
from negotiation.core.enums import CLOCK, OFFICE_ID
from negotiation.core.errors import InvalidTransition, NotFound
from negotiation.core.texts import searched
from negotiation.domain.people import Person
from negotiation.domain.rulebook import EventRule, Procedure, Transition
from negotiation.services.approvals import enters_paper, is_in_time, roles_of, signs_for
from negotiation.services.cases import acting
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import Context, UnitOfWork
from negotiation.services.offers import Offer, offers, open_proposals, waits
from negotiation.store.case_list.query import numbered
from negotiation.store.proposals import ProposalRow
from negotiation.store.transaction import Transaction


def visible(transaction: Transaction, context: Context, person: Person, no: str, at: datetime) -> CaseFile:
    """A case that this person may see. Raises NoSuchCase for any other, as if there were none."""
    try:
        file = acting.take(UnitOfWork(transaction, context, at), no)
    except NotFound:
        raise NoSuchCase(no) from None
    received = file.received_on is not None
    hidden = not received and person.department_id not in (None, file.case.drafted_by)
    if hidden or not (person.may_see(file.case_state.parties) or person.reads_copies_of(file.copied)):
        raise NoSuchCase(no)
    if (cases := log.CASES.get()) is not None:  # who read or acted on which case is on record with the request
        cases.add(file.case_id)
    return file


class NoSuchCase(NotFound):
    """No case has this number, or none that this person may see: the same to the letter."""

    def __init__(self, no: str) -> None:
        super().__init__(f"没有编号为“{no}”的案件", todo="请核对编号")
        self.no = no


def meant(transaction: Transaction, context: Context, person: Person, typed: str, at: datetime) -> str:
    """The number of the one case that this person may see and can only mean by what was typed; "" if there is none."""
    found = numbered(transaction, searched(typed), person.department_id, limit=2)
    if len(found) != 1 or found[0].no == typed:
        return ""
    try:
        return visible(transaction, context, person, found[0].no, at).no
    except NotFound:
        return ""


class OpenAct(NamedTuple):
    """An act that a person may do now, and the role in which they do it.

    ``paper``: the office enters a party's letter. ``to_sign``: it is proposed to the head, unless a paper was signed.
    """

    event: EventRule
    role: str
    paper: bool
    to_sign: bool


class Later(NamedTuple):
    """An act that is a person's to do, though not yet: from which day on, if that is known, or else why not."""

    title: str
    since: date | None
    official: bool
    why: str


class Desk(NamedTuple):
    """The acts that a person finds in a case: those open, those open later, those that wait for a head."""

    acts: list[OpenAct]
    later: list[Later]
    waits: str


def desk_of(transaction: Transaction, file: CaseFile, person: Person, only: str = "") -> Desk:
    """A person's own acts, then the letters of the parties that the office may enter; what is not lawful is not
    among them. ``only``: those of one event."""
    found, waiting = offers_for(transaction, file, person, only)
    roles = roles_of(file, person)
    own = [role for role in roles if not enters_paper(file.procedure, person, role)]
    acts = [_act(file.procedure, each.row.event, person, role) for each in found if (role := _first(own, each))]
    papers = [_act(file.procedure, each.row.event, person, role) for each, role in _papers(file, found, person, own)]
    later = [each for each in found if each.since or each.lacks_meeting]
    own_later = [_later(each) for each in later if set(own) & set(each.row.by)]
    held = waits(file, waiting[0]) if waiting and own else None
    return Desk(acts + papers, own_later, f"{held.what}。{held.todo}。" if held else "")


def offers_for(
    transaction: Transaction, file: CaseFile, person: Person, only: str = ""
) -> tuple[list[Offer], list[ProposalRow]]:
    """The acts open in a case today, as far as this person may know, and those that wait for the head of their side."""
    waiting = open_proposals(transaction, file, person.side)

    def allows(event: str, on: date) -> bool:
        return is_in_time(file, person, event, on)

    return offers(transaction, file, file.today, waiting, allows, only), waiting


def acts_open(transaction: Transaction, file: CaseFile, person: Person) -> list[OpenAct]:
    """The acts that are open to this person."""
    return desk_of(transaction, file, person).acts


def act_open(transaction: Transaction, file: CaseFile, person: Person, event: str, role: str = "") -> OpenAct:
    """The act, if this person may do it now; in that role, if they may in several.

    Raises NotFound, or InvalidTransition with the reason why it cannot be done.
    """
    for each in desk_of(transaction, file, person, event).acts:
        if each.event.key == event and role in ("", each.role):
            return each
    if event not in file.procedure.events:
        raise NotFound("没有这一页", todo="请从案件页进入")
    raise _not_open(transaction, file, person, event)


def role_for(file: CaseFile, person: Person, event: str) -> str:
    """The first of a person's roles that may do an act in the state of a case; "" if none may."""
    by = {role for row in file.procedure.from_state(file.state) if row.event.key == event for role in row.by}
    return next((role for role in roles_of(file, person) if role in by), "")


def _not_open(transaction: Transaction, file: CaseFile, person: Person, event: str) -> InvalidTransition:
    """Why an act is not open: the law's reason if it would be this person's, else that it is not theirs."""
    where = f"案件 {file.no}"
    offer = next(iter(offers_for(transaction, file, person, event)[0]), None)
    if offer is not None and offer.why is not None and set(offer.row.by) & set(roles_of(file, person)):
        return InvalidTransition(offer.why.what, where=where, todo=offer.why.todo or "请返回案件页查看")
    state, title = file.procedure.states[file.state].title, file.procedure.events[event].title
    return InvalidTransition(f"案件现为“{state}”，您不能办理“{title}”", where=where, todo="请返回案件页查看")


def may_open(person: Person, rules: Procedure) -> bool:
    """True if a person may open a case of a procedure: the office any, a department those that departments draft."""
    return bool(person.may_act_for({rules.drafter: person.department_id or OFFICE_ID}))


def first_event(procedure: Procedure) -> EventRule:
    """The event by which a draft is handed in and begins to count."""
    uncounted = {state.key for state in procedure.states.values() if state.uncounted}
    return next(row.event for row in _handing_in(procedure) if row.target not in uncounted)


def application_fields(procedure: Procedure) -> tuple[str, ...]:
    """The fields of every form by which a draft is handed in."""
    return tuple(dict.fromkeys(key for row in _handing_in(procedure) for key in row.event.fields))


def _handing_in(procedure: Procedure) -> list[Transition]:
    initial = procedure.states[procedure.initial]
    rows = [row for row in procedure.from_state(initial.key) if row.moves and row.event.required]
    return [row for row in rows if initial.held_by in row.by]


def _act(rules: Procedure, event: EventRule, person: Person, role: str) -> OpenAct:
    to_sign = event.approval and not signs_for(rules, person, role)
    return OpenAct(event, role, enters_paper(rules, person, role), to_sign)


def _first(own: list[str], offer: Offer) -> str:
    return next((role for role in own if role in offer.by), "")


def _papers(file: CaseFile, found: list[Offer], person: Person, own: list[str]) -> list[tuple[Offer, str]]:
    """The acts that only a department can do, and those that it may do as well as the office if they move the case."""
    roles = [role for role in file.procedure.department_roles if role in roles_of(file, person)]
    return [
        (offer, role)
        for offer in found
        for role in roles
        if role in offer.by and enters_paper(file.procedure, person, role) and CLOCK not in offer.row.by
        if offer.row.moves or not set(own) & set(offer.row.by)
    ]


def _later(offer: Offer) -> Later:
    assert offer.why is not None
    return Later(offer.row.event.title, offer.since, offer.official, offer.why.sentence)
