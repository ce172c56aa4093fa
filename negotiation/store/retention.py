"""Ended cases by the year of their end, and what reviews and orders have made of their keeping."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select

from negotiation.core.enums import EXPUNGE, KEEP_ON
from negotiation.domain.expunging import expunged_by
from negotiation.domain.retention import until_of
from negotiation.store.columns import CASE, EVENT
from negotiation.store.transaction import Transaction


class Ended(NamedTuple):
    """A case that has ended, and when."""

    id: int
    no: str
    procedure: str
    rulebook: str
    edition: str
    subject: str
    ended_on: date


class Fate(NamedTuple):
    """What was decided on the keeping of a case: until when it is kept, None for no review; are its texts gone."""

    until: date | None = None
    is_gone: bool = False


def ended_by(transaction: Transaction, day: date) -> list[Ended]:
    """The cases that ended by a day, those that ended first before the others."""
    ended_on = func.coalesce(CASE.c.closed_on, CASE.c.last_on)
    columns = (CASE.c.id, CASE.c.no, CASE.c.procedure, CASE.c.rulebook, CASE.c.edition, CASE.c.subject, ended_on)
    query = select(*columns).where(CASE.c.ending != "", ended_on <= day).order_by(ended_on, CASE.c.id)
    return [Ended(*row) for row in transaction.connection.execute(query)]


def fates(transaction: Transaction, ids: Sequence[int]) -> dict[int, Fate]:
    """Reads what was decided on these cases, of those on which something was."""
    query = select(EVENT.c.case_id, EVENT.c.event, EVENT.c.data).order_by(EVENT.c.case_id, EVENT.c.seq)
    query = query.where(EVENT.c.event.in_((EXPUNGE, KEEP_ON)), EVENT.c.case_id.in_(ids))
    found: dict[int, Fate] = {}
    for case_id, event, data in transaction.connection.execute(query):
        fate = found.get(case_id, Fate())
        if event == KEEP_ON:
            found[case_id] = fate._replace(until=until_of(data))
        elif expunged_by(data).is_whole:
            found[case_id] = fate._replace(is_gone=True)
    return found


def offline_between(transaction: Transaction, since: date, until: date) -> list[str]:
    """The numbers of the cases that went on on paper alone (线下办理) from a day on until another, by their numbers."""
    query = select(CASE.c.no, EVENT.c.data).join(EVENT, EVENT.c.case_id == CASE.c.id)
    query = query.where(EVENT.c.event == EXPUNGE, EVENT.c.happened_on.between(since, until)).order_by(CASE.c.no)
    return [no for no, data in transaction.connection.execute(query) if expunged_by(data).offline]
