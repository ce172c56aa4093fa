"""Accounts are made, changed and deactivated, never deleted."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from negotiation.core.enums import DEPARTMENT_ROLES, OFFICE_ROLES, AccountRole, Scope
from negotiation.core.errors import NotFound
from negotiation.core.labels import ACCOUNT_ROLE_TITLES
from negotiation.core.texts import is_line
from negotiation.domain.people import Account, AccountError, NewAccount, Person
from negotiation.services.accounts.passwords import LONGEST, demand_password, hashed, temporary_password
from negotiation.store import accounts as rows
from negotiation.store.accounts import AccountRow
from negotiation.store.database import Database
from negotiation.store.numbers import next_number
from negotiation.store.transaction import Transaction

GREATEST_ID = 2**31 - 1  # what the column of either database can hold
_LOGIN = re.compile(r"[\w.@-]{2,64}")


def accounts_in_order(transaction: Transaction) -> list[Account]:
    """All accounts, active or not: the office's first, then the departments' in the official order."""
    return [account_of(row) for row in rows.accounts_in_order(transaction)]


def accounts_of_side(transaction: Transaction, department_id: int | None) -> list[Account]:
    """All accounts of a department, or (None) of the office, active or not."""
    return [account_of(row) for row in rows.accounts_of_side(transaction, department_id)]


def account(transaction: Transaction, account_id: int) -> Account:
    """An account by its number. Raises NotFound."""
    if account_id > GREATEST_ID:
        raise NotFound("没有这个账户", todo="请刷新账户列表后重试")
    return account_of(demanded(transaction, account_id, alone=False))


def find(transaction: Transaction, login: str) -> Account:
    """The account of a login. Raises NotFound."""
    row = by_login(transaction, login)
    if row is None:
        raise NotFound(
            f"没有登录名为“{login}”的账户", todo="请核对登录名", command="negotiation account list 列出全部账户"
        )
    return account_of(row)


def person_of(row: AccountRow) -> Person:
    """The person whose account a row is."""
    roles = frozenset(map(AccountRole, row.roles))
    return Person(row.id, row.login, row.name, row.department_id, roles, row.must_change)


def account_of(row: AccountRow) -> Account:
    """The account that a row is."""
    return Account(person_of(row), row.active, row.created_at, row.locked_until)


def by_login(transaction: Transaction, login: str) -> AccountRow | None:
    """The row of a login, however it was typed; None for none."""
    tidy = tidy_login(login)
    return rows.account_by_login(transaction, tidy) if _LOGIN.fullmatch(tidy) else None


def demanded(transaction: Transaction, account_id: int, *, alone: bool = True) -> AccountRow:
    """The row of an account; unless ``alone`` is False, nobody else changes it meanwhile. Raises NotFound."""
    row = rows.account_by_id(transaction, account_id, alone=alone)
    if row is None:
        raise NotFound("没有这个账户", todo="请刷新账户列表后重试")
    return row


def tidy_login(login: str) -> str:
    """The login in lower case and half width, as it is stored."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def create_account(
    database: Database,
    *,
    login: str,
    name: str,
    roles: Collection[AccountRole],
    at: datetime,
    department_id: int | None = None,
    password: str | None = None,
) -> NewAccount:
    """A new account, its password temporary unless ``password`` gives one that need not be changed.

    Opens its own transaction. Raises AccountError for a login, roles or a password that cannot be; NotFound for an
    unknown department.
    """
    tidy, called = _identity(login, name)
    demand_roles(department_id, roles)
    given = password if password is not None else temporary_password(tidy)
    demand_password(given, tidy, own=(called,))
    unnumbered = AccountRow(
        0, tidy, called, department_id, values_of(AccountRole, roles), hashed(given),
        must_change=password is None, active=True, created_at=at,
    )  # fmt: skip
    with database.write() as transaction:
        return NewAccount(person_of(_add(transaction, unnumbered)), given)


def _add(transaction: Transaction, unnumbered: AccountRow) -> AccountRow:
    new = unnumbered._replace(id=next_number(transaction, "account"))
    if new.department_id is not None and not rows.has_department(transaction, new.department_id):
        raise NotFound("没有这个部门", todo="请先登记部门")
    if not rows.add_account(transaction, new):
        raise AccountError(f"登录名“{new.login}”已有人使用", field="login", todo="请另取一个登录名")
    transaction.log("account_created", subject=new.id, department=new.department_id, roles=new.roles)
    return new


