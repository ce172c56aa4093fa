"""The rows of the desk (工作台): each case once, in its gravest group; in 逾期 one's own moves come before others'."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from negotiation.core.enums import DeadlineStatus
from negotiation.services import case_list
from negotiation.services.case_json import HandledLine
from negotiation.services.context import Context
from negotiation.services.workbench import negotiated
from negotiation.store.case_list.conditions import Wanted
from negotiation.store.transaction import Transaction

NEAR = (DeadlineStatus.OVERDUE.value, DeadlineStatus.DUE_SOON.value)


class Urgent(NamedTuple):
    """Lines of negotiations: past their day, ending today, ending within three days, and the others to be moved on."""

    overdue: Sequence[HandledLine]
    today: Sequence[HandledLine]
    soon: Sequence[HandledLine]
    held: Sequence[HandledLine]


def urgent(transaction: Transaction, context: Context, scope: int | None, today: date) -> Urgent:
    """A page of each group, by the day that comes next. ``held``: states of the office; a department's cases, all."""
    every = Wanted(open_only=True, scope=scope, held=negotiated(context))
    soon = _lines(transaction, context, replace(every, deadline_status=DeadlineStatus.DUE_SOON), today)
    own = every if scope is not None else replace(every, held=negotiated(context, by_office=True))
    return Urgent(
        _lines(transaction, context, replace(every, deadline_status=DeadlineStatus.OVERDUE), today),
        [line for line in soon if line["next_due"] == today],
        [line for line in soon if line["next_due"] != today],
        [line for line in _lines(transaction, context, own, today) if line["light"] not in NEAR],
    )


def _lines(transaction: Transaction, context: Context, wanted: Wanted, today: date) -> list[HandledLine]:
    ids = [place.id for place in case_list.places(transaction, context, wanted, today).cases]
    return case_list.lines_of(transaction, context, ids, today, wanted.scope) if ids else []
