"""Tries to prove who one is: how many a stranger has, from one address and at one account, and a known browser.

What counts are tries that fail; one that succeeds is given back. Over all addresses the account itself counts too
(``sessions``), so that many who guess together get no further.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from math import ceil

from negotiation.core.errors import TooManyTries
from negotiation.core.settings import Settings
from negotiation.domain.people import SignInRefused, WrongProof
from negotiation.services.accounts.budgets import Budget
from negotiation.services.accounts.known_browsers import recognised
from negotiation.services.accounts.management import by_login, tidy_login
from negotiation.store.transaction import Transaction

_LONGEST_LOGIN = 64  # characters; what is longer is nobody's


@dataclass(frozen=True, slots=True)
class Caller:
    """A person who tries, from an address, at a login; ``browser``: of a known one its mark, "" for a stranger."""

    address: str
    login: str
    browser: str = ""

    @property
    def is_known(self) -> bool:
        return bool(self.browser)


def caller_of(transaction: Transaction, address: str, login: str, marks: str, at: datetime) -> Caller:
    """The caller, by the address and the marks that came with the request."""
    return replace(stranger(address, login), browser=recognised(marks, by_login(transaction, login), at))


def stranger(address: str, login: str) -> Caller:
    """The caller whose request brought no mark, for whom no database need be asked."""
    return Caller(network(address), tidy_login(login)[:_LONGEST_LOGIN])


def network(address: str) -> str:
    """The address as it is counted: of IPv6 the /64, all of which one house has; anything else as it is."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv6Address):
        return str(known.ipv4_mapped or IPv6Address(int(known) >> 64 << 64))
    return str(known)


class Attempts:
    """The budgets of a process: for each address, and for each address or known browser at each account."""

    def __init__(self, settings: Settings) -> None:
        within = timedelta(minutes=settings.sign_in_lock_minutes)
        self._of_address = Budget(settings.sign_in_address_tries, within)
        self._at_account = Budget(settings.sign_in_tries, within)

    @contextmanager
    def one(self, caller: Caller, at: datetime) -> Iterator[None]:
        """One try: taken at once, given back unless it shows to have been a wrong one. Raises TooManyTries."""
        wait = max(budget.wait(key, at) for budget, key in self._budgets(caller))
        if wait:
            raise TooManyTries(ceil(wait.total_seconds()))
        for budget, key in self._budgets(caller):
            budget.take(key, at)
        wrong = False
        try:
            yield
        except (SignInRefused, WrongProof):
            wrong = True
            raise
        finally:
            if not wrong:
                self._give_back(caller)

    def _give_back(self, caller: Caller) -> None:
        for budget, key in self._budgets(caller):
            budget.give_back(key)

    def _budgets(self, caller: Caller) -> list[tuple[Budget, tuple[str, ...]]]:
        """A known browser has tries of its own, whatever others at its address have used up."""
        if caller.is_known:
            return [(self._at_account, ("browser", caller.browser, caller.login))]
        own = (self._at_account, ("address", caller.address, caller.login))
        return [(self._of_address, (caller.address,)), own]
