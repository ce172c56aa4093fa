"""Record of a case: its row in the database, as one value."""

from datetime import date, datetime
from typing import NamedTuple

from negotiation.domain.fields import Flags

VOID = "void"


class CaseRecord(NamedTuple):
    """A row of the cases; the fields are the columns of its table, in their order, and mean what is said there."""

    id: int
    no: str
    procedure: str
    rulebook: str
    edition: str
    state: str
    version: int
    applicant_id: int | None
    provider_id: int
    subject: str
    matter: str
    copied: int
    drafted_by: int | None
    resource_id: int | None
    related_id: int | None
    batch: int | None
    flags: Flags
    last_on: date | None
    back_state: str | None
    back_on: date | None
    back_seq: int | None
    handed_on: date | None
    received_on: date | None
    replied_on: date | None
    referred_on: date | None
    accepted_on: date | None
    coordinated_on: date | None
    reported_on: date | None
    decided_on: date | None
    closed_on: date | None
    ending: str
    reopened: int
    due_on: date | None
    official: bool
    owed: bool
    late: bool
    next_due: date | None
    suspended: bool
    items: int
    opened_at: datetime
    head: bytes

    @property
    def is_taken_back(self) -> bool:
        """True for a case that an import opened and of whose entries none stands any more."""
        return self.ending == VOID and self.closed_on is None

    @property
    def parties(self) -> dict[str, int]:
        """The departments that take a part in it, by role."""
        provider = {"provider": self.provider_id}
        return provider if self.applicant_id is None else {"applicant": self.applicant_id} | provider
