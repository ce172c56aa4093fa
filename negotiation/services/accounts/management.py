"""Accounts are made, changed and deactivated, never deleted."""

import re
import unicodedata
from collections.abc import Collection
from datetime import datetime

from negotiation.core.enums import AccountRole, AdminKind
from negotiation.core.errors import NotFound
from negotiation.core.texts import is_line
from negotiation.domain.administration import AdminAct, Words
from negotiation.domain.people import Account, AccountError, NewAccount, Person
from negotiation.services import administration
from negotiation.services.accounts import requests, role_rules
from negotiation.services.accounts.passwords import LONGEST, first_password
from negotiation.services.accounts.requests import Request
from negotiation.services.administration import Operation
from negotiation.store import accounts as rows
from negotiation.store.accounts import AccountRow
from negotiation.store.database import Database
from negotiation.store.numbers import next_number
from negotiation.store.transaction import Transaction

MADE = "建立账户"
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
    operation: Operation,
    department_id: int | None = None,
    password: str | None = None,
) -> NewAccount:
    """A new account, its password temporary unless ``password`` gives one that need not be changed.

    On a page its roles and its password ("" here) wait for a second person; nobody signs in until then. Opens its own
    transaction. Raises AccountError for a login, roles or a password that cannot be, NotFound for no department.
    """
    row, given = prepared(login, name, roles, operation, department_id, password)
    with database.write() as transaction:
        return NewAccount(person_of(add(transaction, row, operation)), given)


def prepared(
    login: str, name: str, roles: Collection[AccountRole], operation: Operation, department_id: int | None = None,
    password: str | None = None,
) -> tuple[AccountRow, str]:  # fmt: skip
    """The row of a new account, without its number, and its password ("" where a second person gives it out). Raises
    AccountError as ``create_account``."""
    tidy, called = _identity(login, name)
    role_rules.demand_roles(department_id, roles)
    given, password_hash = first_password(tidy, called, password, is_given_later=requests.must_wait(operation))
    row = AccountRow(
        0, tidy, called, department_id, role_rules.values_of(AccountRole, roles), password_hash,
        must_change=password is None, active=True, created_at=operation.at,
    )  # fmt: skip
    return row, given


def add(transaction: Transaction, unnumbered: AccountRow, operation: Operation) -> AccountRow:
    """Writes a prepared account under the next number, and puts it on record. Raises as ``create_account``."""
    waits, asked = requests.must_wait(operation), unnumbered.roles
    new = unnumbered._replace(id=next_number(transaction, "account"), roles=[] if waits else asked)
    unit = rows.department_name(transaction, new.department_id) if new.department_id is not None else "办公室"
    if unit is None:
        raise NotFound("没有这个部门", todo="请先登记部门")
    if not rows.add_account(transaction, new):
        raise AccountError(f"登录名“{new.login}”已有人使用", field="login", todo="请另取一个登录名")
    became = {**_words(new), "单位": unit}
    act = administration.on_account(new, AdminKind.ACCOUNT, MADE, became=became)
    operation.record(transaction, act)
    if waits:
        _ask(transaction, new, asked, operation)
    return new


def _ask(transaction: Transaction, row: AccountRow, roles: Collection[str], operation: Operation) -> None:
    asked = Request(role_rules.titles_of(map(AccountRole, roles)) or requests.PUT_OUT, roles)
    requests.ask(transaction, row, asked, operation)


