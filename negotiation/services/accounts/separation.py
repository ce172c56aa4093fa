"""三员分立 as it is: who still holds roles that go with no other, given before they were separated."""

from negotiation.core.enums import AccountRole
from negotiation.domain.people import AccountError
from negotiation.services.accounts.management import accounts_in_order
from negotiation.services.accounts.role_rules import demand_roles
from negotiation.services.findings import Finding
from negotiation.store.transaction import Transaction


def findings(transaction: Transaction) -> list[Finding]:
    """The accounts in use whose roles would be refused today."""
    found = [each.person for each in accounts_in_order(transaction) if each.active]
    mixed = [each.login for each in found if _is_refused(each.department_id, each.roles)]
    todo = "请为其中一种角色另建账户，再用 negotiation account set 更改原账户的角色"
    return [Finding(False, f"这些账户兼有应当分立的角色：{'、'.join(mixed)}", todo)] if mixed else []


def _is_refused(department_id: int | None, roles: frozenset[AccountRole]) -> bool:
    try:
        demand_roles(department_id, roles)
    except AccountError:
        return True
    return False
