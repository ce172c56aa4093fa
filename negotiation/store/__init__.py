"""The database: tables, queries and writes; SQL is written in this package only."""

from negotiation.store.database import Database
from negotiation.store.transaction import Transaction

__all__ = ["Database", "Transaction"]
