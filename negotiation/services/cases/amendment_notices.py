"""更正告知: who was told otherwise hears of a correction, and nobody else; no 届满提示 for a day that is long past."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from negotiation.core.enums import LAPSE, SUCCESSION
from negotiation.domain import notices
from negotiation.domain.machine.derivation import Derived
from negotiation.domain.machine.entries import Entry
from negotiation.domain.machine.values import Step
from negotiation.domain.notice_facts import AmendedFacts, AmendedLine, ItemCount, NoticeFacts
from negotiation.domain.notices import AMENDMENT, NoticeRecord
from negotiation.domain.terms import Term
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.cases.case_history import stood
from negotiation.services.cases.rewriting import Rewritten
from negotiation.store import notices_made, outbox
from negotiation.store.transaction import Transaction


class Told(NamedTuple):
    """A mail that left and says what no longer holds: which, to whom, when; ``due``: the date in it and in its .ics.

    ``waiting``: it has not left yet, and is dropped. ``ran``: the term of that date, by its number, with
    the date, if the term never ran to it.
    """

    notice: str
    department_id: int
    to: str
    sent_at: datetime | None
    due: date | None
    key: str
    waiting: bool = False
    ran: tuple[int, date] | None = None


def told_otherwise(transaction: Transaction, file: CaseFile, anew: Rewritten) -> list[Told]:
    """The mails about a case that say what the rewriting makes wrong."""
    wrong = _Wrong.of(transaction, file, anew)
    found = [each for each in notices_made.of_case(transaction, file.case_id) if wrong.says(each)]
    return [_told(file, each, wrong) for each in found]


class _Wrong(NamedTuple):
    """What no longer holds: events of another day, of another department or none, dates that moved, lapses."""

    events: frozenset[int]
    dates: frozenset[tuple[int, date]]
    lapses: frozenset[tuple[int, date]]

    @classmethod
    def of(cls, transaction: Transaction, file: CaseFile, anew: Rewritten) -> "_Wrong":
        wrong = {each.target for each in anew.amendments if each.struck or each.on is not None or each.parties}
        events = frozenset(wrong | _amending(anew, wrong) | {each.seq for each in anew.annulled})
        dates = _ran_to(stood(transaction, file, anew.history)) - _ran_to(anew.anew.derived)
        lapses = [(each.term, each.on) for each in anew.annulled if each.term is not None]
        return cls(events, frozenset(dates), frozenset(lapses))

    def is_void(self, notice: NoticeRecord) -> bool:
        """True if a mail has nothing left to say; what stands, and what was corrected, is told all the same."""
        return notice.template != AMENDMENT and (notice.event_seq is None or notice.event_seq in self.events)

    def says(self, notice: NoticeRecord) -> bool:
        """True if a mail says it."""
        if notice.event_seq in self.events:
            return True
        term = _term_of(notice)
        is_of_lapse = "/lapsed/" in notice.key
        return term is not None and (term in self.dates or (is_of_lapse and term in self.lapses))


def _ran_to(derived: Derived) -> set[tuple[int, date]]:
    """The days to which the terms of a case ran at any time: a mail of that time says the day of that time."""
    return {(term.n, term.due_on) for step, _ in derived.steps for term in step.after.terms}


def _told(file: CaseFile, notice: NoticeRecord, wrong: _Wrong) -> Told:
    term, to = _term_of(notice), file.context.name_of(notice.department_id or None)
    waiting = outbox.waits(notice) and wrong.is_void(notice)
    ran = term if term in wrong.dates else None
    due = term[1] if term is not None else None
    return Told(notice.template, notice.department_id, to, notice.sent_at, due, notice.key, waiting, ran)


def _term_of(notice: NoticeRecord) -> tuple[int, date] | None:
    """The term that a mail names, by its number, and the date that it says."""
    term = notice.facts.term if isinstance(notice.facts, NoticeFacts) else None
    return None if term is None else (term.n, term.due_on)


def amended_facts(file: CaseFile, anew: Rewritten, told: Sequence[Told]) -> AmendedFacts:
    """The facts that a mail says of a rewriting: titles and dates, no texts. Asked before it is recorded.

    ``told``: the mails that say otherwise; of a date that ran only for a time it says the one that is right now, and of
    a term that never ran that it does not.
    """
    right = anew.history.right
    entries = [_entry_line(file, right(each.target), each.on, struck=each.struck) for each in anew.amendments]
    ends = [each for each in anew.annulled if each.event not in (LAPSE, SUCCESSION)]  # no mail tells of a change of law
    entries += [_entry_line(file, right(each.seq), None, struck=True) for each in ends]
    before, now = file.case_state.standing_terms, anew.anew.case_state.standing_terms
    differ = {(n, before[n].due_on) for n in before.keys() & now.keys() if before[n].due_on != now[n].due_on}
    said = {each.ran for each in told if each.ran is not None and not each.waiting}
    differ |= {(n, day) for n, day in said if n in before}
    lapsed = {each.term for each in anew.annulled}
    return AmendedFacts(
        tuple(entries),
        tuple([_term_line(file, before[n]._replace(due_on=day), _due(now.get(n))) for n, day in sorted(differ)]),
        tuple([_term_line(file, before[n], None) for n in before if n in lapsed and n in now]),
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
    kept = [each for each in notices_made.of_case(transaction, file.case_id) if each.key not in dropped]
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


def _entry_line(file: CaseFile, entry: Entry, on: date | None, *, struck: bool) -> AmendedLine:
    title = file.rules_of(entry).events[entry.event].title
    return AmendedLine(title, entry.on, None if struck else on or entry.on)


def _due(term: Term | None) -> date | None:
    return None if term is None else term.due_on


def _term_line(file: CaseFile, term: Term, on: date | None) -> AmendedLine:
    """The line of a term; where another of its title was due on the same day it says which of them is meant."""
    standing, rules = file.case_state.standing_terms.values(), file.procedure.terms
    title, names = rules[term.kind].title, [item.n for item in file.case_state.items if not item.whole]
    others = (each for each in standing if each.n != term.n)
    if all((rules[each.kind].title, each.due_on) != (title, term.due_on) for each in others):
        return AmendedLine(title, term.due_on, on)
    count = ItemCount(len(term.items), len(names)) if term.items and len(names) > 1 else None
    return AmendedLine(title, term.due_on, on, term.started_on, count)
