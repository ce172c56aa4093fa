"""Acts of a case as people and scripts see them: what is open, what will be, what waits for a head."""

from collections.abc import Iterable

from negotiation.core.enums import CLOCK
from negotiation.services.case_json import ActJson, ActsJson
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.offers import Offer, title_of
from negotiation.store.proposals import ProposalRow


def acts_json(file: CaseFile, found: Iterable[Offer], waiting: Iterable[ProposalRow]) -> ActsJson:
    """The acts open in a case now, with roles and form; those open from a known day on; those that wait for a head."""
    found = list(found)
    return {
        "acts": [{**_act_json(each), "by": list(each.by)} for each in found if each.why is None],
        "acts_later": [
            {**_act_json(each), "since": each.since, "official": each.official} for each in found if each.since
        ],
        "waiting": [
            {
                "event": row.event,
                "title": title_of(file.procedure, row),
                "author": row.author,
                "proposed_at": row.proposed_at,
                "head_of": file.context.name_of(row.department_id),
            }
            for row in waiting
        ],
    }


def _act_json(offer: Offer) -> ActJson:
    event = offer.row.event
    return {
        "event": event.key,
        "title": event.title,
        "by": [role for role in offer.row.by if role != CLOCK],
        "required": list(event.required),
        "optional": list(event.optional),
        "basis": offer.row.basis,
    }
