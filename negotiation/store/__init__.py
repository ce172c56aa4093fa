"""What is remembered, and the only room that speaks SQL."""

from negotiation.store.database import Database
from negotiation.store.transaction import Transaction

__all__ = ["Database", "Transaction"]
