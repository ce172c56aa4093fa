"""Record of what is decided on a case: its events with their chain, and all that is therefore to be written."""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from negotiation.core.enums import PARTY_ROLES
from negotiation.core.errors import FieldError
from negotiation.core.local_time import local_date
from negotiation.domain import notices
from negotiation.domain.event_chain import EventBody, body_of, content_digest, event_digest
from negotiation.domain.machine.values import CaseState, Step
from negotiation.domain.meetings import Meeting
from negotiation.domain.rulebook import Procedure, Rulebook, TermRule
from negotiation.domain.terms import Term
from negotiation.domain.working_days import Document
from negotiation.services.cases.items import folded
from negotiation.services.context import Context
from negotiation.store.case_reader import CaseRow, Loaded
from negotiation.store.change_statements import Change

SYSTEM = "系统"
LONGEST_SUBJECT = 300  # characters: it stands in every list


class ChangeRecorder:
    """A case as it stands after the steps recorded on it, and the change that they make to the database."""

    def __init__(
        self, context: Context, rulebook: Rulebook, loaded: Loaded, *, at: datetime, new: bool = False
    ) -> None:
        self.context = context
        self.rulebook = rulebook
        self.at = at
        self.clock = SYSTEM  # the name under which the clock lapses and reminds
        self.row: CaseRow = dict(loaded.row)
        self.procedure: Procedure = rulebook.procedures[self.row["procedure"]]
        self.calendar = context.calendar_of(rulebook)
        self.case_state = _state_of(self.row, loaded.terms)
        self.draft: dict[str, Any] | None = None
        self.copied: tuple[int, ...] = loaded.copied
        self.steps: list[Step] = []
        self._loaded = None if new else loaded
        self._copied_before = frozenset(loaded.copied)
        self._stored_terms = {term.n for term in loaded.terms}
        self._touched_terms: set[int] = set()
        self._events: list[tuple[Any, ...]] = []
        self._contents: list[tuple[Any, ...]] = []
        self._items: list[tuple[Any, ...]] = []
        self._answers: list[tuple[Any, ...]] = []
        self._notices: list[notices.NoticeRecord] = []
        self._moved: list[tuple[Any, ...]] = []
        self._tasks: list[tuple[Any, ...]] = []
        self._tasks_done: list[tuple[date, int]] = []
        self._meetings: dict[int, int] = {}

    def note_facts(self, fields: Mapping[str, Any]) -> None:
        """Fields that the case itself carries: its subject, and who it is copied to (配合单位)."""
        if fields.get(self.procedure.subject):
            self.row["subject"] = _short_subject(self.procedure, fields[self.procedure.subject])
        named = [self.context.directory.find(name).id for name in fields.get(self.procedure.copied) or ()]
        for department in named:
            if department in self.case_state.parties.values():
                title = self.procedure.fields[self.procedure.copied].title
                raise FieldError(f"“{title}”中有本案的使用或提供部门", field=self.procedure.copied, todo="请去掉该部门")
        self.copied = tuple(dict.fromkeys((*self.copied, *named)))
        self.row["copied"] = len(self.copied)

    def record(
        self,
        step: Step,
        *,
        actor: str,
        fields: Mapping[str, Any] | None = None,
        silent: bool = False,
        document: Document | None = None,
    ) -> None:
        """Puts a step into the file: event and chain, content, terms, case columns, notices, tasks."""
        self._record_event(step, actor, fields or {})
        self._touched_terms.update(term.n for term in step.changed)
        lapsed = {term.n for term in self.case_state.terms if term.lapsed_on is not None}
        undone = [term.n for term in step.changed if term.n in lapsed and term.lapsed_on is None]
        self.case_state = step.after
        self._update_row(step, fields or {})
        if not silent:
            self._notices += notices.of_step(self._about(step, document))
        self._record_tasks(step, undone)
        self.steps.append(step)

    def rests_on(self, meeting: Meeting) -> None:
        """The event that was recorded last is what this meeting came to."""
        self._meetings[meeting.id] = self.row["version"]

    def point_out(self, seq: int, contradiction: str) -> None:
        """An answer that does not agree with the catalogue: the office looks into it."""
        self.add_task(f"event:{seq}/catalogue", f"{contradiction}。请核对资源目录和答复，必要时联系提供部门")

    def add_task(self, key: str, title: str, term: int | None = None) -> None:
        """Something that a person must look at; the same key is the same task."""
        self._tasks.append((self.row["id"], key, title, term, local_date(self.at), None))

    def correct(self, step: Step, told: Iterable[int]) -> None:
        """Tells exactly those who were told of a lapse that it is annulled."""
        self._notices += [notices.correction(self._about(step), each) for each in told]

    def change(self) -> Change:
        """All that is to be written, in one piece."""
        self.row |= _facts_of_terms(self.row, self.case_state.terms)
        self._keep_draft()
        terms = [term for term in self.case_state.terms if term.n in self._touched_terms]
        new_items, changed_items = folded(self._items, self._answers)
        tasks, tasks_done = self._tasks_folded()
        return Change(
            row=self.row,
            loaded=self._loaded,
            events=self._events,
            contents=self._contents,
            new_terms=[term for term in terms if term.n not in self._stored_terms],
            changed_terms=[term for term in terms if term.n in self._stored_terms],
            new_items=new_items,
            changed_items=changed_items,
            notices=self._notices,
            moved=self._moved,
            tasks=tasks,
            tasks_done=tasks_done,
            copied=[
                (self.row["id"], department) for department in self.copied if department not in self._copied_before
            ],
            meetings=list(self._meetings.items()),
        )

    def _about(self, step: Step, document: Document | None = None) -> notices.About:
        context = self.context
        return notices.About(
            step,
            self.row,
            self.rulebook,
            context.directory,
            context.settings.office_hours_from,
            self.at,
            document,
            self.copied,
        )

    def _record_event(self, step: Step, actor: str, fields: Mapping[str, Any]) -> None:
        row, seq = self.row, step.after.version
        digest_of_content = None
        if fields:
            salt, text = secrets.token_bytes(16), body_of(fields)
            digest_of_content = content_digest(salt, text)
            self._contents.append((row["id"], seq, salt, text, None))
        body = EventBody(
            row["no"], seq, step.event, actor, step.role, step.after.state, step.basis, step.term, step.on, self.at,
            digest_of_content,
        )  # fmt: skip
        row["head"] = event_digest(row["head"], body)
        self._events.append((row["id"], *body[1:], row["head"]))  # the columns of the table, in their order

    def _update_row(self, step: Step, fields: Mapping[str, Any]) -> None:
        row, after = self.row, step.after
        ended_before, ending = row["ending"], self.procedure.states[after.state].ending
        self._moved += _moved_parties(row, step)
        row.update(
            state=after.state,
            version=after.version,
            applicant_id=after.parties.get("applicant"),
            provider_id=after.parties["provider"],
            flags=after.flags,
            last_on=after.last_on,
            back_state=after.back_state,
            back_on=after.back_on,
            back_seq=after.back_seq,
            ending=ending,
            reopened=row["reopened"] + (1 if ended_before and not ending else 0),
        )
        # what is passed on again, or taken up again, was received when it first came
        row.update(step.milestones, received_on=row["received_on"] or step.milestones.get("received_on"))
        self.note_facts(fields)

    def _record_tasks(self, step: Step, undone: Iterable[int]) -> None:
        """``undone``: the terms whose lapse no longer stands, as it was annulled or the term was given another date."""
        if step.lapsed is not None:
            rule = self.procedure.terms[step.lapsed.kind]
            key = f"term:{step.lapsed.n}/due:{step.lapsed.due_on.isoformat()}/lapsed"
            self.add_task(key, _asked_at_lapse(rule), step.lapsed.n)
        for term in step.reopened:
            if term.next_on is None:  # its lapse is long recorded: without a task nobody would hear of it again
                rule = self.procedure.terms[term.kind]
                key = f"term:{term.n}/event:{step.after.version}/reopened"
                self.add_task(key, _asked_at_lapse(rule), term.n)
        if step.transition.task:
            self.add_task(f"event:{step.after.version}/look", step.transition.task)
        if step.proposes:
            title = self.procedure.events[step.proposes].title
            self.add_task(f"event:{step.after.version}/propose", f"建议办理“{title}”，请确认", step.term)
        self._tasks_done += [(local_date(self.at), n) for n in (*step.ended, *undone)]

    def _tasks_folded(self) -> tuple[list[tuple[Any, ...]], list[tuple[date, int]]]:
        """A task that was opened and done in one change is written done: its parts see one state of the database."""
        done = {n: day for day, n in self._tasks_done}
        tasks = [(*task[:5], done.get(task[3])) for task in self._tasks]
        return tasks, [(day, n) for n, day in done.items() if n in self._stored_terms]

    def replace_term(self, term: Term) -> None:
        """Puts another form of a term into the case: no event, but written with it."""
        self._touched_terms.add(term.n)
        terms = tuple(term if each.n == term.n else each for each in self.case_state.terms)
        self.case_state = self.case_state._replace(terms=terms)

    def _keep_draft(self) -> None:
        if self._loaded is None and not self._events and self.draft:
            self._contents.append((self.row["id"], 0, None, body_of(self.draft), None))


