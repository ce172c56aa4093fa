"""What is remembered, and the only room that speaks SQL."""

from negotiation.store.database import Database, Transaction

__all__ = ["Database", "Transaction"]
