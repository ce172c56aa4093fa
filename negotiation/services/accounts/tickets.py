"""The ticket between the two steps of signing in: its holder has shown the password of an account that has a second
factor. Nothing is stored of it; it is signed with the account's password hash and ends after ten minutes.
"""

import re
from datetime import datetime, timedelta

from negotiation.core.errors import NegotiationError
from negotiation.services.accounts.second_factor import is_confirmed
from negotiation.services.accounts.signatures import is_signed, signature
from negotiation.store import accounts as rows
from negotiation.store.accounts import AccountRow
from negotiation.store.transaction import Transaction

LASTS = timedelta(minutes=10)
PURPOSE = "second step"
_TICKET = re.compile(r"(?P<signed>(?P<account>[0-9]{1,9})\.(?P<until>[0-9]{1,11}))\.(?P<mac>[0-9a-f]{64})")


class CodeWanted(Exception):
    """The password is right, and the account has a second factor: nobody is signed in before its code is shown."""

    def __init__(self, ticket: str) -> None:
        super().__init__("a code of the second factor is wanted")
        self.ticket = ticket


def demand_no_code(transaction: Transaction, row: AccountRow, at: datetime) -> None:
    """Raises CodeWanted for an account with a second factor."""
    if is_confirmed(transaction, row.id):
        signed = f"{row.id}.{int((at + LASTS).timestamp())}"
        raise CodeWanted(f"{signed}.{signature(row, PURPOSE, signed)}")


def holder_of(transaction: Transaction, ticket: str, at: datetime, *, alone: bool = False) -> AccountRow:
    """The account whose password was shown for that ticket. Raises NegotiationError for one that is none or is over."""
    found = _TICKET.fullmatch(ticket)
    row = rows.account_by_id(transaction, int(found["account"]), alone=alone) if found else None
    if found is None or row is None or not is_signed(row, PURPOSE, found["signed"], found["mac"]):
        raise _over()
    if at.timestamp() >= int(found["until"]):
        raise _over()
    return row


def _over() -> NegotiationError:
    return NegotiationError("没有在十分钟内输入验证码", todo="请重新输入登录名和密码")
