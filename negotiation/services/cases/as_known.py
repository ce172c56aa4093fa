"""Cases as they were on a day: what had happened by then as is known now, or what had been recorded by then.

A case of which nothing happened, or was recorded, after that day stands as it is stored; any other is derived, and laid
over what is stored, so that pages, lists, figures and commands read the past as they read the present.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from negotiation.core.batches import batches
from negotiation.core.errors import FieldError, NotFound
from negotiation.domain.machine.amendments import History, corrected
from negotiation.domain.machine.clock_numbers import ClockEvent, numbers_of
from negotiation.domain.machine.derivation import Calendars, Derived
from negotiation.domain.machine.entries import Entry
from negotiation.domain.then import AS_OF, KNOWN_ON, Then, end_of
from negotiation.services.cases import acting
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.cases.case_history import calendars_of, derived_by, restated
from negotiation.services.context import UnitOfWork
from negotiation.store import calendar_notices, case_reader, entries, later_events, past_tables
from negotiation.store.columns import IDS_ASKED_AT_ONCE
from negotiation.store.past_tables import PastCase


def look_back(work: UnitOfWork, then: Then, *, scope: int | None = None, no: str = "") -> UnitOfWork:
    """A look back: the transaction reads from here on every case as it was; its calendars as they were known.

    It must be one for temporary tables (``Database.read``). ``scope``: the department that looks, which sees of the
    cases that have changed since those alone that it sees today. ``no``: only this case is asked for. Raises FieldError
    for a day on which there was no case yet.
    """
    transaction, context = work.transaction, work.context
    changed = later_events.changed_since(transaction, then, no)
    seen = changed if scope is None or no else changed & later_events.seen_by(transaction, scope)
    found = list(_past_cases(work, sorted(seen), then))
    past_tables.lay_over(transaction, changed, found, then.known_before)
    is_asked = not no and then.recorded_before is None  # by a person, who is to hear of it
    if is_asked and not later_events.any_case(transaction):
        field = KNOWN_ON if then.as_of is None else AS_OF
        raise FieldError(f"{then.day} 还没有任何案件", field=field, todo="请填更晚的日期")
    if then.known_before is not None:
        context = replace(context, almanac=calendar_notices.read_almanac(transaction))
    return UnitOfWork(transaction, context, end_of(then.day))


def take_then(work: UnitOfWork, no: str, then: Then) -> CaseFile:
    """A case as it was, with its transaction looking back (``look_back``) from here on.

    Raises NotFound for a case that did not exist yet.
    """
    past = look_back(work, then, no=no)
    try:
        return acting.take(past, no)
    except NotFound:
        raise NotFound(f"{then.day} 还没有编号为“{no}”的案件", todo="请核对日期") from None


def _past_cases(work: UnitOfWork, ids: Collection[int], then: Then) -> Iterator[PastCase]:
    """These cases as they were; those that did not exist yet are left out."""
    calendars: dict[str, Calendars] = {}
    for some in batches(list(ids), IDS_ASKED_AT_ONCE):
        files = [acting.file_of(work, loaded) for loaded in case_reader.load_many(work.transaction, some)]
        rules = {file.case_id: file.procedure for file in files}
        context = work.context
        histories = entries.histories_of(work.transaction, rules, context.directory, context.rulebooks, then)
        for file in files:
            if file.rulebook.id not in calendars:
                calendars[file.rulebook.id] = calendars_of(work.transaction, file.rulebook)
            found = _past(file, histories[file.case_id], then, calendars[file.rulebook.id])
            if found is not None:
                yield found


def _past(file: CaseFile, history: History, then: Then, calendars: Calendars) -> PastCase | None:
    """A case as it was; None if nothing had happened, or was recorded, by then, and it was not opened either."""
    known = history if then.known_before is None else history.recorded_before(then.known_before)
    events = _events(known, then.as_of)
    if not events and file.base_record.opened_at >= (then.known_before or end_of(then.day)):
        return None
    derived, given = _derived(file, known, then, calendars)
    anew, state = restated(file, known, derived, given), derived.case_state
    ran = {term.n for term in state.terms}
    struck = [each for each in file.case_state.terms if each.struck_seq in events and each.n not in ran]
    record = anew.record._replace(version=max(events, default=0))
    return PastCase(record, (*struck, *state.terms), state.items, anew.moved, events)


def _derived(file: CaseFile, known: History, then: Then, calendars: Calendars) -> tuple[Derived, list[Entry]]:
    """The case by then; of what was known, no lapse that the clock had not recorded yet."""
    rules, parties = file.procedure, file.case_state.parties
    found = derived_by(rules, known, parties, calendars, then.day)
    recorded = {each.seq for each in known.by_clock}
    early = [step.on for step in found[0].by_clock if step.after.version not in recorded]
    if then.known_before is None or not early:
        return found
    return derived_by(rules, known, parties, calendars, then.day, looked=min(early))


def _events(known: History, as_of: date | None) -> Mapping[int, date]:
    """The numbers of a case's events with their days; by ``as_of`` each is shown on the day that is right by now.

    What was struck, or annulled, after that day has never been; what was struck before is shown, and so is that.
    """
    if as_of is None:
        return {each.seq: each.on for each in known.entries}
    recorded = {each.seq: each for each in known.entries}
    undone = {each.target for each in known.amendments if each.struck and recorded[each.seq].on > as_of}
    undone |= _stand(each for each in known.by_clock if each.on <= as_of) - _stand(known.by_clock)
    right = dict(recorded)
    for each in known.amendments:
        right[each.target] = corrected(right[each.target], each)
    return {seq: each.on for seq, each in right.items() if each.on <= as_of and seq not in undone}


def _stand(by_clock: Iterable[ClockEvent]) -> set[int]:
    """The numbers of the clock's events that stand, of all these."""
    return set(numbers_of(by_clock, 0).known.values())
