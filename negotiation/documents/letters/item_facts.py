"""Data items as a letter gives them: each with its answer and what became of it, an answer that waits among them."""

from datetime import date

from calendars.dates import in_words
from negotiation.core.errors import NegotiationError
from negotiation.documents.letters.model import Item
from negotiation.domain import items, wording
from negotiation.domain.machine import lifecycle
from negotiation.domain.machine.values import Act, CaseState
from negotiation.domain.rulebook import Procedure
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.item_lines import line_of, unobjected_on


def state_with(file: CaseFile, proposed: Act | None) -> CaseState:
    """The case as it will be once the head has signed the act that waits; as it is where none does, or none can."""
    if proposed is None:
        return file.case_state
    try:
        return lifecycle.decide(file.procedure, file.case_state, proposed, file.calendar).after
    except NegotiationError:  # something else happened since: what it would come to, nobody knows
        return file.case_state


def item_facts(rules: Procedure, case_state: CaseState) -> tuple[Item, ...]:
    """The items that the application names; none where it asks for the data as a whole."""
    return tuple(_facts(rules, case_state, item) for item in case_state.items if not item.whole)


def owed_facts(rules: Procedure, case_state: CaseState, subject: str) -> tuple[Item, ...]:
    """The items that are still to be supplied; data asked for as a whole stand under the name of the resource."""
    owed = [item._replace(name=subject) if item.whole else item for item in case_state.items if item.is_owed]
    return tuple(_facts(rules, case_state, item) for item in owed)


def _facts(rules: Procedure, case_state: CaseState, item: items.Item) -> Item:
    term, line = case_state.term_of(item), line_of(rules, case_state, item)
    silent_on = unobjected_on(rules, case_state, item)
    return Item(
        name=wording.one_line(item.name),
        answer=line.answer,
        said=wording.one_line(line.said),
        outcome=line.outcome,
        due=_day(term.due_on if term is not None and not term.pauses else None),
        supplied=_day(item.supplied_on),
        confirmed=f"期满未提异议（{in_words(silent_on)}）" if silent_on else _day(item.received_on),
        owed=item.is_owed,
    )


def _day(day: date | None) -> str:
    return in_words(day) if day is not None else ""
