"""The list of cases as it was on a day; the cases of which nothing came later are read as they are stored."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from negotiation.core.enums import DeadlineStatus
from negotiation.domain.then import Then
from negotiation.services import case_list, case_then_view, case_view
from negotiation.services.cases.as_known import files_then
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import UnitOfWork
from negotiation.store import later_events
from negotiation.store.case_list.conditions import Sort, Wanted
from negotiation.store.case_queries import CaseLine

_LAST = date.max


def every_case_then(work: UnitOfWork, wanted: Wanted, then: Then) -> list[CaseLine]:
    """The cases wanted as they were on a day, in the order wanted."""
    transaction, day = work.transaction, then.day
    changed = later_events.changed_since(transaction, then.as_of, then.known_on)
    found = [line for line in case_list.every_case(transaction, work.context, wanted, day) if line.id not in changed]
    if not changed:
        return found
    named = later_events.found_by(transaction, wanted, then.as_of, then.known_on) & changed
    for file in files_then(work, sorted(named), then):
        line = case_then_view.line_of(file, day)
        if _is_wanted(wanted, file, line, day):
            found.append(line)
    return _in_order(found, wanted)


def _is_wanted(wanted: Wanted, file: CaseFile, line: CaseLine, day: date) -> bool:
    """The conditions of the list on a derived case, except those that no day changes."""
    case = file.case
    received = case.received_on or _LAST
    return (
        wanted.procedure in ("", line.procedure)
        and wanted.state in ("", line.state)
        and (wanted.held is None or (line.procedure, line.state) in wanted.held)
        and not (case.ending if wanted.open_only else case.is_taken_back)
        and (not wanted.departments or bool({case.applicant_id, case.provider_id} & {*wanted.departments}))
        and (not wanted.overdue or line.overdue)
        and (wanted.since is None or wanted.since <= received)
        and (wanted.until is None or received <= wanted.until)
        and (not wanted.provisional or (not case.ending and _waits(file)))
        and (wanted.deadline_status in (None, _status(file, line, day)))
    )


def _waits(file: CaseFile) -> bool:
    return any(term.runs and not term.official for term in file.case_state.terms)


def _status(file: CaseFile, line: CaseLine, day: date) -> DeadlineStatus:
    return case_view.deadline_status_of(line, file.calendar, day)


_KEYS: dict[Sort, Callable[[CaseLine], Any]] = {
    Sort.NO: lambda line: (False, line.no),
    Sort.RECEIVED: lambda line: (line.received is None, line.received or _LAST),
    Sort.DUE: lambda line: (line.due is None, line.due or _LAST),
    Sort.NEXT_DUE: lambda line: (line.next_due is None, line.next_due or _LAST),
    Sort.SUBJECT: lambda line: (False, line.subject),
}


def _in_order(lines: Sequence[CaseLine], wanted: Wanted) -> list[CaseLine]:
    """Lines as the list has them: what has no date comes last, either way; equal ones by their ids."""
    key = _KEYS[wanted.sort]
    there = [line for line in lines if not key(line)[0]]
    ordered = sorted(there, key=lambda line: (key(line), line.id), reverse=wanted.descending)
    return ordered + sorted((line for line in lines if key(line)[0]), key=lambda line: line.id)
