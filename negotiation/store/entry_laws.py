"""The laws by which a case has gone, read back from its events: of each the one under which it was entered."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from negotiation.core.enums import ANNUL, SUCCESSION
from negotiation.domain.entered import ANNULS, LAW, LAW_BEFORE, VALUES
from negotiation.domain.event_chain import EventRecord
from negotiation.domain.machine.entries import Entry
from negotiation.domain.machine.succession import ruling
from negotiation.domain.rulebook import Procedure, Rulebook
from negotiation.store.rulebooks import Rulebooks
from negotiation.store.transaction import Transaction


class Laws(NamedTuple):
    """The rulebooks by which a case has gone: those to which it went over, by the number of the event, and from which.

    ``first``: None for a case that knows but one; ``withdrawn``: changes that were taken back, by the number of the
    event that did.
    """

    first: Rulebook | None
    later: Mapping[int, Rulebook]
    before: Mapping[int, Rulebook]
    withdrawn: Mapping[int, int]

    @classmethod
    def of(cls, transaction: Transaction, events: Sequence[EventRecord], books: Rulebooks) -> "Laws":
        """The laws of a case; ``events``: all of it, in order."""
        changes = {each.seq: each.data[VALUES] for each in events if each.event == SUCCESSION}
        before = {seq: books.named(transaction, each[LAW_BEFORE]) for seq, each in changes.items()}
        later = {seq: books.named(transaction, each[LAW]) for seq, each in changes.items()}
        annulled = {each.seq: each.data.get(ANNULS) for each in events if each.event == ANNUL}
        withdrawn = {seq: change for seq, change in annulled.items() if change in changes}
        return cls(next(iter(before.values()), None), later, before, withdrawn)

    def rules(self, procedure: Procedure, events: Sequence[EventRecord]) -> dict[int, Procedure]:
        """The procedure under which each event was entered; ``procedure``: the one by which the case goes now."""
        if self.first is None:
            return {each.seq: procedure for each in events}
        places = ((each.seq, each.after_seq, each.happened_on) for each in events)
        books = ruling(places, self.first, self.later, self.withdrawn)
        return {seq: book.procedure(procedure.key) for seq, book in books.items()}

    def noted(self, entry: Entry, rules: Procedure) -> Entry:
        """An entry with the procedure under which it was entered, where the case has gone by more than one.

        With that of a change the laws before it and after it, unless it was taken back.
        """
        if self.first is None:
            return entry
        if entry.seq in self.withdrawn.values():
            return entry._replace(rules=rules)
        return entry._replace(law=self.later.get(entry.seq), law_before=self.before.get(entry.seq), rules=rules)
