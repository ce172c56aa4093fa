"""On whose account a fact counts, in which month, and how it is emitted."""

from datetime import date
from typing import Any, NamedTuple, Protocol

from negotiation.core.enums import PARTY_ROLES
from negotiation.documents.report.histories import CaseHistory, Interval
from negotiation.store.report_parts import Span

WHOLE = ""  # no single month: what stands at one end of the period


class Account(NamedTuple):
    """A procedure with the provider and the applicant (None: on nobody's account); the case, if asked for."""

    procedure: str
    provider: int | None
    applicant: int | None
    no: str | None = None


class Emit(Protocol):
    """Takes what a fact adds to a count. ``month``: 2026-03, or ``WHOLE``; ``period``: whether it counts in the period
    too, and not in its month alone."""

    def __call__(self, name: str, many: int, account: Account, month: str, *, period: bool = True) -> None: ...


def account_of(row: Any) -> Account:
    """The account that a row of the database names."""
    return Account(row.procedure, row.provider_id, row.applicant_id, row.no)


def month_of(day: date) -> str:
    """The month of a day: 2026-03."""
    return f"{day:%Y-%m}"


def is_within(day: date, span: Span) -> bool:
    """True for a day of the period."""
    return span.since <= day <= span.until


def account_on(history: CaseHistory, interval: Interval, day: date) -> Account:
    """The account of whoever had the parts at the end of a day."""
    return account_for(history, {role: interval.party(role, day) for role in PARTY_ROLES})


def account_for(history: CaseHistory, parts: dict[str, int | None]) -> Account:
    """The account of a case with these departments, by role."""
    return Account(history.rules.key, parts["provider"], parts["applicant"], history.no)
