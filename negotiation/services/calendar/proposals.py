"""签批 of the calendar: what a clerk imports or revokes moves the city's dates, and waits for the head of the office.

What it would move is rehearsed anew whenever somebody looks. A command on the server acts at once (``cli/calendar``).
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from negotiation.core.enums import AccountRole, CalendarLayer, ProposalState
from negotiation.core.errors import Conflict, FieldError, NotFound, WrongRole
from negotiation.domain import forms
from negotiation.domain.people import Person
from negotiation.services.administration import Operation
from negotiation.services.calendar import import_notice, read_notice, revoke
from negotiation.services.calendar.import_notice import Import, ImportRequest
from negotiation.services.calendar.revoke import Revoked, RevokeRequest
from negotiation.services.context import Context
from negotiation.store import calendar_proposals
from negotiation.store.calendar_proposals import CalendarProposalRow
from negotiation.store.database import Database
from negotiation.store.transaction import Transaction

Also = Callable[[Transaction], object]


def must_sign(person: Person) -> bool:
    """True for whose change of the calendar waits for the head: everybody's but the head's own."""
    return AccountRole.OFFICE_HEAD not in person.roles


def propose_import(transaction: Transaction, found: Import, text: str, operation: Operation) -> int:
    """Keeps a notice, rehearsed before, for the head; its number. Raises Conflict for one that waits already."""
    return _added(transaction, _row(operation, found.layer, found.title, text))


def propose_revocation(transaction: Transaction, found: Revoked, operation: Operation) -> int:
    """Keeps a revocation, rehearsed before, for the head; its number. Raises Conflict for one that waits already."""
    title = f"撤销{found.notice.name}"
    return _added(transaction, _row(operation, found.layer, title, found.reason, revokes=found.notice.id))


def _row(
    operation: Operation, layer: CalendarLayer, title: str, body: str, revokes: int | None = None
) -> CalendarProposalRow:
    by, at = operation
    return CalendarProposalRow(0, layer.value, title, body, revokes, by.account_id or 0, by.actor, at)


def _added(transaction: Transaction, row: CalendarProposalRow) -> int:
    for each in calendar_proposals.waiting(transaction):
        if (each.layer, each.body, each.revokes) == (row.layer, row.body, row.revokes):
            raise Conflict(f"“{row.title}”已由{each.author}提请，正等待签批", todo="请负责人在“签批”页办理")
    return calendar_proposals.add(transaction, row).id


def demanded(transaction: Transaction, number: int) -> CalendarProposalRow:
    """A proposal that waits. Raises NotFound, or Conflict if it waits no longer."""
    row = calendar_proposals.find(transaction, number)
    if row is None:
        raise NotFound("没有这件待签批的安排", todo="请从“签批”页进入")
    if row.state != ProposalState.OPEN:
        raise _settled()
    return row


def rehearse(database: Database, context: Context, row: CalendarProposalRow, at: datetime) -> Import | Revoked:
    """The change that waits, as it would be now. Raises what the import of a notice and a revocation raise."""
    return _run(database, context, row, row.author, at, None)


def approve(
    database: Database, context: Context, signer: Person, row: CalendarProposalRow, at: datetime
) -> Import | Revoked:
    """The head signs: the change is written as its author's, with the head's name, and the proposal is settled with it.

    Raises WrongRole for who is no head, Conflict if it waits no longer, and what ``rehearse`` raises.
    """
    _demand_head(signer)
    settled = partial(_settle, row=row, person=signer, state=ProposalState.APPROVED, at=at)
    return _run(database, context, row, f"{row.author}（{signer.name}签批）", at, settled)


def _run(
    database: Database, context: Context, row: CalendarProposalRow, author: str, at: datetime, settled: Also | None
) -> Import | Revoked:
    """Rehearses it, or writes it where there is something to be settled with it, in one transaction."""
    also, dry_run = settled or _nothing, settled is None
    if row.revokes is not None:
        asked = RevokeRequest(str(row.revokes), row.body, author, at, row.author_id)
        return revoke.run(database, context, asked, dry_run=dry_run, also=also)
    layer = CalendarLayer(row.layer)
    text, found = read_notice.read_text(row.body, layer, context.almanac, where="提请收录的正文")
    request = ImportRequest(text, found, layer, author, at, row.author_id)
    return import_notice.run(database, context, request, dry_run=dry_run, also=also)


def _nothing(_transaction: Transaction) -> None:
    """Settles nothing: it is a rehearsal."""


def send_back(transaction: Transaction, person: Person, number: int, reason: str, at: datetime) -> None:
    """The head returns a proposal with a reason; the calendar stays as it is.

    Raises WrongRole for anybody else, FieldError without a reason, NotFound or Conflict if it waits no longer.
    """
    row = demanded(transaction, number)
    _demand_head(person)
    if not reason.strip():
        raise FieldError("退回须写明意见", field="said", todo="请写明需要修改什么")
    forms.demand_clean(reason, "said")
    _settle(transaction, row=row, person=person, state=ProposalState.RETURNED, at=at, said=reason.strip())


def withdraw(transaction: Transaction, person: Person, number: int, at: datetime) -> None:
    """Takes a proposal back, by who made it.

    Raises WrongRole for anybody else, NotFound or Conflict if it waits no longer.
    """
    row = demanded(transaction, number)
    if person.id != row.author_id:
        raise WrongRole("这件事不是您提请的", todo="请由提请人撤回，或由负责人退回")
    _settle(transaction, row=row, person=person, state=ProposalState.WITHDRAWN, at=at)


def _demand_head(person: Person) -> None:
    if must_sign(person):
        raise WrongRole("放假调休安排由办公室负责人签批", todo="请负责人在“签批”页办理")


def _settle(
    transaction: Transaction, *, row: CalendarProposalRow, person: Person, state: ProposalState, at: datetime,
    said: str = "",
) -> None:  # fmt: skip
    decided = row._replace(state=state.value, decided_by=person.name, decided_by_id=person.id, decided_at=at, said=said)
    if not calendar_proposals.decide(transaction, decided):
        raise _settled()


def _settled() -> Conflict:
    return Conflict("这件安排已经签批、退回或撤回", todo="请重新查看“签批”页")
