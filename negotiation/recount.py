"""The calendar has changed: terms whose date it no longer gives are counted again, through the one door.

What is past is never re-opened: a term that was decided by a date which would now be another is a finding for a person.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from calendars import WorkingCalendar
from calendars.dates import in_words
from negotiation import terms
from negotiation.almanac import Document
from negotiation.casework import CaseFile, Practice, file_of
from negotiation.clock import local_date
from negotiation.errors import Overtaken
from negotiation.store import cases, outbox
from negotiation.store import terms as stored
from negotiation.store.database import Transaction
from negotiation.store.terms import Counting
from negotiation.terms import Term

BATCH = 500
Progress = Callable[[int], None]


class Moved(NamedTuple):
    """A term whose date changed or became official: what it was and is, who is told, and whether that waits."""

    no: str
    subject: str
    term: str
    was: date
    was_official: bool
    now: date
    official: bool
    told: tuple[str, ...]
    held: bool

    @property
    def only_confirmed(self) -> bool:
        return self.was == self.now


class Finding(NamedTuple):
    """A decided term whose date would now be another: nothing is changed, a person looks."""

    case_id: int
    no: str
    term: str
    n: int
    was: date
    now: date


@dataclass
class Recount:
    """What a change of the calendar means for the terms."""

    moved: list[Moved] = field(default_factory=list)
    confirmed: list[Moved] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def run(
    transaction: Transaction,
    practice: Practice,
    document: Document,
    at: datetime,
    *,
    past_days: Sequence[date] = (),
    write: bool = True,
    progress: Progress | None = None,
) -> Recount:
    """Counts again, by the practice's almanac, every term whose date is no longer what the calendar gives.

    ``document`` is what changed the calendar, ``past_days`` the days up to today that it changed. Without ``write`` it
    only says what would happen. Asked twice, it finds nothing the second time.
    """
    done, today = Recount(), local_date(at)
    calendars = {practice.almanac.of(layer) for layer in practice.rulebooks.layers(transaction)}
    wanted = stored.movable_so_counted(transaction, _changed(stored.movable(transaction), calendars))
    for files in _files(transaction, practice, wanted, at, held=write):
        _count_again(files, today, document, done)
        if write:
            _save(transaction, [file for file, _ in files])
        if progress is not None:
            progress(len(files))
    if past_days:
        countings = stored.settled(transaction, past_days[0], past_days[-1])
        wanted = stored.settled_so_counted(transaction, _changed(countings, calendars))
        for files in _files(transaction, practice, wanted, at, held=False):
            done.findings += [found for file, numbers in files for found in _differing(file, numbers)]
    if write:
        _ask_to_look(transaction, done.findings, document, today)
    return done


Files = list[tuple[CaseFile, set[int]]]


def _changed(countings: Iterable[Counting], calendars: Iterable[WorkingCalendar]) -> list[Counting]:
    """Those that any of the calendars in use counts otherwise now; which one is a case's own is seen with the case."""
    return [
        each
        for each in countings
        if any(
            terms.end_of(each.counts_from, each.counted, calendar) != (each.due_on, each.official)
            for calendar in calendars
        )
    ]


def _files(
    transaction: Transaction, practice: Practice, wanted: Sequence[tuple[int, int]], at: datetime, *, held: bool
) -> Iterator[Files]:
    """The cases of the terms wanted, some hundreds at a time, each with the numbers of these terms."""
    numbers: dict[int, set[int]] = {}
    for case_id, n in wanted:
        numbers.setdefault(case_id, set()).add(n)
    for ids in stored.chunks(list(numbers), BATCH):
        loaded = cases.load_many(transaction, ids, held=held)
        # Not file_of's own reading of the revision: a rehearsal counts with a calendar that the database has not got.
        yield [
            (file_of(transaction, practice, each._replace(calendar_revision=practice.almanac.revision), at=at),
             numbers[each.row["id"]])
            for each in loaded
        ]  # fmt: skip


def _count_again(files: Files, today: date, document: Document, done: Recount) -> None:
    for file, numbers in files:
        for term in file.standing.terms:
            if term.n in numbers and term.counted is not None:
                _count_one(file, term, today, document, done)


def _count_one(file: CaseFile, term: Term, today: date, document: Document, done: Recount) -> None:
    due_on, official = terms.end_of(term.counts_from, term.counted or 0, file.calendar)
    if (due_on, official) == (term.due_on, term.official):
        return
    if due_on != term.due_on and min(due_on, term.due_on) < today:  # something hung on a day that is past
        done.findings.append(_finding(file, term, due_on))
        return
    step = file.recount(term, today, document)
    told = tuple(file.practice.directory.name(step.after.parties[tell.to]) for tell in step.tells)
    held = any(tell.held for tell in step.tells)
    title = file.procedure.terms[term.kind].title
    moved = Moved(
        file.row["no"], file.row["subject"], title, term.due_on, term.official, due_on, official, told, held
    )  # fmt: skip
    (done.confirmed if moved.only_confirmed else done.moved).append(moved)


def _differing(file: CaseFile, numbers: set[int]) -> Iterator[Finding]:
    for term in file.standing.terms:
        if term.n in numbers and term.counted is not None:
            due_on = terms.end_of(term.counts_from, term.counted, file.calendar)[0]
            if due_on != term.due_on:
                yield _finding(file, term, due_on)


def _finding(file: CaseFile, term: Term, due_on: date) -> Finding:
    title = file.procedure.terms[term.kind].title
    return Finding(file.row["id"], file.row["no"], title, term.n, term.due_on, due_on)


def _save(transaction: Transaction, files: Sequence[CaseFile]) -> None:
    """All of one change or nothing of it: what fails here fails the whole import."""
    changes = [file.change() for file in files if file.steps]
    for failure in cases.save_many(transaction, changes):
        if failure is not None and not isinstance(failure, Overtaken):  # overtaken: the next count finds it
            raise failure


def _ask_to_look(transaction: Transaction, findings: Iterable[Finding], document: Document, today: date) -> None:
    rows = [
        (
            each.case_id,
            f"term:{each.n}/due:{each.now.isoformat()}/recount",
            f"按{document.name}，{each.term}应至{in_words(each.now)}（系统登记为{in_words(each.was)}）；"
            "该日期已过或已办理，系统未作改动，请核实",
            None,
            today,
            None,
        )
        for each in findings
    ]
    outbox.add_tasks(transaction, rows)
