"""Accounts, sessions and tokens: rows in and out. The rules about them are in ``negotiation.services.accounts``."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import SQLModel

from negotiation.store import departments
from negotiation.store.codec import TableCodec, codec
from negotiation.store.schema import accounts as schema
from negotiation.store.transaction import Transaction


class AccountRow(NamedTuple):
    """An account as it is stored; the fields are the columns of ``schema.Account`` in their order."""

    id: int
    login: str
    name: str
    department_id: int | None
    roles: list[str]
    password_hash: str
    must_change: bool
    active: bool
    created_at: datetime
    failures: int = 0
    locked_until: datetime | None = None
    told_up_to: int = 0

    @property
    def may_enter(self) -> bool:
        """True for an account in use whose roles were confirmed."""
        return self.active and bool(self.roles)


class SessionRow(NamedTuple):
    """A session as it is stored; the columns of ``schema.Session`` in their order."""

    digest: bytes
    account_id: int
    csrf: str
    created_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None


class TokenRow(NamedTuple):
    """A token as it is stored; the columns of ``schema.Token`` in their order."""

    id: int
    digest: bytes
    account_id: int
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    used_at: datetime | None = None
    issued_by: str | None = None
    issuer_id: int | None = None
    waits_since: datetime | None = None


# ------------------------------------------------------------------------------------------------------ accounts


def add_account(transaction: Transaction, new: AccountRow) -> bool:
    """Writes a new account; False, and nothing written, if its login is taken."""
    departments.changed(transaction)  # of a department it may be the first
    return _insert(transaction, schema.Account, new, "ON CONFLICT (login) DO NOTHING")


def change_account(transaction: Transaction, account_id: int, **given: Any) -> None:
    """Writes the given columns of an account."""
    if "active" in given:
        departments.changed(transaction)  # of a department it may be the last
    _update(transaction, schema.Account, given, "id", account_id)


def account_by_login(transaction: Transaction, login: str) -> AccountRow | None:
    """The account of a login, None if there is none."""
    return _account(transaction, "login", login)


def account_by_id(transaction: Transaction, account_id: int, *, alone: bool = False) -> AccountRow | None:
    """An account; ``alone``: whoever else wants to change it waits until this transaction ends."""
    return _account(transaction, "id", account_id, alone=alone)


def _account(transaction: Transaction, column: str, value: Any, *, alone: bool = False) -> AccountRow | None:
    table = _table(transaction, schema.Account)
    locking = " FOR UPDATE" if alone and not transaction.database.is_sqlite else ""  # SQLite: one writer anyway
    rows = transaction.rows(
        f"SELECT {table.listed} FROM account WHERE {column} = {transaction.param}{locking}", [value]
    )
    return AccountRow(*table.read(rows[0])) if rows else None


def accounts_in_order(transaction: Transaction) -> list[AccountRow]:
    """All accounts: the office's first, then the departments' in the official order."""
    table = _table(transaction, schema.Account)
    listed = ", ".join(f"a.{name}" for name in table.quoted)
    rows = transaction.rows(
        f"SELECT {listed} FROM account a LEFT JOIN department d ON d.id = a.department_id "
        "ORDER BY a.department_id IS NOT NULL, d.sort_no, d.id, a.id"
    )
    return [AccountRow(*table.read(row)) for row in rows]


def accounts_of_side(transaction: Transaction, department_id: int | None) -> list[AccountRow]:
    """The accounts of a department, or (None) of the office, in the order in which they were made."""
    table = _table(transaction, schema.Account)
    where, values = ("IS NULL", []) if department_id is None else (f"= {transaction.param}", [department_id])
    rows = transaction.rows(f"SELECT {table.listed} FROM account WHERE department_id {where} ORDER BY id", values)
    return [AccountRow(*table.read(row)) for row in rows]


def department_name(transaction: Transaction, department_id: int) -> str | None:
    """The name of a department; None for none."""
    found = transaction.rows(f"SELECT name FROM department WHERE id = {transaction.param}", [department_id])
    return found[0][0] if found else None


# ------------------------------------------------------------------------------------------------------ sessions


def add_session(transaction: Transaction, new: SessionRow) -> None:
    """Writes a new session."""
    _insert(transaction, schema.Session, new)


def session_with_account(transaction: Transaction, digest: bytes) -> tuple[SessionRow, AccountRow] | None:
    """A session and whose it is, in one query by the key; None if there is none."""
    found = _with_account(transaction, schema.Session, digest)
    return (SessionRow(*found[0]), found[1]) if found else None


def has_session(transaction: Transaction, account_id: int, csrf: str) -> bool:
    """True if an account has or had a session whose forms bear that mark."""
    param = transaction.param
    sql = f"SELECT 1 FROM session WHERE account_id = {param} AND csrf = {param}"
    return bool(transaction.rows(sql, [account_id, csrf]))


def see_session(transaction: Transaction, digest: bytes, at: datetime) -> None:
    """Notes that a session was used."""
    _update(transaction, schema.Session, {"seen_at": at}, "digest", digest)


def end_session(transaction: Transaction, digest: bytes, at: datetime) -> None:
    """Ends a session; the first end stands."""
    _stamp(transaction, schema.Session, "ended_at", at, {"digest": digest})


def end_sessions(transaction: Transaction, account_id: int, at: datetime, *, keep: bytes = b"") -> None:
    """Ends every open session of an account but the one with the digest ``keep``."""
    table, param = _table(transaction, schema.Session), transaction.param
    transaction.execute(
        f"UPDATE session SET ended_at = {param} WHERE account_id = {param} AND digest <> {param} AND ended_at IS NULL",
        [table.bind_value("ended_at", at), account_id, keep],
    )


# -------------------------------------------------------------------------------------------------------- tokens


def add_token(transaction: Transaction, new: TokenRow) -> None:
    """Writes a new token."""
    _insert(transaction, schema.Token, new)


def token_with_account(transaction: Transaction, digest: bytes) -> tuple[TokenRow, AccountRow] | None:
    """A token and whose it is, in one query by the key; None if there is none."""
    found = _with_account(transaction, schema.Token, digest)
    return (TokenRow(*found[0]), found[1]) if found else None


def tokens_of(transaction: Transaction, account_id: int) -> list[TokenRow]:
    """Every token that an account was ever given, the oldest first."""
    table = _table(transaction, schema.Token)
    rows = transaction.rows(
        f"SELECT {table.listed} FROM token WHERE account_id = {transaction.param} ORDER BY created_at, name",
        [account_id],
    )
    return [TokenRow(*table.read(row)) for row in rows]


def use_token(transaction: Transaction, digest: bytes, at: datetime) -> None:
    """Notes that a token was used."""
    _update(transaction, schema.Token, {"used_at": at}, "digest", digest)


def revoke_tokens(transaction: Transaction, account_id: int, at: datetime, *, name: str | None = None) -> int:
    """Revokes an account's tokens, or those of one name; returns how many had not been revoked before."""
    whose = {"account_id": account_id} | ({} if name is None else {"name": name})
    return _stamp(transaction, schema.Token, "revoked_at", at, whose)


