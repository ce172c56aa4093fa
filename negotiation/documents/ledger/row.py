"""A row of a ledger, read cell by cell."""

import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, NamedTuple

from negotiation.core.enums import PARTY_ROLES
from negotiation.core.errors import FieldError
from negotiation.core.texts import CELL, Kind, half_width
from negotiation.documents.ledger.form import NOBODY, NUMBERED, Fault, Form, cell_text
from negotiation.documents.spreadsheets.cell_text import clean, squeeze, unusable
from negotiation.documents.spreadsheets.department_names import read_department
from negotiation.documents.spreadsheets.lines import Line
from negotiation.domain import forms
from negotiation.domain.fields import FieldValue
from negotiation.domain.rulebook import LedgerColumn, LedgerStep

LONGEST_NUMBER = 64
_SERIAL = re.compile(r"\d{5}$")  # a date as a spreadsheet counts it, typed into a text cell


class Entry(NamedTuple):
    """One step of a row. ``result``: the event or the field's value that its result cell names.

    ``ending``: the event that the remark names instead; ``cell``: the leftmost cell of the step that is filled.
    """

    step: LedgerStep
    on: date
    result: str
    ending: str
    fields: Mapping[str, FieldValue]
    cell: str


class LedgerRow(NamedTuple):
    """A row as read. ``faults`` are wrong in any case, ``gaps`` only if the row is to become a new case.

    ``entries``: the steps in the order of the form's columns, up to the first that cannot be read.
    """

    no: str
    parties: Mapping[str, str]
    facts: Mapping[str, FieldValue]
    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]
    gaps: tuple[Fault, ...]


def read_row(form: Form, line: Line, as_of: date, known: Collection[str]) -> LedgerRow:
    """Reads a row. Dates after ``as_of`` are faults; ``known``: the names of the departments that there are."""
    return _RowReader(form, line, as_of, known).read()


