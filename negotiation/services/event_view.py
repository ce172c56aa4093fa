"""The events of a case as people and scripts see them: each by the law under which it was entered."""

from collections.abc import Iterator, Sequence

from negotiation.core.enums import (
    ATTACHED,
    CLOCK,
    LAPSE,
    REMIND,
    STRIKE_ENTRY,
)
from negotiation.core.labels import AMENDMENT_TITLES, OUTSIDE
from negotiation.domain.entered import TARGET
from negotiation.domain.expunging import says
from negotiation.domain.fields import proofs_in
from negotiation.domain.own_figures import Difference, differences
from negotiation.domain.rulebook import Procedure, Transition
from negotiation.domain.terms import Term
from negotiation.services.case_json import DifferenceJson, EventJson
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.entered_view import shown_of
from negotiation.services.event_laws import EventLaws
from negotiation.store.event_lines import EventLine


def event_title(rules: Procedure, event: EventLine, terms: tuple[Term, ...]) -> str:
    """The title of an event; a lapse is called after its term."""
    if event.event in OUTSIDE:
        return OUTSIDE[event.event]
    if event.event in AMENDMENT_TITLES:
        return AMENDMENT_TITLES[event.event]
    if event.annuls is not None and not _was_answered(event, terms):
        return f"更正：系统登记的第{event.annuls}项不成立"
    if event.event == LAPSE and event.term is not None:
        rule = rules.terms[next(term.kind for term in terms if term.n == event.term)]
        return rule.lapse_title or f"{rule.title}届满"
    if event.event == REMIND and event.role == CLOCK:
        return "到期提醒"  # nobody is chased before the term has passed
    entered = rules.events.get(event.event)
    return entered.title if entered is not None else "按原规则登记"  # before the case was begun again under another


def _was_answered(annulment: EventLine, terms: tuple[Term, ...]) -> bool:
    """True if the term whose lapse was taken back was answered in time; else it has not passed, or never ran."""
    term = next((each for each in terms if each.n == annulment.term), None)
    return term is not None and term.struck_seq is None and term.answered_on is not None and not term.lapsed_on


def expunged_in(events: Sequence[EventLine]) -> str:
    """On which order the texts of a case were destroyed, in words; "" where they were not."""
    whole = (each for each in reversed(events) if each.expunged and each.expunged.is_whole)
    return next((says(each.basis, offline=bool(each.expunged and each.expunged.offline)) for each in whole), "")


def history(file: CaseFile, events: Sequence[EventJson]) -> list[tuple[EventJson, Transition]]:
    """Each event with the row of the table by which it happened; the clock's recounts have none."""
    before = [file.procedure.initial, *(event["state"] for event in events)]
    pairs = zip(events, before, strict=False)
    found = ((event, file.procedure.table.get((state, event["event"]))) for event, state in pairs)
    return [(event, row) for event, row in found if row is not None]


def events_json(events: Sequence[EventLine], file: CaseFile, laws: EventLaws) -> Iterator[EventJson]:
    """The events; ``amended_by``: the numbers of those that correct one, ``struck``: it does not count any more."""
    amendments = [each for each in events if each.event in AMENDMENT_TITLES and each.fields]
    withdrawn = {each.annuls for each in events if each.term is None}
    orders = {seq: each.basis for each in events if each.expunged for seq in each.expunged.contents}
    for event in events:
        own = [each for each in amendments if (each.fields or {})[TARGET] == event.seq]
        struck = event.seq in withdrawn or any(each.event == STRIKE_ENTRY for each in own)
        gone = says(orders[event.seq]) if event.seq in orders else ""
        yield {**_event_json(event, file, laws, own), "struck": struck, "expunged": gone}


def _event_json(event: EventLine, file: CaseFile, laws: EventLaws, amendments: Sequence[EventLine]) -> EventJson:
    rules = laws.rules_of(event.seq)
    return {
        "seq": event.seq,
        "on": event.happened_on,
        "corrected": bool(amendments),
        "amended_by": [each.seq for each in amendments],
        "struck": False,
        "side": event.side,
        "event": event.event,
        "actor": event.actor,
        "program": _program(event),
        "role": event.role,
        "state": event.state,
        "basis": event.basis,
        "term": event.term,
        "recorded_at": event.recorded_at,
        "fields": event.fields,
        "expunged": "",
        "title": event_title(rules, event, file.case_state.terms),
        "cited": event.basis if event.event in OUTSIDE else laws.of(event.seq).cited(event.basis),
        "shown": {} if event.fields is None else shown_of(rules, event, file.case_state.item_names),
        "files": proofs_in((event.fields or {}).get(ATTACHED)),
        "differences": [_difference(each) for each in differences(rules, event.fields or {})],
    }


def _program(event: EventLine) -> str:
    """The program that entered an event in the actor's name, and who issued its token; "" where a person did."""
    if event.token is None:
        return ""
    issuer = f"，令牌签发人{event.issued_by}" if event.issued_by else ""
    return f"由程序“{event.token}”代填{issuer}"


def _difference(found: Difference) -> DifferenceJson:
    return {"field": found.field, "title": found.title, "handed_in": found.handed_in, "counted": found.counted}
