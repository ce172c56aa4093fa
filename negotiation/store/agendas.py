"""Which open cases stand where: what a session's business is made of. Reading only."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import false, select, tuple_

from negotiation.store.columns import CASE
from negotiation.store.transaction import Transaction

_OPEN = CASE.c.ending == ""
_PLACE = (CASE.c.rulebook, CASE.c.edition, CASE.c.procedure, CASE.c.state)


class Place(NamedTuple):
    """A state, by the edition of the rulebook that knows it."""

    rulebook: str
    edition: str
    procedure: str
    state: str


def places(transaction: Transaction) -> list[Place]:
    """Every place in which an open case stands now."""
    return [Place(*row) for row in transaction.connection.execute(select(*_PLACE).where(_OPEN).distinct())]


def standing_in(transaction: Transaction, wanted: Collection[Place]) -> list[int]:
    """The ids of the open cases in these places: what is due first stands first, what has no date last."""
    found = tuple_(*_PLACE).in_([tuple(place) for place in wanted]) if wanted else false()
    query = select(CASE.c.id).where(_OPEN, found).order_by(CASE.c.next_due.is_(None), CASE.c.next_due, CASE.c.no)
    return list(transaction.connection.execute(query).scalars())
