"""Requests: what somebody who is signed in gives, and what they take from an administrator, waits for a second person.

A token that only reads waits too: it opens the cases of its account, and who keeps the accounts sees none. To take
roles from anybody else, and to put them out, waits for nobody. Whoever keeps the machine acts at once, by a command;
that stands in the administration's log.
"""

from collections.abc import Collection
from dataclasses import dataclass

from negotiation.core.enums import AdminKind, ProposalState
from negotiation.services import administration
from negotiation.services.accounts.role_rules import of_administrators
from negotiation.services.administration import Operation
from negotiation.store import grants
from negotiation.store.accounts import AccountRow
from negotiation.store.grants import GrantRow
from negotiation.store.transaction import Transaction

PUT_OUT = "停用"


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for: roles, a token (``token_id``), or with neither the end of the account; ``words``: as it is put
    on record."""

    words: str
    roles: Collection[str] = ()
    token_id: int | None = None


def must_wait(operation: Operation) -> bool:
    """True for what is given on a page, where nobody gives anything alone."""
    return operation.by.account_id is not None


def waits(row: AccountRow, wanted: AccountRow) -> bool:
    """True for a change that a second person must confirm: roles are given, also to who was out, or one of the three
    administrators loses theirs."""
    gives = wanted.active and not set(wanted.roles) <= set(row.roles if row.active else ())
    return gives or not of_administrators(row) <= of_administrators(wanted)


def ask(transaction: Transaction, row: AccountRow, asked: Request, operation: Operation) -> None:
    """Asks for a second person's word; an earlier request for roles or the end of the account is withdrawn by it."""
    by, at = operation
    if asked.token_id is None:
        for earlier in grants.waiting(transaction, row.id):
            if earlier.token_id is None:
                settle(transaction, earlier, ProposalState.WITHDRAWN, operation)
    new = GrantRow(0, row.id, list(asked.roles), asked.token_id, by.actor, by.account_id, at)
    grants.add(transaction, new)
    act = administration.on_account(row, kind_of(new), "提请确认", became={kind_title(new): asked.words})
    operation.record(transaction, act)


def kind_of(row: GrantRow) -> AdminKind:
    """The kind under which a request is put on record."""
    if row.token_id is not None:
        return AdminKind.TOKEN
    return AdminKind.ROLES if row.roles else AdminKind.ACCOUNT


def kind_title(row: GrantRow) -> str:
    """The word for what a request asks for."""
    return "令牌" if row.token_id is not None else "角色" if row.roles else PUT_OUT


def settle(transaction: Transaction, row: GrantRow, state: ProposalState, operation: Operation, said: str = "") -> bool:
    """Writes what became of a request; False if it waits no longer."""
    by, at = operation
    decided = row._replace(
        state=state.value, decided_by=by.actor, decided_by_id=by.account_id, decided_at=at, said=said
    )
    return grants.decide(transaction, decided)
