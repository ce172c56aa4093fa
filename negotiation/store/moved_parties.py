"""Handovers of a part in a case to another department (划出, 划入), as they are stored."""

from typing import Any

from negotiation.store.codec import codec
from negotiation.store.schema.cases import MovedParty
from negotiation.store.transaction import Transaction


def read(transaction: Transaction, case_id: int) -> list[tuple[Any, ...]]:
    """The handovers of a case, each in the order of the columns of the table."""
    table = codec(MovedParty, transaction.database.dialect)
    sql = f"SELECT {table.listed} FROM {table.name} WHERE case_id = {transaction.param} ORDER BY seq, role"
    return [tuple(table.read(row)) for row in transaction.rows(sql, [case_id])]
