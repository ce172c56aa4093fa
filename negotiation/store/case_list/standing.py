"""How many open cases stand in which state until which day, and how many replies came in time: the desk's figures.

Cases of a provider that the terms do not bind (809号令第四十三条) are in none of them: nothing of theirs is ever late.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import case, func, literal, not_, select

from negotiation.domain.case_record import VOID
from negotiation.store.case_list.conditions import OPEN, is_by_reference
from negotiation.store.case_queries import is_overdue, of_scope
from negotiation.store.columns import CASE
from negotiation.store.transaction import Transaction


class Standing(NamedTuple):
    """Open cases of a procedure in a state whose next day is ``due`` (None: no term runs): how many."""

    procedure: str
    state: str
    due: date | None
    many: int


class Fallen(NamedTuple):
    """Cases of a procedure whose main term ended on a day: how many, and how many of them late or still owed."""

    procedure: str
    due: date
    many: int
    late: int


def standing(transaction: Transaction, scope: int | None) -> Sequence[Standing]:
    """The open cases that ``scope`` sees (None: all), counted by procedure, state and the day that comes next."""
    columns = (CASE.c.procedure, CASE.c.state, CASE.c.next_due)
    query = select(*columns, func.count()).where(OPEN, not_(is_by_reference()), *of_scope(scope)).group_by(*columns)
    return [Standing._make(row) for row in transaction.connection.execute(query)]


def fallen(transaction: Transaction, scope: int | None, since: date, until: date, received: date) -> Sequence[Fallen]:
    """The cases whose main term ended from a day up to another; ``received``: none came before that day."""
    late = func.sum(case((is_overdue(until), literal(1)), else_=literal(0)))
    query = (
        select(CASE.c.procedure, CASE.c.due_on, func.count(), late)
        .where(CASE.c.received_on >= received, CASE.c.due_on.between(since, until))
        .where(CASE.c.ending != VOID, not_(is_by_reference()), *of_scope(scope))
        .group_by(CASE.c.procedure, CASE.c.due_on)
    )
    return [Fallen._make(row) for row in transaction.connection.execute(query)]
