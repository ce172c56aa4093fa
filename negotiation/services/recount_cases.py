"""The cases whose terms are counted again, some hundreds at a time."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from calendars import WorkingCalendar
from negotiation.core.batches import batches
from negotiation.domain import terms
from negotiation.services.cases.acting import file_of
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import Context, UnitOfWork
from negotiation.store import case_reader
from negotiation.store.due_terms import Counting
from negotiation.store.transaction import Transaction

BATCH = 500


Files = list[tuple[CaseFile, set[int]]]


def changed_countings(countings: Iterable[Counting], calendars: Iterable[WorkingCalendar]) -> list[Counting]:
    """The countings that any calendar in use counts otherwise now; a case knows which one is its own."""
    return [
        each
        for each in countings
        if any(
            terms.end_of(each.counts_from, each.counted, calendar) != (each.due_on, each.official)
            for calendar in calendars
        )
    ]


def cases_of(
    transaction: Transaction, context: Context, wanted: Sequence[tuple[int, int]], at: datetime, *, held: bool
) -> Iterator[Files]:
    """The cases of the terms wanted, some hundreds at a time, each with the numbers of these terms."""
    numbers: dict[int, set[int]] = {}
    for case_id, n in wanted:
        numbers.setdefault(case_id, set()).add(n)
    for ids in batches(list(numbers), BATCH):
        loaded = case_reader.load_many(transaction, ids, held=held)
        # Not file_of's own reading of the revision: a rehearsal counts with a calendar that the database has not got.
        yield [
            (file_of(UnitOfWork(transaction, context, at), each._replace(calendar_revision=context.almanac.revision)),
             numbers[each.record.id])
            for each in loaded
        ]  # fmt: skip
