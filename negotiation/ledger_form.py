"""What the office's form says: the cells of a row as steps of a case, and a case as the cells of a row. Pure.

The form is the rulebook's ``[ledger]``; nothing here names a procedure, a state, an event or a column.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

from calendars import WorkingCalendar
from negotiation import forms, lifecycle
from negotiation.errors import DateFault, FieldFault, NegotiationError, OutOfPlace
from negotiation.ledger_sheet import ERRORS, Line, clean, squeeze
from negotiation.lifecycle import Act, Standing
from negotiation.rulebook import Ledger, LedgerColumn, LedgerStep, Procedure
from negotiation.store.directory import Directory, tidy_name
from negotiation.vocabulary import PARTY_ROLES

LONGEST_NUMBER = 64
_NOTHING = re.compile(r"[-/\\—–―－／]+$")  # how people strike a cell out
_TOTAL = re.compile(r"(本[页月季年])?(合计|小计|总计|共计|累计)")
_BREAK = re.compile(r"\s*[\r\n]+\s*")
_BREAK_IN_WORDS = re.compile(r"(?<=[A-Za-z0-9])\s*[\r\n]+\s*(?=[A-Za-z0-9])")
_SERIAL = re.compile(r"\d{5}$")  # a date as a spreadsheet counts it, typed into a text cell
_UNKNOWN = "—"
_NOBODY = Directory(())


class Fault(NamedTuple):
    """What is wrong with a row, and under which column."""

    column: str
    why: str


class Entry(NamedTuple):
    """What a row says of one step. ``result``: the event or the field's value that its result cell names.

    ``ending``: the event that the remark names instead; ``cell``: the leftmost cell of the step that is filled.
    """

    step: LedgerStep
    on: date
    result: str
    ending: str
    fields: Mapping[str, Any]
    cell: str


class RowSays(NamedTuple):
    """A row as read. ``faults`` are wrong in any case, ``gaps`` only if the row is to become a new case.

    ``entries``: the steps in the order of the form's columns, up to the first that cannot be read.
    """

    no: str
    parties: Mapping[str, str]
    facts: Mapping[str, Any]
    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]
    gaps: tuple[Fault, ...]


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


# ------------------------------------------------------------------------------------------------------- the form


@dataclass(frozen=True)
class Form:
    """The form of one procedure; ``places``: where its columns stand in the sheet at hand."""

    rules: Procedure
    ledger: Ledger
    places: Mapping[str, int]

    @cached_property
    def number(self) -> str:
        return next(column.title for column in self.ledger.columns if column.kind == "number")

    @cached_property
    def steps(self) -> tuple[LedgerStep, ...]:
        """The steps in the order of their columns."""
        keys = dict.fromkeys(column.step for column in self.ledger.columns if column.step)
        return tuple(self.ledger.steps[key] for key in keys)

    @cached_property
    def statics(self) -> tuple[LedgerColumn, ...]:
        """The columns that belong to the case and to no later step."""
        return tuple(column for column in self.ledger.columns if column.field and not column.step)

    @cached_property
    def required(self) -> frozenset[str]:
        """The fields that a new case needs: its parties, and what its first event requires."""
        first = {key for event in self.steps[0].events for key in self.rules.events[event].required}
        return frozenset(first | set(PARTY_ROLES))

    @cached_property
    def remark(self) -> LedgerColumn | None:
        return next((column for column in self.statics if column.kind == "remark"), None)

    @cached_property
    def ordinals(self) -> tuple[str, ...]:
        return tuple(column.title for column in self.ledger.columns if column.kind == "ordinal")

    @cached_property
    def aside(self) -> frozenset[str]:
        """The columns that alone make no case: people number rows in advance, and write below them."""
        return frozenset((*self.ordinals, *([self.remark.title] if self.remark else [])))

    @cached_property
    def _dates(self) -> Mapping[str, str]:
        return {column.step: column.title for column in self.ledger.columns if column.kind == "date"}

    @cached_property
    def _results(self) -> Mapping[str, str]:
        return {column.step: column.title for column in self.ledger.columns if column.kind == "result"}

    def date_of(self, step: LedgerStep) -> str:
        return self._dates[step.key]

    def result_of(self, step: LedgerStep) -> str:
        """The title of the step's result column, "" if it has none."""
        return self._results.get(step.key, "")

    def fields_of(self, step: LedgerStep) -> tuple[LedgerColumn, ...]:
        return tuple(column for column in self.ledger.columns if column.step == step.key and column.field)

    def column_of(self, field: str, step: LedgerStep) -> str:
        """The column in which a field of a step is written, "" if the form has none."""
        columns = self.fields_of(step) or ()
        return next((column.title for column in (*columns, *self.statics) if column.field == field), "")

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """The columns without which the sheet at hand cannot be read."""
        needed = [self.number, self.date_of(self.steps[0])]
        needed += [column.title for column in self.statics if column.field in self.required]
        for step in self.steps:
            pair = [title for title in (self.date_of(step), self.result_of(step)) if title]
            needed += pair if any(title in self.places for title in pair) else []
        return tuple(title for title in dict.fromkeys(needed) if title not in self.places)

    def leftmost(self, titles: Iterable[str]) -> str:
        """The one of some columns that stands first in the sheet."""
        return min(titles, key=lambda title: self.places.get(title, len(self.places) + max(self.places.values())))

    def first(self, faults: Sequence[Fault]) -> Fault:
        """The first fault from the left, by the order of the sheet."""
        leftmost = self.leftmost(fault.column for fault in faults)
        return next(fault for fault in faults if fault.column == leftmost)

    def under(self, rules: Procedure) -> "Form":
        """The same form over the rules that a case was opened under."""
        return replace(self, rules=rules)


