"""Acts open in a case on a day: asked of the demands that would refuse them, so that nothing is offered in vain.

An act is offered if some day up to that one makes it lawful: paper of an earlier day is entered late.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from calendars import WorkingCalendar
from negotiation.core.enums import CLOCK, OFFICE_ID, ProposalState
from negotiation.core.errors import InvalidTransition, NegotiationError
from negotiation.core.labels import AMENDMENT_TITLES, OUTSIDE
from negotiation.domain.machine import lifecycle
from negotiation.domain.machine.guards import terms_waited_for
from negotiation.domain.machine.values import CaseState
from negotiation.domain.rulebook import EventRule, Procedure, Transition
from negotiation.domain.terms import ONE_DAY, Term
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.meetings import acts
from negotiation.store import proposals
from negotiation.store.proposals import ProposalRow
from negotiation.store.transaction import Transaction

Allows = Callable[[str, date], bool]


class Offer(NamedTuple):
    """An act of the state in which a case is. ``by``: the roles that may do it now; none if ``why`` says why not.

    ``since``: the day from which it will be possible, where that is known; ``official``: whether that day is.
    ``lacks_meeting``: it will be possible once its meeting was held.
    """

    row: Transition
    by: tuple[str, ...]
    why: NegotiationError | None = None
    since: date | None = None
    official: bool = True
    lacks_meeting: bool = False


def offers(
    transaction: Transaction,
    file: CaseFile,
    today: date,
    waiting: Sequence[ProposalRow] = (),
    allows: Allows = lambda _event, _on: True,
    only: str = "",
) -> list[Offer]:
    """Every act that a person could do in this state, with why it cannot be done now; ``only``: the one of an event.

    ``waiting``: the open proposals that the reader may know of; ``allows``: whether the reader may enter an event as of
    a day.
    """
    rows = [row for row in file.procedure.from_state(file.state) if set(row.by) != {CLOCK}]
    rows = [row for row in rows if only in ("", row.event.key)]
    return [_offer(transaction, file, row, today, waiting, allows) for row in rows]


def open_proposals(transaction: Transaction, file: CaseFile, side: int | None = None) -> list[ProposalRow]:
    """The proposals that wait for a head in this case; of one side (0: the office), if given."""
    found = proposals.of_case(transaction, file.case_id)
    return [row for row in found if row.state == ProposalState.OPEN and side in (None, row.department_id)]


def side_of(file: CaseFile, role: str) -> int:
    """The side whose head approves what is done in a role: a party's department; 0, the office, for any other role."""
    return file.case_state.parties.get(role, OFFICE_ID)


def demand_none_waits(transaction: Transaction, file: CaseFile, role: str) -> None:
    """Raises InvalidTransition while a side's proposal waits for its head: that is dealt with first."""
    for row in open_proposals(transaction, file, side_of(file, role)):
        raise waits(file, row)


def title_of(rules: Procedure, row: ProposalRow) -> str:
    """The title of what was proposed: of its act, of a correction, or of an order to destroy."""
    return AMENDMENT_TITLES.get(row.event) or OUTSIDE.get(row.event) or rules.events[row.event].title


def waits(file: CaseFile, row: ProposalRow) -> InvalidTransition:
    """The sentence that one act of a side waits for its head, so that no other can be put before them."""
    title, head = title_of(file.procedure, row), file.context.name_of(row.department_id)
    return InvalidTransition(
        f"本案已有待签批的“{title}”（{row.author}提出，待{head}负责人签批）",
        where=f"案件 {file.no}",
        todo="请先由负责人签批或退回，或撤回后重新提出",
    )


def _offer(
    transaction: Transaction,
    file: CaseFile,
    row: Transition,
    today: date,
    waiting: Sequence[ProposalRow],
    allows: Allows,
) -> Offer:
    rules, event = file.procedure, row.event
    why = _hindrance(rules, file.case_state, event.key, today, file.calendar, allows)
    if why is not None:
        return later(rules, row, why, file.case_state, today, file.calendar)
    why = acts.hindrance(transaction, file, event)
    if why is not None:
        return Offer(row, (), why, lacks_meeting=True)
    roles = tuple(role for role in row.by if role != CLOCK)
    blocked = {role: each for role in roles for each in waiting if _waits_before(file, event, role, each)}
    by = tuple(role for role in roles if role not in blocked)
    return Offer(row, by, None if by else waits(file, next(iter(blocked.values()))))


def _waits_before(file: CaseFile, event: EventRule, role: str, row: ProposalRow) -> bool:
    return event.approval and side_of(file, role) == row.department_id


def _hindrance(
    rules: Procedure, case_state: CaseState, event: str, today: date, calendar: WorkingCalendar, allows: Allows
) -> NegotiationError | None:
    """Why an act is refused on each day up to today: the sentence of today; None if there is a day for it."""

    def asked(on: date) -> NegotiationError | None:
        then = lifecycle.state_on(rules, case_state, on, calendar)
        return lifecycle.hindrance(rules, then, event, on, calendar)

    if any(asked(on) is None for on in days_to_try(case_state, today) if allows(event, on)):
        return None
    return asked(today)


def days_to_try(case_state: CaseState, today: date) -> list[date]:
    """The days on which what is lawful can begin or end, today first: of the acts, and of the terms."""
    days = {case_state.last_on, *_turns(case_state)} - {None, today}
    return [today, *sorted((on for on in days if on is not None and on < today), reverse=True)]


def _turns(case_state: CaseState) -> Iterator[date]:
    for term in case_state.terms:
        yield from (term.started_on, term.due_on, term.due_on + ONE_DAY)


def later(
    rules: Procedure,
    row: Transition,
    why: NegotiationError,
    case_state: CaseState,
    today: date,
    calendar: WorkingCalendar,
) -> Offer:
    """The offer of an act from the day after a running term on, if it has to wait for its end."""
    for term in _waited_for(row, case_state):
        since = term.due_on + ONE_DAY
        then = lifecycle.state_on(rules, case_state, since, calendar)
        if term.due_on >= today and lifecycle.hindrance(rules, then, row.event.key, since, calendar) is None:
            return Offer(row, (), why, since, term.official)
    return Offer(row, (), why)


def _waited_for(row: Transition, case_state: CaseState) -> list[Term]:
    """The running terms that an act may have to wait for: its own, and those of the items that it may name."""
    own = case_state.term(row.after_due) if row.after_due else None
    found = [*([own] if own is not None and own.runs else []), *terms_waited_for(row, case_state)]
    return sorted(found, key=lambda term: term.due_on)
