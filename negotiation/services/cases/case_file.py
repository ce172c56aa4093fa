"""A case taken out of the database: its draft and fields read, its terms acted on by the clock."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from calendars.dates import in_words
from negotiation.core.enums import QUIET, ItemAnswer
from negotiation.core.errors import FieldError
from negotiation.domain import forms, terms
from negotiation.domain.entered import EnteredBy
from negotiation.domain.machine import clock_events
from negotiation.domain.machine.values import Step
from negotiation.domain.meetings import Meeting, set_there
from negotiation.domain.rulebook import STAY, Transition
from negotiation.domain.terms import Term
from negotiation.domain.working_days import Document
from negotiation.services.cases.items import changed_answers
from negotiation.services.cases.recorder import SYSTEM, ChangeRecorder
from negotiation.store import case_reader
from negotiation.store.transaction import Transaction


class CaseFile(ChangeRecorder):
    """A case taken out of the database: read, acted on by people and by the clock, and recorded."""

    def read_draft(self, transaction: Transaction) -> None:
        """The fields that were entered before the first event go with it."""
        if self.draft is None and self.row["state"] == self.procedure.initial:
            self.draft = dict(case_reader.read_draft(transaction, self.row["id"]))

    def read_fields(self, event: str, raw: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, int]]:
        """The form's fields as values, and who takes a part by them; a first event takes the draft's fields along."""
        rule = self.procedure.events.get(event)
        if rule is None:
            return {}, {}  # lifecycle says that there is no such event
        fields, parties = forms.read_fields(self.procedure, rule, raw, self.context.directory)
        drafted = self.drafted_for(event)
        if drafted:
            fields = forms.read_fields(self.procedure, rule, drafted, self.context.directory)[0] | fields
        demand_distinct({**self.case_state.parties, **parties}, parties)
        return fields, parties

    def drafted_for(self, event: str) -> dict[str, Any]:
        """The fields of the draft that go along with the event by which it is handed in; of any other none do."""
        row = self.procedure.table.get((self.row["state"], event))
        if self.row["state"] != self.procedure.initial or row is None or row.target == STAY:
            return {}
        return {key: value for key, value in (self.draft or {}).items() if key in row.event.fields}

    def agreed_at(self, meeting: Meeting, event: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of an act with the date that its meeting set for this case."""
        agreed = meeting.item(self.row["no"])
        if agreed is None:
            return dict(fields)
        return {**fields, **set_there(self.procedure, self.procedure.events[event], agreed, fields)}

    def answer_items(self, transaction: Transaction, row: Transition, fields: Mapping[str, Any]) -> None:
        """Each data item is answered on its own: all agreed, all refused, or those that the reply names."""
        names = fields.get(self.procedure.items) or []
        self.item_numbers = {name: self.row["items"] + n for n, name in enumerate(names, 1)}
        self._rows.items += [
            (self.row["id"], self.row["items"] + n, name, ItemAnswer.ASKED.value, None)
            for n, name in enumerate(names, 1)
        ]
        self.row["items"] += len(names)
        if not row.items or not self.row["items"]:
            return
        stored = case_reader.read_items(transaction, self.row["id"]) if not self._is_new else []
        known = {n: (n, name, answer) for n, name, answer in stored}
        for _, n, name, answer, _ in [*self._rows.items, *self._rows.answers]:
            known[n] = (n, name, answer)
        held = list(known.values())
        self.item_numbers = {name: n for n, name, _ in held}
        for n, name, answer in changed_answers(held, row, fields, self.procedure):
            self._rows.answers.append((self.row["id"], n, name, answer, self.row["version"] + 1))

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

    def recount(self, term: Term, on: date, document: Document, last_notified: date) -> Step:
        """The clock counts a term again, as ``document`` changed the calendar; ``last_notified``: the date known."""
        step = clock_events.recount(
            self.procedure, self.case_state, term, on, document.name, self.calendar, last_notified
        )
        moved = step.changed[0]
        change = change_in_words(self.procedure.terms[term.kind].title, term, moved, document)
        fields = {
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

    def stop_clock(self, as_of: date, title: str, *, after: int = 0) -> None:
        """Terms that were past when history was imported: their clock stays off, one task asks a person to look.

        The clock of the others begins on ``as_of``. Only terms numbered above ``after`` are meant: the clock may have
        acted on the earlier ones already.
        """
        past = [term for term in self.case_state.terms if term.n > after and term.runs and term.due_on < as_of]
        for term in self.case_state.terms:
            if term.n > after and term.runs and term.next_on is not None:
                rule = self.procedure.terms[term.kind]
                quiet = bool(self.row["flags"].get(QUIET))
                starts = None if term in past else terms.next_day(rule, term, self.calendar, since=as_of, quiet=quiet)
                self.replace_term(term._replace(next_on=starts))
        if past:
            self.tasks.add(f"history:{past[0].n}", title, past[0].n)


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
        raise FieldError("提供部门与使用部门相同", field=field, todo="请核对部门")
