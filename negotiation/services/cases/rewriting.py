"""Rewriting of a case: entries corrected, struck or put in between, and all that follows from it derived anew.

No row of an event changes: each amendment is an event of its own, chained, and so is each lapse that no longer stands
or is newly due. The case, its terms and its handovers are brought to what the entries that stand make of them.
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from negotiation.core.enums import SIGNED_BY
from negotiation.core.errors import FieldError, InvalidTransition
from negotiation.domain.entered import ANNULS, NOTHING, Entered, EnteredBy, change_of_law, split
from negotiation.domain.fields import Fields
from negotiation.domain.machine.amendments import Amendment, History, placed, standing
from negotiation.domain.machine.clock_numbers import ClockEvent
from negotiation.domain.machine.derivation import Derived, Unfit
from negotiation.domain.machine.entries import Entry
from negotiation.domain.machine.places import place_of
from negotiation.domain.machine.values import CaseState, Step
from negotiation.domain.terms import Term
from negotiation.services.cases import amended_entry, division
from negotiation.services.cases.amending_steps import amendment_step, annulment_step
from negotiation.services.cases.case_file import CaseFile, demand_distinct
from negotiation.services.cases.case_history import (
    Restated,
    derived_from,
    numbers_in,
    restated,
    stood,
    with_clock,
)
from negotiation.services.cases.recorder import SYSTEM
from negotiation.services.cases.succession import skipped_change
from negotiation.store import moved_parties
from negotiation.store.transaction import Transaction


class Rewritten(NamedTuple):
    """What a rewriting comes to, before it is recorded: the amendments, entries put in, and the case as it is then.

    ``annulled``: what the clock had recorded and what no longer stands; ``recorded``: what it records now, by law.
    """

    history: History
    amendments: list[Amendment]
    added: list[Entry]
    anew: Restated
    annulled: list[ClockEvent]
    recorded: list[Step]


class Entering(NamedTuple):
    """The person who enters a rewriting, in which role, why, and the head who confirmed it where that is another."""

    by: EnteredBy
    role: str
    reason: str
    signed_by: str = ""

    @property
    def texts(self) -> dict[str, str]:
        """The texts that every amendment keeps of it."""
        signed = {SIGNED_BY: self.signed_by} if self.signed_by else {}
        return {"reason": self.reason, **signed}


def rewritten(
    transaction: Transaction, file: CaseFile, history: History, amendments: Sequence[Amendment],
    added: Sequence[Entry] = (),
) -> Rewritten:  # fmt: skip
    """The case with these amendments and, put in their places, these entries; they are numbered in this order.

    Raises Unfit, naming the first entry that no longer fits; FieldError where an amendment makes both parties one.
    """
    given = _standing(file, history.entries, [*history.amendments, *amendments])
    amended = placed(file.procedure, given, list(amendments))
    amending = [*history.amendments, *amended]
    entries = _put_in(file, history.entries, amending, added)
    given, free = _standing(file, entries, amending), file.version + 1 + len(amended) + len(added)
    derived, annulled = _derived(transaction, file, history, given, free)
    change = skipped_change(file, history, given, derived, free, touched={each.target for each in amended})
    if change is not None:
        entries, free = [*entries, change], free + 1
        given = _standing(file, entries, amending)
        derived, annulled = _derived(transaction, file, history, given, free)
    _demand_distinct(file, derived, {each.target for each in amended})
    recorded = [step for step in derived.by_clock if step.after.version >= free + len(annulled)]
    own = entries[len(history.entries) :]
    return Rewritten(history, amended, own, restated(file, history, derived, given), annulled, recorded)


def _put_in(
    file: CaseFile, entries: Sequence[Entry], amendments: Sequence[Amendment], added: Sequence[Entry]
) -> list[Entry]:
    """All entries, those that are added each in the place that its day gives it, or behind the one it names."""
    found = list(entries)
    for entry in added:
        given = _standing(file, found, amendments)
        behind = place_of(file.procedure, given, entry.on) if entry.after_seq is None else entry.after_seq
        found.append(entry._replace(after_seq=behind))
    return found


def _standing(file: CaseFile, entries: Sequence[Entry], amendments: Sequence[Amendment]) -> list[Entry]:
    try:
        return standing(file.procedure, entries, amendments)
    except ValueError:  # two entries would each stand behind the other
        raise InvalidTransition(
            "更正后的次序互相矛盾，不能更正", todo="请撤销有误的登记，再按来文日期重新登记"
        ) from None


def _demand_distinct(file: CaseFile, derived: Derived, amended: Collection[int]) -> None:
    """Demands two departments wherever a part was given, as the entries now stand. Raises FieldError or Unfit."""
    for step, entry in derived.steps:
        try:
            demand_distinct(step.after.parties, entry.parties if entry is not None else {})
        except FieldError as error:
            if entry is None or entry.seq in amended:
                raise
            raise Unfit(entry, file.rules_of(entry).events[entry.event].title, error) from None


def _derived(
    transaction: Transaction, file: CaseFile, history: History, given: Sequence[Entry], free: int
) -> tuple[Derived, list[ClockEvent]]:
    """The case with what the clock has recorded and what does not stand any more.

    The events that take it back are numbered from ``free`` on, before those that the clock records anew.
    """
    today, numbers = file.today, numbers_in(file, history)
    derived = derived_from(transaction, file, history, given, today, numbers._replace(free=free))
    idle = derived.idle
    given = [each for each in given if each.seq not in idle]
    if any(item.is_handed_over for item in file.case_state.items):
        division.demand_unmoved(transaction, file, stood(transaction, file, history), derived)
    kept = {(step.event, step.term, step.on) for step in derived.by_clock}
    gone = sorted([*idle, *(seq for key, seq in numbers.known.items() if key not in kept)])
    if gone:
        derived = derived_from(transaction, file, history, given, today, numbers._replace(free=free + len(gone)))
    return derived, [each for each in history.by_clock if each.seq in gone]


# --------------------------------------------------------------------------------------------------------- recorded


def record(transaction: Transaction, file: CaseFile, rewriting: Rewritten, entering: Entering) -> None:
    """Puts a rewriting into the file: an event for each amendment and entry, then all that follows from them."""
    after = state_after(file, rewriting)
    for amendment in rewriting.amendments:
        step = amendment_step(file, after, amendment)._replace(role=entering.role)
        kept = amended_entry.kept_of(file, rewriting.history.right(amendment.target), amendment, entering.texts)
        file.record_event(step, entering.by, kept)
    file.tasks.void += [each.target for each in rewriting.amendments if each.struck]
    for entry in rewriting.added:
        file.tasks.record(record_added(file, rewriting, entry, entering.by), ())
    record_results(transaction, file, rewriting)


def record_added(file: CaseFile, rewriting: Rewritten, entry: Entry, by: EnteredBy, beside: Fields = NOTHING) -> Step:
    """Puts the event of an entry that was put in into the file; returns its step. ``beside``: what no form asks."""
    after = state_after(file, rewriting)
    own = rewriting.anew.derived.step_of(entry.seq)
    assert own is not None, "an entry that does not fit is refused"
    step = own._replace(after=after._replace(version=entry.seq))
    if entry.law is not None and entry.law_before is not None:
        entered = change_of_law(entry.law_before, entry.law)
        file.record_event(step, EnteredBy(SYSTEM), entered, entry.after_seq)
        return step
    entered = split(
        file.rules_of(entry),
        entry.event,
        {**entry.fields, **beside},
        file.context.directory,
        items={item.name: item.n for item in after.items},
        parties=entry.parties,
        replayed=entry.replayed,
    )
    file.record_event(step, by, entered, entry.after_seq)
    return step


def record_results(transaction: Transaction, file: CaseFile, rewriting: Rewritten) -> None:
    """Puts into the file what follows: an event for each annulment and lapse, and the case as it is then."""
    after, today = state_after(file, rewriting), file.today
    if rewriting.anew.law.name != file.rulebook.name:
        file.context.rulebooks.keep(transaction, rewriting.anew.law, file.at)
        file.go_by(rewriting.anew.law)
    first = file.version + 1 + len(rewriting.amendments) + len(rewriting.added)
    for seq, gone in enumerate(rewriting.annulled, first):
        file.record_event(annulment_step(file, after, seq, gone), EnteredBy(SYSTEM), Entered({ANNULS: gone.seq}, {}))
        file.tasks.void.append(gone.seq)
        if gone.term is not None:
            file.tasks.done.append((today, gone.term))
    for step in rewriting.recorded:
        own = step._replace(after=after._replace(version=step.after.version))
        file.record_event(own, EnteredBy(SYSTEM), Entered({}, {}))
        if step.lapsed is not None:
            _ask_to_look(file, step, after)
        else:  # no hint of a day that is past, but whoever has a part hears that the case has ended
            file.notify_of(own)
    file.tasks.done += [(today, each.n) for each in after.terms if each.ended_on is not None]
    if any(entry.replayed for entry in rewriting.history.entries):
        _ask_for_history(file, after)
    file.restate(rewriting.anew.record, after, moved_parties.read(transaction, file.case_id), rewriting.anew.moved)


def _ask_for_history(file: CaseFile, after: CaseState) -> None:
    """One task for terms that run anew and that history left past: the clock never looks at them."""
    ran = {term.n for term in file.case_state.terms if term.runs}
    unseen = [each for each in after.terms if each.runs and each.next_on is None and each.lapsed_on is None]
    past = [each.n for each in unseen if each.due_on < file.today and each.n not in ran]
    if past:
        file.tasks.ask_for_history(past[0], f"/event:{file.version + 1}")


def state_after(file: CaseFile, rewriting: Rewritten) -> CaseState:
    """The case as it stands: its derived terms, and those that never ran, struck."""
    today, seq, state = file.today, file.version + 1, rewriting.anew.case_state
    derived = with_clock(file, state.terms, today)
    run = {term.n for term in derived}
    struck = [_struck(term, seq, today) for term in file.case_state.terms if term.n not in run]
    return state._replace(terms=(*struck, *derived))


def _struck(term: Term, seq: int, on: date) -> Term:
    """A term that never ran: it is kept, and nothing waits for it."""
    if term.struck_seq is not None:
        return term
    ended_on, ended_seq = (on, seq) if term.ended_on is None else (term.ended_on, term.ended_seq)
    return term._replace(struck_seq=seq, next_on=None, ended_on=ended_on, ended_seq=ended_seq)


def _ask_to_look(file: CaseFile, step: Step, after: CaseState) -> None:
    """A lapse that is newly due is looked at like any other, while its term is not answered."""
    term = next((each for each in after.terms if each.n == step.term), None)
    if term is not None and term.ended_on is None and term.answered_on is None:
        file.tasks.record(step, ())
