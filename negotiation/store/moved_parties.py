"""Handovers of a part in a case to another department (划出, 划入), as they are stored."""

from negotiation.store.codec import codec
from negotiation.store.records import MovedRecord
from negotiation.store.schema.cases import MovedParty
from negotiation.store.transaction import Transaction


def read(transaction: Transaction, case_id: int) -> list[MovedRecord]:
    """The handovers of a case."""
    table = codec(MovedParty, transaction.database.dialect)
    sql = f"SELECT {table.listed} FROM {table.name} WHERE case_id = {transaction.param} ORDER BY seq, role"
    return [MovedRecord._make(table.read(row)) for row in transaction.rows(sql, [case_id])]
