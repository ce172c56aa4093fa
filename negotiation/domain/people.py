"""People who are signed in: what they may see and do; the sentences by which an account is refused."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from negotiation.core.enums import (
    ACT_AS_OFFICE,
    ADMINISTRATORS,
    DEPARTMENT_ROLES,
    OFFICE_ID,
    OFFICE_ROLES,
    AccountRole,
)
from negotiation.core.errors import FieldError, NegotiationError

_SEES_ALL = OFFICE_ROLES - ADMINISTRATORS


class SignInRefused(NegotiationError):
    """No such account, a wrong password, an account that is locked or inactive: it is not said which."""

    def __init__(self, lock_minutes: int) -> None:
        super().__init__(
            "登录名或密码不正确，或该账户暂时不能登录",
            todo=f"请核对后重试；连续输错后须等待（最长{lock_minutes}分钟）；忘记密码、临时密码已过七天的，请联系系统管理员",
        )


class AccountError(FieldError):
    """The error of a value entered for an account; ``field``: login, name, department, roles, password, old, …"""


class WrongProof(AccountError):
    """The error of a password or code that a person had to give anew, and that is not the one; it counts as a try."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signed in, or for whom a program acts. ``department_id`` None: of the office itself."""

    id: int
    login: str
    name: str
    department_id: int | None
    roles: frozenset[AccountRole]
    must_change: bool

    @property
    def is_office(self) -> bool:
        return self.department_id is None

    @property
    def side(self) -> int:
        """On which side this person handles, proposes and signs: the department, 0 is the office."""
        return OFFICE_ID if self.department_id is None else self.department_id

    @property
    def is_head(self) -> bool:
        """The head of its side, who signs what that puts forward: of the department, or of the office."""
        return (AccountRole.OFFICE_HEAD if self.is_office else AccountRole.HEAD) in self.roles

    @property
    def acts_as_office(self) -> bool:
        """The office's clerks and heads do its work; secretary, auditor and administrator look on."""
        return not ACT_AS_OFFICE.isdisjoint(self.roles)

    @property
    def manages_accounts(self) -> bool:
        """Accounts and departments are the system administrator's."""
        return AccountRole.ADMINISTRATOR in self.roles

    @property
    def sees_all_cases(self) -> bool:
        """The office, the secretary and the auditor do; a department sees its own, the three administrators none."""
        return not _SEES_ALL.isdisjoint(self.roles)

    def may_see(self, parties: Mapping[str, int]) -> bool:
        """True if a case is shown to this person. ``parties``: the department that has each part in it."""
        return self.sees_all_cases or bool(self.may_act_for(parties))

    def reads_copies_of(self, copied: Collection[int]) -> bool:
        """True if a case is copied to this person's department (配合单位): it reads and does not act."""
        return self.department_id in copied and not DEPARTMENT_ROLES.isdisjoint(self.roles)

    def may_act_for(self, parties: Mapping[str, int]) -> tuple[str, ...]:
        """The rulebook's roles as which this person acts in a case; none for secretary, auditor, administrator."""
        if self.is_office:
            return ("office",) if self.acts_as_office else ()
        if not DEPARTMENT_ROLES & self.roles:
            return ()
        return tuple(role for role, department in parties.items() if department == self.department_id)


@dataclass(frozen=True, slots=True)
class Account:
    """A person and the state of their account. ``locked_until``: kept after it has passed."""

    person: Person
    active: bool
    created_at: datetime
    locked_until: datetime | None

    def is_locked(self, at: datetime) -> bool:
        """True if too many wrong passwords keep this account from signing in at that instant."""
        return self.locked_until is not None and at < self.locked_until


class NewAccount(NamedTuple):
    """An account that was just made, and its password: shown once, and kept nowhere."""

    person: Person
    password: str
