"""The second factor: a code of six digits from the owner's telephone (TOTP, RFC 6238), or one of ten recovery codes.

A code holds for its half minute, the one before and the one after; none is taken twice, nor an earlier one after it.
"""

import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from negotiation.core.enums import AccountRole, AdminKind
from negotiation.core.settings import Settings
from negotiation.domain.people import AccountError, Person, WrongProof
from negotiation.services import administration
from negotiation.services.accounts.management import demanded
from negotiation.services.accounts.passwords import encoded, four_groups, in_groups
from negotiation.services.administration import Operation
from negotiation.store import accounts, second_factors
from negotiation.store.second_factors import SecondFactorRow
from negotiation.store.transaction import Transaction

if TYPE_CHECKING:
    from pyotp import TOTP

CODES = 10
SKEW = (-1, 0, 1)  # half minutes by which a telephone's clock may be off
_NEVER = 0


@dataclass(frozen=True, slots=True)
class Factor:
    """The second factor of somebody as it stands. ``uri``: what a telephone reads, of one that is only offered."""

    confirmed_at: datetime | None = None
    codes_left: int = 0
    secret: str = ""
    uri: str = ""


def is_required(settings: Settings, roles: Collection[AccountRole]) -> bool:
    """True if the office demands a second factor of one of these roles."""
    return not set(settings.second_factor_roles).isdisjoint(roles)


def is_missing(transaction: Transaction, settings: Settings, person: Person) -> bool:
    """True if the office demands a second factor of this person, who has none yet."""
    return is_required(settings, person.roles) and not is_confirmed(transaction, person.id)


def is_confirmed(transaction: Transaction, account_id: int) -> bool:
    """True if an account has a second factor, which signing in demands from then on."""
    found = second_factors.factor_of(transaction, account_id)
    return found is not None and found.confirmed_at is not None


def standing(transaction: Transaction, person: Person, issuer: str) -> Factor:
    """This person's second factor as it stands; ``issuer``: the name under which a telephone lists it."""
    found = second_factors.factor_of(transaction, person.id)
    if found is None:
        return Factor()
    if found.confirmed_at is not None:
        return Factor(found.confirmed_at, second_factors.codes_left(transaction, person.id))
    uri = _totp(found.secret).provisioning_uri(name=person.login, issuer_name=issuer)
    return Factor(secret=found.secret, uri=uri)


def offer(transaction: Transaction, person: Person) -> None:
    """Offers a new secret. Raises AccountError for who has a second factor already."""
    import pyotp  # noqa: PLC0415 (only who sets one up needs it)

    if is_confirmed(transaction, person.id):
        raise AccountError("已启用双因素认证", field="code", todo="如要更换，请先停用")
    second_factors.put_factor(transaction, SecondFactorRow(person.id, pyotp.random_base32(), _NEVER))


def confirm(transaction: Transaction, person: Person, code: str, at: datetime) -> list[str]:
    """The recovery codes, to be shown once, of a second factor that is in force from now on.

    Raises AccountError where none was offered, WrongProof for a wrong code.
    """
    found = second_factors.factor_of(transaction, person.id)
    if found is None or found.confirmed_at is not None:
        raise AccountError("没有待确认的双因素认证", field="code", todo="请重新开始设置")
    if not _taken(transaction, found._replace(confirmed_at=at), code, at):
        raise _wrong("请核对手机的时间后，输入新的验证码")
    _record(transaction, person.id, Operation(administration.author_of(person), at), "启用双因素认证")
    return _new_codes(transaction, person.id)


def new_codes(transaction: Transaction, person: Person, code: str, at: datetime) -> list[str]:
    """New recovery codes, to be shown once; the former ones end. Raises WrongProof."""
    demand(transaction, person.id, code, at)
    return _new_codes(transaction, person.id)


def remove(transaction: Transaction, settings: Settings, person: Person, code: str, at: datetime) -> None:
    """Ends a person's own second factor. Raises AccountError where the office demands one, WrongProof."""
    if is_required(settings, person.roles):
        raise AccountError("您的角色须使用双因素认证，不能停用", field="code", todo="更换手机请联系系统管理员重置")
    demand(transaction, person.id, code, at)
    second_factors.remove_factor(transaction, person.id)
    _record(transaction, person.id, Operation(administration.author_of(person), at), "停用双因素认证")


def reset(transaction: Transaction, account_id: int, operation: Operation) -> None:
    """Takes the second factor from who lost it, and signs them out everywhere. Raises AccountError for none."""
    if second_factors.factor_of(transaction, account_id) is None:
        raise AccountError("该账户未启用双因素认证", field="second_factor", todo="无须重置")
    second_factors.remove_factor(transaction, account_id)
    accounts.end_sessions(transaction, account_id, operation.at)
    _record(transaction, account_id, operation, "重置双因素认证")


def _record(transaction: Transaction, account_id: int, operation: Operation, act: str) -> None:
    row = demanded(transaction, account_id, alone=False)
    operation.record(transaction, administration.on_account(row, AdminKind.SECOND_FACTOR, act))


def demand(transaction: Transaction, account_id: int, code: str, at: datetime) -> None:
    """Takes a code of the telephone, or one for recovery, which is used up by it. Raises WrongProof for any other."""
    found = second_factors.factor_of(transaction, account_id)
    tidy = "".join(filter(str.isalnum, code)).lower()
    if (
        found is None
        or found.confirmed_at is None
        or not (
            _taken(transaction, found, tidy, at)
            or second_factors.use_code(transaction, account_id, _digest(account_id, in_groups(tidy)), at)
        )
    ):
        raise _wrong("请等手机显示下一个验证码，或使用一个未用过的恢复码")


def _taken(transaction: Transaction, factor: SecondFactorRow, code: str, at: datetime) -> bool:
    """True for a code of one of three half minutes that is newer than the last; the factor is written with it."""
    totp, now = _totp(factor.secret), _totp(factor.secret).timecode(at)
    right = [now + off for off in SKEW if hmac.compare_digest(totp.generate_otp(now + off).encode(), encoded(code))]
    return any(second_factors.take_step(transaction, factor, step) for step in right)


def _wrong(todo: str) -> WrongProof:
    return WrongProof("验证码不正确，或已经用过", field="code", todo=todo)


def _new_codes(transaction: Transaction, account_id: int) -> list[str]:
    codes = [four_groups() for _ in range(CODES)]
    second_factors.put_codes(transaction, account_id, (_digest(account_id, each) for each in codes))
    return codes


def _digest(account_id: int, code: str) -> bytes:
    """The stored digest of a recovery code; it has 79 bits of chance, so nothing slower is needed."""
    return hashlib.sha256(encoded(f"{account_id} {code}")).digest()


def _totp(secret: str) -> "TOTP":
    import pyotp  # noqa: PLC0415 (only who has a second factor needs it)

    return pyotp.TOTP(secret)