def change_account(
    transaction: Transaction,
    account_id: int,
    *,
    operation: Operation,
    name: str | None = None,
    roles: Collection[AccountRole] | None = None,
    active: bool | None = None,
) -> Account:
    """Changes what is given. Who is deactivated is signed out everywhere and loses every token; nobody is deleted.

    On a page a second person confirms what ``requests.waits`` names, and all stays as it was until then. Raises
    AccountError for roles that do not go together, or if nobody would hold one of the three administrators' roles.
    """
    row = demanded(transaction, account_id)
    wanted = _wanted(row, name, roles, active)
    _demand_successors(transaction, row, wanted)
    if requests.must_wait(operation) and requests.waits(row, wanted):
        _ask(transaction, row, wanted.roles if wanted.active else (), operation)
        wanted = row._replace(
            name=wanted.name, active=wanted.active or row.active, roles=row.roles if row.active else []
        )
    _write(transaction, row, wanted, operation.at)
    _record_change(transaction, operation, row, wanted)
    return account_of(wanted)


def give_roles(transaction: Transaction, row: AccountRow, roles: Collection[str], at: datetime) -> None:
    """Gives an account the roles that were confirmed. Raises AccountError as ``change_account`` does."""
    role_rules.demand_roles(row.department_id, [*map(AccountRole, roles)])
    _confirmed(transaction, row, row._replace(roles=list(roles)), at)


def put_out(transaction: Transaction, row: AccountRow, at: datetime) -> None:
    """Deactivates an account whose end was confirmed. Raises AccountError as ``change_account`` does."""
    _confirmed(transaction, row, _wanted(row, None, None, False), at)


def _confirmed(transaction: Transaction, row: AccountRow, wanted: AccountRow, at: datetime) -> None:
    _demand_successors(transaction, row, wanted)
    _write(transaction, row, wanted, at)


def _write(transaction: Transaction, row: AccountRow, wanted: AccountRow, at: datetime) -> None:
    before, after = row._asdict(), wanted._asdict()
    rows.change_account(transaction, row.id, **{key: after[key] for key in after if after[key] != before[key]})
    if not wanted.active:
        rows.end_sessions(transaction, row.id, at)
        rows.revoke_tokens(transaction, row.id, at)


def _record_change(transaction: Transaction, operation: Operation, row: AccountRow, changed: AccountRow) -> None:
    kind, act = AdminKind.ACCOUNT, "更改账户"
    if row.active != changed.active:
        act = "启用账户" if changed.active else "停用账户"
    elif row.roles != changed.roles:
        kind, act = AdminKind.ROLES, "更改角色"
    found = administration.on_account(changed, kind, act)
    differing = AdminAct.of_change(kind, act, found.subject, _words(row), _words(changed), found.subject_id)
    operation.record_change(transaction, differing)


def _words(row: AccountRow) -> Words:
    """What of an account is put on record, in words."""
    roles = role_rules.titles_of(map(AccountRole, row.roles))
    return {"姓名": row.name, "角色": roles, "状态": "在用" if row.active else "停用"}


def _wanted(
    row: AccountRow, name: str | None, roles: Collection[AccountRole] | None, active: bool | None
) -> AccountRow:
    """The account with what is given."""
    if name is not None:
        row = row._replace(name=_identity(row.login, name)[1])
    if roles is not None:
        role_rules.demand_roles(row.department_id, roles)
        row = row._replace(roles=role_rules.values_of(AccountRole, roles))
    return row if active is None else row._replace(active=active, failures=0, locked_until=None)


def deactivate(transaction: Transaction, account_id: int, operation: Operation) -> Account:
    """Deactivates the account of somebody who leaves: its sessions end, its tokens are revoked."""
    return change_account(transaction, account_id, operation=operation, active=False)


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


def _demand_successors(transaction: Transaction, row: AccountRow, wanted: AccountRow) -> None:
    """Raises AccountError where a role of the three administrators would be left without anybody in use."""
    lost = role_rules.of_administrators(row) - role_rules.of_administrators(wanted)
    others = [each for each in rows.accounts_in_order(transaction) if each.id != row.id] if lost else []
    left = lost.difference(*map(role_rules.of_administrators, others))
    if left:
        title = role_rules.titles_of(left)
        raise AccountError(f"这是最后一个在用的{title}", field="roles", todo=f"请先指定另一位{title}")
