"""Orders to destroy, by two persons: somebody of the office enters one, its head, who is another, confirms it.

What waits is the order alone. What it takes away is worked out anew whenever it is looked at, and once more when it is
confirmed: the case may have moved since.
"""

from datetime import date
from typing import cast

from negotiation.core.enums import EXPUNGE, OFFICE, OFFICE_ID
from negotiation.core.errors import WrongRole
from negotiation.domain.expunging import Order
from negotiation.domain.people import Person
from negotiation.services import offers
from negotiation.services.cases import acting, expunging
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import UnitOfWork
from negotiation.store import proposals
from negotiation.store.proposals import ProposalRow


def enter(work: UnitOfWork, person: Person, no: str, order: Order) -> ProposalRow:
    """Puts an order before the head of the office; nothing is destroyed yet.

    Raises WrongRole for anybody outside the office's desk, a sentence for an order that cannot be carried out, or while
    something of the office waits for its head already.
    """
    file = acting.take(work, no)
    if not person.acts_as_office:
        raise WrongRole("封存清除由办公室登记", where=f"案件 {no}", todo="请由办公室的经办人或负责人登记")
    order.demand_sound(file.today)
    expunging.demand_over(file, order)
    offers.demand_none_waits(work.transaction, file, OFFICE)
    expunging.scope_of(work.transaction, file, order)  # so that its author is refused, and not the head
    fields = {
        "order_no": order.no, "order_on": order.on.isoformat(),
        "entries": [str(each) for each in order.entries], "files": [str(each) for each in order.files],
        "offline": order.offline,
    }  # fmt: skip
    row = ProposalRow(
        file.case_id, proposals.next_n(work.transaction, file.case_id), EXPUNGE, OFFICE, OFFICE_ID, file.version,
        proposals.packed(fields, {}), author_id=person.id, author=person.name, proposed_at=work.at,
    )  # fmt: skip
    proposals.add(work.transaction, row)
    return row


def is_order(row: ProposalRow) -> bool:
    """True for a proposal that is an order to destroy."""
    return row.event == EXPUNGE


def order_of(row: ProposalRow) -> Order:
    """The order that was entered."""
    fields = row.entered["fields"]
    entries, files = (tuple(map(int, cast("list[str]", fields.get(key) or ()))) for key in ("entries", "files"))
    return Order(
        str(fields["order_no"]),
        date.fromisoformat(str(fields["order_on"])),
        entries,
        files,
        bool(fields.get("offline")),
    )


def confirm(work: UnitOfWork, no: str, row: ProposalRow, head: Person) -> CaseFile:
    """Carries the order out. Raises WrongRole for the person who entered it, and as ``expunging.expunge`` does."""
    if head.id == row.author_id:
        raise WrongRole("登记和复核封存清除的不能是同一人", where=f"案件 {no}", todo="请由办公室的另一位负责人复核")
    return expunging.expunge(work, no, order_of(row), row.author, head)
