"""Counts of cases: what came in, what went out, what was passed on."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from negotiation.core.enums import PARTY_ROLES
from negotiation.documents.report.counting.accounts import (
    WHOLE,
    Account,
    Emit,
    account_for,
    account_of,
    account_on,
    is_within,
    month_of,
)
from negotiation.documents.report.histories import CaseHistory, Interval
from negotiation.domain.rulebook import UNASKED
from negotiation.store.report_parts import AFTER, BEFORE, Span


def count_cases(rows: Iterable[Any], outcome_of: Callable[[Any], str], emit: Emit) -> None:
    """Cases that were never reopened and never changed a party: equal ones come as one row."""
    for row in rows:
        account, many = account_of(row), row.n
        is_open = row.ended == AFTER
        if row.begun == BEFORE and row.ended != BEFORE:
            emit("carried_over", many, account, WHOLE)
        if row.begun != BEFORE:
            emit("received", many, account, row.begun)
            emit("issued", many, account, row.begun)
        if is_open:
            emit("carried_forward", many, account, WHOLE)
        elif row.ended != BEFORE:
            outcome = outcome_of(row)
            _closed(emit, many, account, row.ended, outcome, bool(row.coordinated), bool(row.deliberated))
            if outcome == "done" and row.begun != BEFORE:
                _finished(emit, many, account, row.begun, row.ended)


def count_intervals(histories: Iterable[CaseHistory], span: Span, emit: Emit) -> None:
    """The others, from their events: each reopening is received again, each change of a party is 划出 and 划入."""
    for history in histories:
        for interval in history.counted:
            _count_interval(history, interval, span, emit)


def _count_interval(history: CaseHistory, interval: Interval, span: Span, emit: Emit) -> None:
    yesterday = span.since - timedelta(days=1)
    if interval.is_open_after(yesterday):
        emit("carried_over", 1, account_on(history, interval, yesterday), WHOLE)
    if is_within(interval.begun, span):
        begun, month = _at_first(history, interval), month_of(interval.begun)
        if interval.taken:  # the case from which it came was received
            emit("moved_in", 1, begun, month)
        else:
            emit("received", 1, begun, month)
            emit("reopened" if interval.again else "issued", 1, begun, month)
    _count_moves(history, interval, span, emit)
    if interval.ended is not None and is_within(interval.ended, span):
        ended, month = account_on(history, interval, interval.ended), month_of(interval.ended)
        _closed(emit, 1, ended, month, interval.outcome, interval.coordinated, interval.deliberated)
        if interval.outcome == "done" and not interval.again and is_within(interval.begun, span):
            _finished(emit, 1, ended, month_of(interval.begun), month)
    if interval.is_open_after(span.until):
        emit("carried_forward", 1, account_on(history, interval, span.until), WHOLE)


def _count_moves(history: CaseHistory, interval: Interval, span: Span, emit: Emit) -> None:
    """Each part is given and taken on its own account: whoever has the other part is not touched by it."""
    for move in interval.moves:
        if is_within(move.on, span):
            for name, department in (("moved_out", move.given), ("moved_in", move.taken)):
                parts = {role: department if role == move.role else None for role in PARTY_ROLES}
                emit(name, 1, account_for(history, parts), month_of(move.on))


def _closed(
    emit: Emit, many: int, account: Account, month: str, outcome: str, coordinated: bool, deliberated: bool
) -> None:
    emit("closed", many, account, month)
    emit(f"closed_{outcome}", many, account, month)
    if outcome not in UNASKED:
        emit("closed_coordinated" if coordinated else "closed_negotiated", many, account, month)
        if deliberated:
            emit("closed_deliberated", many, account, month)


def _finished(emit: Emit, many: int, account: Account, issued: str, ended: str) -> None:
    """Counts what was finished: for a month what was issued and finished in it, for the period what was by its end."""
    emit("finished", many, account, WHOLE)
    if issued == ended:
        emit("finished", many, account, issued, period=False)


def _at_first(history: CaseHistory, interval: Interval) -> Account:
    return account_for(history, interval.parties)
