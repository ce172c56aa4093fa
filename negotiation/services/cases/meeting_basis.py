"""The basis of an act: the meeting that it names. Of the leading group nothing is on record without one (第十七条)."""

from datetime import date

from negotiation.core.errors import FieldError, NotFound
from negotiation.domain.fields import Fields
from negotiation.domain.meetings import Meeting, demand_held, demand_listed
from negotiation.domain.rulebook import MEETING
from negotiation.services.cases.case_file import CaseFile
from negotiation.store import meetings
from negotiation.store.transaction import Transaction


def meeting_of(transaction: Transaction, file: CaseFile, fields: Fields, on: date) -> Meeting | None:
    """The meeting that an act of the day ``on`` on a case names; None if it names none.

    Raises FieldError for one that counts for nothing here: not held, held later, or without this case on its list.
    """
    for key, no in fields.items():
        if (rule := file.procedure.fields.get(key)) is not None and rule.kind == MEETING:
            meeting = _found(transaction, str(no), key)
            demand_held(meeting, on, key)
            demand_listed(meeting, file.no, file.procedure.states[file.state].agenda, key)
            return meeting
    return None


def _found(transaction: Transaction, no: str, key: str) -> Meeting:
    try:
        return meetings.find(transaction, no)
    except NotFound as error:
        raise FieldError(error.what, field=key, todo=error.todo, command=error.command) from None
