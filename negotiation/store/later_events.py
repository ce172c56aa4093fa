"""The cases to which something happened, or of which something was recorded, after a day."""

from datetime import date

from sqlalchemy import and_, or_, select

from negotiation.domain.then import Then, end_of
from negotiation.store.case_queries import of_scope
from negotiation.store.columns import CASE, EVENT
from negotiation.store.transaction import Transaction


def changed_since(transaction: Transaction, then: Then, no: str = "") -> set[int]:
    """The ids of the cases with an event that is later than ``then``, by its day or by when it was recorded.

    Cases of which nothing was recorded yet count by when they were opened. ``no``: of this case alone.
    """
    later, opened = [], then.known_before or end_of(then.day)
    if then.as_of is not None:
        later.append(EVENT.c.happened_on > then.as_of)
        opened = min(opened, end_of(then.as_of))
    if then.known_before is not None:
        later.append(EVENT.c.recorded_at >= then.known_before)
    blank = select(CASE.c.id).where(and_(CASE.c.version == 0, CASE.c.opened_at >= opened))
    events = select(EVENT.c.case_id).where(or_(*later))
    if no:
        own = select(CASE.c.id).where(CASE.c.no == no)
        blank, events = blank.where(CASE.c.no == no), events.where(EVENT.c.case_id.in_(own))
    return {case_id for (case_id,) in transaction.connection.execute(events.union(blank))}


def seen_by(transaction: Transaction, scope: int | None) -> set[int]:
    """The ids of the cases that a department sees today."""
    return {case_id for (case_id,) in transaction.connection.execute(select(CASE.c.id).where(*of_scope(scope)))}


def first_day(transaction: Transaction) -> date | None:
    """The first day on which anything happened to any case; None where nothing ever did."""
    query = select(EVENT.c.happened_on).order_by(EVENT.c.happened_on).limit(1)
    found: date | None = transaction.connection.execute(query).scalar_one_or_none()
    return found
