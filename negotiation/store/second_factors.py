"""Second factors and recovery codes: rows in and out. Their rules are in ``negotiation.services.accounts``."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from negotiation.store.codec import TableCodec, codec
from negotiation.store.schema.accounts import RecoveryCode, SecondFactor
from negotiation.store.transaction import Transaction
from negotiation.store.whole_rows import insert


class SecondFactorRow(NamedTuple):
    """A second factor as it is stored; the columns of ``schema.SecondFactor`` in their order."""

    account_id: int
    secret: str
    last_step: int
    confirmed_at: datetime | None = None


def factor_of(transaction: Transaction, account_id: int) -> SecondFactorRow | None:
    """The second factor of an account, confirmed or only offered; None if there is none."""
    table = _factors(transaction)
    sql = f"SELECT {table.listed} FROM second_factor WHERE account_id = {transaction.param}"
    rows = transaction.rows(sql, [account_id])
    return SecondFactorRow(*table.read(rows[0])) if rows else None


def put_factor(transaction: Transaction, new: SecondFactorRow) -> None:
    """Writes the second factor of an account in place of the one it had."""
    param = transaction.param
    transaction.execute(f"DELETE FROM second_factor WHERE account_id = {param}", [new.account_id])
    insert(transaction, SecondFactor, new)


def take_step(transaction: Transaction, factor: SecondFactorRow, step: int) -> bool:
    """True if no code of that half minute or a later one was taken; it is taken now, and the rest is as given."""
    table, param = _factors(transaction), transaction.param
    values = [step, table.bind_value("confirmed_at", factor.confirmed_at), factor.account_id, step]
    changes, where = f"last_step = {param}, confirmed_at = {param}", f"account_id = {param} AND last_step < {param}"
    return bool(transaction.execute(f"UPDATE second_factor SET {changes} WHERE {where}", values).rowcount)


def remove_factor(transaction: Transaction, account_id: int) -> None:
    """Takes the second factor and every recovery code from an account."""
    for table in ("recovery_code", "second_factor"):
        transaction.execute(f"DELETE FROM {table} WHERE account_id = {transaction.param}", [account_id])


def put_codes(transaction: Transaction, account_id: int, digests: Iterable[bytes]) -> None:
    """Writes the recovery codes of an account in place of those it had."""
    transaction.execute(f"DELETE FROM recovery_code WHERE account_id = {transaction.param}", [account_id])
    for digest in digests:
        insert(transaction, RecoveryCode, (account_id, digest, None))


def use_code(transaction: Transaction, account_id: int, digest: bytes, at: datetime) -> bool:
    """True if it was a code of that account that was never used; it is used now."""
    param, used_at = transaction.param, _codes(transaction).bind_value("used_at", at)
    where = f"account_id = {param} AND digest = {param} AND used_at IS NULL"
    sql = f"UPDATE recovery_code SET used_at = {param} WHERE {where}"
    return bool(transaction.execute(sql, [used_at, account_id, digest]).rowcount)


def codes_left(transaction: Transaction, account_id: int) -> int:
    """The number of recovery codes of an account that were not used."""
    sql = f"SELECT count(*) FROM recovery_code WHERE account_id = {transaction.param} AND used_at IS NULL"
    return int(transaction.rows(sql, [account_id])[0][0])


def _factors(transaction: Transaction) -> TableCodec:
    return codec(SecondFactor, transaction.database.dialect)


def _codes(transaction: Transaction) -> TableCodec:
    return codec(RecoveryCode, transaction.database.dialect)
