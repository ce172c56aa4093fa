"""Corrections that wait for a head (签批): a clerk prepares one, the head of the side that made the entry confirms it.

What waits is the changes themselves. Whether they are lawful, what moves and who is told is worked out anew whenever
they are looked at, and once more when they are confirmed: the case may have moved since.
"""

from dataclasses import replace
from typing import cast

from negotiation.core.enums import CORRECT_ENTRY, STRIKE_ENTRY
from negotiation.core.errors import NegotiationError
from negotiation.core.labels import AMENDMENT_TITLES
from negotiation.domain.entered import EnteredBy
from negotiation.domain.people import Person
from negotiation.services import offers
from negotiation.services.cases import acting, corrections
from negotiation.services.cases.changes import Changes, StoredChanges, restored, stored
from negotiation.services.cases.corrections import Corrected
from negotiation.services.context import UnitOfWork
from negotiation.store import proposals
from negotiation.store.proposals import ProposalRow


def enter(work: UnitOfWork, person: Person, no: str, changes: Changes) -> ProposalRow | None:
    """A correction by somebody who is signed in: done at once by the head of the side (None), else proposed to them.

    Raises a sentence for a correction that is not lawful, of another side's entry, or while something of that side
    waits for its head already; nothing is written then.
    """
    if person.is_head:
        corrections.rewrite(work, no, changes, signer=person)
        return None
    file = acting.take(work, no)
    corrections.demand_own(work.transaction, file, person, changes)
    offers.demand_none_waits(work.transaction, file, changes.role)
    corrections.rewrite(work, no, changes, write=False)  # so that its author is refused, and not the head
    row = ProposalRow(
        file.case_id, proposals.next_n(work.transaction, file.case_id),
        CORRECT_ENTRY if changes.corrections else STRIKE_ENTRY, changes.role, person.side, file.version,
        proposals.packed(stored(changes), {}), author_id=person.id, author=person.name, proposed_at=work.at,
    )  # fmt: skip
    proposals.add(work.transaction, row)
    return row


def is_correction(row: ProposalRow) -> bool:
    """True for a proposal that corrects or strikes entries."""
    return row.event in AMENDMENT_TITLES


def changes_of(row: ProposalRow) -> Changes:
    """The changes that were proposed, as their author's."""
    by = EnteredBy(row.author, row.author_id, row.department_id, row.token)
    return restored(cast("StoredChanges", row.entered["fields"]), by, row.role)


def confirm(work: UnitOfWork, no: str, row: ProposalRow, head: Person) -> None:
    """The correction takes effect, signed by the head. Raises a sentence if the case no longer allows it."""
    corrections.rewrite(work, no, replace(changes_of(row), signed_by=head.name), signer=head)


def foreseen(work: UnitOfWork, no: str, row: ProposalRow) -> Corrected | NegotiationError:
    """The correction as it would move the case now, or why it no longer can. Nothing is written."""
    try:
        return corrections.rewrite(work, no, changes_of(row), write=False)
    except NegotiationError as error:
        return error