# ------------------------------------------------------------------------------------------------- a row of cells


def is_furniture(form: Form, line: Line) -> bool:
    """Whether a row under the header is no case: blank, a total, a header printed again, who filled the form in."""
    number = squeeze(line.at(form.places[form.number]))
    if number == squeeze(form.number) or _is_total(form, line, number):
        return True
    filled = [title for title, place in form.places.items() if title not in form.aside and _text(line.at(place))]
    return not filled or (filled == [form.number] and ":" in number)


def _is_total(form: Form, line: Line, number: str) -> bool:
    if number and not _TOTAL.match(number):
        return any(_TOTAL.match(squeeze(line.at(form.places.get(title)))) for title in form.ordinals)
    return any(_TOTAL.match(squeeze(value)) for value in line.values if isinstance(value, str))


def read_row(form: Form, line: Line, as_of: date) -> RowSays:
    """What a row says. Dates after ``as_of`` are faults."""
    return _RowReader(form, line, as_of).read()


class _RowReader:
    def __init__(self, form: Form, line: Line, as_of: date) -> None:
        self.form = form
        self.line = line
        self.as_of = as_of
        self.faults: list[Fault] = []
        self.gaps: list[Fault] = []

    def read(self) -> RowSays:
        no = self._number()
        facts, parties = self._statics()
        entries = self._entries(facts)
        for column in self.form.ledger.columns:
            if column.kind != "ordinal" and clean(self._cell(column.title)) in ERRORS:
                self._fault(column.title, f"单元格是公式错误（{clean(self._cell(column.title))}），请改为数值")
        return RowSays(no, parties, facts, entries, tuple(self.faults), tuple(self.gaps))

    def _cell(self, title: str) -> Any:
        return self.line.at(self.form.places.get(title))

    def _fault(self, column: str, why: str) -> None:
        self.faults.append(Fault(column, why))

    def _number(self) -> str:
        no = squeeze(self._cell(self.form.number))
        if not no:
            self._fault(self.form.number, f"“{self.form.number}”为空，须填写")
        elif len(no) > LONGEST_NUMBER:
            self._fault(self.form.number, f"编号超过 {LONGEST_NUMBER} 个字符，请核对")
        return no

    # ------------------------------------------------------------------------------------------- what stays as it is

    def _statics(self) -> tuple[dict[str, Any], dict[str, str]]:
        facts: dict[str, Any] = {}
        parties: dict[str, str] = {}
        for column in self.form.statics:
            text = _text(self._cell(column.title), whole=column.kind == "remark")
            if not text:
                if column.field in self.form.required:
                    self.gaps.append(Fault(column.title, f"“{column.title}”为空，须填写"))
            elif column.field in PARTY_ROLES:
                parties[column.field] = tidy_name(text)
            else:
                self._read_fact(column, text, facts)
        self._demand_two(parties)
        return facts, parties

    def _read_fact(self, column: LedgerColumn, text: str, facts: dict[str, Any]) -> None:
        try:
            facts.update(forms.read_fields(self.form.rules, None, {column.field: text}, _NOBODY)[0])
        except FieldFault as fault:
            self._fault(column.title, str(fault))

    def _demand_two(self, parties: Mapping[str, str]) -> None:
        if len(parties) == len(PARTY_ROLES) and len(set(parties.values())) == 1:
            column = next(column.title for column in self.form.statics if column.field == PARTY_ROLES[-1])
            self._fault(column, f"与另一方是同一部门（{parties[PARTY_ROLES[-1]]}），请核对")

    # ------------------------------------------------------------------------------------------------- what happened

    def _entries(self, facts: Mapping[str, Any]) -> tuple[Entry, ...]:
        entries: list[Entry] = []
        received: date | None = None
        readable = True
        for step in self.form.steps:
            on, result, sound = self._pair(step)
            if step is self.form.steps[0]:
                received = on
            elif on is not None and received is not None and on < received:
                title = self.form.date_of(self.form.steps[0])
                self._fault(self.form.date_of(step), f"日期 {on} 早于{title} {received}，请核对")
            readable = readable and sound
            if readable and on is not None:
                entries.append(self._entry(step, on, result, facts))
        return tuple(entries)

    def _pair(self, step: LedgerStep) -> tuple[date | None, str, bool]:
        """The date and the result of a step as its cells say, and whether both can be used."""
        before = len(self.faults)
        date_title, result_title = self.form.date_of(step), self.form.result_of(step)
        on = self._date(date_title)
        result = self._result(step, result_title)
        dated = bool(_text(self._cell(date_title)))
        resulted = bool(result_title and _text(self._cell(result_title)))
        if step is self.form.steps[0] and not dated:
            self.gaps.append(Fault(date_title, f"“{date_title}”为空，须填写"))
        if result_title and dated and not resulted:
            self._fault(result_title, f"已填写“{date_title}”，“{result_title}”为空，请补填")
        if not dated and (resulted or self._is_ended_by_remark(step)):
            self._fault(date_title, f"已填写结果，“{date_title}”为空，请补填")
        return on, result, len(self.faults) == before

    def _date(self, title: str) -> date | None:
        value = self._cell(title)
        text = _text(value)
        if not text:
            return None
        try:
            on = forms.read_date(int(text) if _SERIAL.match(text) else _typed(value))
        except (ValueError, OverflowError) as error:
            self._fault(title, str(error))
            return None
        if on is not None and on > self.as_of:
            self._fault(title, f"日期 {on} 在导入截止日 {self.as_of} 之后，请核对")
        return on

    def _result(self, step: LedgerStep, title: str) -> str:
        label = squeeze(_text(self._cell(title))) if title else ""
        if not label:
            return ""
        for known, meaning in step.results.items():
            if squeeze(known) == label:
                return meaning
        self._fault(title, f"“{label}”不是可用的结果，请写为：{'、'.join(step.results)}")
        return ""

    def _remark(self) -> str:
        return _text(self._cell(self.form.remark.title)) if self.form.remark else ""

    def _is_ended_by_remark(self, step: LedgerStep) -> bool:
        """Whether the remark says nothing but that the case was ended: then its date is wanted."""
        return self._remark().strip("（）()。；;，, ") in step.remarks

    def _entry(self, step: LedgerStep, on: date, result: str, facts: Mapping[str, Any]) -> Entry:
        remark = self._remark()
        ending = next((event for word, event in step.remarks.items() if word in remark), "")
        titles = [column.title for column in self.form.ledger.columns if column.step == step.key]
        filled = [title for title in titles if _text(self._cell(title))]
        fields = dict(facts) if step is self.form.steps[0] else self._step_fields(step)
        if step.field:
            fields[step.field] = result
        if ending:
            fields |= self._said_by_remark(ending, remark)
        return Entry(step, on, result, ending, fields, self.form.leftmost(filled))

    def _step_fields(self, step: LedgerStep) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for column in self.form.fields_of(step):
            text = _text(self._cell(column.title), whole=True)
            if text:
                fields[column.field] = text
                if column.law_into and forms.laws_in(text):
                    fields[column.law_into] = forms.laws_in(text)
        return fields

    def _said_by_remark(self, event: str, remark: str) -> dict[str, str]:
        """The form has no other column for the reason of such an end than the remark itself."""
        rules = self.form.rules
        return {key: remark for key in rules.events[event].required if rules.fields[key].kind == "text"}


