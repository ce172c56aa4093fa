"""A unit's own figures in its case: filled in and counted anew until they are handed in, then kept beside."""

from dataclasses import replace
from datetime import date

from negotiation.core.enums import COUNTED
from negotiation.domain.fields import Fields
from negotiation.domain.own_figures import kept, own_fields
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.cases.case_file import CaseFile
from negotiation.store.transaction import Transaction


def counted_now(transaction: Transaction, file: CaseFile, event: str, on: date) -> dict[str, int]:
    """The figures of the unit of a case from the year's first day to ``on``: field → number.

    Nothing for an act that hands in none.
    """
    rule = file.procedure.events.get(event)
    if rule is None or not rule.counts:
        return {}
    unit = file.case_state.parties["provider"]
    return own_fields(file.procedure, file.context.figures_of(transaction, file.context, unit, on))


def filled(transaction: Transaction, file: CaseFile, request: ActRequest, fields: Fields) -> tuple[Fields, ActRequest]:
    """The fields of an act with the unit's own figures where it gives no other, and the office's count beside them."""
    counted = counted_now(transaction, file, request.event, request.on)
    whole: Fields = {**counted, **fields}
    if not counted:
        return whole, request
    return whole, replace(request, extra={**request.extra, COUNTED: kept(counted)})
