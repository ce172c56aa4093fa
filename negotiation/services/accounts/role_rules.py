"""Roles of accounts: which go together in one person, and their words."""

from collections.abc import Collection, Iterable
from typing import Any

from negotiation.core.enums import ADMINISTRATORS, DEPARTMENT_ROLES, OFFICE_ROLES, AccountRole
from negotiation.core.labels import ACCOUNT_ROLE_TITLES
from negotiation.core.scopes import Scope
from negotiation.domain.people import AccountError
from negotiation.store.accounts import AccountRow

_SEPARATE = "系统管理员、安全管理员、审计管理员相互分立，也不办理案件"
_ALONE = dict.fromkeys(ADMINISTRATORS, _SEPARATE) | {AccountRole.AUDITOR: "审计只读取、不办理"}


def demand_roles(department_id: int | None, roles: Collection[AccountRole]) -> None:
    """Raises AccountError for no role, a role of the other side, or a role that goes with no other beside another."""
    foreign = set(roles) - (OFFICE_ROLES if department_id is None else DEPARTMENT_ROLES)
    if not roles:
        raise _roles_fault("账户至少要有一个角色", "请选择角色")
    if foreign and department_id is None:
        raise _roles_fault(f"办公室的账户不能是{titles_of(foreign)}", "请指明部门，或改选办公室的角色")
    if foreign:
        raise _roles_fault(f"部门的账户不能是{titles_of(foreign)}", "部门账户只能是部门经办人、部门负责人")
    for alone in AccountRole:
        others = set(roles) - {alone}
        if alone in _ALONE and alone in roles and others:
            raise _roles_fault(f"{_ALONE[alone]}，不能兼任{titles_of(others)}", "请分别建立账户")


def _roles_fault(what: str, todo: str) -> AccountError:
    return AccountError(what, field="roles", todo=todo)


def of_administrators(row: AccountRow) -> frozenset[AccountRole]:
    """The roles of the three administrators that an account in use holds."""
    return ADMINISTRATORS.intersection(map(AccountRole, row.roles)) if row.active else frozenset()


def titles_of(roles: Iterable[AccountRole]) -> str:
    """The words of roles, in the order of the enumeration."""
    chosen = set(roles)
    return "、".join(ACCOUNT_ROLE_TITLES[each] for each in AccountRole if each in chosen)


def values_of(kind: type[AccountRole] | type[Scope], chosen: Collection[Any]) -> list[str]:
    """The values chosen, as they are stored: in the order of the enumeration, each once."""
    return [each.value for each in kind if each in chosen]
