"""Decided terms whose date would now be another: nothing is changed, a person is asked to look."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import NamedTuple

from calendars import WorkingCalendar
from calendars.dates import in_words
from negotiation.core.enums import CalendarLayer
from negotiation.core.local_time import local_date
from negotiation.domain import terms
from negotiation.domain.lengths import gone_of
from negotiation.domain.terms import Term
from negotiation.domain.working_days import Almanac, Document
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import Context
from negotiation.services.recount_cases import cases_of, changed_countings
from negotiation.store import due_terms as stored
from negotiation.store.records import TaskRecord
from negotiation.store.tasks import add_tasks, close_tasks, open_tasks_like, task_keys
from negotiation.store.transaction import Transaction


class Past(NamedTuple):
    """The effect of a change on past days: the almanac of before, and the days up to today that it turned."""

    before: Almanac
    days: tuple[date, ...]

    @classmethod
    def turned(cls, before: Almanac, layer: CalendarLayer, turned: Iterable[date], today: date) -> "Past":
        """Of the days that a change of a layer turns those that are past and were arranged."""
        last = min(today, before.of(layer).official_through)
        return cls(before, tuple(day for day in turned if day <= last))


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


FINDING_KEYS = "term:%/recount"


def past_findings(
    transaction: Transaction, context: Context, past: Past, calendars: Iterable[WorkingCalendar], at: datetime
) -> list[Finding]:
    """The decided terms that a change of past days turns; ``calendars``: those in use."""
    countings = stored.settled(transaction, past.days[0], past.days[-1])
    changed = stored.settled_so_counted(transaction, changed_countings(countings, calendars))
    wanted = sorted({*changed, *stored.suspended(transaction)})
    batches = cases_of(transaction, context, wanted, at, held=False)
    return [found for files in batches for file, numbers in files for found in _differing(file, numbers, past)]


def _differing(file: CaseFile, numbers: set[int], past: Past) -> Iterator[Finding]:
    """The decided terms whose date would be another by what has changed now, and not by something long before."""
    before = past.before.of(*file.rulebook.day_rule)
    for term in file.case_state.terms:
        if term.n in numbers and term.counted is not None and file.ending != "void":
            was, now = (terms.end_of(term.counts_from, term.counted, each)[0] for each in (before, file.calendar))
            turned = now not in (was, term.due_on)
            if turned if term.suspended_on is None else _kept_otherwise(term, past, file):
                yield finding(file, term, now)


def _kept_otherwise(term: Term, past: Past, file: CaseFile) -> bool:
    """True where other days of a suspended term were used up before it was suspended."""
    if term.suspended_on is None or term.suspended_on <= term.counts_from:
        return False
    before = past.before.of(*file.rulebook.day_rule)
    used = [gone_of(term.counted or 0, term.counts_from, term.suspended_on, each) for each in (before, file.calendar)]
    return used[0] != used[1]


def new_ones(transaction: Transaction, findings: list[Finding]) -> list[Finding]:
    """The findings that nobody was asked about before."""
    known = task_keys(transaction, [each.case_id for each in findings])
    return [each for each in findings if (each.case_id, each.key) not in known]


def withdraw(transaction: Transaction, context: Context, at: datetime) -> None:
    """Closes the tasks of findings that the calendar no longer gives."""
    asked = open_tasks_like(transaction, FINDING_KEYS)
    keys: dict[tuple[int, int], list[str]] = {}
    for case_id, key in asked:
        keys.setdefault((case_id, int(key.split("/")[0].removeprefix("term:"))), []).append(key)
    for files in cases_of(transaction, context, sorted(keys), at, held=False):
        for file, numbers in files:
            for term in file.case_state.terms:
                if term.n in numbers and term.counted is not None and term.suspended_on is None:
                    now = terms.end_of(term.counts_from, term.counted, file.calendar)[0]
                    stands = finding(file, term, now).key if now != term.due_on else ""
                    gone = [key for key in keys[file.case_id, term.n] if key != stands]
                    close_tasks(transaction, file.case_id, gone, local_date(at))


def finding(file: CaseFile, term: Term, due_on: date) -> Finding:
    """The finding of a term that would be due on ``due_on``."""
    title = file.procedure.terms[term.kind].title
    return Finding(file.case_id, file.no, title, term.n, term.due_on, due_on)


def ask_to_look(transaction: Transaction, findings: Iterable[Finding], document: Document, today: date) -> None:
    rows = [
        TaskRecord(
            each.case_id,
            each.key,
            f"按{document.name}，{each.term}应至{in_words(each.now)}（系统登记为{in_words(each.was)}）；"
            "该日期已过或已办理，系统未作改动，请核实",
            None,
            today,
        )
        for each in findings
    ]
    add_tasks(transaction, rows)
