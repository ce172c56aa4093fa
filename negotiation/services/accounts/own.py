"""One's own account: what others did to it, tokens that act in one's name, and the way to end them all."""

from typing import NamedTuple

from negotiation.core.enums import AdminKind
from negotiation.domain.administration import AdminRecord
from negotiation.domain.people import Person
from negotiation.services.accounts import tokens
from negotiation.store import accounts as rows
from negotiation.store import administration
from negotiation.store.accounts import TokenRow
from negotiation.store.administration import Wanted
from negotiation.store.transaction import Transaction

SHOWN = 50
_TOLD = frozenset(AdminKind) - {AdminKind.ACCOUNT}  # who reads that it was made, or in use again, knows it


class OwnAccount(NamedTuple):
    """The account as its owner sees it: ``done``, what was done to it; ``unread``, what of that by others is new."""

    tokens: list[TokenRow]
    done: list[AdminRecord]
    unread: list[AdminRecord]


def own_account(transaction: Transaction, person: Person) -> OwnAccount:
    """The account of who is signed in."""
    done = administration.entries(transaction, Wanted(subject_id=person.id), limit=SHOWN)
    return OwnAccount(tokens.tokens_of(transaction, person.id), done, unread(transaction, person))


def unread(transaction: Transaction, person: Person) -> list[AdminRecord]:
    """The acts of others on the account that its owner has not taken note of, the newest first."""
    row = rows.account_by_id(transaction, person.id)
    since = row.told_up_to if row is not None else 0
    found = administration.entries(transaction, Wanted(subject_id=person.id, above=since), limit=SHOWN)
    return [each for each in found if each.account_id != person.id and each.kind in _TOLD]


def take_note(transaction: Transaction, person: Person, up_to: int) -> None:
    """The owner has read what was done, up to an entry of the log."""
    rows.change_account(transaction, person.id, told_up_to=up_to)
