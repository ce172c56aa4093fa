"""A term as letters give it, and the ruler of its days."""

from collections.abc import Iterator
from datetime import date

from calendars.dates import in_words
from negotiation.core.enums import DeadlineStatus
from negotiation.documents.letters.model import Day, TermFacts
from negotiation.domain import lengths, rulers, wording
from negotiation.domain.rulebook import OFFICE_BASIS
from negotiation.domain.terms import Term
from negotiation.services.cases.case_file import CaseFile

UNANSWERED = "答复"


def annexed_terms(file: CaseFile) -> list[Term]:
    """The term of the annex: the one that the parties count by, or those that run where there is none; no day that
    will never come, or that nobody knows yet."""
    if rulers.is_given_up(file.procedure, file.state, file.case_state.flags):
        return []
    known = [term for term in file.case_state.terms if not term.pauses]
    main = [term for term in known if term.main]
    return main[-1:] or [term for term in known if term.ended_on is None]


def term_facts(file: CaseFile, term: Term, status: DeadlineStatus, as_of: date) -> TermFacts:
    """A term at the end of the day ``as_of``; ``status``: of the case, by which a body is bound or only refers."""
    rule, calendar = file.procedure.terms[term.kind], file.calendar
    counted = (term.counts_from, term.counted) if term.counted else None
    return TermFacts(
        title=rule.title,
        basis=file.rulebook.cited(term.basis or rule.basis),
        according="参照" if status is DeadlineStatus.REFERENCE else "依据",
        start=rule.start,
        start_basis=file.rulebook.cited(rule.start_basis or OFFICE_BASIS) if rule.start else "",
        started=in_words(term.started_on),
        counts_from=in_words(term.counts_from),
        days=lengths.working(term.length),
        counted=lengths.working(term.counted),
        due=f"{in_words(term.due_on)}（{wording.weekday(term.due_on)}）",
        provisional=wording.provisional(calendar, term.due_on, term.official, counted),
        past=term.due_on < as_of,
        left=max(calendar.count_estimated(as_of, term.due_on), 0),
        answered=in_words(term.answered_on) if term.answered_on else "",
        awaits=rule.awaits or UNANSWERED,
        ruler=tuple(_ruler(file, term)),
    )


def _ruler(file: CaseFile, term: Term) -> Iterator[Day]:
    if not term.counted:
        return
    firm = date.max if term.official else file.calendar.firm_through
    days = lengths.days_of(term.counts_from, term.counted, file.calendar)
    for row in wording.ruler_rows(days, firm, resumed=term.counts_from != term.started_on):
        yield Day(*row)
