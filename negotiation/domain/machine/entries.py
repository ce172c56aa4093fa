"""Entries of a case: what was entered, as it was typed. A case is what its entries, the law and the calendar make."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from negotiation.domain.machine.division import Carried
from negotiation.domain.machine.values import Act
from negotiation.domain.rulebook import Procedure, Rulebook


class Entry(NamedTuple):
    """An event as it was entered, from which the case can be derived again.

    ``seq``: its number in the case; ``after_seq``: the entry behind which it stands although it was entered later
    (None: where its number puts it). ``on``: the day on which it happened; ``recorded_at``: when it was entered (UTC).
    ``role``: who acted, a role of the rulebook or the clock; ``actor``: that one's name. ``side``: the department
    that entered it, 0 for the office; None for the clock, and where it is not known.
    ``fields``: the values of its form as ``forms.read_fields`` gives them; ``parties``: role → id of the department
    that takes a part by it. ``replayed``: it came with a ledger's history. ``calendar_revision``: the revision of the
    calendar that was known when it was entered.

    ``law``: the rulebook to which the case goes over by it (适用新规定, the one entry of the clock), from
    ``law_before``. ``carried``: what it took over from another case by it, its first. ``rules``: the procedure under
    which it was entered, None where the case knows but one. ``moved_by``: the number of the correction that put it
    behind that entry, None where it was entered there.
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
    law: Rulebook | None = None
    law_before: Rulebook | None = None
    carried: Carried | None = None
    rules: Procedure | None = None
    moved_by: int | None = None

    @property
    def act(self) -> Act:
        """The act that the engine decides on."""
        return Act(self.event, self.role, self.on, self.fields, self.parties, self.replayed, self.seq)


def in_order(entries: Sequence[Entry]) -> list[Entry]:
    """Entries in the order in which they stand: by number, but one with ``after_seq`` right behind that entry.

    Of several behind the same entry the one that was put there last comes first: an entry stands nearer to the one it
    names than all that were put there before, so that every place can be named; behind 0 is before all others. What
    stands behind an inserted entry goes with it. A later insertion never changes the order of the earlier ones.
    ``entries`` come by number. Raises ValueError if one names an entry that is not there.
    """
    behind: dict[int | None, list[Entry]] = {}
    for entry in sorted(entries, key=lambda each: each.moved_by or each.seq):
        behind.setdefault(entry.after_seq, []).append(entry)
    waiting = behind.get(None, [])[::-1] + behind.get(0, [])
    found: list[Entry] = []
    while waiting:
        found.append(waiting.pop())
        waiting += behind.get(found[-1].seq, ())
    if len(found) < len(entries):
        lost = {entry.seq for entry in entries} - {entry.seq for entry in found}
        raise ValueError(f"entries {sorted(lost)} stand behind none of the case")
    return found
