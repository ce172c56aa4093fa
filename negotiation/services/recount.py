"""The calendar has changed: terms whose date it no longer gives are counted again, as steps of their cases.

What is past is never re-opened: a term that was decided by a date which would now be another is a finding for a person.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from negotiation.core.errors import Conflict
from negotiation.core.local_time import local_date
from negotiation.domain import terms
from negotiation.domain.terms import Term
from negotiation.domain.working_days import Document
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import Context
from negotiation.services.recount_cases import Files, cases_of, changed_countings
from negotiation.services.recount_findings import Finding, Past, ask_to_look, finding, new_ones, past_findings, withdraw
from negotiation.store import case_writer, outbox
from negotiation.store import due_terms as stored
from negotiation.store.transaction import Transaction

Progress = Callable[[int], None]  # gets the number of cases of each batch


class Moved(NamedTuple):
    """A term whose date changed or became official: the date before and now; ``notified``: the departments.

    ``held``: the notice waits for a confirmation.
    """

    no: str
    subject: str
    term: str
    was: date
    was_official: bool
    now: date
    official: bool
    notified: tuple[str, ...]
    held: bool

    @property
    def only_confirmed(self) -> bool:
        return self.was == self.now


UnsentMoves = Mapping[tuple[int, int], date]  # case and term → the date of which its parties were last notified


@dataclass
class Recount:
    """The effect of a change of the calendar on the terms."""

    moved: list[Moved] = field(default_factory=list)
    confirmed: list[Moved] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def counts(self) -> tuple[int, int, int]:
        """The number of terms that moved, that became official or provisional, that a person must look at."""
        return len(self.moved), len(self.confirmed), len(self.findings)


def run(
    transaction: Transaction,
    context: Context,
    document: Document,
    at: datetime,
    *,
    past: Past | None = None,
    write: bool = True,
    progress: Progress = lambda _: None,
) -> Recount:
    """Counts again, by the almanac of the context, every term whose date is no longer what the calendar gives.

    ``document`` changed it, of days gone by as ``past`` says; without ``write`` nothing is stored. Is idempotent.
    """
    done = Recount()
    calendars = {context.almanac.of(*rule) for rule in context.rulebooks.day_rules(transaction)}
    wanted = stored.movable_so_counted(transaction, changed_countings(stored.movable(transaction), calendars))
    for files in cases_of(transaction, context, wanted, at, held=write):
        _count_cases(transaction, files, document, done, write=write)
        progress(len(files))
    in_past = past_findings(transaction, context, past, calendars, at) if past is not None and past.days else []
    done.findings = new_ones(transaction, done.findings + in_past)
    if write:
        _renew_tasks(transaction, context, done.findings, document, at)
    return done


def _renew_tasks(
    transaction: Transaction, context: Context, findings: Sequence[Finding], document: Document, at: datetime
) -> None:
    withdraw(transaction, context, at)
    ask_to_look(transaction, findings, document, local_date(at))


def _count_cases(transaction: Transaction, files: Files, document: Document, done: Recount, *, write: bool) -> None:
    unsent = outbox.unsent_moves(transaction, [file.case_id for file, _ in files])
    for file, numbers in files:
        for term in file.case_state.terms:
            if term.n in numbers and term.counted is not None and _matters(file, term):
                last_notified = unsent.get((file.case_id, term.n), term.due_on)
                _count_one(file, term, last_notified, document, done, write=write)
    if write:
        _save(transaction, [file for file, _ in files], unsent)


def _matters(file: CaseFile, term: Term) -> bool:
    """A date that nobody waits for and no figure holds stays as it was: of void cases, of terms ended or struck."""
    waited_for = term.ended_on is None or (term.answered_on is not None and term.struck_seq is None)
    return file.ending != "void" and waited_for


def _count_one(
    file: CaseFile, term: Term, last_notified: date, document: Document, done: Recount, *, write: bool
) -> None:
    today = file.today
    due_on, official = terms.end_of(term.counts_from, term.counted or 0, file.calendar)
    if (due_on, official) == (term.due_on, term.official):
        return
    if due_on != term.due_on and min(due_on, term.due_on) < today:  # something hung on a day that is past
        done.findings.append(finding(file, term, due_on))
        return
    step = (file.recount if write else file.recounted)(term, today, document, last_notified)
    notified = tuple(file.context.directory.name(step.after.parties[request.to]) for request in step.notice_requests)
    held = any(request.held for request in step.notice_requests)
    title = file.procedure.terms[term.kind].title
    moved = Moved(
        file.no, file.subject, title, term.due_on, term.official, due_on, official, notified, held
    )  # fmt: skip
    (done.confirmed if moved.only_confirmed else done.moved).append(moved)


def _save(transaction: Transaction, files: Sequence[CaseFile], unsent: UnsentMoves) -> None:
    """All of one change or nothing of it: what fails here fails the whole import.

    A notice of an earlier change that was not sent yet is dropped: the new one gives the date before it.
    """
    moved = {(file.case_id, step.term) for file in files for step in file.steps}
    outbox.drop_moves(transaction, [place for place in unsent if place in moved], local_date(files[0].at))
    changes = [file.change() for file in files if file.steps]
    for failure in case_writer.save_many(transaction, changes):
        if failure is not None and not isinstance(failure, Conflict):  # overtaken: the next count finds it
            raise failure
