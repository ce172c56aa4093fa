"""Counts of data items: agreed of those that were asked for."""

from collections.abc import Iterable
from typing import Any

from negotiation.documents.report.counting.accounts import Emit, account_of, account_on, is_within, month_of
from negotiation.documents.report.histories import CaseHistory
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


def count_items_of(
    histories: dict[int, CaseHistory], items: Iterable[Any], agreed: str, span: Span, emit: Emit
) -> None:
    """Data items of the cases whose history is read from their events, as each item was answered by the end."""
    for item in items:
        history = histories[item.case_id]
        for interval in history.counted:
            if interval.ended is not None and is_within(interval.ended, span) and interval.outcome != WITHDRAWN:
                account, month = account_on(history, interval, interval.ended), month_of(interval.ended)
                emit("items_asked", 1, account, month)
                if item.answer == agreed and item.answered_seq <= (interval.ended_seq or 0):
                    emit("items_agreed", 1, account, month)
