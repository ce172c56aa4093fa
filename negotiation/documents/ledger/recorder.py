"""Rows of a ledger recorded: as new cases, or as what is new of the cases that have their numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from negotiation.core.enums import CLOCK, OFFICE, OFFICE_ID, PARTY_ROLES
from negotiation.core.errors import NegotiationError
from negotiation.documents.ledger.compare import Compared, Difference, RejectedRow, compare, missing
from negotiation.documents.ledger.form import Fault, Form
from negotiation.documents.ledger.mending import Mending, needs_plan
from negotiation.documents.ledger.outcome import Correcting, ImportRequest
from negotiation.documents.ledger.reconcile import Plan, Planned, initial_state, plan, state_after
from negotiation.documents.ledger.row import Entry, LedgerRow, read_row
from negotiation.documents.ledger.rows import StoredCase
from negotiation.documents.spreadsheets.lines import Line
from negotiation.domain.case_numbers import pattern_of
from negotiation.domain.departments import Directory
from negotiation.domain.entered import EnteredBy
from negotiation.domain.fields import FieldValue
from negotiation.domain.machine.succession import succeeded
from negotiation.domain.rulebook import STAY, EventRule, Procedure, Rulebook
from negotiation.services.cases import acting, corrections, opening, succession
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.cases.changes import Changes
from negotiation.services.context import Context, UnitOfWork
from negotiation.services.department_keeping import register
from negotiation.store import case_writer
from negotiation.store.numbers import number_taken
from negotiation.store.transaction import Transaction

_GREATEST_SEQ = 10**9


class Recorded(NamedTuple):
    """What a row brought its case: more of its history (``updated``), or corrections."""

    file: CaseFile
    updated: bool
    differences: Sequence[Difference] = ()


@dataclass(frozen=True)
class Recorder:
    """Records rows in a transaction. ``form``: that of the sheet; ``request``: with the instant of the entry.

    All that is recorded belongs to ``batch``. A department that nobody knew is added to ``context.directory``.
    """

    transaction: Transaction
    context: Context
    form: Form
    request: ImportRequest
    batch: int

    @property
    def _work(self) -> UnitOfWork:
        return UnitOfWork(self.transaction, self.context, self.request.at)

    def open(
        self, form: Form, row: LedgerRow, line: Line, twice: Sequence[Fault], again: StoredCase | None = None
    ) -> CaseFile:
        """The case of a row, opened, or of one that was taken back, with its history by ``form`` and what follows.

        ``twice``: the faults of a number used above. Raises RejectedRow, and the error by which an act is refused.
        """
        rules, began = form.rules, received(form, row)
        book = self.context.rulebook_on(began) if began is not None else None
        planned = self._planned(form, row, line, book) if book is not None else Plan((), row.faults)
        self._refuse([*planned.faults, *row.gaps, *twice], cells=[*row.faults, *row.gaps, *twice])
        self._register(row.parties)
        if again is None:
            file = opening.open_case(self._work, rules.key, row.parties, no=row.no, on=began, batch=self.batch)
        else:
            assert began is not None, "a row without its first day has a gap"
            file = opening.begin_again(self._work, again.loaded, row.parties, on=began, batch=self.batch)
        self._replay(file, planned.acts)
        case_writer.save(self.transaction, file.change())
        _take_number(self.transaction, rules, row.no)
        return file

    def _planned(self, form: Form, row: LedgerRow, line: Line, book: Rulebook) -> Plan:
        """The acts of a new case and the faults of its row: from the first day of the next law on by the next form."""
        state, calendar = initial_state(form.rules), self.context.calendar_of(book)
        law = self.context.successor_of(book, form.rules.key, self.request.as_of)
        later = self._read(form.under(law.procedure(form.rules.key)), line) if law is not None else row
        onward = [each for each in later.entries if law is not None and each.on >= law.in_force_from]
        if law is None or not onward:
            planned = plan(form, state, row.entries, calendar)
            return Plan(planned.acts, (*row.faults, *planned.faults))
        before = plan(form, state, [each for each in row.entries if each.on < law.in_force_from], calendar)
        faults = (*_faults_across(form, row, later), *before.faults)
        if before.faults:
            return Plan(before.acts, faults)
        state = state_after(form, state, before.acts, calendar)
        if not form.rules.states[state.state].ending:
            state = succeeded(book, law, form.rules.key, state, law.in_force_from).after
            form, calendar = form.under(law.procedure(form.rules.key)), self.context.calendar_of(law)
        rest = plan(form, state, onward, calendar)
        return Plan((*before.acts, *rest.acts), (*faults, *rest.faults))

    def _read(self, form: Form, line: Line) -> LedgerRow:
        return read_row(form, line, self.request.as_of, self.context.directory.by_name)

    def add_to(self, stored: StoredCase, line: Line) -> Recorded:
        """Records what a row has beyond its case and, where that is asked, what it says otherwise.

        The row is read by the rules of the case. Raises RejectedRow, and whatever error the case refuses an act with.
        """
        file = acting.file_of(self._work, stored.loaded)
        if file.procedure.key != self.form.rules.key:
            raise RejectedRow(Fault(self.form.number, f"编号 {file.no} 已用于“{file.procedure.title}”，请核对"))
        found = self._compared(file, stored, line)
        if self._goes_over(file, found.onward):
            found = self._compared(file, stored, line)
        planned = plan(found.form, file.case_state, found.onward, file.calendar)
        correcting = self.request.correcting
        if correcting is not None and (found.differences or found.emptied or planned.faults):
            return self._mended(file, found, correcting)
        self._refuse([*found.row.faults, *found.faults, *planned.faults], found.differences, found.row.faults)
        self._replay(file, planned.acts)
        noted = self._note(file, found)
        if noted or planned.acts:
            case_writer.save(self.transaction, file.change())
        return Recorded(file, noted or bool(planned.acts))

    def _compared(self, file: CaseFile, stored: StoredCase, line: Line) -> Compared:
        """What a row has beyond its case, by the rules of the case."""
        form = self.form.under(file.procedure)
        return compare(form, self._read(form, line), stored.rendered(form, self.context.directory))

    def _goes_over(self, file: CaseFile, onward: Sequence[Entry]) -> bool:
        """True if all that is new of a case happened under the next law: the case has gone over to it first."""
        due = succession.due_by_clock(file, self.request.as_of)
        if due is None or not onward or any(each.on < due.on for each in onward):
            return False
        succession.go_over(self.transaction, file, due, live=False)
        return True

    def _mended(self, file: CaseFile, found: Compared, correcting: Correcting) -> Recorded:
        """Enters what a row says otherwise as corrections of its case; what these do not allow rejects the row."""
        form, row = found.form, found.row
        differences = (*found.differences, *found.emptied, *missing(form, found.onward))
        planned = Plan((), ())
        if needs_plan(found):
            planned = plan(form, initial_state(form.rules), row.entries, file.calendar)
        self._refuse([*row.faults, *planned.faults], differences, row.faults)
        self._register(row.parties)
        before = max((term.n for term in file.case_state.terms), default=0)
        try:
            changes = self._changes(Mending.of(found, planned.acts), correcting.reason)
            corrections.correct(self.transaction, file, changes, correcting.signer)
        except NegotiationError as error:
            column = form.leftmost(each.column for each in differences)
            raise RejectedRow(Fault(column, str(error)), differences) from None
        file.stop_clock(self.request.as_of, after=before)
        self._note(file, found)
        case_writer.save(self.transaction, file.change())
        return Recorded(file, False, differences)

    def _refuse(
        self, faults: Sequence[Fault], differences: Sequence[Difference] = (), cells: Sequence[Fault] = ()
    ) -> None:
        """Raises RejectedRow for the first of the faults; ``cells``: those that lie in a cell, and are all told."""
        if faults:
            raise RejectedRow(self.form.in_order(faults)[0], differences, self.form.in_order(cells))

    def _register(self, parties: Mapping[str, str]) -> None:
        """Adds departments that nobody knows yet, in the order of the form's columns."""
        for name in (parties.get(column.field) for column in self.form.statics if column.field in PARTY_ROLES):
            if name and name not in self.context.directory.by_name:
                unit = register(self.transaction, self.context, name, None, self.request.operation)
                known = self.context.directory
                self.context.directory = Directory([*known.by_id.values(), unit], changes=known.changes)

    def _replay(self, file: CaseFile, acts: Sequence[Planned]) -> None:
        """Silently, and the clock of the terms that these acts start stays off where they are past."""
        before = max((term.n for term in file.case_state.terms), default=0)
        for act in acts:
            request = self._request(act.event, act.role, act.on, act.fields)
            acting.perform(self.transaction, file, request, clock=False)
        file.stop_clock(self.request.as_of, after=before)

    def _note(self, file: CaseFile, found: Compared) -> bool:
        """Records facts that the case did not have, by an event that changes nothing else; False if none can."""
        event = _noting(file.procedure, file.case_state.state, set(found.news))
        if event is None:
            return False
        titles = "、".join(each.title for each in self.form.statics if each.field in found.news)
        texts = dict.fromkeys(event.required, f"台账更新：{titles}")
        fields = texts | {key: value for key, value in found.news.items() if key in event.optional}
        request = self._request(event.key, event.by[0], self.request.as_of, fields)
        acting.perform(self.transaction, file, request, clock=False)
        return True

    def _request(self, event: str, role: str, on: date, fields: Mapping[str, FieldValue]) -> ActRequest:
        """An act as the office enters it from its ledger."""
        actor, account = self.form.ledger.actor, self.request.account_id
        return ActRequest(
            event, role=role, actor=actor, on=on, fields=fields, account_id=account, side=OFFICE_ID, batch=self.batch
        )

    def _changes(self, mending: Mending, reason: str) -> Changes:
        """What a row corrects, as the office enters it from its ledger."""
        by = EnteredBy(self.form.ledger.actor, self.request.account_id, OFFICE_ID, batch=self.batch)
        struck, entries = tuple(mending.strikes), tuple(mending.entries)
        return Changes(reason, by, OFFICE, mending.corrections, struck, entries=entries)


