"""Record of what is decided on a case: its events with their chain, and all that is therefore to be written."""

from collections.abc import Iterable
from datetime import date, datetime

from negotiation.core.enums import COUNTED
from negotiation.core.errors import FieldError
from negotiation.core.local_time import local_date
from negotiation.domain import notices
from negotiation.domain.case_record import CaseRecord
from negotiation.domain.entered import Entered, EnteredBy, split
from negotiation.domain.event_chain import body_of
from negotiation.domain.fields import Fields, names_in
from negotiation.domain.machine.values import Step
from negotiation.domain.meetings import Meeting
from negotiation.domain.notices import NoticeRecord
from negotiation.domain.own_figures import differences
from negotiation.domain.rulebook import Procedure, Rulebook
from negotiation.domain.terms import Term
from negotiation.domain.working_days import Document
from negotiation.services.cases.case_record import ending_of, followed, joined, moved_parties, short_subject, state_of
from negotiation.services.cases.recorded_rows import Rows, amendment_step
from negotiation.services.cases.task_recorder import TaskRecorder
from negotiation.services.context import Context
from negotiation.store.case_reader import Loaded
from negotiation.store.change_statements import Change
from negotiation.store.records import ContentRecord

SYSTEM = "系统"


class ChangeRecorder:
    """A case as it stands after the steps recorded on it, and the change that they make to the database.

    ``case_state`` alone holds what a step decides; ``case`` joins it with the rest of the record.
    """

    clock = EnteredBy(SYSTEM)  # under which the clock lapses and reminds

    def __init__(
        self, context: Context, rulebook: Rulebook, loaded: Loaded, *, at: datetime, new: bool = False
    ) -> None:
        self.context, self.rulebook, self.at = context, rulebook, at
        self.procedure: Procedure = rulebook.procedures[loaded.record.procedure]
        self.calendar = context.calendar_of(rulebook)
        self.seats = context.directory.seats(self.procedure.seats) if self.procedure.seats else {}
        self.case_state = state_of(loaded.record, loaded.terms, loaded.items, self.seats)
        self.draft: Fields | None = None
        self.copied: tuple[int, ...] = loaded.copied
        self.tasks = TaskRecorder(loaded.record.id, self.procedure, at)
        self.steps: list[Step] = []
        self._is_new = new
        self._loaded = loaded
        self._record = loaded.record
        self._meetings: dict[int, int] = {}
        self._rows = Rows(loaded.record.head)

    @property
    def case(self) -> CaseRecord:
        """The record of the case as it now stands."""
        return joined(self._record, self.case_state, self.procedure, self._rows.head)

    @property
    def base_record(self) -> CaseRecord:
        """The record without what its state, its terms and its items make of it."""
        return self._record

    @property
    def case_id(self) -> int:
        return self._record.id

    @property
    def no(self) -> str:
        return self._record.no

    @property
    def subject(self) -> str:
        return self._record.subject

    @property
    def state(self) -> str:
        return self.case_state.state

    @property
    def ending(self) -> str:
        """The way in which the case has ended; "" while it is open."""
        return ending_of(self._record, self.case_state.state, self.procedure)

    @property
    def received_on(self) -> date | None:
        return self._record.received_on

    @property
    def resource_id(self) -> int | None:
        """The resource of the catalogue that the case is about."""
        return self._record.resource_id

    @property
    def version(self) -> int:
        """The number of its events."""
        return self.case_state.version

    @property
    def today(self) -> date:
        """The day in Asia/Shanghai on which this happens."""
        return local_date(self.at)

    def note_facts(self, fields: Fields) -> None:
        """Keeps the fields that the case itself carries: its subject, and the departments it is copied to (配合单位).

        Raises FieldError for a subject that is too long, or one of the parties among the latter.
        """
        if subject := fields.get(self.procedure.subject):
            self._record = self._record._replace(subject=short_subject(self.procedure, str(subject)))
        named = [self.context.directory.find(name).id for name in names_in(fields.get(self.procedure.copied))]
        for department in named:
            if department in self.case_state.parties.values():
                title = self.procedure.fields[self.procedure.copied].title
                raise FieldError(f"“{title}”中有本案的双方", field=self.procedure.copied, todo="请去掉该部门")
        seats = self.seats.values() if self.received_on is not None else ()  # who fills a role finds it among its own
        if named or seats:
            self.copied = tuple(dict.fromkeys((*self.copied, *named, *seats)))
            self._record = self._record._replace(copied=len(self.copied))

    def tie(self, resource_id: int) -> None:
        """The case is about this resource of the catalogue."""
        self._record = self._record._replace(resource_id=resource_id)

    def relate(self, case_id: int | None) -> None:
        """Another case gave rise to this one; None: it is not stored here."""
        self._record = self._record._replace(related_id=case_id)

    def record(
        self,
        step: Step,
        *,
        by: EnteredBy,
        fields: Fields | None = None,
        replayed: bool = False,
        document: Document | None = None,
    ) -> None:
        """Puts a step into the file: event and chain, content, terms, case columns, notices, tasks.

        ``replayed``: a ledger's history, of which nobody is notified.
        """
        self.record_event(step, by, self._split(step, fields or {}, replayed))
        lapsed = [term.n for term in self.case_state.terms if term.lapsed_on is not None]
        undone = [term.n for term in step.changed if term.lapsed_on is None and term.n in lapsed] if lapsed else ()
        self._follow(step)
        self.note_facts(fields or {})
        if not replayed:
            differing = len(differences(self.procedure, fields)) if fields and COUNTED in fields else 0
            self._rows.notices += notices.of_step(self.about(step, document, differing))
        self.tasks.record(step, undone)
        self.steps.append(step)

    def rests_on(self, meeting: Meeting, seq: int) -> None:
        """The event ``seq`` is what this meeting came to."""
        self._meetings[meeting.id] = seq

    def notify_of(self, step: Step) -> None:
        """The notices that a step sends, where its event was recorded by itself."""
        self._rows.notices += notices.of_step(self.about(step))
        self.tasks.record(step, ())
        self.steps.append(step)

    def point_out(self, seq: int, contradiction: str) -> None:
        """An answer that does not agree with the catalogue: the office looks into it."""
        self.tasks.add(f"event:{seq}/catalogue", f"{contradiction}。请核对资源目录和答复，必要时联系提供部门")

    def correct(self, step: Step, departments: Iterable[int]) -> None:
        """Notifies those ``departments`` that were notified of a lapse, and no others, that it is annulled."""
        self._rows.notices += [notices.correction(self.about(step), each) for each in departments]

    def add_notices(self, made: Iterable[NoticeRecord]) -> None:
        """Notices besides those that the steps send by themselves."""
        self._rows.notices += made

    def about_amendment(self) -> notices.About:
        """The subject of the notices of a correction: the last event of the file."""
        return self.about(amendment_step(self._rows.events[-1], self.case_state))

    def withhold(self, keys: Iterable[str]) -> None:
        """Notices that wait, and say what no longer holds, are not sent."""
        self._rows.withheld += keys

    def change(self) -> Change:
        """All that is to be written, in one piece."""
        self._keep_draft()
        before, rows = self._loaded, self._rows
        stored = {term.n for term in before.terms}
        tasks, tasks_done = self.tasks.folded(stored)
        return Change(
            record=self.case,
            loaded=None if self._is_new else before,
            events=rows.events,
            contents=rows.contents,
            terms=self.case_state.terms,
            items=self.case_state.items,
            notices=rows.notices,
            withheld=rows.withheld,
            moved=rows.moved,
            moved_gone=rows.moved_gone,
            erasing=rows.erasing,
            tasks=tasks,
            tasks_done=tasks_done,
            tasks_void=[(self.today, seq) for seq in self.tasks.void],
            copied=[(self.case_id, each) for each in self.copied if each not in before.copied],
            meetings=list(self._meetings.items()),
        )

    def about(self, step: Step, document: Document | None = None, differing: int = 0) -> notices.About:
        """The subject of the notices of a step."""
        units, opens = self.context.directory, self.context.settings.office_hours_from
        return notices.About(step, self._record, self.rulebook, units, opens, self.at, document, self.copied, differing)

    def record_event(self, step: Step, by: EnteredBy, entered: Entered, after_seq: int | None = None) -> None:
        """Puts the event of a step alone into the file, chained to the one before it, with what was entered.

        ``after_seq``: the event behind which it stands, if that is not the one before it.
        """
        self._rows.add_event(self._record, step, by, entered, self.at, after_seq)

    def _split(self, step: Step, fields: Fields, replayed: bool) -> Entered:
        """What was entered, in two parts; the parties of the draft go with the event by which it is handed in."""
        handed_in = self.state == self.procedure.initial != step.after.state
        return split(
            self.procedure,
            step.event,
            fields,
            self.context.directory,
            items={item.name: item.n for item in step.after.items},
            parties={role: unit for role, unit in step.after.parties.items() if handed_in and role not in self.seats},
            replayed=replayed,
        )

    def _follow(self, step: Step) -> None:
        """The case as the step leaves it."""
        self._rows.moved += moved_parties(self.case_id, self.case_state.parties, step)
        self._record = followed(self._record, self.case_state, step, self.procedure)
        self.case_state = step.after

    def replace_term(self, term: Term) -> None:
        """Puts another form of a term into the case: no event, but written with it."""
        terms = tuple(term if each.n == term.n else each for each in self.case_state.terms)
        self.case_state = self.case_state._replace(terms=terms)

    def _keep_draft(self) -> None:
        if self._is_new and not self._rows.events and self.draft:
            self._rows.contents.append(ContentRecord(self.case_id, 0, None, body_of(self.draft)))