class _RowReader:
    def __init__(self, form: Form, line: Line, as_of: date, known: Collection[str]) -> None:
        self.form = form
        self.line = line
        self.as_of = as_of
        self.known = known
        self.faults: list[Fault] = []
        self.gaps: list[Fault] = []

    def read(self) -> LedgerRow:
        self._demand_clear()
        no = self._number()
        facts, parties = self._statics()
        entries = self._entries(facts)
        self._refuse_strange()
        return LedgerRow(no, parties, facts, entries, tuple(self.faults), tuple(self.gaps))

    def _refuse_strange(self) -> None:
        """The sheet may have columns for what the law of this case does not know: nothing in them is passed over."""
        own = {column.title for column in self.form.ledger.columns}
        for title in self.form.places:
            if title not in own and cell_text(self._cell(title)):
                self._fault(title, f"本案适用的规则没有“{title}”这一栏，请核对后清空，或改填规则所设的环节")

    def _cell(self, title: str) -> Any:
        return self.line.at(self.form.places.get(title))

    def _fault(self, column: str, why: str) -> None:
        self.faults.append(Fault(column, why))

    def _demand_clear(self) -> None:
        """Nothing that cannot be read or kept. The ordinal is never read, and may be whatever it is."""
        for column in self.form.ledger.columns:
            place = self.form.places.get(column.title)
            if column.kind == "ordinal":
                continue
            unclear = self.line.why_unclear(place, is_day=column.kind == "date")
            if why := unclear or unusable(self.line.at(place), self._kind(column)):
                self._fault(column.title, why)

    def _kind(self, column: LedgerColumn) -> Kind:
        """The kind of text that a cell may have. A line break is a narrow column's, and no fault."""
        rule = self.form.rules.fields.get(column.field)
        return forms.kind_of(rule)._replace(lines=True) if rule else CELL

    def _number(self) -> str:
        no = "".join(half_width(clean(self._cell(self.form.number))).split())
        if not no:
            self._fault(self.form.number, f"“{self.form.number}”为空，须填写")
        elif len(no) > LONGEST_NUMBER:
            self._fault(self.form.number, f"编号超过 {LONGEST_NUMBER} 个字符，请核对")
        return no

    # ------------------------------------------------------------------------------------------- what stays as it is

    def _statics(self) -> tuple[dict[str, FieldValue], dict[str, str]]:
        facts: dict[str, FieldValue] = {}
        parties: dict[str, str] = {}
        for column in self.form.statics:
            is_party = column.field in PARTY_ROLES
            text = cell_text(self._cell(column.title), whole=is_party or column.kind == "remark")
            if not text:
                if column.field in self.form.required:
                    self.gaps.append(Fault(column.title, f"“{column.title}”为空，须填写"))
            elif is_party:
                self._read_party(column, text, parties)
            else:
                self._read_fact(column, text, facts)
        self._demand_two(parties)
        return facts, parties

    def _read_party(self, column: LedgerColumn, text: str, parties: dict[str, str]) -> None:
        try:
            parties[column.field] = read_department(text, self.known)
        except ValueError as fault:
            self._fault(column.title, str(fault))

    def _read_fact(self, column: LedgerColumn, text: str, facts: dict[str, FieldValue]) -> None:
        try:
            facts.update(forms.read_fields(self.form.rules, None, {column.field: text}, NOBODY)[0])
        except FieldError as fault:
            self._fault(column.title, str(fault))

    def _demand_two(self, parties: Mapping[str, str]) -> None:
        if len(parties) == len(PARTY_ROLES) and len(set(parties.values())) == 1:
            column = next(column.title for column in self.form.statics if column.field == PARTY_ROLES[-1])
            self._fault(column, f"与另一方是同一部门（{parties[PARTY_ROLES[-1]]}），请核对")

    # ------------------------------------------------------------------------------------------------- what happened

    def _entries(self, facts: Mapping[str, FieldValue]) -> tuple[Entry, ...]:
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
        """The date and the result of a step by its cells, and whether both can be used."""
        before = len(self.faults)
        date_title, result_title = self.form.date_of(step), self.form.result_of(step)
        on = self._date(date_title)
        result = self._result(step, result_title)
        dated = bool(cell_text(self._cell(date_title)))
        resulted = bool(result_title and cell_text(self._cell(result_title)))
        if step is self.form.steps[0] and not dated:
            self.gaps.append(Fault(date_title, f"“{date_title}”为空，须填写"))
        if result_title and dated and not resulted:
            self._fault(result_title, f"已填写“{date_title}”，“{result_title}”为空，请补填")
        described = any(cell_text(self._cell(column.title)) for column in self.form.fields_of(step))
        if not dated and (resulted or described or self._is_ended_by_remark(step)):
            self._fault(date_title, f"已填写结果或理由，“{date_title}”为空，请补填")
        return on, result, len(self.faults) == before

    def _date(self, title: str) -> date | None:
        try:
            on = read_day(self.line, self.form.places.get(title))
        except (ValueError, OverflowError) as error:
            self._fault(title, str(error))
            return None
        if on is not None and on > self.as_of:
            self._fault(title, f"日期 {on} 在导入截止日 {self.as_of} 之后，请核对")
        return on

    def _result(self, step: LedgerStep, title: str) -> str:
        label = squeeze(cell_text(self._cell(title))) if title else ""
        if not label:
            return ""
        for known, meaning in step.results.items():
            if squeeze(known) == label:
                return meaning
        self._fault(title, f"“{label}”不是可用的结果，请写为：{'、'.join(step.results)}")
        return ""

    def _remark(self) -> str:
        return cell_text(self._cell(self.form.remark.title)) if self.form.remark else ""

    def _is_ended_by_remark(self, step: LedgerStep) -> bool:
        """True if the remark is nothing but a word for the end of the case: then its date is wanted."""
        return self._remark().strip("（）()。；;，, ") in step.remarks

    def _entry(self, step: LedgerStep, on: date, result: str, facts: Mapping[str, FieldValue]) -> Entry:
        remark = self._remark()
        ending = next((event for word, event in step.remarks.items() if word in remark), "")
        titles = [column.title for column in self.form.ledger.columns if column.step == step.key]
        filled = [title for title in titles if cell_text(self._cell(title))]
        fields = dict(facts) if step is self.form.steps[0] else self._step_fields(step)
        if step.field:
            fields[step.field] = result
        if step.words_into:
            fields[step.words_into] = cell_text(self._cell(self.form.result_of(step)))
        if ending:
            fields |= self._fields_of_remark(ending, remark)
        return Entry(step, on, result, ending, fields, self.form.leftmost(filled))

    def _step_fields(self, step: LedgerStep) -> dict[str, FieldValue]:
        fields: dict[str, FieldValue] = {}
        for column in self.form.fields_of(step):
            text = cell_text(self._cell(column.title), whole=True)
            if text:
                fields[column.field] = text
                if column.kind == "document" and not NUMBERED.search(squeeze(text)):
                    self._fault(
                        column.title, f"“{text}”不是文号，请写为例如 京政函〔2026〕9号；没有文号的请一并清空本环节各栏"
                    )
                if column.law_into and forms.laws_in(text):
                    fields[column.law_into] = forms.laws_in(text)
        return fields

    def _fields_of_remark(self, event: str, remark: str) -> dict[str, str]:
        """The form has no other column for the reason of such an end than the remark itself."""
        rules = self.form.rules
        return {key: remark for key in rules.events[event].required if rules.fields[key].kind == "text"}


def read_day(line: Line, place: int | None) -> date | None:
    """The day in a cell, None in an empty one. Raises ValueError, OverflowError for what is no day."""
    value = line.day_at(place)
    text = cell_text(value)
    return forms.read_date(int(text) if _SERIAL.match(text) else _typed(value)) if text else None


def _typed(value: Any) -> Any:
    return clean(value) if isinstance(value, str) else value
