"""Roles and tokens that wait for a second person: rows in and out. Their rules are in ``services/accounts``."""

from datetime import datetime
from typing import NamedTuple

from negotiation.core.enums import ProposalState
from negotiation.store.codec import codec
from negotiation.store.numbers import next_number
from negotiation.store.schema.accounts import GrantRequest, Token
from negotiation.store.transaction import Transaction
from negotiation.store.whole_rows import IS_OPEN, insert, settle


class GrantRow(NamedTuple):
    """A request as it is stored; the fields are the columns of ``schema.accounts.GrantRequest`` in their order."""

    id: int
    account_id: int
    roles: list[str]
    token_id: int | None
    asked_by: str
    asked_by_id: int | None
    asked_at: datetime
    state: str = ProposalState.OPEN.value
    decided_by: str = ""
    decided_by_id: int | None = None
    decided_at: datetime | None = None
    said: str = ""


def add(transaction: Transaction, new: GrantRow) -> None:
    """Writes a new request, under the next number."""
    row = new._replace(id=next_number(transaction, "grant_request"))
    insert(transaction, GrantRequest, row)


def waiting(transaction: Transaction, account_id: int | None = None) -> list[GrantRow]:
    """The requests that wait, the oldest first; of one account, if given."""
    of_one, values = ("", []) if account_id is None else (f" AND account_id = {transaction.param}", [account_id])
    return _rows(transaction, f"{IS_OPEN}{of_one}", values)


def find(transaction: Transaction, number: int) -> GrantRow | None:
    """A request that waits; None if it is decided, or there is none."""
    return next(iter(_rows(transaction, f"{IS_OPEN} AND id = {transaction.param}", [number])), None)


def decide(transaction: Transaction, row: GrantRow) -> bool:
    """Writes what became of an open request; False, and nothing written, if somebody did so before."""
    return settle(transaction, GrantRequest, row.id, row)


def confirm_token(transaction: Transaction, token_id: int) -> None:
    """Puts a token into force that waited."""
    transaction.execute(f"UPDATE token SET waits_since = NULL WHERE id = {transaction.param}", [token_id])


def refuse_token(transaction: Transaction, token_id: int, at: datetime) -> None:
    """Revokes a token that waited."""
    instant, param = codec(Token, transaction.database.dialect).bind_value("revoked_at", at), transaction.param
    transaction.execute(
        f"UPDATE token SET revoked_at = {param} WHERE id = {param} AND revoked_at IS NULL", [instant, token_id]
    )


def _rows(transaction: Transaction, where: str, values: list[int]) -> list[GrantRow]:
    table = codec(GrantRequest, transaction.database.dialect)
    sql = f"SELECT {table.listed} FROM grant_request WHERE {where} ORDER BY id"
    return [GrantRow(*table.read(row)) for row in transaction.rows(sql, values)]
