"""Grants: the second person confirms roles, tokens or the end of an administrator, as another asked, or refuses."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from negotiation.core.enums import AccountRole, ProposalState
from negotiation.core.errors import Conflict, FieldError, WrongRole
from negotiation.domain import forms
from negotiation.domain.people import Person
from negotiation.services import administration
from negotiation.services.accounts import endings, management, requests, tokens
from negotiation.services.accounts.role_rules import titles_of
from negotiation.services.administration import Operation
from negotiation.store import accounts as rows
from negotiation.store import grants
from negotiation.store.accounts import AccountRow
from negotiation.store.grants import GrantRow
from negotiation.store.transaction import Transaction

_CONFIRM = frozenset({AccountRole.SECURITY_ADMINISTRATOR, AccountRole.OFFICE_HEAD})
_NOTICED_WITHIN = timedelta(days=7)  # whose password somebody else has set notices it when next they sign in


class Waiting(NamedTuple):
    """A request that waits, as the second person reads it; ``hindrance``: why this person does not decide it."""

    id: int
    account: AccountRow
    what: str
    was: str
    became: str
    asked_by: str
    asked_at: datetime
    hindrance: str


def may_confirm(person: Person) -> bool:
    """True for the security administrator and the head of the office."""
    return bool(_CONFIRM & person.roles)


def waiting(transaction: Transaction, person: Person) -> list[Waiting]:
    """The requests that wait, the oldest first."""
    return [_shown(transaction, row, person) for row in grants.waiting(transaction)]


def _shown(transaction: Transaction, row: GrantRow, person: Person) -> Waiting:
    account = management.demanded(transaction, row.account_id, alone=False)
    was, became = _change(transaction, account, row)
    what, hindrance = requests.kind_title(row), _hindrance(transaction, row, person)
    return Waiting(row.id, account, what, was, became, row.asked_by, row.asked_at, hindrance)


def _change(transaction: Transaction, account: AccountRow, row: GrantRow) -> tuple[str, str]:
    """What stands now and what is asked for, in words."""
    if row.token_id is None:
        return titles_of(map(AccountRole, account.roles)), titles_of(map(AccountRole, row.roles)) or requests.PUT_OUT
    return "", next(
        tokens.in_words(each) for each in rows.tokens_of(transaction, account.id) if each.id == row.token_id
    )


def confirm(transaction: Transaction, person: Person, number: int, operation: Operation) -> AccountRow | None:
    """Puts what was asked for into force; returns the account that begins with it, for who confirms to give it a first
    password: whoever made it is to know none.

    Raises WrongRole for who asked, whom it is for, or who confirms nothing; Conflict if it waits no longer;
    AccountError for roles that do not go together, or if nobody would hold an administrator's role.
    """
    row, account = _demanded(transaction, person, number)
    was, became = _change(transaction, account, row)
    if row.token_id is not None:
        grants.confirm_token(transaction, row.token_id)
    elif row.roles:
        management.give_roles(transaction, account, row.roles, operation.at)
    else:
        management.put_out(transaction, account, operation.at)
    _settled(transaction, row, ProposalState.APPROVED, operation)
    title, asker = requests.kind_title(row), {"提请人": row.asked_by}
    act = administration.on_account(account, requests.kind_of(row), "确认", {title: was}, {title: became, **asker})
    operation.record(transaction, act)
    begins = row.token_id is None and not account.roles and account.must_change
    return account if begins else None


def confirm_all(
    transaction: Transaction, person: Person, numbers: Collection[int], operation: Operation
) -> list[AccountRow]:
    """Puts several requests into force, or none; returns the accounts that begin. Raises what ``confirm`` raises, and
    FieldError for no request."""
    if not numbers:
        raise FieldError("没有选择事项", field="of", todo="请勾选后再确认")
    begun = [confirm(transaction, person, number, operation) for number in dict.fromkeys(numbers)]
    return [each for each in begun if each is not None]


def refuse(transaction: Transaction, person: Person, number: int, reason: str, operation: Operation) -> None:
    """Refuses what was asked for; a token is revoked.

    Raises FieldError without a reason, WrongRole and Conflict as ``confirm`` does.
    """
    if not reason.strip():
        raise FieldError("退回须写明理由", field="said", todo="请写明为何不予确认")
    forms.demand_clean(reason, "said")
    row, account = _demanded(transaction, person, number)
    _, became = _change(transaction, account, row)
    if row.token_id is not None:
        grants.refuse_token(transaction, row.token_id, operation.at)
    _settled(transaction, row, ProposalState.RETURNED, operation, reason.strip())
    title = requests.kind_title(row)
    kind = requests.kind_of(row)
    act = administration.on_account(account, kind, "退回", {f"提请的{title}": became}, {"理由": reason.strip()})
    operation.record(transaction, act)


def _demanded(transaction: Transaction, person: Person, number: int) -> tuple[GrantRow, AccountRow]:
    row = grants.find(transaction, number)
    if row is None:
        raise _gone()
    hindrance = _hindrance(transaction, row, person)
    if hindrance:
        raise WrongRole(hindrance, todo="请由另一位安全管理员或办公室负责人确认")
    return row, management.demanded(transaction, row.account_id)


def _hindrance(transaction: Transaction, row: GrantRow, person: Person) -> str:
    if not may_confirm(person):
        return "角色、令牌和管理员的停用，由安全管理员或办公室负责人确认"
    if person.id == row.asked_by_id:
        return "自己提请的，不能自己确认"
    if person.id == row.account_id:
        return "关于自己账户的，不能自己确认"
    if _is_in_hand_of_asker(transaction, row, person):
        return "提请人刚为您设过密码，其提请不能由您确认"
    return ""


def _is_in_hand_of_asker(transaction: Transaction, row: GrantRow, person: Person) -> bool:
    """True where who asked has lately set this person's password: they could have signed in as the second person."""
    if row.asked_by_id is None:
        return False
    given = endings.passwords_given(transaction, person.id, row.asked_by_id)
    return any(each >= row.asked_at - _NOTICED_WITHIN for each in given)


def _settled(
    transaction: Transaction, row: GrantRow, state: ProposalState, operation: Operation, said: str = ""
) -> None:
    if not requests.settle(transaction, row, state, operation, said):
        raise _gone()


def _gone() -> Conflict:
    return Conflict("这项提请已经确认、退回或撤回", todo="请重新查看“授权”页")
