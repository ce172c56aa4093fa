"""The law of each event of a case: what an event is called, and on what it rests, is read under it."""

from collections.abc import Sequence
from dataclasses import dataclass

from negotiation.core.enums import SUCCESSION
from negotiation.core.labels import AMENDMENT_TITLES
from negotiation.domain.entered import LAW, LAW_BEFORE
from negotiation.domain.machine.succession import ruling
from negotiation.domain.rulebook import Procedure, Rulebook
from negotiation.domain.terms import NUMBERS, Term
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.cases.case_history import history_of, stood
from negotiation.store.event_lines import EventLine
from negotiation.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class EventLaws:
    """The rulebooks of a case's events by their numbers; ``own``: the one by which it goes now.

    ``begun``: those under which its terms began, by their numbers, where an entry was corrected.
    """

    own: Rulebook
    key: str
    books: dict[int, Rulebook]
    begun: dict[int, Rulebook]

    def of(self, seq: int) -> Rulebook:
        """The rulebook of an event."""
        return self.books.get(seq, self.own)

    def of_term(self, term: Term) -> Rulebook:
        """The rulebook under which a term began."""
        return self.begun.get(term.n) or self.of(term.n // NUMBERS)

    def rules_of(self, seq: int) -> Procedure:
        """The procedure of an event."""
        return self.of(seq).procedure(self.key)


def laws_of(transaction: Transaction, file: CaseFile, events: Sequence[EventLine]) -> EventLaws:
    """The laws of a case's events; ``events``: all of them, in order."""
    changes = {each.seq: each.fields for each in events if each.event == SUCCESSION and each.fields}
    if not changes:
        return EventLaws(file.rulebook, file.procedure.key, {}, {})
    named = file.context.rulebooks.named
    later = {seq: named(transaction, str(fields[LAW])) for seq, fields in changes.items()}
    first = named(transaction, str(next(iter(changes.values()))[LAW_BEFORE]))
    withdrawn = {each.seq: each.annuls for each in events if each.annuls in changes}
    books = ruling(((each.seq, each.after_seq, each.happened_on) for each in events), first, later, withdrawn)
    is_corrected = any(each.event in AMENDMENT_TITLES for each in events)
    begun = _begun(transaction, file, first) if is_corrected else {}
    return EventLaws(file.rulebook, file.procedure.key, books, begun)


def _begun(transaction: Transaction, file: CaseFile, law: Rulebook) -> dict[int, Rulebook]:
    """The law under which each term began: that of its right day, on whichever its act was entered at first.

    ``law``: the one by which the case began.
    """
    found = dict[int, Rulebook]()
    for step, entry in stood(transaction, file, history_of(transaction, file)).steps:
        law = entry.law if entry is not None and entry.law is not None else law
        found |= {term.n: law for term in step.changed if term.n not in found}
    return found