def _typed(value: Any) -> Any:
    return clean(value) if isinstance(value, str) else value


def _text(value: Any, *, whole: bool = False) -> str:
    """What a cell says, "" if it is struck out; line breaks inside are a narrow column's, unless it is kept whole."""
    text = clean(value)
    if _NOTHING.match(text):
        return ""
    if whole:
        return text.replace("\r\n", "\n")
    return _BREAK.sub("", _BREAK_IN_WORDS.sub(" ", text))


# --------------------------------------------------------------------------------------------------------- a plan


class Plan(NamedTuple):
    """The acts that a row's steps come to; those after the first fault are not in it."""

    acts: tuple[Planned, ...]
    faults: tuple[Fault, ...]


def plan(form: Form, standing: Standing, entries: Sequence[Entry], calendar: WorkingCalendar) -> Plan:
    """The acts of some steps on a case as it stands: in the order of the columns, or of the dates where these fall.

    Dates that fall may be lawful all the same (a provider agrees while coordination is under way); if they are not,
    the fault is where the order of the columns meets it.
    """
    if any(later.on < earlier.on for earlier, later in pairwise(entries)):
        by_date = _replayed(form, standing, sorted(entries, key=lambda entry: entry.on), calendar)
        if not by_date.faults:
            return by_date
    return _replayed(form, standing, entries, calendar)


