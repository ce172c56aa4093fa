"""The cases to which something happened, or of which something was recorded, after a day."""

from datetime import date, datetime, time, timedelta

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
        later.append(EVENT.c.recorded_at >= _end_of(known_on))
    blank = select(CASE.c.id).where(and_(CASE.c.version == 0, CASE.c.opened_at >= _end_of(min(days))))
    query = select(EVENT.c.case_id).where(or_(*later)).union(blank)
    return {case_id for (case_id,) in transaction.connection.execute(query)}


def found_by(transaction: Transaction, wanted: Wanted, as_of: date | None, known_on: date | None) -> set[int]:
    """The ids of the cases of that day that ``wanted`` finds by what no day changes: words, handler, who looks."""
    day = min(day for day in (as_of, known_on) if day is not None)
    timeless = Wanted(text=wanted.text, handler_id=wanted.handler_id, scope=wanted.scope, taken_back=True)
    conditions = conditions_of(transaction.connection.dialect.name, timeless, day, day)
    begun = select(EVENT.c.case_id).where(EVENT.c.seq == 1)
    if as_of is not None:
        begun = select(EVENT.c.case_id).where(EVENT.c.happened_on <= as_of)
    if known_on is not None:
        begun = begun.where(EVENT.c.recorded_at < _end_of(known_on))
    existed = or_(CASE.c.opened_at < _end_of(day), CASE.c.id.in_(begun))
    query = select(CASE.c.id).where(existed, *conditions)
    return {case_id for (case_id,) in transaction.connection.execute(query)}


def _end_of(day: date) -> datetime:
    """The instant at which a day ends in Beijing."""
    return at_local(day + timedelta(days=1), time.min)
