"""Events that the clock records by itself: a lapse and its annulment, a reminder, a recount."""

from collections.abc import Callable, Iterator
from datetime import date
from operator import attrgetter

from calendars import WorkingCalendar
from negotiation.core.enums import ANNUL, CLOCK, END_UNCONFIRMED, LAPSE, QUIET, RECOUNT, RECOUNT_TITLE, REMIND
from negotiation.domain import terms
from negotiation.domain.machine.effects import apply
from negotiation.domain.machine.values import Act, CaseState, NoticeRequest, Step
from negotiation.domain.rulebook import (
    END,
    FLAG,
    OFFICE_BASIS,
    PROPOSE,
    STAY,
    EventRule,
    Procedure,
    TermRule,
    Transition,
)
from negotiation.domain.terms import ONE_DAY, Term


def lapses(procedure: Procedure, case_state: CaseState, on: date, calendar: WorkingCalendar) -> Iterator[Step]:
    """The lapses of terms due before the day ``on``, in the order of their due dates, with what each brings about."""
    while (term := first_passed(case_state, on)) is not None:
        for step in lapse(procedure, case_state, term, calendar):
            yield step
            case_state = step.after


def first_passed(case_state: CaseState, on: date) -> Term | None:
    """The term whose lapse is the next to be recorded of those due before the day ``on``; None if there is none."""
    awaited = [term for term in case_state.terms if term.next_on is not None and term.due_on < on]
    passed = [term for term in awaited if term.runs and term.lapsed_on is None]
    return min(passed, key=lambda term: (term.due_on, term.n), default=None)


SeqOf = Callable[[str, int | None, date], int]


def lapse(
    procedure: Procedure, case_state: CaseState, term: Term, calendar: WorkingCalendar, seq_of: SeqOf | None = None
) -> Iterator[Step]:
    """The clock records that a term has passed, dated by law: the last day of the term, however late it is noticed.

    Where a local document says so (``on_lapse`` names an event), that event follows on the next day, and nothing more.
    ``seq_of``: the number that this event has already, by its key, its term and its day.
    """
    rule = procedure.terms[term.kind]
    lapsed = term._replace(lapsed_on=term.due_on, next_on=None)
    step = _step(_row(procedure, case_state, LAPSE), case_state, lapsed, term.due_on, term.basis or rule.basis)
    yield step._replace(
        lapsed=lapsed,
        notice_requests=_lapse_notices(rule, case_state, lapsed, calendar),
        proposes=rule.proposes if rule.on_lapse == PROPOSE else "",
    )
    event = END_UNCONFIRMED if rule.on_lapse == END else rule.on_lapse
    row = procedure.table.get((case_state.state, event))
    if row is not None and rule.on_lapse not in (FLAG, PROPOSE):
        day = term.due_on + ONE_DAY
        act = Act(event, CLOCK, day, seq=seq_of(event, None, day) if seq_of else None)
        yield apply(procedure, row, step.after, act, calendar)._replace(
            basis=rule.lapse_basis or term.basis or rule.basis
        )


def remind(procedure: Procedure, case_state: CaseState, term: Term, on: date, calendar: WorkingCalendar) -> Step:
    """The clock sends the reminder that is due on the day ``on``; earlier ones that it missed are passed over."""
    rule = procedure.terms[term.kind]
    left = calendar.count_estimated(on, term.due_on)
    due = min([each for each in rule.reminders if each.days_before >= left], key=attrgetter("days_before"))
    later = terms.next_reminder(rule, term.started_on, term.due_on, due.days_before, calendar)
    reminded = term._replace(rung=due.days_before, next_on=later or term.due_on + ONE_DAY)
    row = _row(procedure, case_state, REMIND)
    requests = tuple([NoticeRequest(to, due.notice, on, term.n, due.days_before) for to in due.to])
    return _step(row, case_state, reminded, on, row.basis)._replace(notice_requests=requests)


