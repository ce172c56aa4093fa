"""Tokens, by which a program acts for an account within their scopes."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from negotiation.core.enums import Scope
from negotiation.core.errors import NotFound
from negotiation.core.texts import is_line
from negotiation.domain.people import AccountError, Person
from negotiation.services.accounts.management import demanded, person_of, values_of
from negotiation.services.accounts.passwords import LONGEST
from negotiation.services.accounts.sessions import RENEWED_AFTER, digest_of
from negotiation.store import accounts as rows
from negotiation.store.accounts import AccountRow, TokenRow
from negotiation.store.numbers import next_number
from negotiation.store.transaction import Transaction

TOKEN_PREFIX = "ngt_"  # by which a token that slipped into a file can be found
LONGEST_TOKEN = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Bearer:
    """For whom a program acts, and what its token (``id``) allows. ``renew``: call ``token_used`` where writing is
    allowed."""

    id: int
    person: Person
    scopes: frozenset[Scope]
    renew: bool


def create_token(
    transaction: Transaction,
    account_id: int,
    name: str,
    scopes: Collection[Scope],
    *,
    at: datetime,
    expires_at: datetime,
) -> str:
    """A token's text, to be shown once. It ends at ``expires_at``, at most a year from ``at``.

    Raises AccountError for an inactive account, no name or one that is in use, no scope, another end; NotFound.
    """
    row, called = demanded(transaction, account_id), name.strip()
    _demand_account_and_name(transaction, row, called, at)
    if not scopes:
        raise AccountError("令牌至少要有一个范围", field="scopes", todo="请选择读取、办理或报告")
    if not at < expires_at <= at + LONGEST_TOKEN:
        raise AccountError("令牌的有效期须在一天到一年之间", field="expires_at", todo="请改正有效期，到期前再换发")
    text = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = TokenRow(0, digest_of(text), row.id, called, values_of(Scope, scopes), at, expires_at)
    _add(transaction, token._replace(id=next_number(transaction, "token")))
    return text


def _add(transaction: Transaction, token: TokenRow) -> None:
    rows.add_token(transaction, token)
    scopes, until = token.scopes, token.expires_at
    transaction.log("token_issued", subject=token.account_id, issued=token.id, scopes=scopes, until=until)


def _demand_account_and_name(transaction: Transaction, row: AccountRow, called: str, at: datetime) -> None:
    if not row.active:
        raise AccountError(f"账户“{row.login}”已停用", field="login", todo="请先启用账户")
    if not called or not is_line(called) or len(called) > LONGEST:
        raise AccountError("令牌需要一个名称", field="name", todo="请写明用在哪里，例如 市级平台")
    if any(each.name == called and is_valid(each, at) for each in rows.tokens_of(transaction, row.id)):
        raise AccountError(f"已有名为“{called}”的有效令牌", field="name", todo="请另取名称，或先撤销原令牌")


def token_of(transaction: Transaction, text: str, at: datetime) -> Bearer | None:
    """The bearer of a token; None if it is none, has expired or was revoked, or its account is inactive."""
    found = rows.token_with_account(transaction, digest_of(text)) if text.startswith(TOKEN_PREFIX) else None
    if found is None:
        return None
    token, row = found
    if not row.active or not is_valid(token, at):
        return None
    used = token.used_at is not None and at < token.used_at + RENEWED_AFTER
    return Bearer(token.id, person_of(row), frozenset(map(Scope, token.scopes)), not used)


def is_valid(token: TokenRow, at: datetime) -> bool:
    """True if a token is neither revoked nor expired."""
    return token.revoked_at is None and at < token.expires_at


def tokens_of(transaction: Transaction, account_id: int) -> list[TokenRow]:
    """Every token that an account was ever given, the oldest first; none of them with its text."""
    return rows.tokens_of(transaction, account_id)


def token_used(transaction: Transaction, text: str, at: datetime) -> None:
    """Notes that a token is in use."""
    rows.use_token(transaction, digest_of(text), at)


def revoke_token(transaction: Transaction, account_id: int, name: str, at: datetime) -> None:
    """Ends an account's token of that name. Raises NotFound if there is none, or none any more."""
    if not rows.revoke_tokens(transaction, account_id, at, name=name.strip()):
        raise NotFound(f"没有名为“{name}”的有效令牌", todo="请核对令牌的名称")
    transaction.log("token_revoked", subject=account_id)
