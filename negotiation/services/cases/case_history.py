"""A case as it follows from what was recorded of it: derived anew, held against what is stored."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from negotiation.core.enums import QUIET
from negotiation.core.local_time import local_date
from negotiation.domain import terms
from negotiation.domain.case_record import CaseRecord
from negotiation.domain.expunging import NOTHING_GONE, Expunged
from negotiation.domain.machine.amendments import History, handed_in, standing
from negotiation.domain.machine.clock_numbers import ClockNumbers, numbers_of
from negotiation.domain.machine.derivation import Calendars, Derived, Unfit, derive, unlived
from negotiation.domain.machine.entries import Entry
from negotiation.domain.machine.values import CaseState
from negotiation.domain.rulebook import MILESTONE_COLUMNS, Procedure, Rulebook
from negotiation.domain.terms import Term
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.cases.case_record import followed, joined, moved_parties
from negotiation.services.cases.stored_differences import differences
from negotiation.store import calendar_notices, entries
from negotiation.store import moved_parties as handovers
from negotiation.store.records import MovedRecord
from negotiation.store.transaction import Transaction


class Restated(NamedTuple):
    """A case derived anew: how it stands, its record, its law, and the parts in it that were handed over."""

    derived: Derived
    record: CaseRecord
    law: Rulebook
    moved: list[MovedRecord]

    @property
    def case_state(self) -> CaseState:
        """The case as it stands."""
        return self.derived.case_state


def history_of(transaction: Transaction, file: CaseFile, without: Expunged = NOTHING_GONE) -> History:
    """All that was recorded of a case; ``without``: as it will be once this is destroyed."""
    context = file.context
    return entries.history_of(transaction, file.case_id, file.procedure, context.directory, context.rulebooks, without)


def standing_in(file: CaseFile, history: History) -> list[Entry]:
    """The entries of a history that stand, in order."""
    return standing(file.procedure, history.entries, history.amendments)


def numbers_in(file: CaseFile, history: History) -> ClockNumbers:
    """The numbers of the clock's events that stand; the next event of the case is the first that is free."""
    return numbers_of(history.by_clock, file.version + 1)


def calendars_of(transaction: Transaction, rulebook: Rulebook) -> Calendars:
    """The calendar with which the terms of a rulebook are counted, as it was known at each of its revisions."""
    revisions = calendar_notices.read_revisions(transaction)[::-1]
    return Calendars(
        lambda number: calendar_notices.almanac_at(transaction, number).of(*rulebook.day_rule),
        [(local_date(each.recorded_at), each.id) for each in revisions],
    )


def derived_from(
    transaction: Transaction, file: CaseFile, history: History, given: Sequence[Entry], until: date,
    numbers: ClockNumbers,
) -> Derived:  # fmt: skip
    """The case at the end of the day ``until``, as these of its entries make it. Raises Unfit."""
    rules = history.first_rules(file.procedure)
    blank = unlived(rules, given, file.case_state.parties)
    blank = blank._replace(parties={**blank.parties, **_drafted(transaction, file, rules, given)})
    return derive(rules, blank, given, calendars_of(transaction, file.rulebook), until, numbers=numbers)


def stood(transaction: Transaction, file: CaseFile, history: History) -> Derived:
    """The case as it stands until now. Raises Unfit."""
    given = standing_in(file, history)
    return derived_from(transaction, file, history, given, file.today, numbers_in(file, history))


def as_stored(transaction: Transaction, file: CaseFile) -> Derived:
    """The case as its entries make it until the day to which the clock has let its terms act. Raises Unfit."""
    history = history_of(transaction, file)
    return as_stored_by(transaction, file, history, standing_in(file, history))


def as_stored_by(transaction: Transaction, file: CaseFile, history: History, given: Sequence[Entry]) -> Derived:
    """Derives the case so from these of its entries. Raises Unfit."""
    return derived_from(transaction, file, history, given, _looked_at(file), numbers_in(file, history))


def derived_by(
    rules: Procedure, history: History, parties: Mapping[str, int], calendars: Calendars, day: date,
    looked: date | None = None,
) -> tuple[Derived, list[Entry]]:  # fmt: skip
    """The case as it had gone by the end of a past day, with the entries that it follows from.

    ``rules``, ``parties``: those of today; ``looked``: the day until which the clock had let terms pass, if it is
    another. An entry that rests on what came after that day is left out, and a change of law that waits for that.
    """
    rules = history.first_rules(rules)
    numbers = numbers_of(history.by_clock, max((entry.seq for entry in history.entries), default=0) + 1)
    given = [each for each in standing(rules, history.entries, history.amendments) if each.on <= day]
    while True:
        try:
            blank = unlived(rules, given, parties)
            derived = derive(rules, blank, given, calendars, looked or day, numbers=numbers)
            gone = derived.idle
            if not gone:
                return derived, given
        except Unfit as unfit:
            gone = (unfit.entry.seq,)
        given = [each for each in given if each.seq not in gone]


