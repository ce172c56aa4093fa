"""Counts of data items: agreed of those that were asked for and not withdrawn."""

from collections.abc import Iterable
from typing import Any

from negotiation.documents.report.counting.accounts import Account, Emit, account_of, account_on, is_within, month_of
from negotiation.documents.report.histories import CaseHistory
from negotiation.domain.items import Item
from negotiation.domain.rulebook import WITHDRAWN
from negotiation.store.report_parts import Span


def count_items(rows: Iterable[Any], rules_of: Any, emit: Emit) -> None:
    """Data items of the cases that ended in the period and were not withdrawn: agreed ÷ asked."""
    for row in rows:
        rules = rules_of(row.rulebook, row.edition, row.procedure)
        if rules.report.outcome(row.state, {}) != WITHDRAWN:
            account = account_of(row)
            emit("items_asked", row.n, account, row.month)
            emit("items_agreed", int(row.agreed), account, row.month)


def count_items_of(histories: Iterable[CaseHistory], span: Span, emit: Emit) -> None:
    """Data items of the cases whose history is read from their entries, as each stood at the end."""
    for history in histories:
        for interval in history.counted:
            if interval.ended is not None and is_within(interval.ended, span) and interval.outcome != WITHDRAWN:
                account, month = account_on(history, interval, interval.ended), month_of(interval.ended)
                for item in interval.items:
                    _count_item(item, account, month, emit)


def _count_item(item: Item, account: Account, month: str, emit: Emit) -> None:
    if item.is_asked:
        emit("items_asked", 1, account, month)
    if item.is_asked and item.is_granted:
        emit("items_agreed", 1, account, month)
