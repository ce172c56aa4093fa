"""Recorded instants that cannot be right: later than now, or earlier than the event before them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import and_, func, not_, or_, select

from negotiation.core.enums import CLOCK, CLOCK_BY_HAND
from negotiation.store.columns import CASE, EVENT
from negotiation.store.schema.types import Instant
from negotiation.store.transaction import Transaction

# An event bears the instant at which its work began, and works of several processes overlap.
OVERLAP = timedelta(minutes=10)


class OddInstant(NamedTuple):
    """An event that was recorded later than now, or before the one before it (``before_at``, else None)."""

    no: str
    seq: int
    recorded_at: datetime
    before_at: datetime | None


def odd_instants(transaction: Transaction, at: datetime) -> Iterator[OddInstant]:
    """Events recorded later than ``at`` or out of their order, case by case; none of a sweep by hand (``--at``)."""
    before = func.lag(EVENT.c.recorded_at, type_=Instant()).over(partition_by=EVENT.c.case_id, order_by=EVENT.c.seq)
    by_itself = not_(and_(EVENT.c.role == CLOCK, EVENT.c.actor == CLOCK_BY_HAND))
    one = select(EVENT.c.case_id, EVENT.c.seq, EVENT.c.recorded_at, before.label("before_at"))
    one_of = one.where(by_itself).subquery()
    query = (
        select(CASE.c.no, one_of.c.seq, one_of.c.recorded_at, one_of.c.before_at)
        .join(CASE, CASE.c.id == one_of.c.case_id)
        .where(or_(one_of.c.recorded_at > at, one_of.c.recorded_at < one_of.c.before_at))
        .order_by(one_of.c.case_id, one_of.c.seq)
    )
    for no, seq, recorded_at, before_at in transaction.connection.execute(query):
        backwards = before_at is not None and before_at - recorded_at > OVERLAP
        if backwards or recorded_at > at:
            yield OddInstant(no, seq, recorded_at, before_at if backwards else None)
