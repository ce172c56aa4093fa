"""The cases to which something happened, or of which something was recorded, after a day."""

from datetime import date, time, timedelta

from sqlalchemy import and_, or_, select

from negotiation.core.local_time import at_local
from negotiation.store.case_list.conditions import Wanted, conditions_of
from negotiation.store.columns import CASE, EVENT
from negotiation.store.transaction import Transaction


def changed_since(transaction: Transaction, as_of: date | None, known_on: date | None) -> set[int]:
    """The ids of the cases with an event that happened after ``as_of``, or was recorded after ``known_on``.

    Cases of which nothing was recorded yet count by the day on which they were opened.
    """
    days = [day for day in (as_of, known_on) if day is not None]
    later = []
    if as_of is not None:
        later.append(EVENT.c.happened_on > as_of)
    if known_on is not None:
        later.append(EVENT.c.recorded_at >= at_local(known_on + timedelta(days=1), time.min))
    ended = at_local(min(days) + timedelta(days=1), time.min)
    blank = select(CASE.c.id).where(and_(CASE.c.version == 0, CASE.c.opened_at >= ended))
    query = select(EVENT.c.case_id).where(or_(*later)).union(blank)
    return {case_id for (case_id,) in transaction.connection.execute(query)}


def found_by(transaction: Transaction, wanted: Wanted, day: date) -> set[int]:
    """The ids of the cases that ``wanted`` finds by what no day changes: words, handler, who looks."""
    timeless = Wanted(text=wanted.text, handler_id=wanted.handler_id, scope=wanted.scope)
    query = select(CASE.c.id).where(*conditions_of(transaction.connection.dialect.name, timeless, day, day))
    return {case_id for (case_id,) in transaction.connection.execute(query)}
