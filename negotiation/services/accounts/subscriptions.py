"""Subscriptions to a calendar: secret addresses at which calendar programs find due dates without signing in.

The secret of an address is a token good for a calendar alone: it is kept as its digest, listed, revoked, and ends with
the password as tokens do.
"""

from datetime import datetime, timedelta

from negotiation.core.errors import NotFound
from negotiation.core.scopes import CALENDAR_SCOPES, Scope
from negotiation.domain.people import Person
from negotiation.services.accounts import tokens
from negotiation.services.accounts.tokens import Bearer
from negotiation.services.administration import Operation
from negotiation.store.transaction import Transaction

NONE = "没有这个日历订阅，或者已经到期、撤销"
RENEW = "请登录系统，在“我的账户”重新订阅"


def may_subscribe(person: Person) -> bool:
    """True for whoever sees cases: departments their own, the office all."""
    return person.sees_all_cases or not person.is_office


def subscribe(
    transaction: Transaction, person: Person, name: str, scope: Scope, days: int, operation: Operation
) -> str:
    """The secret of a new address, to be shown once; it holds for some days, and ``name`` says where it is used.

    Raises NotFound for who sees no case, another scope, or where the office lets nobody subscribe (0 days);
    AccountError for no name or one that is in use.
    """
    if not (days and may_subscribe(person) and scope in CALENDAR_SCOPES):
        raise NotFound("本系统没有开通日历订阅", todo="请由办公室开通后再订阅")
    expires_at = operation.at + timedelta(days=days)
    return tokens.create_token(transaction, person.id, name, [scope], operation, expires_at=expires_at)


def subscriber(transaction: Transaction, secret: str, at: datetime) -> Bearer:
    """Whose due dates an address gives. Raises NotFound for one that does not hold, or whose owner sees no case now."""
    bearer = tokens.token_of(transaction, secret, at)
    if bearer is None or bearer.scopes.isdisjoint(CALENDAR_SCOPES) or not may_subscribe(bearer.person):
        raise NotFound(NONE, todo=RENEW)
    return bearer
