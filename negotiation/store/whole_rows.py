"""Whole rows, as records that have a table's columns in their order: written, and decided once where they wait."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import SQLModel

from negotiation.core.enums import ProposalState
from negotiation.store.codec import codec
from negotiation.store.transaction import Transaction

IS_OPEN = f"state = '{ProposalState.OPEN.value}'"
_DECISION = ("state", "decided_by", "decided_by_id", "decided_at", "said")


def insert(transaction: Transaction, model: type[SQLModel], row: Sequence[Any]) -> None:
    """Writes a new row; ``row``: the values of all columns of the table, in their order."""
    table = codec(model, transaction.database.dialect)
    params = ", ".join([transaction.param] * len(table.columns))
    transaction.execute(f"INSERT INTO {table.name} ({table.listed}) VALUES ({params})", table.bind(row))


def settle(transaction: Transaction, model: type[SQLModel], number: int, row: Any) -> bool:
    """Writes what became of the open row of that number, as the record ``row`` has it; False, and nothing written, if
    somebody did so before."""
    table, param = codec(model, transaction.database.dialect), transaction.param
    given = {name: getattr(row, name) for name in _DECISION}
    sets = ", ".join(f"{name} = {param}" for name in given)
    sql = f"UPDATE {table.name} SET {sets} WHERE id = {param} AND {IS_OPEN}"
    return bool(transaction.execute(sql, [*table.bind_some(given), number]).rowcount)
