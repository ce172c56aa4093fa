"""Counts of terms: replies and supplies, on time and late."""

from typing import Any, NamedTuple

from negotiation.documents.report.counting.accounts import WHOLE, Account, Emit
from negotiation.store.report_terms import ANSWERED, GONE, LATE, ON_TIME, OPEN


class Side(NamedTuple):
    """The names of the counts of a kind of term; only replies are counted by how late they are."""

    due: str
    on_time: str
    days: str
    many: str
    overdue: str = ""


REPLY = Side("replies_due", "replies_on_time", "reply_days", "replies", "overdue")
SUPPLY = Side("supplies_due", "supplies_on_time", "supply_days", "supplies")


def count_term(side: Side, row: Any, account: Account, emit: Emit, *, reference: bool, disputed: bool) -> None:
    """A term in the period of its due date, its answer in the period in which it was made.

    ``reference``: whoever was bound is a body to which the terms do not apply, and never 逾期 (809号令第四十三条);
    ``disputed``: what ended it without an answer was that the case was referred.
    """
    fate = row.fate
    if fate in (ON_TIME, LATE):
        emit(side.due, row.n, account, row.due_month)
    if fate == ON_TIME:
        emit(side.on_time, row.n, account, row.due_month)
    if fate == LATE and side.overdue and not reference:
        gone = "lapsed_to_coordination" if disputed else "lapsed_otherwise"
        how = {ANSWERED: "replied_late", OPEN: "unanswered", GONE: gone}
        _count_late(side, row.late_days, how[row.how_at_end], row.n, account, WHOLE, emit)
        _count_late(side, row.late_then, how[row.how_then], row.n, account, row.due_month, emit)
    if row.made_month:
        emit(side.days, int(row.taken), account, row.made_month)
        emit(side.many, row.n, account, row.made_month)


def _count_late(side: Side, days: int, how: str, many: int, account: Account, month: str, emit: Emit) -> None:
    """Each month is a period of its own: what was answered in the next is unanswered at its end."""
    names = [side.overdue, f"{side.overdue}_{_band(days)}", how]
    names += [f"{how}_{_band(days)}"] if how == "unanswered" else []
    for name in names:
        emit(name, many, account, month, period=month == WHOLE)


def _band(days: int) -> str:
    return "1_5" if days <= 5 else "6_10" if days <= 10 else "over_10"
