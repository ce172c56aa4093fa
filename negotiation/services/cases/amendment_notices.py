"""更正告知: who was told otherwise hears of a correction, and nobody else; no 届满提示 for a day that is long past."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from negotiation.domain.machine.entries import Entry
from negotiation.domain.notice_facts import AmendedFacts, AmendedLine, NoticeFacts
from negotiation.domain.notices import NoticeRecord
from negotiation.domain.terms import Term
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.cases.rewriting import Rewritten
from negotiation.store import outbox
from negotiation.store.transaction import Transaction


class Told(NamedTuple):
    """A mail that left and says what no longer holds: which, to whom, when; ``due``: the date in it and in its .ics.

    ``waiting``: it has not left yet, and is dropped.
    """

    notice: str
    department_id: int
    to: str
    sent_at: datetime | None
    due: date | None
    key: str
    waiting: bool = False


def told_otherwise(transaction: Transaction, file: CaseFile, anew: Rewritten) -> list[Told]:
    """The mails about a case that say what the rewriting makes wrong."""
    wrong = _Wrong.of(file, anew)
    return [_told(file, each) for each in outbox.of_case(transaction, file.case_id) if wrong.says(each)]


class _Wrong(NamedTuple):
    """What no longer holds: the entries of another day or struck, the due dates that moved, the lapses taken back."""

    events: frozenset[int]
    dates: frozenset[tuple[int, date]]
    lapses: frozenset[tuple[int, date]]

    @classmethod
    def of(cls, file: CaseFile, anew: Rewritten) -> "_Wrong":
        events = frozenset(each.target for each in anew.amendments if each.struck or each.on is not None)
        now = {term.n: term.due_on for term in anew.anew.case_state.terms}
        moved = [term for n, term in file.case_state.standing_terms.items() if now.get(n) != term.due_on]
        lapses = [(each.term, each.on) for each in anew.annulled if each.term is not None]
        return cls(events, frozenset((term.n, term.due_on) for term in moved), frozenset(lapses))

    def says(self, notice: NoticeRecord) -> bool:
        """True if a mail says it."""
        if any(notice.key.startswith(f"event:{seq}/") for seq in self.events):
            return True
        term = notice.facts.term if isinstance(notice.facts, NoticeFacts) else None
        if term is None:
            return False
        return (term.n, term.due_on) in self.dates or (
            "/lapsed/" in notice.key and (term.n, term.due_on) in self.lapses
        )


def _told(file: CaseFile, notice: NoticeRecord) -> Told:
    term = notice.facts.term if isinstance(notice.facts, NoticeFacts) else None
    to = file.context.name_of(notice.department_id or None)
    waiting = outbox.waits(notice)
    due = term.due_on if term is not None else None
    return Told(notice.template, notice.department_id, to, notice.sent_at, due, notice.key, waiting)


def amended_facts(file: CaseFile, anew: Rewritten) -> AmendedFacts:
    """The facts that a mail says of a rewriting: titles and dates, no texts. Asked before it is recorded."""
    entries = [_entry_line(file, anew.before(each.target), each.on, each.struck) for each in anew.amendments]
    before, now = file.case_state.standing_terms, anew.anew.case_state.standing_terms
    differ = [n for n in sorted(before.keys() & now.keys()) if before[n].due_on != now[n].due_on]
    lapsed = {each.term for each in anew.annulled}
    return AmendedFacts(
        tuple(entries),
        tuple([_term_line(file, before[n], now[n].due_on) for n in differ]),
        tuple([_term_line(file, term, None) for n, term in before.items() if n in lapsed and n in now]),
    )


def notify(file: CaseFile, facts: AmendedFacts, told: Sequence[Told]) -> None:
    """Tells those to whom a mail has left; what still waits and is wrong is dropped."""
    file.withhold([each.key for each in told if each.waiting])
    file.tell_amended(facts, dict.fromkeys(each.department_id for each in told if not each.waiting))


def _entry_line(file: CaseFile, entry: Entry, on: date | None, struck: bool) -> AmendedLine:
    return AmendedLine(file.procedure.events[entry.event].title, entry.on, None if struck else on or entry.on)


def _term_line(file: CaseFile, before: Term, on: date | None) -> AmendedLine:
    return AmendedLine(file.procedure.terms[before.kind].title, before.due_on, on)
