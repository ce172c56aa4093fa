"""The second step of signing in: who has shown the password shows a code of the second factor."""

from datetime import datetime

from negotiation.core.settings import Settings
from negotiation.domain.people import WrongProof
from negotiation.services.accounts import second_factor
from negotiation.services.accounts.sessions import Browser, SignedIn, after_failure, is_locked, open_session
from negotiation.services.accounts.tickets import holder_of
from negotiation.store import accounts as rows
from negotiation.store.transaction import Transaction


def show_code(
    transaction: Transaction, settings: Settings, ticket: str, code: str, at: datetime, browser: Browser
) -> SignedIn | WrongProof:
    """The session of the ticket's holder, or why there is none: a wrong code is counted as a wrong password, which is
    to be written too. Raises NegotiationError for a ticket that is none or is over."""
    row = holder_of(transaction, ticket, at, alone=True)
    try:
        if not row.may_enter or (is_locked(row, at) and not browser.known):
            raise WrongProof("该账户暂时不能登录", field="code", todo="请稍后重试，或联系系统管理员")
        second_factor.demand(transaction, row.id, code, at)
    except WrongProof as wrong:
        if not is_locked(row, at):
            changes = after_failure(row.failures + 1, settings, at)
            rows.change_account(transaction, row.id, **changes)
            transaction.log("wrong_proof", subject=row.id, locked_until=changes.get("locked_until"))
        return wrong
    if row.failures:
        rows.change_account(transaction, row.id, failures=0, locked_until=None)
    return open_session(transaction, row, at, browser.session)
