"""A case taken out of the database: its draft and fields read, its terms acted on by the clock."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date

from calendars.dates import in_words
from negotiation.core.enums import QUIET
from negotiation.core.errors import FieldError, InvalidTransition
from negotiation.domain import forms, terms
from negotiation.domain.case_record import CaseRecord
from negotiation.domain.entered import CARRIED, OFFLINE, REPLAYED, Entered, EnteredBy, change_of_law, split
from negotiation.domain.expunging import Erasing, Expunged
from negotiation.domain.fields import Fields, RawFields, Reading
from negotiation.domain.items import Item
from negotiation.domain.machine import clock_events
from negotiation.domain.machine.division import Carried, taken_over
from negotiation.domain.machine.entries import Entry
from negotiation.domain.machine.succession import succeeded
from negotiation.domain.machine.values import CaseState, Step
from negotiation.domain.meetings import Meeting, set_there
from negotiation.domain.rulebook import STAY, Procedure, Rulebook
from negotiation.domain.terms import Term
from negotiation.domain.working_days import Document
from negotiation.services.cases.case_record import state_of
from negotiation.services.cases.recorder import SYSTEM, ChangeRecorder
from negotiation.store import case_reader
from negotiation.store.records import MovedRecord
from negotiation.store.transaction import Transaction


class CaseFile(ChangeRecorder):
    """A case taken out of the database: read, acted on by people and by the clock, and recorded.

    ``offspring``: the new case in which data items go on that an act has handed over; it is written with this one.
    """

    offspring: "CaseFile | None" = None

    def begin_again(self, record: CaseRecord) -> None:
        """Puts a blank record in the place of that of a case of which nothing stands; its struck terms stay."""
        self._record = record
        self.case_state = state_of(record, self.case_state.terms, (), self.seats)

    def read_draft(self, transaction: Transaction) -> None:
        """The fields that were entered before the first event go with it."""
        if self.draft is None and self.state == self.procedure.initial:
            self.draft = case_reader.read_draft(transaction, self.case_id)

    def read_form(self, event: str, raw: RawFields) -> Reading:
        """The form as it was read, with what is wrong in it; a first event takes the draft's fields along.

        Raises InvalidTransition for a case that goes on on paper alone (线下办理).
        """
        if self._record.subject == OFFLINE:  # no person calls a case so
            todo = "请在线下办理；须恢复的，另行登记新的案件"
            raise InvalidTransition("本案已转线下办理，系统不再登记办理情况", todo=todo)
        rule = self.procedure.events.get(event)
        if rule is None:
            return Reading({}, {}, [])  # lifecycle says that there is no such event
        reading = forms.read_form(self.procedure, rule, raw, self.context.directory)
        drafted = self.drafted_for(event)
        if drafted:
            kept = forms.read_fields(self.procedure, rule, drafted, self.context.directory)[0]
            reading = reading._replace(fields=kept | reading.fields)
        demand_distinct({**self.case_state.parties, **reading.parties}, reading.parties)
        return reading

    def drafted_for(self, event: str) -> Fields:
        """The fields of the draft that go along with the event by which it is handed in; of any other none do."""
        row = self.procedure.table.get((self.state, event))
        if self.state != self.procedure.initial or row is None or row.target == STAY:
            return {}
        return {key: value for key, value in (self.draft or {}).items() if key in row.event.fields}

    def agreed_at(self, meeting: Meeting, event: str, fields: Fields) -> Fields:
        """The fields of an act with the date that its meeting set for this case."""
        agreed = meeting.item(self.no)
        if agreed is None:
            return dict(fields)
        return {**fields, **set_there(self.procedure, self.procedure.events[event], agreed, fields)}

    def lapse(self, on: date) -> list[Step]:
        """The clock lets the terms act that were due before the day ``on``."""
        steps = list(clock_events.lapses(self.procedure, self.case_state, on, self.calendar))
        for step in steps:
            self.record(step, by=self.clock)
        return steps

    def remind(self, term: Term, on: date) -> Step:
        """The clock sends the reminder that is due on the day ``on``."""
        step = clock_events.remind(self.procedure, self.case_state, term, on, self.calendar)
        self.record(step, by=self.clock)
        return step

    def recounted(self, term: Term, on: date, document: Document, last_notified: date) -> Step:
        """The step by which the clock counts a term again, as ``document`` changed the calendar; nothing is recorded.

        ``last_notified``: the date that the parties know.
        """
        rules = self.procedure
        return clock_events.recount(rules, self.case_state, term, on, document.name, self.calendar, last_notified)

    def recount(self, term: Term, on: date, document: Document, last_notified: date) -> Step:
        """The clock counts a term again (``recounted``), and records it; returns the step."""
        step = self.recounted(term, on, document, last_notified)
        moved = step.changed[0]
        change = change_in_words(self.procedure.terms[term.kind].title, term, moved, document)
        fields: Fields = {
            "change": change,
            "from": term.due_on,
            "to": moved.due_on,
            "was_official": term.official,
            "official": moved.official,
        }
        spoken = step._replace(
            recounted=term._replace(due_on=last_notified)
        )  # a mail names the date that its reader knows
        self.record(spoken, by=EnteredBy(SYSTEM), fields=fields, document=document)
        if any(request.held for request in step.notice_requests):
            self.tasks.add(f"event:{step.after.version}/held", f"{change}。期限提前，请确认后告知双方", term.n)
        return step

    def role_title(self, role: str) -> str:
        """The title of a role in this case: of a party as the procedure calls it."""
        return self.rulebook.role_title(role, self.procedure)

    def rules_of(self, entry: Entry) -> Procedure:
        """The procedure under which an entry was entered, that of its law where the case has gone by several."""
        return entry.rules or self.procedure

    def go_by(self, rulebook: Rulebook) -> None:
        """From now on the case goes by this rulebook."""
        self.rulebook = rulebook
        self.procedure = self.tasks.procedure = rulebook.procedure(self.procedure.key)
        self.calendar = self.context.calendar_of(rulebook)
        self._record = self._record._replace(rulebook=rulebook.id, edition=rulebook.version)

    @property
    def has_other_law(self) -> bool:
        """True if the case goes by another rulebook than the one with which it was loaded."""
        before = self._loaded.record
        return (before.rulebook, before.edition) != (self._record.rulebook, self._record.edition)

    def go_over(self, law: Rulebook, on: date, *, replayed: bool = False) -> Step:
        """The clock lets the case go over to the law that follows its own, on the day ``on``; what runs runs on.

        ``replayed``: within a ledger's history. Raises InvalidTransition if the law has no state for it.
        """
        step = succeeded(self.rulebook, law, self.procedure.key, self.case_state, on)
        entered = change_of_law(self.rulebook, law)
        data = {**entered.data, REPLAYED: True} if replayed else entered.data
        self.record_event(step, self.clock, Entered(data, {}))
        self.go_by(law)
        self.case_state = step.after
        self.steps.append(step)
        return step

    def belong_to(self, matter: str) -> None:
        """The case is one of those of this letter (来文事项)."""
        self._record = self._record._replace(matter=matter)

    def take_over(self, carried: Carried, on: date, by: EnteredBy, beside: Fields) -> Step:
        """Begins the case with what it takes over from another on the day ``on``; ``beside``: what is known of it."""
        step = taken_over(self.procedure, self.case_state, carried, on)
        entered = split(self.procedure, step.event, beside, self.context.directory, parties=carried.parties)
        data = {**entered.data, CARRIED: carried.as_data()}
        self.record_event(step, by, Entered(data, {**entered.content, CARRIED: carried.as_texts()}))
        self._follow(step)
        self.notify_of(step)
        return step

    @contextmanager
    def read_under(self, rulebook: Rulebook | None) -> Iterator[None]:
        """Reads by the forms of a former law meanwhile; None: by those of its own."""
        present = self.rulebook, self.procedure
        if rulebook is not None:
            self.rulebook, self.procedure = rulebook, rulebook.procedure(self.procedure.key)
        try:
            yield
        finally:
            self.rulebook, self.procedure = present

    def restate(
        self,
        record: CaseRecord,
        case_state: CaseState,
        stored: Iterable[MovedRecord],
        moved: Iterable[MovedRecord],
    ) -> None:
        """Puts a case that was derived anew into the file, with the version of its last event; the chain goes on.

        ``stored``, ``moved``: the handovers that the database has, and those that the case has now.
        """
        version = self._rows.events[-1].seq
        self.case_state = case_state._replace(version=version)
        before, now = set(stored), set(moved)
        self._rows.moved_gone += [(each.seq, each.role) for each in before - now]
        self._rows.moved += sorted(now - before)
        self._record = record._replace(version=version)

    def forget(self, subject: str, items: tuple[Item, ...], gone: Expunged) -> None:
        """Puts what is left of a case into the file, after the event of the order by which its texts are destroyed."""
        event, before = self._rows.events[-1], self._record
        tied = None if gone.is_whole else before.resource_id
        self.case_state = self.case_state._replace(version=event.seq, items=items)
        self._record = before._replace(subject=subject, resource_id=tied)
        renamed = before.subject if before.subject != subject else ""
        self._rows.erasing = Erasing(self.at, self.no, event.seq, event.basis, gone, renamed)

    def stop_clock(self, as_of: date, *, after: int = 0) -> None:
        """Terms that were past when history was imported: their clock stays off, one task asks a person to look.

        The clock of the others begins on ``as_of``. Only terms numbered above ``after`` are meant: the clock may have
        acted on the earlier ones already.
        """
        past = [term for term in self.case_state.terms if term.n > after and term.runs and term.due_on < as_of]
        for term in self.case_state.terms:
            if term.n > after and term.runs and term.next_on is not None:
                rule = self.procedure.terms[term.kind]
                quiet = bool(self.case_state.flags.get(QUIET))
                starts = None if term in past else terms.next_day(rule, term, self.calendar, since=as_of, quiet=quiet)
                self.replace_term(term._replace(next_on=starts))
        if past:
            self.tasks.ask_for_history(past[0].n)


def change_in_words(title: str, before: Term, after: Term, document: Document) -> str:
    """因{文号}，{期限名称}由 … 变更为 …，天数不变"""
    if before.due_on == after.due_on and not after.official:
        return f"因{document.name}，{title} {in_words(after.due_on)} 由确定改为暂定，天数不变"
    was, now = (in_words(each.due_on) + ("" if each.official else "（暂定）") for each in (before, after))
    if before.due_on == after.due_on:
        return f"因{document.name}，{title} {now} 由暂定改为确定，天数不变"
    return f"因{document.name}，{title}由 {was} 变更为 {now}，天数不变"


def demand_distinct(parties: Mapping[str, int], entered: Mapping[str, int]) -> None:
    """Raises FieldError if one of the parties ``entered`` makes applicant and provider the same department."""
    if entered and parties.get("applicant") == parties["provider"]:
        field = "provider" if "provider" in entered else "applicant"
        raise FieldError("双方的部门相同", field=field, todo="请核对部门")