# ---------------------------------------------------------------------------------------------------- statements


def _table(transaction: Transaction, model: type[SQLModel]) -> TableCodec:
    return codec(model, transaction.database.dialect)


def _with_account(
    transaction: Transaction, model: type[SQLModel], digest: bytes
) -> tuple[list[Any], AccountRow] | None:
    own, accounts = _table(transaction, model), _table(transaction, schema.Account)
    listed = ", ".join([*(f"o.{name}" for name in own.quoted), *(f"a.{name}" for name in accounts.quoted)])
    rows = transaction.rows(
        f"SELECT {listed} FROM {own.name} o JOIN account a ON a.id = o.account_id WHERE o.digest = {transaction.param}",
        [digest],
    )
    if not rows:
        return None
    width = len(own.columns)
    return own.read(rows[0][:width]), AccountRow(*accounts.read(rows[0][width:]))


def _insert(transaction: Transaction, model: type[SQLModel], row: Iterable[Any], otherwise: str = "") -> bool:
    table = _table(transaction, model)
    params = ", ".join([transaction.param] * len(table.columns))
    sql = f"INSERT INTO {table.name} ({table.listed}) VALUES ({params}) {otherwise}"
    return bool(transaction.execute(sql, table.bind(tuple(row))).rowcount)


def _update(transaction: Transaction, model: type[SQLModel], given: dict[str, Any], key: str, value: Any) -> None:
    if not given:
        return
    table, param = _table(transaction, model), transaction.param
    changes = ", ".join(f"{table.quoted_of[column]} = {param}" for column in given)
    transaction.execute(f"UPDATE {table.name} SET {changes} WHERE {key} = {param}", [*table.bind_some(given), value])


def _stamp(transaction: Transaction, model: type[SQLModel], column: str, at: datetime, whose: dict[str, Any]) -> int:
    """Writes an instant once: where the column is still empty. Returns how many rows that were."""
    table, param = _table(transaction, model), transaction.param
    condition = " AND ".join(f"{key} = {param}" for key in whose)
    cursor = transaction.execute(
        f"UPDATE {table.name} SET {column} = {param} WHERE {condition} AND {column} IS NULL",
        [table.bind_value(column, at), *whose.values()],
    )
    return int(cursor.rowcount)
