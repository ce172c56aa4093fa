"""Tokens, by which a program acts for an account within their scopes."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from negotiation.core.enums import AdminKind
from negotiation.core.errors import NotFound
from negotiation.core.local_time import local_date
from negotiation.core.scopes import CALENDAR_SCOPES, SCOPE_TITLES, Scope
from negotiation.core.texts import is_line
from negotiation.domain.administration import Words
from negotiation.domain.people import AccountError, Person
from negotiation.services import administration
from negotiation.services.accounts import requests
from negotiation.services.accounts.management import demanded, person_of
from negotiation.services.accounts.passwords import LONGEST
from negotiation.services.accounts.requests import Request
from negotiation.services.accounts.role_rules import values_of
from negotiation.services.accounts.sessions import RENEWED_AFTER, digest_of
from negotiation.services.administration import Operation
from negotiation.store import accounts as rows
from negotiation.store.accounts import AccountRow, TokenRow
from negotiation.store.numbers import next_number
from negotiation.store.transaction import Transaction

TOKEN_PREFIX = "ngt_"  # by which a token that slipped into a file can be found
LONGEST_TOKEN = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Bearer:
    """For whom a program acts, and what its token (``id``) allows until ``expires_at``. ``renew``: call ``token_used``
    where writing is allowed."""

    id: int
    person: Person
    scopes: frozenset[Scope]
    renew: bool
    expires_at: datetime


def create_token(
    transaction: Transaction,
    account_id: int,
    name: str,
    scopes: Collection[Scope],
    operation: Operation,
    *,
    expires_at: datetime,
) -> str:
    """A token's text, to be shown once. It ends at ``expires_at``, at most a year from now; one that is issued on a
    page holds once a second person has confirmed it.

    Raises AccountError for an inactive account, no name or one that is in use, no scope, another end; NotFound.
    """
    row, called, at = demanded(transaction, account_id), name.strip(), operation.at
    _demand_account_and_name(transaction, row, called, at)
    _demand_scopes_and_end(scopes, at, expires_at)
    text, by = TOKEN_PREFIX + secrets.token_urlsafe(32), operation.by
    new = TokenRow(
        next_number(transaction, "token"), digest_of(text), row.id, called, values_of(Scope, scopes), at, expires_at,
        issued_by=by.actor, issuer_id=by.account_id,
    )  # fmt: skip
    _add(transaction, row, new, operation)
    return text


def _add(transaction: Transaction, row: AccountRow, new: TokenRow, operation: Operation) -> None:
    """Writes a new token; one that was issued on a page waits for a second person, unless it shows a calendar alone."""
    waits = requests.must_wait(operation) and not CALENDAR_SCOPES.issuperset(new.scopes)
    rows.add_token(transaction, new._replace(waits_since=operation.at if waits else None))
    operation.record(transaction, administration.on_account(row, AdminKind.TOKEN, "签发令牌", became=_words(new)))
    if waits:
        requests.ask(transaction, row, Request(in_words(new), token_id=new.id), operation)


def in_words(token: TokenRow) -> str:
    """A token in one line."""
    return "，".join(f"{title}：{text}" for title, text in _words(token).items())


def _demand_scopes_and_end(scopes: Collection[Scope], at: datetime, expires_at: datetime) -> None:
    if not scopes:
        raise AccountError("令牌至少要有一个范围", field="scopes", todo="请选择读取、办理或报告")
    if not at < expires_at <= at + LONGEST_TOKEN:
        raise AccountError("令牌的有效期须在一天到一年之间", field="expires_at", todo="请改正有效期，到期前再换发")


def _words(token: TokenRow) -> Words:
    """The token as it is put on record."""
    until = str(local_date(token.expires_at))
    return {"名称": token.name, "范围": scope_titles(token.scopes), "有效至": until}


def scope_titles(scopes: Collection[str]) -> str:
    """The words of scopes."""
    return "、".join(SCOPE_TITLES[Scope(each)] for each in scopes)


def _demand_account_and_name(transaction: Transaction, row: AccountRow, called: str, at: datetime) -> None:
    if not row.active:
        raise AccountError(f"账户“{row.login}”已停用", field="login", todo="请先启用账户")
    if not called or not is_line(called) or len(called) > LONGEST:
        raise AccountError("没有写名称", field="name", todo="请写明用在哪里，例如 市级平台、手机日历")
    if any(each.name == called and is_valid(each, at) for each in rows.tokens_of(transaction, row.id)):
        raise AccountError(f"已有名为“{called}”的有效令牌", field="name", todo="请另取名称，或先撤销原令牌")


def token_of(transaction: Transaction, text: str, at: datetime) -> Bearer | None:
    """The bearer of a token; None if it is none, has expired or was revoked, or its account is inactive."""
    found = rows.token_with_account(transaction, digest_of(text)) if text.startswith(TOKEN_PREFIX) else None
    if found is None:
        return None
    token, row = found
    if not row.may_enter or token.waits_since is not None or not is_valid(token, at):
        return None
    used = token.used_at is not None and at < token.used_at + RENEWED_AFTER
    return Bearer(token.id, person_of(row), frozenset(map(Scope, token.scopes)), not used, token.expires_at)


def is_valid(token: TokenRow, at: datetime) -> bool:
    """True if a token is neither revoked nor expired; it may wait to be confirmed."""
    return token.revoked_at is None and at < token.expires_at


def tokens_of(transaction: Transaction, account_id: int) -> list[TokenRow]:
    """Every token that an account was ever given, the oldest first; none of them with its text."""
    return rows.tokens_of(transaction, account_id)


def token_used(transaction: Transaction, text: str, at: datetime) -> None:
    """Notes that a token is in use."""
    rows.use_token(transaction, digest_of(text), at)


def revoke_token(transaction: Transaction, account_id: int, name: str, operation: Operation) -> None:
    """Ends an account's token of that name. Raises NotFound if there is none, or none any more."""
    if rows.revoke_tokens(transaction, account_id, operation.at, name=name.strip()):
        row = demanded(transaction, account_id, alone=False)
        act = administration.on_account(row, AdminKind.TOKEN, "撤销令牌", was={"名称": name.strip()})
        operation.record(transaction, act)
    else:
        raise NotFound(f"没有名为“{name}”的有效令牌", todo="请核对令牌的名称")
