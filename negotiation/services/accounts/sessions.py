"""Signing in and out: sessions, and the passwords that open them.

A wrong password is counted; what is counted is settled in a transaction of its own, one attempt after another.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar

from negotiation.core.enums import AdminKind
from negotiation.core.settings import Settings
from negotiation.domain.forms import read_number
from negotiation.domain.people import Person, SignInRefused, WrongProof
from negotiation.services import administration
from negotiation.services.accounts.endings import has_lapsed, sign_out_everywhere
from negotiation.services.accounts.known_browsers import mark_of
from negotiation.services.accounts.management import by_login, demanded, person_of
from negotiation.services.accounts.passwords import (
    demand_password,
    encoded,
    hashed,
    is_outdated,
    matches,
    nobodys_hash,
)
from negotiation.services.accounts.tickets import demand_no_code
from negotiation.services.administration import Operation
from negotiation.store import accounts as rows
from negotiation.store.accounts import AccountRow, SessionRow
from negotiation.store.database import Database
from negotiation.store.transaction import Transaction

RENEWED_AFTER = timedelta(minutes=1)  # that a session or token is in use is written no oftener
LOCK_SECONDS = 2  # that an attempt waits for others who write: places to hash in are few
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that was just opened. ``token`` is for the browser's cookie alone; ``csrf`` stands in every form;
    ``mark`` is what the browser is known by the next time."""

    token: str
    csrf: str
    person: Person
    mark: str = ""


class Browser(NamedTuple):
    """The browser of somebody who signs in. ``known``: there, so that a lock keeps it out of nothing; ``session``: the
    token of the session that it held until now, which ends."""

    known: bool = False
    session: str = ""


STRANGER = Browser()


def sign_in(
    database: Database, settings: Settings, login: str, password: str, at: datetime, browser: Browser = STRANGER
) -> SignedIn:
    """Opens a session. Raises SignInRefused, in the same words and after the same work, whatever was wrong.

    Wrong passwords are counted: after ``sign_in_lock_tries`` in a row the account is locked for a minute, and for twice
    as long after each one more, up to ``sign_in_lock_minutes``; the right password does not open a locked account, but
    in a browser that is known. Raises CodeWanted, with nothing written, where the account has a second factor.
    """
    with database.read() as transaction:
        row = by_login(transaction, login)
    attempt = _Attempt(database, settings, password, at, browser.known)

    def opening(inside: Transaction, who: AccountRow) -> SignedIn:
        demand_no_code(inside, who, at)
        return open_session(inside, who, at, browser.session)

    opened = _proven(attempt, row, opening)
    if row is None or opened is None:
        raise SignInRefused(settings.sign_in_lock_minutes)
    if is_outdated(row.password_hash):
        _hash_again(database, row, password)
    return opened


class _Attempt(NamedTuple):
    """A password that somebody typed; ``known``: in a browser that a lock of the account does not keep out."""

    database: Database
    settings: Settings
    password: str
    at: datetime
    known: bool = False


def _proven(attempt: _Attempt, row: AccountRow | None, then: Callable[[Transaction, AccountRow], _T]) -> _T | None:
    """The result of ``then``, in the transaction that settles the attempt; None if nothing was proven."""
    right = matches(row.password_hash if row else nobodys_hash(), attempt.password)
    if row is None:
        return None
    with attempt.database.write(patience=LOCK_SECONDS) as transaction:
        present = demanded(transaction, row.id)
        if present.password_hash == row.password_hash:
            return then(transaction, present) if _settled(transaction, attempt, present, right) else None
    return _proven(attempt, present, then)  # changed meanwhile: it counts as it is now


def _settled(transaction: Transaction, attempt: _Attempt, row: AccountRow, right: bool) -> bool:
    """True if the attempt succeeds. Of many at once each is settled alone: the one that locks stops the rest."""
    if not row.may_enter or (is_locked(row, attempt.at) and not attempt.known):
        return False
    if has_lapsed(transaction, row, attempt.at):
        return False
    if not right:
        changes = after_failure(row.failures + 1, attempt.settings, attempt.at)
        rows.change_account(transaction, row.id, **changes)
        transaction.log("wrong_proof", subject=row.id, locked_until=changes.get("locked_until"))
    elif row.failures:
        rows.change_account(transaction, row.id, failures=0, locked_until=None)
    return right


def _hash_again(database: Database, row: AccountRow, password: str) -> None:
    """The password hashed under the parameters of today, unless it was changed meanwhile."""
    renewed = hashed(password)
    with database.write() as transaction:
        if demanded(transaction, row.id).password_hash == row.password_hash:
            rows.change_account(transaction, row.id, password_hash=renewed)


def is_locked(row: AccountRow, at: datetime) -> bool:
    """True if too many wrong passwords or codes keep strangers out of an account at that instant."""
    return row.locked_until is not None and at < row.locked_until


