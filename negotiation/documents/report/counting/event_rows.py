"""Events of cases whose lives were derived, in the columns of those that a query reads; on whose account each is."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from negotiation.core.enums import PARTY_ROLES
from negotiation.documents.report.counting.accounts import Account, account_for, account_of, month_of
from negotiation.documents.report.definitions import UNREASONED
from negotiation.documents.report.histories import CaseHistory, Happened


class EventRow(NamedTuple):
    """An event of a case whose life was derived, in the columns of those that are read by the query."""

    procedure: str
    rulebook: str
    edition: str
    case_id: int
    seq: int
    event: str
    state: str
    happened_on: date
    month: str
    entered: str = ""
    n: int = 1


def events_of(
    histories: Iterable[CaseHistory],
    names: Collection[str],
    days: tuple[date, date],
    kept_in: tuple[str, str] = ("", ""),
) -> Iterator[EventRow]:
    """The events of these names that count and happened on these days, the first and the last included.

    ``kept_in``: the fields of a class and of a reason, what was entered in the first of which comes along.
    """
    for history in histories:
        row = history.row
        for event in history.events.values():
            if event.event in names and days[0] <= event.happened_on <= days[1] and history.counts(event.seq):
                yield EventRow(
                    history.rules.key, row.rulebook, row.edition, row.id, event.seq, event.event, event.state,
                    event.happened_on, month_of(event.happened_on), _entered(event, *kept_in),
                )  # fmt: skip


def _entered(event: Happened, field: str, reason: str) -> str:
    entered = str(event.entered.get(field) or "")
    return entered or ("" if not reason or event.entered.get(reason) else UNREASONED)


def account_then(row: Any, histories: dict[int, CaseHistory]) -> Account:
    """The account of whoever had the parts when the event of a row happened."""
    if not isinstance(row, EventRow):
        return account_of(row)
    history = histories[row.case_id]
    return account_for(history, {role: history.party(role, row.seq, date.max) for role in PARTY_ROLES})
