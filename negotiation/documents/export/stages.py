"""The stages of every term of a case: each time it was counted, suspended or set, with the calendar known then.

They follow from the entries of the case, as the case itself does; so each date can be counted again by a stranger, also
that of a term which was suspended, extended or moved by a notice since.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from calendars import Day
from negotiation.domain import lengths
from negotiation.domain.machine.derivation import Calendars
from negotiation.domain.machine.entries import Entry
from negotiation.domain.machine.values import Step
from negotiation.domain.terms import Term
from negotiation.services.cases import case_history
from negotiation.services.cases.case_file import CaseFile
from negotiation.store.transaction import Transaction

BEGUN, SUSPENDED, RESUMED, EXTENDED, RECOUNTED, SET = "起算", "暂停计时", "恢复计时", "延长", "重算", "定为"


class Stage(NamedTuple):
    """A stage of a term, as it is from then on (``term``). ``seq``: of its event, None where none bears its number.

    ``page``: the revision of the calendar that counts it, None where nothing is counted. ``since``, ``length``:
    what is counted; ``left_of``: it is the rest of a length, up to that day. ``span``: of a date that is not official.
    """

    title: str
    seq: int | None
    term: Term
    page: int | None = None
    since: date | None = None
    length: int = 0
    left_of: date | None = None
    span: tuple[date, date] | None = None
    days: tuple[Day, ...] = ()

    @property
    def last_day(self) -> date:
        """The last day that is asked of its page, by whatever plan."""
        days: list[date] = [self.term.due_on, *(self.span or ()), *(day.date for day in self.days[-1:])]
        return max(days)


def stages_of(transaction: Transaction, file: CaseFile) -> dict[int, list[Stage]]:
    """The stages of each term by its number; of one that never ran, as it is stored. Raises Unfit."""
    calendars = case_history.calendars_of(transaction, file.rulebook)
    counter = _Counter(calendars, [0, *(number for _, number in calendars.revisions)])
    found: dict[int, list[Stage]] = {term.n: [] for term in file.case_state.terms}
    known: dict[int, Term] = {}
    for step, entry in case_history.as_stored(transaction, file).steps:
        for term in step.after.terms:
            before = known.get(term.n)
            found.setdefault(term.n, []).extend(_stages(counter, before, term, step, entry))
            known[term.n] = term
    for term in file.case_state.terms:
        if not found[term.n]:
            found[term.n] = [counter.counted(BEGUN, None, term, (term.counts_from, term.counted), ())]
    return found


def _stages(counter: "_Counter", before: Term | None, term: Term, step: Step, entry: Entry | None) -> Iterator[Stage]:
    """The stages that a step brings to a term; none where it leaves its days as they were."""
    seq = entry.seq if entry is not None else step.after.version if step.recounted is None else None
    first = (entry.calendar_revision,) if entry is not None else ()
    begins, stands = before is None, term.suspended_on is not None
    was = before.suspended_on is not None if before is not None else False
    if begins or _runs_to(before) != _runs_to(term):
        title = _title(before, term, step)
        counted = (term.counts_from, term.counted)
        if title == EXTENDED and before is not None and term.counted is None and entry is not None:
            counted = (before.due_on, int(entry.fields[step.transition.lengthen_field]))
        yield counter.counted(title, seq, term, counted, first)
    if stands and not was:
        yield counter.rest(seq, term, first)


def _runs_to(term: Term | None) -> tuple[object, ...]:
    return () if term is None else (term.counts_from, term.counted, term.due_on, term.official)


def _title(before: Term | None, term: Term, step: Step) -> str:
    if before is None:
        return BEGUN if term.counted is not None else SET
    if step.recounted is not None:
        return RECOUNTED
    if before.suspended_on is not None and term.suspended_on is None:
        return RESUMED
    return EXTENDED if step.transition.lengthens == term.kind else SET


@dataclass(frozen=True)
class _Counter:
    """Counts with the calendar as it was known; ``numbers``: of its revisions, in order."""

    calendars: Calendars
    numbers: Sequence[int]

    def counted(
        self, title: str, seq: int | None, term: Term, counted: tuple[date, int | None], first: Iterable[int]
    ) -> Stage:
        """A stage whose days are counted, with the page that gives its date: the first of these, else the newest.

        Where no page does, it is written as it is stored, and does not pass the check.
        """
        since, length = counted
        if length is None:
            return Stage(title, seq, term)
        pages = list(dict.fromkeys([*first, *reversed(self.numbers)]))
        page = next((each for each in pages if self._gives(each, since, length, term)), pages[0])
        calendar = self.calendars.at(page)
        end = lengths.end_of(since, length, calendar)
        days = lengths.days_of(since, length, calendar) if lengths.number_of(length) else ()
        span = None if end.official else (end.earliest, end.latest)
        return Stage(title, seq, term, page, since, length, span=span, days=days)

    def _gives(self, page: int, since: date, length: int, term: Term) -> bool:
        return lengths.end_of(since, length, self.calendars.at(page))[:2] == (term.due_on, term.official)

    def rest(self, seq: int | None, term: Term, first: Iterable[int]) -> Stage:
        """The stage in which a term is suspended: the days that were left; none to count where it begins anew."""
        assert term.suspended_on is not None
        since, left, counted = term.suspended_on, term.frozen or 0, term.counted or 0
        pages = list(dict.fromkeys([*first, *reversed(self.numbers)]))
        found = (n for n in pages if lengths.left_of(counted, since, term.due_on, self.calendars.at(n)) == left)
        page = next(found, None)
        if page is None and left == term.length:
            return Stage(SUSPENDED, seq, term)
        page = pages[0] if page is None else page
        days = lengths.numbered(self.calendars.at(page).days_between(since, term.due_on), left)
        return Stage(SUSPENDED, seq, term, page, since, left, term.due_on, days=days)
