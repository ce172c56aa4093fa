"""Handlers (经办人): who may be one on a side of a case, who may name them, who may hand work over to whom."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from negotiation.core.enums import ACT_AS_OFFICE, DEPARTMENT_ROLES, OFFICE_ID, AccountRole
from negotiation.core.errors import FieldError, NotFound
from negotiation.domain.people import Account, Person
from negotiation.services.accounts import management
from negotiation.store import assignments
from negotiation.store.assignments import RANKS, Handling
from negotiation.store.transaction import Transaction

RANK_TITLES = {1: "经办人", 2: "第二经办人"}
_HANDLES = DEPARTMENT_ROLES | ACT_AS_OFFICE
_HANDS_ANY_OVER = frozenset({AccountRole.OFFICE_HEAD})

# ------------------------------------------------------------------------------------------------ who handles a case


def may_assign(person: Person, parties: Mapping[str, int]) -> bool:
    """True if a person may name the handlers of their own side in a case: whoever may act in it."""
    return bool(person.may_act_for(parties))


def candidates(transaction: Transaction, side: int) -> list[Person]:
    """The people who may handle a case on a side: the active clerks and heads of that department, or of the office."""
    return [each.person for each in _accounts_of(transaction, side) if _may_handle(each)]


def assign(transaction: Transaction, person: Person, case_id: int, wanted: Mapping[int, int | None], on: date) -> None:
    """Names who handles a case on the person's own side; ``wanted``: rank → account, None for nobody.

    Raises FieldError (``handler1``, ``handler2``) for who may not, or one account in both ranks.
    """
    side = person.side
    allowed = {each.id for each in candidates(transaction, side)}
    running = {each.account_id for each in assignments.handlers_of(transaction, case_id, side) if each.until is None}
    for rank, account_id in wanted.items():
        if account_id is not None and account_id not in allowed | running:
            raise FieldError("该账户不是本单位在用的经办账户", field=f"handler{rank}", todo="请另选一人")
    if wanted.get(1) is not None and wanted.get(1) == wanted.get(2):
        raise FieldError("经办人与第二经办人是同一人", field="handler2", todo="请另选一人，或留空")
    for rank in RANKS:
        if rank in wanted:
            assignments.assign(transaction, case_id, side, rank, wanted[rank], on=on, by=person.name)


# -------------------------------------------------------------------------------------------------------- hand-over


def may_hand_over(person: Person) -> bool:
    """The office's head: of any side; a department's head: of their own."""
    return bool(_HANDS_ANY_OVER & person.roles) or AccountRole.HEAD in person.roles


def within_reach(transaction: Transaction, person: Person) -> list[Account]:
    """The accounts whose work a person may hand over or hand to, active or not, in official order."""
    if _HANDS_ANY_OVER & person.roles:
        return management.accounts_in_order(transaction)
    return management.accounts_of_side(transaction, person.department_id) if may_hand_over(person) else []


def givers(transaction: Transaction, reach: Iterable[Account]) -> list[Account]:
    """Those of the accounts that have work to hand over: whoever handles cases, and whoever still has some."""
    working = assignments.at_work(transaction)
    return [each for each in reach if _HANDLES & each.person.roles or each.person.id in working]


def receivers(reach: Sequence[Account], leaver: str = "") -> list[Account]:
    """Those of the accounts that may be given work; of the leaver's side alone, once it is known who leaves."""
    found = [each for each in reach if _may_handle(each)]
    sides = {each.person.side for each in reach if str(each.person.id) == leaver}
    return [each for each in found if each.person.side in sides] if sides else found


def pair(transaction: Transaction, person: Person, leaver: int, successor: int) -> tuple[Account, Account]:
    """The two accounts of a hand-over. Raises NotFound for one whose work is not this person's to hand over."""
    reach = {each.person.id: each for each in within_reach(transaction, person)}
    if leaver not in reach or successor not in reach:
        raise NotFound("没有这个账户", todo="请从列表中选择移交人和接手人")
    return reach[leaver], reach[successor]


def demand_successor(gives: Account, takes: Account) -> None:
    """Raises FieldError (``successor``) for who cannot take over the work of that account."""
    if gives == takes:
        raise FieldError("移交人和接手人是同一人", field="successor", todo="请另选接手人")
    if gives.person.department_id != takes.person.department_id:
        raise FieldError("移交人和接手人不在同一单位", field="successor", todo="请选择同一单位的接手人")
    if not _may_handle(takes):
        raise FieldError("接手人的账户已停用，或不办理案件", field="successor", todo="请另选接手人")


def hand_over(transaction: Transaction, person: Person, leaver: int, successor: int, on: date) -> list[Handling]:
    """Gives all open work of an account to its successor; returns what moved. Raises NotFound, FieldError."""
    demand_successor(*pair(transaction, person, leaver, successor))
    moved = assignments.hand_over(transaction, leaver, successor, on=on, by=person.name)
    transaction.log("work_handed_over", subject=leaver, to=successor, cases=len(moved))
    return moved


def _accounts_of(transaction: Transaction, side: int) -> list[Account]:
    return management.accounts_of_side(transaction, None if side == OFFICE_ID else side)


def _may_handle(account: Account) -> bool:
    return account.active and bool(_HANDLES & account.person.roles)
