"""更正告知: who was told otherwise hears of a correction, and nobody else; no 届满提示 for a day that is long past."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from negotiation.core.enums import LAPSE
from negotiation.domain import notices
from negotiation.domain.machine.entries import Entry
from negotiation.domain.machine.values import Step
from negotiation.domain.notice_facts import AmendedFacts, AmendedLine, ItemCount, NoticeFacts
from negotiation.domain.notices import AMENDMENT, NoticeRecord
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
    found = [each for each in outbox.of_case(transaction, file.case_id) if wrong.says(each)]
    return [_told(file, each, waiting=outbox.waits(each) and wrong.is_void(each)) for each in found]


class _Wrong(NamedTuple):
    """What no longer holds: events of another day, of another department or none, dates that moved, lapses."""

    events: frozenset[int]
    dates: frozenset[tuple[int, date]]
    lapses: frozenset[tuple[int, date]]

    @classmethod
    def of(cls, file: CaseFile, anew: Rewritten) -> "_Wrong":
        wrong = {each.target for each in anew.amendments if each.struck or each.on is not None or each.parties}
        events = frozenset(wrong | _amending(anew, wrong) | {each.seq for each in anew.annulled})
        now = {term.n: term.due_on for term in anew.anew.case_state.terms}
        moved = [term for n, term in file.case_state.standing_terms.items() if now.get(n) != term.due_on]
        lapses = [(each.term, each.on) for each in anew.annulled if each.term is not None]
        return cls(events, frozenset((term.n, term.due_on) for term in moved), frozenset(lapses))

    def is_void(self, notice: NoticeRecord) -> bool:
        """True if a mail has nothing left to say; what stands, and what was corrected, is told all the same."""
        return notice.template != AMENDMENT and (notice.event_seq is None or notice.event_seq in self.events)

    def says(self, notice: NoticeRecord) -> bool:
        """True if a mail says it."""
        if notice.event_seq in self.events:
            return True
        term = notice.facts.term if isinstance(notice.facts, NoticeFacts) else None
        if term is None:
            return False
        return (term.n, term.due_on) in self.dates or (
            "/lapsed/" in notice.key and (term.n, term.due_on) in self.lapses
        )


def _told(file: CaseFile, notice: NoticeRecord, *, waiting: bool) -> Told:
    term = notice.facts.term if isinstance(notice.facts, NoticeFacts) else None
    to = file.context.name_of(notice.department_id or None)
    due = term.due_on if term is not None else None
    return Told(notice.template, notice.department_id, to, notice.sent_at, due, notice.key, waiting)


def amended_facts(file: CaseFile, anew: Rewritten) -> AmendedFacts:
    """The facts that a mail says of a rewriting: titles and dates, no texts. Asked before it is recorded."""
    entries = [_entry_line(file, anew.history.right(each.target), each.on, each.struck) for each in anew.amendments]
    ends = [each for each in anew.annulled if each.event != LAPSE]
    entries += [AmendedLine(file.procedure.events[each.event].title, each.on, None) for each in ends]
    before, now = file.case_state.standing_terms, anew.anew.case_state.standing_terms
    differ = [n for n in sorted(before.keys() & now.keys()) if before[n].due_on != now[n].due_on]
    lapsed = {each.term for each in anew.annulled}
    return AmendedFacts(
        tuple(entries),
        tuple([_term_line(file, before, n, now[n].due_on) for n in differ]),
        tuple([_term_line(file, before, n, None) for n in before if n in lapsed and n in now]),
    )


def notify(
    transaction: Transaction, file: CaseFile, anew: Rewritten, facts: AmendedFacts, told: Sequence[Told]
) -> None:
    """Tells those to whom a mail has left; what still waits and is wrong is dropped.

    Whoever has not heard of an entry, as that mail was dropped or another had the part, hears of it as it is.
    """
    dropped = {each.key for each in told if each.waiting}
    file.withhold(sorted(dropped))
    otherwise = dict.fromkeys(each.department_id for each in told if not each.waiting)
    file.add_notices([notices.amendment(file.about_amendment(), each, facts) for each in otherwise])
    kept = [each for each in outbox.of_case(transaction, file.case_id) if each.key not in dropped]
    for step, seqs in _told_anew(anew):
        heard = {each.department_id for each in kept if each.event_seq in seqs}
        made = [each for each in notices.of_step(file.about(step)) if each.term is None]
        unheard = [each for each in made if each.department_id not in heard]
        file.add_notices([each for each in unheard if not outbox.exists(transaction, file.case_id, each.key)])


def _told_anew(anew: Rewritten) -> Iterator[tuple[Step, set[int]]]:
    """The steps of corrected entries, and of all where a part is another's, with the events that have told of each."""
    by_target = {each.target: each.seq for each in anew.amendments if not each.struck}
    is_another = any(each.parties or anew.history.right(each.target).parties for each in anew.amendments)
    own = {step.after.version for step in anew.recorded}  # of these it is told as they are recorded
    for step, entry in anew.anew.derived.steps:
        seq = step.after.version
        is_told = (entry is None or not entry.replayed) and seq not in own and step.recounted is None
        if is_told and (is_another or seq in by_target):
            after = step.after._replace(version=by_target.get(seq, seq))
            yield step._replace(after=after), {seq, *_amending(anew, {seq})}


def _amending(anew: Rewritten, targets: Collection[int]) -> set[int]:
    """The events by which these entries were corrected before."""
    return {each.seq for each in anew.history.amendments if each.target in targets}


def _entry_line(file: CaseFile, entry: Entry, on: date | None, struck: bool) -> AmendedLine:
    return AmendedLine(file.procedure.events[entry.event].title, entry.on, None if struck else on or entry.on)


def _term_line(file: CaseFile, before: Mapping[int, Term], n: int, on: date | None) -> AmendedLine:
    """The line of a term; where another of its title was due on the same day it says which of them is meant."""
    term, rules = before[n], file.procedure.terms
    title, names = rules[term.kind].title, [item.n for item in file.case_state.items if not item.whole]
    alike = [each for each in before.values() if (rules[each.kind].title, each.due_on) == (title, term.due_on)]
    if len(alike) == 1:
        return AmendedLine(title, term.due_on, on)
    count = ItemCount(len(term.items), len(names)) if term.items and len(names) > 1 else None
    return AmendedLine(title, term.due_on, on, term.started_on, count)
