"""Accounts for many people at once: who of the registered people has none, and theirs made in one transaction."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain, count
from typing import NamedTuple

from negotiation.core.enums import AccountRole, Duty
from negotiation.core.errors import NegotiationError, refuse
from negotiation.domain.departments import Contact, Department, Directory
from negotiation.domain.initials import initials
from negotiation.domain.people import AccountError
from negotiation.services.accounts import management
from negotiation.services.administration import Operation
from negotiation.store import accounts as rows
from negotiation.store.accounts import AccountRow
from negotiation.store.database import Database
from negotiation.store.transaction import Transaction

ROLE_OF = {
    Duty.A: AccountRole.CLERK,
    Duty.B: AccountRole.CLERK,
    Duty.DEPARTMENT_HEAD: AccountRole.HEAD,
}  # who heads a section signs nothing here


class Lacking(NamedTuple):
    """Somebody of a department who has no account, the role of their duty, and the login that is proposed."""

    unit: Department
    person: Contact
    role: AccountRole
    login: str

    @property
    def key(self) -> str:
        """The field of a form for its login."""
        return f"login-{self.unit.id}-{self.person.duty}"


def lacking(transaction: Transaction, directory: Directory) -> list[Lacking]:
    """The registered clerks and heads of departments without an account of their name there, in the official order."""
    known = rows.accounts_in_order(transaction)
    named, taken = {(each.department_id, each.name) for each in known}, {each.login for each in known}
    found: list[Lacking] = []
    for unit in directory.active():
        for duty, role in ROLE_OF.items():
            person = unit.people.get(duty)
            if person is not None and person.name and (unit.id, person.name) not in named:
                named.add((unit.id, person.name))
                found.append(Lacking(unit, person, role, _login(unit, person, taken)))
    return found


def _login(unit: Department, person: Contact, taken: set[str]) -> str:
    """smzj-zw: the initials of the department and of the person, with a number where somebody has them already."""
    plain = f"{initials(unit.name)}-{initials(person.name)}".strip("-") or f"d{unit.id}"
    numbered = (f"{plain}{n}" for n in count(2))
    login = next(each for each in chain([plain], numbered) if each not in taken)
    taken.add(login)
    return login


def create_accounts(
    database: Database, wanted: Collection[Lacking], logins: Mapping[str, str], operation: Operation
) -> None:
    """Makes accounts in the order of ``wanted``, all of them or none.

    ``logins``: as they were typed, by ``key``. Roles wait for a second person as those of one account do. Raises every
    AccountError at once, each in the field of its ``key``.
    """
    made: list[tuple[str, AccountRow]] = []
    faults: list[NegotiationError] = []
    for each in wanted:
        with _noted(faults, each.key):
            login, name = logins.get(each.key, ""), each.person.name
            made.append((each.key, management.prepared(login, name, {each.role}, operation, each.unit.id)[0]))
    refuse(faults)
    with database.write() as transaction:
        for key, row in made:
            with _noted(faults, key):
                management.add(transaction, row, operation)
        refuse(faults)


@contextmanager
def _noted(faults: list[NegotiationError], key: str) -> Iterator[None]:
    """Notes what is wrong with an account in the field of its login, so that all of it is told."""
    try:
        yield
    except AccountError as error:
        faults.append(AccountError(error.what, field=key, todo=error.todo))
