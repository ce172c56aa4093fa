"""退回修改: a proposal that its head returned is taken up again as it was entered; the head sees what was changed."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from negotiation.core.enums import ATTACHED, ProposalState
from negotiation.domain.fields import Proof, proofs_in
from negotiation.domain.people import Person
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.entered_view import in_words
from negotiation.store import proposals
from negotiation.store.proposals import ProposalRow
from negotiation.store.transaction import Transaction

_ABSENT = "—"


class Change(NamedTuple):
    """A line of a proposal that reads otherwise than before: its title, what stood there, what stands there now."""

    title: str
    was: str
    now: str


def taken_up(transaction: Transaction, file: CaseFile, person: Person, n: int | None) -> ProposalRow | None:
    """The proposal of that number which was returned to the person's side; None if there is none."""
    found = (row for row in proposals.of_case(transaction, file.case_id) if row.n == n)
    row = next(found, None)
    is_own = row is not None and row.state == ProposalState.RETURNED and row.department_id == person.side
    return row if is_own else None


def entered_again(transaction: Transaction, file: CaseFile, row: ProposalRow) -> dict[str, str]:
    """The form of a returned act as it was filled in, with what its draft had."""
    file.read_draft(transaction)
    return {key: in_words(value) for key, value in {**file.drafted_for(row.event), **row.entered["fields"]}.items()}


def files_again(row: ProposalRow, dropped: Sequence[str] = ()) -> list[Proof]:
    """The files that came with a returned act, without those that are not to go with it again."""
    return [each for each in proofs_in(row.entered["beside"].get(ATTACHED)) if each["name"] not in dropped]


def returned_before(found: Sequence[ProposalRow], row: ProposalRow) -> ProposalRow | None:
    """The proposal that the head of the same side returned last before this one, unless one took effect since.

    ``found``: the proposals of the case, the newest first.
    """
    earlier = (each for each in found if each.n < row.n and each.department_id == row.department_id)
    last = next((each for each in earlier if each.state != ProposalState.WITHDRAWN), None)
    return last if last is not None and last.state == ProposalState.RETURNED else None


def changes(was: Mapping[str, str], now: Mapping[str, str]) -> list[Change]:
    """The lines that differ between two proposals as they are shown, in the order of the later one."""
    pairs = [Change(title, was.get(title, _ABSENT), now.get(title, _ABSENT)) for title in {**now, **was}]
    return [each for each in pairs if each.was != each.now]
