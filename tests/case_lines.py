"""The lines of all cases, however their terms stand."""

from datetime import date

from negotiation.store.case_list import query
from negotiation.store.case_list.conditions import Sort, Wanted
from negotiation.store.case_queries import CaseLine
from negotiation.store.transaction import Transaction


def every_line(transaction: Transaction, as_of: date) -> list[CaseLine]:
    """All cases as of a day, in the order of their numbers."""
    return query.page(transaction, Wanted(sort=Sort.NO), as_of, as_of, limit=100_000).lines
