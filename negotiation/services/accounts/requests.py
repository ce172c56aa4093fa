"""Requests: roles and tokens to act with that somebody who is signed in gives wait for a second person.

Whoever keeps the machine gives them at once, by a command; that stands in the administration's log.
"""

from collections.abc import Collection
from dataclasses import dataclass

from negotiation.core.enums import AdminKind, ProposalState
from negotiation.core.scopes import Scope
from negotiation.services import administration
from negotiation.services.administration import Operation
from negotiation.store import grants
from negotiation.store.accounts import AccountRow, TokenRow
from negotiation.store.grants import GrantRow
from negotiation.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for: roles, or a token (``token_id``); ``words``: as it is put on record."""

    words: str
    roles: Collection[str] = ()
    token_id: int | None = None


def must_wait(operation: Operation) -> bool:
    """True for what is given on a page, where nobody gives anything alone."""
    return operation.by.account_id is not None


def adds(before: Collection[str], after: Collection[str]) -> bool:
    """True if roles are given; to take some away needs no second person."""
    return not set(after) <= set(before)


def acts(token: TokenRow) -> bool:
    """True for a token that does more than read."""
    return Scope.ACT in token.scopes


def ask(transaction: Transaction, row: AccountRow, asked: Request, operation: Operation) -> None:
    """Asks for a second person's word; an earlier request for roles of the same account is withdrawn by it."""
    by, at = operation
    if asked.token_id is None:
        for earlier in grants.waiting(transaction, row.id):
            if earlier.token_id is None:
                settle(transaction, earlier, ProposalState.WITHDRAWN, operation)
    new = GrantRow(0, row.id, list(asked.roles), asked.token_id, by.actor, by.account_id, at)
    grants.add(transaction, new)
    kind = AdminKind.ROLES if asked.token_id is None else AdminKind.TOKEN
    act = administration.on_account(row, kind, "提请确认", became={kind_title(new): asked.words})
    operation.record(transaction, act)


def kind_title(row: GrantRow) -> str:
    """The word for what a request asks for."""
    return "角色" if row.token_id is None else "令牌"


def settle(transaction: Transaction, row: GrantRow, state: ProposalState, operation: Operation, said: str = "") -> bool:
    """Writes what became of a request; False if it waits no longer."""
    by, at = operation
    decided = row._replace(
        state=state.value, decided_by=by.actor, decided_by_id=by.account_id, decided_at=at, said=said
    )
    return grants.decide(transaction, decided)
