"""The days of a report, and the transaction that reads them: as it is known now, or as it was known on a past day."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import NamedTuple

from negotiation.domain.then import Then
from negotiation.services.cases.as_known import look_back
from negotiation.services.context import Context, UnitOfWork
from negotiation.store.database import Database
from negotiation.store.report_parts import Span
from negotiation.store.transaction import Transaction


class Days(NamedTuple):
    """The first and the last day that are counted, and that as of which; ``known``: only what had been recorded by
    then, None for all that is recorded by now."""

    since: date
    until: date
    as_of: date
    known: Then | None = None

    def span(self, *, detail: bool = False) -> Span:
        """The days as the queries take them; ``detail``: each case by itself."""
        return Span(self.since, self.until, self.as_of, detail=detail)


@contextmanager
def reading(database: Database, context: Context, known: Then | None) -> Iterator[tuple[Transaction, Context]]:
    """A transaction that reads what was known, with the calendars that were. Raises FieldError before any case."""
    with database.read(temporary=known is not None) as transaction:
        if known is None or known.known_before is None:
            yield transaction, context
        else:
            work = look_back(UnitOfWork(transaction, context, known.known_before), known)
            yield transaction, work.context