def after_failure(failures: int, settings: Settings, at: datetime) -> dict[str, Any]:
    """The columns of an account, by their names, after so many wrong passwords or codes in a row."""
    over = failures - settings.sign_in_lock_tries
    if over < 0:
        return {"failures": failures}
    minutes = min(2 ** min(over, 16), settings.sign_in_lock_minutes)
    return {"failures": failures, "locked_until": at + timedelta(minutes=minutes)}


@dataclass(frozen=True, slots=True)
class Session:
    """An open session. ``renew``: its use was not written for a minute; call ``renew`` where writing is allowed."""

    person: Person
    csrf: str
    renew: bool


def open_session(transaction: Transaction, row: AccountRow, at: datetime, instead: str = "") -> SignedIn:
    """A new session, never one that was there before: what somebody may have set or seen earlier opens nothing."""
    if instead:
        sign_out(transaction, instead, at)
    csrf = f"{row.id}.{secrets.token_urlsafe(32)}"  # it says whose form it is where the cookie is gone
    signed = SignedIn(secrets.token_urlsafe(32), csrf, person_of(row), mark_of(row, at))
    rows.add_session(transaction, SessionRow(digest_of(signed.token), row.id, signed.csrf, at, at))
    return signed


def session_of(transaction: Transaction, token: str, at: datetime, settings: Settings) -> Session | None:
    """The open session of a token; None once it was ended, was idle or lasted too long, or its account is inactive."""
    found = rows.session_with_account(transaction, digest_of(token))
    if found is None:
        return None
    session, row = found
    idle_until = session.seen_at + timedelta(minutes=settings.session_idle_minutes)
    lasts_until = session.created_at + timedelta(hours=settings.session_hours)
    if session.ended_at is not None or not row.active or at >= min(idle_until, lasts_until):
        return None
    return Session(person_of(row), session.csrf, at >= session.seen_at + RENEWED_AFTER)


def owner_of(transaction: Transaction, token: str) -> Person | None:
    """Whose session that is or was; None if there never was one."""
    found = rows.session_with_account(transaction, digest_of(token))
    return person_of(found[1]) if found else None


def author_of_form(transaction: Transaction, csrf: str) -> Person | None:
    """Whose pages bear that mark, in a session open or over; None if there never was such a session."""
    account = read_number(csrf.partition(".")[0])
    row = rows.account_by_id(transaction, account) if account is not None else None
    person = person_of(row) if row is not None else None
    return person if person is not None and had_csrf_token(transaction, person, csrf) else None


def had_csrf_token(transaction: Transaction, person: Person, csrf: str) -> bool:
    """True if a form was made in a session of this person, open or over: only its pages bear that mark."""
    return bool(csrf) and rows.has_session(transaction, person.id, csrf)


def renew(transaction: Transaction, token: str, at: datetime) -> None:
    """Notes that a session is in use; its idle time counts from here."""
    rows.see_session(transaction, digest_of(token), at)


def sign_out(transaction: Transaction, token: str, at: datetime) -> None:
    """Ends a session; an unknown or ended one is left as it is."""
    rows.end_session(transaction, digest_of(token), at)


def change_password(
    database: Database, settings: Settings, person: Person, old: str, new: str, at: datetime
) -> SignedIn:
    """A person's own new password; every session and every token ends, and a new session is opened.

    Raises AccountError for a weak password (field ``password``), WrongProof for a wrong old one (``old``), which counts
    as a wrong sign-in: who found a screen unlocked cannot guess at leisure.
    """
    with database.read() as transaction:
        row = demanded(transaction, person.id, alone=False)
    demand_password(new, row.login, old, (row.name, settings.office_name, settings.office_code))
    password_hash = hashed(new)

    def written(inside: Transaction, who: AccountRow) -> SignedIn:
        rows.change_account(inside, who.id, password_hash=password_hash, must_change=False)
        sign_out_everywhere(inside, who, at)
        act = administration.on_account(who, AdminKind.PASSWORD, "本人更改密码")
        Operation(administration.author_of(person), at).record(inside, act)
        return open_session(inside, who._replace(password_hash=password_hash, must_change=False), at)

    signed = _proven(_Attempt(database, settings, old, at), row, written)
    if signed is None:
        raise WrongProof("原密码不正确", field="old", todo="请重新输入；连续输错后须等待几分钟")
    return signed


def demand_own_password(database: Database, settings: Settings, person: Person, password: str, at: datetime) -> None:
    """Raises WrongProof (field ``password``) unless it is this person's password; a wrong one counts."""
    with database.read() as transaction:
        row = demanded(transaction, person.id, alone=False)
    if not _proven(_Attempt(database, settings, password, at), row, lambda _inside, _who: True):
        raise WrongProof("密码不正确", field="password", todo="请重新输入；连续输错后须等待几分钟")


def digest_of(text: str) -> bytes:
    """The stored digest of a token; its text has 256 bits of chance, so nothing slower is needed."""
    return hashlib.sha256(encoded(text)).digest()
