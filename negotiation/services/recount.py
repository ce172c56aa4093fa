"""The calendar has changed: terms whose date it no longer gives are counted again, through the one door.

What is past is never re-opened: a term that was decided by a date which would now be another is a finding for a person.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from calendars import WorkingCalendar
from calendars.dates import in_words
from negotiation.core.errors import Conflict
from negotiation.core.local_time import local_date
from negotiation.domain import terms
from negotiation.domain.terms import Term
from negotiation.domain.working_days import Almanac, Document
from negotiation.services.cases.acting import file_of
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import Context, UnitOfWork
from negotiation.store import case_reader, case_writer, outbox
from negotiation.store import due_terms as stored
from negotiation.store.due_terms import Counting
from negotiation.store.tasks import add_tasks, close_tasks, open_tasks_like, task_keys
from negotiation.store.transaction import Transaction

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


class Past(NamedTuple):
    """What a change did to days that are past: the almanac of before, and the days up to today that it turned."""

    before: Almanac
    days: tuple[date, ...]


class Finding(NamedTuple):
    """A decided term whose date would now be another: nothing is changed, a person looks."""

    case_id: int
    no: str
    term: str
    n: int
    was: date
    now: date

    @property
    def key(self) -> str:
        """Of the task that asks a person to look."""
        return f"term:{self.n}/due:{self.now.isoformat()}/recount"


Untold = Mapping[tuple[int, int], date]  # case and term → the date that its parties were last told
FINDING_KEYS = "term:%/recount"


@dataclass
class Recount:
    """What a change of the calendar means for the terms."""

    moved: list[Moved] = field(default_factory=list)
    confirmed: list[Moved] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def run(
    transaction: Transaction,
    context: Context,
    document: Document,
    at: datetime,
    *,
    past: Past | None = None,
    write: bool = True,
    progress: Progress | None = None,
) -> Recount:
    """Counts again, by the practice's almanac, every term whose date is no longer what the calendar gives.

    ``document`` is what changed the calendar, ``past`` what it changed of days that are past. Without ``write`` it only
    says what would happen. Asked twice, it finds nothing the second time.
    """
    done, today = Recount(), local_date(at)
    calendars = {context.almanac.of(layer) for layer in context.rulebooks.layers(transaction)}
    wanted = stored.movable_so_counted(transaction, _changed(stored.movable(transaction), calendars))
    for files in _files(transaction, context, wanted, at, held=write):
        untold = outbox.untold_moves(transaction, [file.row["id"] for file, _ in files])
        _count_again(files, untold, today, document, done)
        if write:
            _save(transaction, [file for file, _ in files], untold)
        if progress is not None:
            progress(len(files))
    if past is not None and past.days:
        countings = stored.settled(transaction, past.days[0], past.days[-1])
        wanted = stored.settled_so_counted(transaction, _changed(countings, calendars))
        wanted = sorted({*wanted, *stored.suspended(transaction)})
        for files in _files(transaction, context, wanted, at, held=False):
            done.findings += [found for file, numbers in files for found in _differing(file, numbers, past)]
    done.findings = _new_ones(transaction, done.findings)
    if write:
        _withdraw(transaction, context, at)
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
    transaction: Transaction, context: Context, wanted: Sequence[tuple[int, int]], at: datetime, *, held: bool
) -> Iterator[Files]:
    """The cases of the terms wanted, some hundreds at a time, each with the numbers of these terms."""
    numbers: dict[int, set[int]] = {}
    for case_id, n in wanted:
        numbers.setdefault(case_id, set()).add(n)
    for ids in stored.chunks(list(numbers), BATCH):
        loaded = case_reader.load_many(transaction, ids, held=held)
        # Not file_of's own reading of the revision: a rehearsal counts with a calendar that the database has not got.
        yield [
            (file_of(UnitOfWork(transaction, context, at), each._replace(calendar_revision=context.almanac.revision)),
             numbers[each.row["id"]])
            for each in loaded
        ]  # fmt: skip


def _count_again(files: Files, untold: Untold, today: date, document: Document, done: Recount) -> None:
    for file, numbers in files:
        for term in file.case_state.terms:
            if term.n in numbers and term.counted is not None and _matters(file, term):
                told_of = untold.get((file.row["id"], term.n), term.due_on)
                _count_one(file, term, told_of, today, document, done)


def _matters(file: CaseFile, term: Term) -> bool:
    """A date that nobody waits for and no figure holds stays as it was: of void cases, of terms ended unanswered."""
    return file.row["ending"] != "void" and (term.ended_on is None or term.answered_on is not None)


def _count_one(file: CaseFile, term: Term, told_of: date, today: date, document: Document, done: Recount) -> None:
    due_on, official = terms.end_of(term.counts_from, term.counted or 0, file.calendar)
    if (due_on, official) == (term.due_on, term.official):
        return
    if due_on != term.due_on and min(due_on, term.due_on) < today:  # something hung on a day that is past
        done.findings.append(_finding(file, term, due_on))
        return
    step = file.recount(term, today, document, told_of)
    told = tuple(file.context.directory.name(step.after.parties[tell.to]) for tell in step.notice_requests)
    held = any(tell.held for tell in step.notice_requests)
    title = file.procedure.terms[term.kind].title
    moved = Moved(
        file.row["no"], file.row["subject"], title, term.due_on, term.official, due_on, official, told, held
    )  # fmt: skip
    (done.confirmed if moved.only_confirmed else done.moved).append(moved)


def _differing(file: CaseFile, numbers: set[int], past: Past) -> Iterator[Finding]:
    """The decided terms whose date would be another by what has changed now, and not by something long before."""
    before = past.before.of(file.rulebook.calendar_layer)
    for term in file.case_state.terms:
        if term.n in numbers and term.counted is not None and file.row["ending"] != "void":
            was, now = (terms.end_of(term.counts_from, term.counted, each)[0] for each in (before, file.calendar))
            turned = now not in (was, term.due_on)
            if turned if term.suspended_on is None else _kept_otherwise(term, past, file):
                yield _finding(file, term, now)


def _kept_otherwise(term: Term, past: Past, file: CaseFile) -> bool:
    """Whether other days were used up of a suspended term before it was suspended."""
    if term.suspended_on is None or term.suspended_on <= term.counts_from:
        return False
    before = past.before.of(file.rulebook.calendar_layer)
    used = [each.count_estimated(term.counts_from, term.suspended_on) for each in (before, file.calendar)]
    return used[0] != used[1]


def _new_ones(transaction: Transaction, findings: list[Finding]) -> list[Finding]:
    """Those that nobody was asked about before."""
    known = task_keys(transaction, [each.case_id for each in findings])
    return [each for each in findings if (each.case_id, each.key) not in known]


def _withdraw(transaction: Transaction, context: Context, at: datetime) -> None:
    """What somebody was asked to look at, and which the calendar no longer says, is done with."""
    asked = open_tasks_like(transaction, FINDING_KEYS)
    keys: dict[tuple[int, int], list[str]] = {}
    for case_id, key in asked:
        keys.setdefault((case_id, int(key.split("/")[0].removeprefix("term:"))), []).append(key)
    for files in _files(transaction, context, sorted(keys), at, held=False):
        for file, numbers in files:
            for term in file.case_state.terms:
                if term.n in numbers and term.counted is not None and term.suspended_on is None:
                    now = terms.end_of(term.counts_from, term.counted, file.calendar)[0]
                    stands = _finding(file, term, now).key if now != term.due_on else ""
                    gone = [key for key in keys[file.row["id"], term.n] if key != stands]
                    close_tasks(transaction, file.row["id"], gone, local_date(at))


def _finding(file: CaseFile, term: Term, due_on: date) -> Finding:
    title = file.procedure.terms[term.kind].title
    return Finding(file.row["id"], file.row["no"], title, term.n, term.due_on, due_on)


def _save(transaction: Transaction, files: Sequence[CaseFile], untold: Untold) -> None:
    """All of one change or nothing of it: what fails here fails the whole import.

    What had not been told yet of an earlier change is told no more: the new notice says where the date came from.
    """
    moved = {(file.row["id"], step.term) for file in files for step in file.steps}
    outbox.drop_moves(transaction, [place for place in untold if place in moved], local_date(files[0].at))
    changes = [file.change() for file in files if file.steps]
    for failure in case_writer.save_many(transaction, changes):
        if failure is not None and not isinstance(failure, Conflict):  # overtaken: the next count finds it
            raise failure


def _ask_to_look(transaction: Transaction, findings: Iterable[Finding], document: Document, today: date) -> None:
    rows = [
        (
            each.case_id,
            each.key,
            f"按{document.name}，{each.term}应至{in_words(each.now)}（系统登记为{in_words(each.was)}）；"
            "该日期已过或已办理，系统未作改动，请核实",
            None,
            today,
            None,
        )
        for each in findings
    ]
    add_tasks(transaction, rows)
