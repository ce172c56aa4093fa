"""The terms of a case as they stood on a past day, followed again by the engine where something later has moved them.

A term's row is today's: an extension, a resumption or a returned referral after the as-of day has given it another
date. What had happened by that day is followed once more, by the same table and calendar as the acts themselves.
"""

from collections.abc import Iterator
from datetime import date

from calendars import Unpublished, WorkingCalendar
from negotiation.core.enums import ANNUL, LAPSE, PARTY_ROLES, RECOUNT, REMIND
from negotiation.core.errors import NegotiationError
from negotiation.documents.report.histories import CaseHistory, Happened
from negotiation.domain import forms
from negotiation.domain.departments import Directory
from negotiation.domain.machine import lifecycle
from negotiation.domain.machine.values import Act, CaseState
from negotiation.domain.rulebook import BACK, Procedure
from negotiation.domain.terms import Term

_OF_THE_CLOCK = {LAPSE, ANNUL, REMIND}  # no date follows from these


def moving_events(rules: Procedure) -> Iterator[str]:
    """The events after which a term that ran before may have another date, or run again."""
    yield RECOUNT
    resumed = {kind for row in rules.table.values() for kind in row.suspends}
    for row in rules.table.values():
        target = rules.states.get(row.target)
        resumes = target is not None and target.term in resumed
        if row.lengthens or row.suspends or row.starts or row.target == BACK or resumes:
            yield row.event.key


def terms_then(history: CaseHistory, calendar: WorkingCalendar, directory: Directory) -> tuple[Term, ...] | None:
    """The terms of a case after the events of its history; None where they cannot be followed (what was sealed)."""
    parties = {role: party for role in PARTY_ROLES if (party := history.party(role, 0, date.max)) is not None}
    case_state = CaseState(history.rules.initial, 0, None, {}, (), parties)
    try:
        for event in history.events.values():
            case_state = _followed(history, case_state._replace(version=event.seq - 1), event, calendar, directory)
    except (NegotiationError, Unpublished, ValueError):
        return None
    return case_state.terms


def _followed(
    history: CaseHistory, case_state: CaseState, event: Happened, calendar: WorkingCalendar, directory: Directory
) -> CaseState:
    row = history.rules.table.get((case_state.state, event.event))
    if row is None or event.event in _OF_THE_CLOCK:
        return case_state
    asked = {key: value for key, value in event.entered.items() if key in row.event.fields}
    fields, _ = forms.read_fields(history.rules, row.event, asked, directory)
    moved = {move.role: move.taken for move in history.moves if move.seq == event.seq}
    act = Act(event.event, row.by[0], event.happened_on, fields, moved, replayed=True)
    return lifecycle.decide(history.rules, case_state, act, calendar).after