def blank_standing(rules: Procedure) -> Standing:
    """A new case, before its first event; the parties stand for themselves."""
    parties = {role: n for n, role in enumerate(PARTY_ROLES, 1)}
    return Standing(rules.initial, 0, None, {}, (), parties)


def _replayed(form: Form, standing: Standing, entries: Sequence[Entry], calendar: WorkingCalendar) -> Plan:
    acts: list[Planned] = []
    faults: list[Fault] = []
    for entry in entries:
        try:
            standing = _played(form, standing, entry, calendar, acts, faults)
        except NegotiationError as error:
            faults.append(Fault(_column_of(form, entry, error), str(error)))
            break
        except (ValueError, LookupError) as error:  # a day that the calendar does not know
            faults.append(Fault(form.date_of(entry.step), f"日期无法计算：{error}"))
            break
    return Plan(tuple(acts), tuple(faults))


def _played(
    form: Form,
    standing: Standing,
    entry: Entry,
    calendar: WorkingCalendar,
    acts: list[Planned],
    faults: list[Fault],
) -> Standing:
    """The standing after a step; its acts and what they lack are added to the lists."""
    if entry.step.until_ending and not entry.ending:
        return _played_to_the_end(form, standing, entry, calendar, acts, faults)
    for event in _events(entry):
        standing = _act(form, standing, entry, event, calendar, acts, faults)
    return standing


def _events(entry: Entry) -> tuple[str, ...]:
    if entry.ending:
        return (entry.ending,)
    return (entry.result,) if entry.result and not entry.step.field else entry.step.events


def _played_to_the_end(
    form: Form,
    standing: Standing,
    entry: Entry,
    calendar: WorkingCalendar,
    acts: list[Planned],
    faults: list[Fault],
) -> Standing:
    """Tries the events of a step in order, each if it is lawful then, until the case has ended."""
    for event in entry.step.events:
        if form.rules.states[standing.state].ending:
            break
        try:
            standing = _act(form, standing, entry, event, calendar, acts, faults)
        except OutOfPlace:
            continue
    state = form.rules.states[standing.state]
    if not state.ending:
        raise OutOfPlace(f"案件现为“{state.title}”，还不能结束", todo="请先补填此前的办理环节，或删去这一日期")
    return standing


def _act(
    form: Form,
    standing: Standing,
    entry: Entry,
    event: str,
    calendar: WorkingCalendar,
    acts: list[Planned],
    faults: list[Fault],
) -> Standing:
    rule = form.rules.events[event]
    fields = {key: value for key, value in entry.fields.items() if key in rule.fields}
    lacking = [key for key in rule.required if fields.get(key) in (None, "") and form.column_of(key, entry.step)]
    tried = fields | dict.fromkeys(lacking, _UNKNOWN)
    step = lifecycle.decide(form.rules, standing, Act(event, rule.by[0], entry.on, tried), calendar)
    faults += [_gap(form, entry, event, key) for key in lacking]
    acts.append(Planned(event, rule.by[0], entry.on, fields))
    return step.after


def _gap(form: Form, entry: Entry, event: str, field: str) -> Fault:
    column = form.column_of(field, entry.step)
    return Fault(
        column, f"“{form.rules.events[event].title}”须写明{form.rules.fields[field].title}，“{column}”为空，请补填"
    )


def _column_of(form: Form, entry: Entry, error: NegotiationError) -> str:
    if isinstance(error, DateFault):
        return form.date_of(entry.step)
    if isinstance(error, FieldFault):
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
    fields = found.fields or {}
    if form.result_of(step):
        meaning = fields.get(step.field) if step.field else found.event
        cells[form.result_of(step)] = next((label for label, each in step.results.items() if each == meaning), None)
    if step is not form.steps[0]:
        for column in form.fields_of(step):
            cells[column.title] = _shown(form.rules, column.field, fields.get(column.field))
    return cells


def _standing_event(form: Form, step: LedgerStep, path: Sequence[Happened]) -> Happened | None:
    """The event by which a step is told: the last answer, the end of the case, the first of several on one date."""
    if step.until_ending:
        return path[-1] if path and form.rules.states[path[-1].state].ending else None
    events = step.results.values() if step.results and not step.field else step.events[:1]
    return next((each for each in reversed(path) if each.event in events), None)


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
    onward: list[Entry] = []
    for column in form.statics:
        _compare_static(form, column, row, told, faults, news)
    for entry in row.entries:
        if not _compare_step(form, entry, told, faults):
            onward.append(entry)
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
    label = told.cells.get(result_title)
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
