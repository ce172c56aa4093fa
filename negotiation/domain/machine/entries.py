"""Entries of a case: what was entered, as it was typed. A case is what its entries, the law and the calendar make."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from negotiation.domain.machine.values import Act


class Entry(NamedTuple):
    """An event as it was entered, from which the case can be derived again.

    ``seq``: its number in the case; ``after_seq``: the entry behind which it stands although it was entered later
    (None: where its number puts it). ``on``: the day on which it happened; ``recorded_at``: when it was entered (UTC).
    ``role``: who acted, a role of the rulebook or the clock; ``actor``: that one's name. ``side``: the department
    that entered it, 0 for the office; None for the clock, and where it is not known.
    ``fields``: the values of its form as ``forms.read_fields`` gives them; ``parties``: role → id of the department
    that takes a part by it. ``replayed``: it came with a ledger's history. ``calendar_revision``: the revision of the
    calendar that was known when it was entered.
    """

    seq: int
    event: str
    role: str
    actor: str
    on: date
    fields: Mapping[str, Any]
    parties: Mapping[str, int]
    replayed: bool
    after_seq: int | None
    recorded_at: datetime
    side: int | None
    calendar_revision: int

    @property
    def act(self) -> Act:
        """The act that the engine decides on."""
        return Act(self.event, self.role, self.on, self.fields, self.parties, self.replayed, self.seq)
