"""The meeting on the form of an act: chosen among those held on the case, it fills in what was agreed there."""

from calendars.dates import in_words
from negotiation.core.errors import NotFound
from negotiation.domain.rulebook import AGENDAS, EventRule
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.meetings import acts
from negotiation.store import meetings as store
from negotiation.store.transaction import Transaction
from negotiation.web.request_context import RequestContext


def meeting_choices(ctx: RequestContext, file: CaseFile) -> dict[str, str]:
    """The meetings on which an act on this case may rest now, by their number, in words."""
    with ctx.app_state.read() as transaction:
        found = acts.on_which(transaction, file)
    return {each.no: f"{each.no}　{in_words(each.on)}　{AGENDAS[each.kind]}会议" for each in found}


def filled(transaction: Transaction, file: CaseFile, event: EventRule, no: str) -> dict[str, str]:
    """The fields of an act on this case that a meeting fills in, its day too; none if it did not treat the case."""
    try:
        meeting = store.find(transaction, no)
    except NotFound:
        return {}
    item = meeting.item(file.no)
    if item is None:
        return {}
    return {"on": meeting.on.isoformat(), **acts.entered(file.procedure, event, meeting, item)}
