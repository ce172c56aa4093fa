"""The rows of the desk (工作台): each case once, in its gravest group; what a group is, its list says alike."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from negotiation.services import case_list
from negotiation.services.case_json import HandledLine
from negotiation.services.context import Context
from negotiation.services.moves import group_of
from negotiation.store.case_list.conditions import DeskSection, Wanted
from negotiation.store.transaction import Transaction


class Lines(NamedTuple):
    """A group: how many cases it has, and the lines of its first page, by the day that comes next, each with the id of
    its case."""

    many: int
    lines: Sequence[tuple[int, HandledLine]]


def group(transaction: Transaction, context: Context, section: DeskSection, scope: int | None, today: date) -> Lines:
    """A group of the desk of the office (None) or of a department, one of ``moves.GROUPS``."""
    wanted = Wanted(open_only=True, scope=scope, group=group_of(context, section))
    ids = [place.id for place in case_list.places(transaction, context, wanted, today).cases]
    if not ids:
        return Lines(0, ())
    many = case_list.count(transaction, context, wanted, today) if len(ids) >= case_list.LINES_OF_A_PAGE else len(ids)
    lines = case_list.lines_of(transaction, context, ids, today, scope)
    return Lines(many, list(zip(ids, lines, strict=True)))
