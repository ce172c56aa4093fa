"""The basis of an act: the meeting that it names. Of the leading group nothing is on record without one (第十七条)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from negotiation.core.errors import FieldError, NotFound
from negotiation.domain.meetings import Meeting, demand_held, demand_listed
from negotiation.domain.rulebook import MEETING, Procedure
from negotiation.store import meetings
from negotiation.store.case_reader import CaseRow
from negotiation.store.transaction import Transaction


def meeting_of(
    transaction: Transaction, procedure: Procedure, row: CaseRow, fields: Mapping[str, Any], on: date
) -> Meeting | None:
    """The meeting that an act of the day ``on`` on the case ``row`` names; None if it names none.

    Raises FieldError for one that counts for nothing here: not held, held later, or without this case on its list.
    """
    for key, no in fields.items():
        if procedure.fields[key].kind == MEETING:
            meeting = _found(transaction, no, key)
            demand_held(meeting, on, key)
            demand_listed(meeting, procedure, row, key)
            return meeting
    return None


def _found(transaction: Transaction, no: str, key: str) -> Meeting:
    try:
        return meetings.find(transaction, no)
    except NotFound as error:
        raise FieldError(error.what, field=key, todo=error.todo, command=error.command) from None