def change_account(
    transaction: Transaction,
    account_id: int,
    *,
    at: datetime,
    name: str | None = None,
    roles: Collection[AccountRole] | None = None,
    active: bool | None = None,
) -> Account:
    """Changes what is given. Who is deactivated is signed out everywhere and loses every token; nobody is deleted.

    Raises AccountError for roles that do not go together, or if no active administrator would be left.
    """
    row = demanded(transaction, account_id)
    given = _changes(row, name, roles, active)
    rows.change_account(transaction, account_id, **given)
    transaction.log("account_changed", subject=account_id, roles=given.get("roles"), active=active)
    if active is False:
        rows.end_sessions(transaction, account_id, at)
        rows.revoke_tokens(transaction, account_id, at)
    changed = row._replace(**given)
    if _administers(row) and not _administers(changed):
        _demand_an_administrator(transaction)
    return account_of(changed)


def _changes(
    row: AccountRow, name: str | None, roles: Collection[AccountRole] | None, active: bool | None
) -> dict[str, Any]:
    """The columns to change, by their names."""
    changes: dict[str, Any] = {}
    if name is not None:
        changes["name"] = _identity(row.login, name)[1]
    if roles is not None:
        demand_roles(row.department_id, roles)
        changes["roles"] = values_of(AccountRole, roles)
    if active is not None:
        changes |= {"active": active, "failures": 0, "locked_until": None}
    return changes


def deactivate(transaction: Transaction, account_id: int, at: datetime) -> Account:
    """Deactivates the account of somebody who leaves: its sessions end, its tokens are revoked."""
    return change_account(transaction, account_id, at=at, active=False)


def demand_roles(department_id: int | None, roles: Collection[AccountRole]) -> None:
    """Raises AccountError for no role, a role of the other side, or an auditor with another role."""
    foreign = set(roles) - (OFFICE_ROLES if department_id is None else DEPARTMENT_ROLES)
    if not roles:
        raise _roles_fault("账户至少要有一个角色", "请选择角色")
    if foreign and department_id is None:
        raise _roles_fault(f"办公室的账户不能是{_titles(foreign)}", "请指明部门，或改选办公室的角色")
    if foreign:
        raise _roles_fault(f"部门的账户不能是{_titles(foreign)}", "部门账户只能是部门经办人、部门负责人")
    others = set(roles) - {AccountRole.AUDITOR}
    if others and AccountRole.AUDITOR in roles:
        raise _roles_fault(f"审计只读取、不办理，不能兼任{_titles(others)}", "请分别建立账户")


def _roles_fault(what: str, todo: str) -> AccountError:
    return AccountError(what, field="roles", todo=todo)


def _titles(roles: Iterable[AccountRole]) -> str:
    return "、".join(ACCOUNT_ROLE_TITLES[each] for each in AccountRole if each in set(roles))


def values_of(kind: type[AccountRole] | type[Scope], chosen: Collection[Any]) -> list[str]:
    """The values chosen, as they are stored: in the order of the enumeration, each once."""
    return [each.value for each in kind if each in chosen]


def _identity(login: str, name: str) -> tuple[str, str]:
    """The login and the name as they are stored. Raises AccountError for one that cannot be."""
    tidy, called = tidy_login(login), name.strip()
    if not _LOGIN.fullmatch(tidy):
        raise AccountError(
            f"“{tidy}”不能作登录名", field="login", todo="登录名为2至64个字母、汉字、数字或 . _ - @，不含空格"
        )
    if not called or not is_line(called) or len(called) > LONGEST:
        raise AccountError("姓名不能为空，也不能过长", field="name", todo="请填写姓名")
    return tidy, called


def _administers(row: AccountRow) -> bool:
    return row.active and AccountRole.ADMINISTRATOR in row.roles


def _demand_an_administrator(transaction: Transaction) -> None:
    if not any(map(_administers, rows.accounts_in_order(transaction))):
        raise AccountError("这是最后一个在用的系统管理员", field="roles", todo="请先指定另一位系统管理员")
