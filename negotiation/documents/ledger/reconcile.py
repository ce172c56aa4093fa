"""A row of the ledger against the rules, and beside its case: the acts it calls for, what it contradicts. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby, islice, permutations, product
from typing import NamedTuple

from calendars import WorkingCalendar
from negotiation.core.enums import PARTY_ROLES
from negotiation.core.errors import DateError, FieldError, InvalidTransition, NegotiationError
from negotiation.documents.ledger.form import Fault, Form
from negotiation.documents.ledger.row import Entry
from negotiation.domain.fields import FieldValue
from negotiation.domain.machine import lifecycle
from negotiation.domain.machine.values import Act, CaseState
from negotiation.domain.rulebook import LedgerStep, Procedure

_UNKNOWN = "—"  # stands for what is missing while the rest of a row is tried


class Planned(NamedTuple):
    """An act that a row calls for; ``step``: the key of the step of the form from which it comes."""

    event: str
    role: str
    on: date
    fields: Mapping[str, FieldValue]
    step: str


class Happened(NamedTuple):
    """An event of a case that is stored, with its number and what was entered (None: it was sealed).

    ``replayed``: it came with a ledger's history.
    """

    event: str
    on: date
    state: str
    fields: Mapping[str, FieldValue] | None
    seq: int
    replayed: bool


# --------------------------------------------------------------------------------------------------------- a plan


ORDERS_TRIED = 24


class Plan(NamedTuple):
    """The acts that a row's steps come to; those after the first fault are not in it."""

    acts: tuple[Planned, ...]
    faults: tuple[Fault, ...]


def plan(form: Form, case_state: CaseState, entries: Sequence[Entry], calendar: WorkingCalendar) -> Plan:
    """The acts of some steps on a case as it stands: in the order of the columns, else in an order of their dates.

    Another order than that of the columns may be the lawful one: a provider agrees while coordination is under way, or
    on the very day of the referral. If none is lawful, the fault is where the order of the columns meets it.
    """
    by_columns = _replayed(form, case_state, entries, calendar)
    if by_columns.faults:
        for order in islice(_orders_by_date(entries), ORDERS_TRIED):
            replayed = _replayed(form, case_state, order, calendar)
            if not replayed.faults:
                return replayed
    return by_columns


def _orders_by_date(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """The orders in which no date falls: steps of one day in any order among themselves."""
    days = groupby(sorted(entries, key=lambda entry: entry.on), key=lambda entry: entry.on)
    for orders in product(*(list(permutations(same_day)) for _, same_day in days)):
        yield [entry for order in orders for entry in order]


def initial_state(rules: Procedure) -> CaseState:
    """A new case, before its first event; the parties stand for themselves."""
    parties = {role: n for n, role in enumerate(PARTY_ROLES, 1)}
    return CaseState(rules.initial, 0, None, {}, (), parties)


def state_after(form: Form, case_state: CaseState, acts: Sequence[Planned], calendar: WorkingCalendar) -> CaseState:
    """The case after acts that were planned without a fault."""
    for each in acts:
        act = Act(each.event, each.role, each.on, each.fields, replayed=True)
        case_state = lifecycle.decide(form.rules, case_state, act, calendar).after
    return case_state


def _replayed(form: Form, case_state: CaseState, entries: Sequence[Entry], calendar: WorkingCalendar) -> Plan:
    acts: list[Planned] = []
    faults: list[Fault] = []
    for entry in entries:
        try:
            case_state = _played(form, case_state, entry, calendar, acts, faults)
        except NegotiationError as error:
            faults.append(Fault(_column_of(form, entry, error), str(error)))
            break
        except (ValueError, LookupError) as error:  # a day that the calendar does not know
            faults.append(Fault(form.date_of(entry.step), f"日期无法计算：{error}"))
            break
    return Plan(tuple(acts), tuple(faults))


def _played(
    form: Form,
    case_state: CaseState,
    entry: Entry,
    calendar: WorkingCalendar,
    acts: list[Planned],
    faults: list[Fault],
) -> CaseState:
    """The state of the case after a step; its acts and what they lack are added to the lists."""
    if entry.step.until_ending and not entry.ending:
        return _played_to_the_end(form, case_state, entry, calendar, acts, faults)
    for event in events_of(entry):
        case_state = _act(form, case_state, entry, event, calendar, acts, faults)
    return case_state


def events_of(entry: Entry) -> tuple[str, ...]:
    """The events that a step of a row names, tried in this order."""
    if entry.ending:
        return (entry.ending,)
    return (entry.result,) if entry.result and not entry.step.field else entry.step.events


def _played_to_the_end(
    form: Form,
    case_state: CaseState,
    entry: Entry,
    calendar: WorkingCalendar,
    acts: list[Planned],
    faults: list[Fault],
) -> CaseState:
    """Tries the events of a step in order, each if it is lawful then, until the case has ended on that day."""
    for event in entry.step.events:
        if form.rules.states[case_state.state].ending and case_state.last_on == entry.on:
            break
        try:
            case_state = _act(form, case_state, entry, event, calendar, acts, faults)
        except InvalidTransition:
            continue
    state = form.rules.states[case_state.state]
    if not state.ending:
        raise InvalidTransition(f"案件现为“{state.title}”，还不能结束", todo="请先补填此前的办理环节，或删去这一日期")
    return case_state


def _act(
    form: Form,
    case_state: CaseState,
    entry: Entry,
    event: str,
    calendar: WorkingCalendar,
    acts: list[Planned],
    faults: list[Fault],
) -> CaseState:
    rule = form.rules.events[event]
    given = entry.fields if event in _events_described(form, entry) else {}
    fields = {key: value for key, value in given.items() if key in rule.fields}
    needed = (*rule.required, *(key for key in entry.step.required if key in rule.fields and given))
    lacking = [key for key in needed if fields.get(key) in (None, "") and form.column_of(key, entry.step)]
    tried = fields | dict.fromkeys(lacking, _UNKNOWN)
    step = lifecycle.decide(form.rules, case_state, Act(event, rule.by[0], entry.on, tried, replayed=True), calendar)
    faults += [_gap(form, entry, event, key) for key in lacking]
    acts.append(Planned(event, rule.by[0], entry.on, fields, entry.step.key))
    return step.after


def _events_described(form: Form, entry: Entry) -> Collection[str]:
    """The events that the cells of a step describe; others that it takes on the way get none of its fields."""
    return (entry.ending,) if entry.ending else recording_events(form, entry.step)


def _gap(form: Form, entry: Entry, event: str, field: str) -> Fault:
    column = form.column_of(field, entry.step)
    return Fault(
        column, f"“{form.rules.events[event].title}”须写明{form.rules.fields[field].title}，“{column}”为空，请补填"
    )


def _column_of(form: Form, entry: Entry, error: NegotiationError) -> str:
    if isinstance(error, DateError):
        return form.date_of(entry.step)
    if isinstance(error, FieldError):
        return form.column_of(error.field, entry.step) or entry.cell
    return entry.cell


# ----------------------------------------------------------------------------------------------- a row beside a case


def recording_events(form: Form, step: LedgerStep) -> Collection[str]:
    """The events of which one stands for a step: its results, the one that has its field, or the first of several."""
    if step.field:
        return [event for event in step.events if step.field in form.rules.events[event].fields]
    return step.results.values() or step.events[:1]