def _moved_parties(row: CaseRow, step: Step) -> Iterator[tuple[Any, ...]]:
    """Who gave a part in the case to whom by this step (划出, 划入), as rows of their table."""
    for role, department in step.after.parties.items():
        before = row[f"{role}_id"]
        if before is not None and before != department:
            yield row["id"], step.after.version, role, before, department, step.on


def _asked_at_lapse(rule: TermRule) -> str:
    """What the office is asked to do about a term that has passed."""
    return rule.lapse_task or f"{rule.title}届满，请核实办理情况"


def _short_subject(procedure: Procedure, subject: str) -> str:
    """A subject that a list can show; what there is to say about it has fields of its own."""
    if len(subject) > LONGEST_SUBJECT:
        title = procedure.fields[procedure.subject].title
        what = f"“{title}”有{len(subject)}个字，至多{LONGEST_SUBJECT}个字"
        raise FieldError(what, field=procedure.subject, todo="请缩短，其余内容写在其他栏目或附件中")
    return subject


def _state_of(row: CaseRow, terms: tuple[Term, ...]) -> CaseState:
    return CaseState(
        state=row["state"],
        version=row["version"],
        last_on=row["last_on"],
        flags=row["flags"],
        terms=terms,
        parties={role: row[f"{role}_id"] for role in PARTY_ROLES if row[f"{role}_id"] is not None},
        back_state=row["back_state"],
        back_on=row["back_on"],
        back_seq=row["back_seq"],
    )


def _facts_of_terms(row: CaseRow, terms: Iterable[Term]) -> CaseRow:
    """What the case's own row says of its terms, so that the desk need not read them."""
    facts: CaseRow = {"owed": False, "late": False, "next_due": None, "suspended": False}
    for term in terms:
        if term.main:
            owed = term.runs and term.answered_on is None
            facts |= {"due_on": term.due_on, "official": term.official, "owed": owed}
            facts["late"] = facts["late"] or was_late(term)
        if term.runs and not row["ending"]:
            facts["next_due"] = min(facts["next_due"] or term.due_on, term.due_on)
        facts["suspended"] = facts["suspended"] or (term.suspended_on is not None and term.ended_on is None)
    return facts


def was_late(term: Term) -> bool:
    """Whether a main term was answered after its due date, or ended after it without an answer."""
    answered = term.answered_on or term.ended_on
    return answered is not None and answered > term.due_on