def _faults_across(form: Form, row: LedgerRow, later: LedgerRow) -> list[Fault]:
    """The faults of a row by two forms: each column by the first that has it."""
    own = {column.title for column in form.ledger.columns}
    return [
        *(each for each in row.faults if each.column in own),
        *(each for each in later.faults if each.column not in own),
    ]


def received(form: Form, row: LedgerRow) -> date | None:
    """The day on which a row's case began, by the first step of the form."""
    first = row.entries[0] if row.entries else None
    return first.on if first is not None and first.step is form.steps[0] else None


def _noting(rules: Procedure, state: str, wanted: set[str]) -> EventRule | None:
    """The event that can carry some of the wanted fields and changes neither state nor terms."""
    for row in rules.from_state(state):
        event = row.event
        plain = row.target == STAY and not (row.moves or row.set or row.when) and event.by[0] != CLOCK
        wording = all(rules.fields[key].kind == "text" for key in event.required)
        if plain and wording and wanted & set(event.optional):
            return event
    return None


def _take_number(transaction: Transaction, rules: Procedure, no: str) -> None:
    """A number of the procedure's own form is not given out again."""
    if (match := pattern_of(rules.number).match(no)) and int(match["seq"]) < _GREATEST_SEQ:
        number_taken(transaction, f"{rules.key}/{int(match['year'])}", int(match["seq"]))