def _drafted(transaction: Transaction, file: CaseFile, rules: Procedure, given: Sequence[Entry]) -> dict[str, int]:
    """The departments that gave their part in a draft to another before it was handed in."""
    first = handed_in(rules, given)
    before = [each for each in given if each.parties and (first is None or each.seq < first.seq)]
    if not before:
        return {}
    moved = {each.seq for each in before}
    rows = handovers.read(transaction, file.case_id)[::-1]
    return {each.role: each.from_id for each in rows if each.seq in moved}


def restated(file: CaseFile, history: History, derived: Derived, given: Iterable[Entry]) -> Restated:
    """The record of a case as it follows from its steps, with the version that it has now."""
    law, state, before = history.law or file.rulebook, derived.case_state, derived.blank
    rules = law.procedure(file.procedure.key)
    record, moved = _unlived(file), list[MovedRecord]()
    for step, entry in derived.steps:
        moved += moved_parties(file.case_id, before.parties, step)
        if entry is not None and entry.law is not None:
            law, rules = entry.law, entry.law.procedure(rules.key)
        else:
            record = followed(record, before, step, rules)
        before = step.after
    record = record._replace(rulebook=law.id, edition=law.version)
    subjects = subjects_in(rules, given)
    subject = subjects[-1] if subjects else file.subject
    record = joined(record, state, rules, record.head)._replace(version=file.version, subject=subject)
    return Restated(derived, record, law, moved)


def subjects_in(rules: Procedure, given: Iterable[Entry]) -> list[str]:
    """Names that its entries give a case, in order: the last one holds."""
    return [str(each.fields[rules.subject]) for each in given if each.fields.get(rules.subject)]


def _unlived(file: CaseFile) -> CaseRecord:
    """The record of a case without what its steps made of it."""
    days: dict[str, Any] = dict.fromkeys((*MILESTONE_COLUMNS, "due_on"))
    return file.base_record._replace(reopened=0, official=True, **days)


def with_clock(file: CaseFile, derived: Iterable[Term], today: date) -> tuple[Term, ...]:
    """Derived terms with the day on which the clock looks at each again; no reminder of a day that is past.

    What has not changed keeps the day, and the last reminder, that it had.
    """
    stored = file.case_state.standing_terms
    quiet = bool(file.case_state.flags.get(QUIET))
    return tuple(_with_clock(file.procedure, file, term, stored.get(term.n), today, quiet) for term in derived)


def _with_clock(rules: Procedure, file: CaseFile, term: Term, stored: Term | None, today: date, quiet: bool) -> Term:
    if stored is not None and _runs_to(stored) == _runs_to(term):
        return term._replace(next_on=stored.next_on, rung=stored.rung)
    if term.next_on is None:
        return term
    looked_at = terms.next_day(rules.terms[term.kind], term, file.calendar, since=today, quiet=quiet)
    return term._replace(next_on=looked_at)


def _runs_to(term: Term) -> tuple[date, bool, date | None]:
    return term.due_on, term.runs, term.lapsed_on


# ------------------------------------------------------------------------------------------------------ verification


def verify(transaction: Transaction, file: CaseFile) -> list[str]:
    """The differences between a case as it is stored and as it follows from its entries: a sentence each."""
    return compared(transaction, file, history_of(transaction, file))


def compared(transaction: Transaction, file: CaseFile, history: History) -> list[str]:
    """The differences of a case whose history was read already."""
    given = standing_in(file, history)
    try:
        derived = as_stored_by(transaction, file, history, given)
    except Unfit as unfit:
        return [unfit.what]
    anew = restated(file, history, derived, given)
    return list(differences(file, anew.record, anew.case_state))


def _looked_at(file: CaseFile) -> date:
    """The day until which the clock has let the terms of a case act: today, or the first that it has not let lapse."""
    waiting = (each.due_on for each in file.case_state.terms if each.next_on and each.runs and each.lapsed_on is None)
    return min((*waiting, file.today))
