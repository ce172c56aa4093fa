"""The administration's log: every act on accounts, departments, settings and imports is put on record here.

In the transaction of the act itself: neither is there without the other.
"""

from datetime import datetime
from typing import NamedTuple

from negotiation.core.enums import AdminKind
from negotiation.domain.administration import NOTHING, AdminAct, Words
from negotiation.domain.entered import EnteredBy
from negotiation.domain.people import Person
from negotiation.store import administration
from negotiation.store.accounts import AccountRow
from negotiation.store.transaction import Transaction


class Operation(NamedTuple):
    """By whom an act of administration is done, and when (UTC)."""

    by: EnteredBy
    at: datetime

    def record(self, transaction: Transaction, act: AdminAct) -> None:
        """Puts an act on record, and a line without names or values into the log."""
        administration.add(transaction, self.at, self.by.account_id, self.by.actor, act)
        transaction.log("administration", kind=act.kind.value, act=act.act, subject=act.subject_id)

    def record_change(self, transaction: Transaction, act: AdminAct) -> None:
        """Puts a change on record, unless nothing differs."""
        if not act.changes_nothing:
            self.record(transaction, act)


def author_of(person: Person) -> EnteredBy:
    """Somebody who is signed in, as the one who did it."""
    return EnteredBy(person.name, person.id, person.side)


def on_account(row: AccountRow, kind: AdminKind, act: str, was: Words = NOTHING, became: Words = NOTHING) -> AdminAct:
    """An act on an account."""
    return AdminAct(kind, act, f"{row.login} {row.name}", row.id, was, became)
