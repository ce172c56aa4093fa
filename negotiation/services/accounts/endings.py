"""Endings: all sessions and all tokens of an account, with its password or at a word of its owner or administrator."""

from datetime import datetime, timedelta

from negotiation.core.enums import AdminKind
from negotiation.services import administration
from negotiation.services.accounts.management import MADE, demanded
from negotiation.services.accounts.passwords import hashed, temporary_password
from negotiation.services.administration import Operation
from negotiation.store import accounts as rows
from negotiation.store import administration as log
from negotiation.store.accounts import AccountRow
from negotiation.store.administration import Wanted
from negotiation.store.database import Database
from negotiation.store.transaction import Transaction

RESET = "重置密码"
TEMPORARY_LASTS = timedelta(days=7)  # a note with a password is soon in other hands, and a festival has eight days


def sign_out_everywhere(transaction: Transaction, row: AccountRow, at: datetime, *, keep: bytes = b"") -> None:
    """Ends every session of an account but the one with the digest ``keep``, and every token: what a program holds
    opens no more than what a browser holds."""
    rows.end_sessions(transaction, row.id, at, keep=keep)
    rows.revoke_tokens(transaction, row.id, at)


def end_everything(transaction: Transaction, account_id: int, operation: Operation, *, keep: bytes = b"") -> None:
    """As ``sign_out_everywhere``, at somebody's word, which is put on record. Raises NotFound."""
    row = demanded(transaction, account_id)
    sign_out_everywhere(transaction, row, operation.at, keep=keep)
    act = administration.on_account(row, AdminKind.SESSION, "结束全部登录和令牌")
    operation.record(transaction, act)


def reset_password(database: Database, account_id: int, operation: Operation) -> str:
    """A temporary password by an administrator, to be shown once and changed at the next sign-in.

    Every session and every token ends, and a lock with them. Raises NotFound.
    """
    with database.read() as transaction:
        new = temporary_password(demanded(transaction, account_id, alone=False).login)
    changed = {"password_hash": hashed(new), "must_change": True, "failures": 0, "locked_until": None}
    with database.write() as transaction:
        row = demanded(transaction, account_id)
        rows.change_account(transaction, account_id, **changed)
        sign_out_everywhere(transaction, row, operation.at)
        act = administration.on_account(row, AdminKind.PASSWORD, RESET)
        operation.record(transaction, act)
    return new


def has_lapsed(transaction: Transaction, row: AccountRow, at: datetime) -> bool:
    """True for a temporary password that was given out more than a week ago."""
    if not row.must_change:
        return False
    done = log.entries(transaction, Wanted(subject_id=row.id))
    given = next((each.recorded_at for each in done if each.act in (MADE, RESET)), row.created_at)
    return at > given + TEMPORARY_LASTS


def passwords_given(transaction: Transaction, account_id: int, by: int) -> list[datetime]:
    """The instants at which the account ``by`` set another one's password, which it knew then: the newest first."""
    found = log.entries(transaction, Wanted(AdminKind.PASSWORD, subject_id=account_id))
    return [each.recorded_at for each in found if each.account_id == by and each.act == RESET]
