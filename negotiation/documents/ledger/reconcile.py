"""A row of the ledger against the rules, and beside its case: the acts it calls for, what it contradicts. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, islice, permutations, product
from typing import Any, NamedTuple

from calendars import WorkingCalendar
from negotiation.core.enums import PARTY_ROLES
from negotiation.core.errors import DateError, FieldError, InvalidTransition, NegotiationError
from negotiation.documents.ledger.form import Entry, Fault, Form, RowSays
from negotiation.documents.spreadsheets.sheets import squeeze
from negotiation.domain.machine import lifecycle
from negotiation.domain.machine.values import Act, CaseState
from negotiation.domain.rulebook import LedgerColumn, LedgerStep, Procedure

_UNKNOWN = "—"  # stands for what is missing while the rest of a row is tried


class Planned(NamedTuple):
    """An act that a row calls for."""

    event: str
    role: str
    on: date
    fields: Mapping[str, Any]


class Happened(NamedTuple):
    """An event of a case that is stored, with what was entered (None: it was sealed)."""

    event: str
    on: date
    state: str
    fields: Mapping[str, Any] | None


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
    """The standing after a step; its acts and what they lack are added to the lists."""
    if entry.step.until_ending and not entry.ending:
        return _played_to_the_end(form, case_state, entry, calendar, acts, faults)
    for event in _events(entry):
        case_state = _act(form, case_state, entry, event, calendar, acts, faults)
    return case_state


def _events(entry: Entry) -> tuple[str, ...]:
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
    """Tries the events of a step in order, each if it is lawful then, until the case has ended."""
    for event in entry.step.events:
        if form.rules.states[case_state.state].ending:
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
    said = entry.fields if event in _told_in(form, entry) else {}
    fields = {key: value for key, value in said.items() if key in rule.fields}
    needed = (*rule.required, *(key for key in entry.step.required if key in rule.fields and said))
    lacking = [key for key in needed if fields.get(key) in (None, "") and form.column_of(key, entry.step)]
    tried = fields | dict.fromkeys(lacking, _UNKNOWN)
    step = lifecycle.decide(form.rules, case_state, Act(event, rule.by[0], entry.on, tried, replayed=True), calendar)
    faults += [_gap(form, entry, event, key) for key in lacking]
    acts.append(Planned(event, rule.by[0], entry.on, fields))
    return step.after


def _told_in(form: Form, entry: Entry) -> Collection[str]:
    """The events of which the cells of a step speak; others that it takes on the way are told nothing by them."""
    return (entry.ending,) if entry.ending else _telling(form, entry.step)


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


# ---------------------------------------------------------------------------------------- a case as the form tells it


@dataclass(frozen=True)
class Told:
    """A case as the form tells it: the values of its columns by title, and all that happened in it.

    ``sealed``: some of what was entered is gone, so that an empty value says nothing.
    """

    cells: Mapping[str, Any]
    happened: Sequence[Happened]
    sealed: bool


def tell(
    form: Form, no: str, parties: Mapping[str, str], draft: Mapping[str, Any], happened: Sequence[Happened]
) -> Told:
    """The columns of a case: dates as dates, choices and results by their labels, everything else as text."""
    path = _path(form.rules, happened)
    facts = _facts(form, draft, happened) | dict(parties)
    cells: dict[str, Any] = {form.number: no}
    for column in form.statics:
        cells[column.title] = _shown(form.rules, column.field, facts.get(column.field))
    for step in form.steps:
        cells |= _step_cells(form, step, path)
    if form.remark is not None:
        cells[form.remark.title] = _with_word(cells[form.remark.title], form, path)
    return Told(cells, happened, any(each.fields is None for each in happened))


def _path(rules: Procedure, happened: Sequence[Happened]) -> list[Happened]:
    """The events that still stand: where a case came back to a state it had left, what lay between stands no longer."""
    path: list[Happened] = []
    for each in happened:
        states = [rules.initial, *(earlier.state for earlier in path)]
        if each.state in states:
            del path[states.index(each.state) :]
        else:
            path.append(each)
    return path


def _facts(form: Form, draft: Mapping[str, Any], happened: Sequence[Happened]) -> dict[str, Any]:
    """The fields that belong to the case, as they were entered last."""
    wanted = {column.field for column in form.statics}
    facts = {key: value for key, value in draft.items() if key in wanted}
    for each in happened:
        facts |= {key: value for key, value in (each.fields or {}).items() if key in wanted}
    return facts


def _step_cells(form: Form, step: LedgerStep, path: Sequence[Happened]) -> dict[str, Any]:
    found = _standing_event(form, step, path)
    if found is None:
        return {}
    cells: dict[str, Any] = {form.date_of(step): found.on}
    if form.result_of(step):
        label = _label(step, found)
        if label is None and found.fields is not None:
            return {}  # the form has no word for it: it stays in the system
        cells[form.result_of(step)] = label
    if step is not form.steps[0]:
        for column in form.fields_of(step):
            cells[column.title] = _shown(form.rules, column.field, (found.fields or {}).get(column.field))
    return cells


def _label(step: LedgerStep, found: Happened) -> str | None:
    """The word of the form for what an event came to, None if it has none."""
    fields = found.fields or {}
    meaning = fields.get(step.field) if step.field else found.event
    by_words = fields.get(step.words_into) if step.words_into else None
    return next((label for label, each in step.results.items() if each == meaning or label == by_words), None)


def _standing_event(form: Form, step: LedgerStep, path: Sequence[Happened]) -> Happened | None:
    """The event by which a step is told: the last answer, the end of the case, the first of several on one date."""
    if step.until_ending:
        return path[-1] if path and form.rules.states[path[-1].state].ending else None
    return next((each for each in reversed(path) if each.event in _telling(form, step)), None)


def _telling(form: Form, step: LedgerStep) -> Collection[str]:
    """The events of which one tells a step: its results, the one that has its field, or the first of several."""
    if step.field:
        return [event for event in step.events if step.field in form.rules.events[event].fields]
    return step.results.values() or step.events[:1]


def _with_word(remark: str, form: Form, path: Sequence[Happened]) -> str:
    """The remark, with the word for the way in which the case ended, if the form has one."""
    words = [word for step in form.steps for word, event in step.remarks.items() if path and path[-1].event == event]
    return "；".join(filter(None, [remark, *(word for word in words if word not in remark)]))


def _shown(rules: Procedure, field: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "、".join(str(each) for each in value)
    rule = rules.fields.get(field)
    return str(rule.choices.get(value, value) if rule else value)


# ----------------------------------------------------------------------------------------------- a row beside a case


class Compared(NamedTuple):
    """A row beside the case it speaks of: what contradicts it, the steps that are new, the facts that are new."""

    faults: tuple[Fault, ...]
    onward: tuple[Entry, ...]
    news: Mapping[str, Any]


def compare(form: Form, row: RowSays, told: Told) -> Compared:
    """Compares a row with its case. A blank cell says nothing; a remark may change."""
    faults: list[Fault] = []
    news: dict[str, Any] = {}
    for column in form.statics:
        _compare_static(form, column, row, told, faults, news)
    onward = [entry for entry in row.entries if not _compare_step(form, entry, told, faults)]
    return Compared(tuple(faults), tuple(onward), news)


def _compare_static(
    form: Form, column: LedgerColumn, row: RowSays, told: Told, faults: list[Fault], news: dict[str, Any]
) -> None:
    said = row.parties.get(column.field) or row.facts.get(column.field)
    known = told.cells[column.title]
    if said is None or _alike(_shown(form.rules, column.field, said), known):
        return
    if column.kind == "remark" or not known:
        if not told.sealed:
            news[column.field] = said
        return
    faults.append(_contradiction(column.title, known))


def _compare_step(form: Form, entry: Entry, told: Told, faults: list[Fault]) -> bool:
    """Whether a step of a row is known already, be it as the row says or otherwise (which is a fault)."""
    on_title, result_title = form.date_of(entry.step), form.result_of(entry.step)
    on = told.cells.get(on_title)
    label = str(told.cells.get(result_title) or "")
    result = entry.step.results.get(label, "") if label or not told.sealed else entry.result
    if on == entry.on and result == entry.result and not _ended_otherwise(entry, told):
        _compare_fields(form, entry, told, faults)
        return True
    if any(_is_told_by(form, entry, each) for each in told.happened):
        return True
    if on is None:
        return False
    if on != entry.on:
        faults.append(_contradiction(on_title, on))
    if result != entry.result:
        faults.append(_contradiction(result_title, label))
    if _ended_otherwise(entry, told) and form.remark is not None:
        faults.append(Fault(form.remark.title, "与系统中登记的结束方式不一致，请核对"))
    return True


def _compare_fields(form: Form, entry: Entry, told: Told, faults: list[Fault]) -> None:
    if entry.step is form.steps[0]:
        return
    for column in form.fields_of(entry.step):
        said, known = entry.fields.get(column.field), told.cells.get(column.title)
        if said and known and not _alike(said, known):
            faults.append(_contradiction(column.title, known))


def _is_told_by(form: Form, entry: Entry, each: Happened) -> bool:
    """Whether something that happened, though it may stand no longer, is what the row speaks of."""
    if each.on != entry.on or each.event not in _events(entry):
        return False
    if entry.step.until_ending and not form.rules.states[each.state].ending:
        return False
    return not entry.step.field or (each.fields or {}).get(entry.step.field) == entry.result


def _ended_otherwise(entry: Entry, told: Told) -> bool:
    """Whether the remark names another end than the one recorded."""
    return bool(entry.ending) and all(each.event != entry.ending for each in told.happened)


def _alike(one: Any, other: Any) -> bool:
    return squeeze(one) == squeeze(other)


def _contradiction(column: str, known: Any) -> Fault:
    return Fault(column, f"与系统中的登记（{known}）不一致：台账有误的请改正，登记有误的请先在系统中更正")