def recount(
    procedure: Procedure,
    case_state: CaseState,
    term: Term,
    on: date,
    basis: str,
    calendar: WorkingCalendar,
    last_notified: date,
) -> Step:
    """The clock counts a term again, as the calendar has changed: the same working days, another date or a firm one.

    ``basis`` is the document that changed the calendar. Its parties are notified, unless they know that very date
    (``last_notified``: that of which they were last notified); of an earlier date only after a click.
    """
    quiet = bool(case_state.flags.get(QUIET))
    moved = terms.recounted(procedure.terms[term.kind], term, on, calendar, quiet=quiet)
    row = Transition(_RECOUNT_RULE, (CLOCK,), case_state.state, STAY, basis)
    requests = tuple(_recount_notices(case_state, moved, last_notified, firm=moved.official and not term.official))
    return _step(row, case_state, moved, on, basis)._replace(notice_requests=requests, recounted=term)


def moves(procedure: Procedure, case_state: CaseState, term: Term, on: date, calendar: WorkingCalendar) -> bool:
    """True if a calendar that has changed on the day ``on`` counts another date for a term, or a firm one.

    Not of what nobody waits for and no figure holds, nor where something hung on a day that is past.
    """
    if term.struck_seq is not None or term.counted is None or (term.next_on is None and term.official):
        return False
    if procedure.states[case_state.state].ending == "void" or (term.ended_on is not None and term.answered_on is None):
        return False
    due_on, official = terms.end_of(term.counts_from, term.counted, calendar)
    is_past = due_on != term.due_on and min(due_on, term.due_on) < on
    return (due_on, official) != (term.due_on, term.official) and not is_past


def _recount_notices(case_state: CaseState, moved: Term, last_notified: date, *, firm: bool) -> Iterator[NoticeRequest]:
    """Both parties wait for the date of a term that binds one of them; the office reads of its own in its digest."""
    if not moved.runs or moved.department_id not in case_state.parties.values():
        return
    if moved.due_on == last_notified and not firm:
        return
    notice = "confirmed" if moved.due_on == last_notified else "moved"
    for role in case_state.parties:
        yield NoticeRequest(role, notice, term=moved.n, held=moved.due_on < last_notified)


_RECOUNT_RULE = EventRule(RECOUNT, RECOUNT_TITLE, (CLOCK,), (), (), (), approval=False, notify=())


def _row(procedure: Procedure, case_state: CaseState, event: str) -> Transition:
    """The row of the table, or that of every state in which a term runs: the clock changes nothing but the term."""
    row = procedure.table.get((case_state.state, event))
    if row is not None:
        return row
    return Transition(procedure.events[event], (CLOCK,), case_state.state, STAY, OFFICE_BASIS)


def _step(row: Transition, case_state: CaseState, changed: Term, on: date, basis: str) -> Step:
    """A step of the clock that changes one term and nothing else."""
    held = tuple([changed if term.n == changed.n else term for term in case_state.terms])
    after = case_state._replace(version=case_state.version + 1, terms=held)
    return Step(row.event.key, CLOCK, on, basis, row, after, (changed,), term=changed.n)


def _lapse_notices(
    rule: TermRule, case_state: CaseState, term: Term, calendar: WorkingCalendar
) -> tuple[NoticeRequest, ...]:
    if rule.is_suppressed(case_state.flags):
        return ()
    return tuple(
        NoticeRequest(each.to, each.notice, calendar.estimate(term.due_on, each.after).day, term.n)
        for each in rule.lapse_notices
    )


def disproved_lapses(case_state: CaseState, step: Step) -> list[Term]:
    """The recorded lapses that an act shows to be wrong: it was done in time, and entered late."""
    lapsed = {term.n: term for term in case_state.terms if term.lapsed_on is not None and term.ended_on is None}
    changed = [(lapsed[after.n], after) for after in step.changed if after.n in lapsed] if lapsed else ()
    return [before for before, after in changed if step.on <= (before.lapsed_on or step.on) and _settles(before, after)]


def _settles(before: Term, after: Term) -> bool:
    """True if a step answers, ends, suspends or moves a term: only then was its lapse wrong."""
    return (before.answered_on, before.ended_on, before.suspended_on, before.due_on) != (
        after.answered_on, after.ended_on, after.suspended_on, after.due_on,
    )  # fmt: skip


def annulment(procedure: Procedure, case_state: CaseState, on: date, term: Term) -> Step:
    """The clock undoes the lapse of a term whose reply was made in time and entered late.

    Those who were notified of the lapse are notified of this.
    """
    row, basis = _row(procedure, case_state, ANNUL), term.basis or procedure.terms[term.kind].basis
    return _step(row, case_state, term._replace(lapsed_on=None), on, basis)._replace(annulled=term)
