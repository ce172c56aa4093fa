"""Tasks that the steps of a case open and do."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from negotiation.core.local_time import local_date
from negotiation.domain.machine.values import Step
from negotiation.domain.rulebook import Procedure, TermRule
from negotiation.domain.terms import NUMBERS
from negotiation.store.records import TaskRecord

HISTORY_TASK = "历史逾期待核"  # terms that were past when history was entered: the clock never looks at them


@dataclass
class TaskRecorder:
    """The tasks of one case, until they are written with its change; ``at``: the moment of that change.

    ``done``: terms whose tasks are done, with the day; ``void``: events that do not stand, nor what they asked for.
    """

    case_id: int
    procedure: Procedure
    at: datetime
    opened: list[TaskRecord] = field(default_factory=list)
    done: list[tuple[date, int]] = field(default_factory=list)
    void: list[int] = field(default_factory=list)

    def add(self, key: str, title: str, term: int | None = None) -> None:
        """Opens a task: something that a person must look at; the same key is the same task."""
        self.opened.append(TaskRecord(self.case_id, key, title, term, local_date(self.at)))

    def ask_for_history(self, term: int, asked_by: str = "") -> None:
        """Opens the one task of a change that asks a person to look at past terms; ``asked_by``: what makes it anew."""
        if all(each.title != HISTORY_TASK for each in self.opened):
            self.add(f"history:{term}{asked_by}", HISTORY_TASK, term)

    def record(self, step: Step, undone: Iterable[int]) -> None:
        """Opens the tasks of a step, and does those of the terms that it ends.

        ``undone``: the terms whose lapse no longer stands, as it was annulled or the term was given another date.
        """
        seq = step.after.version
        if step.lapsed is not None:
            key = f"term:{step.lapsed.n}/due:{step.lapsed.due_on.isoformat()}/lapsed"
            self.add(key, self._asked_at_lapse(step.lapsed.kind), step.lapsed.n)
        for term in step.reopened:
            if term.next_on is None:  # its lapse is long recorded: without a task nobody would hear of it again
                self.add(f"term:{term.n}/event:{seq}/reopened", self._asked_at_lapse(term.kind), term.n)
        if step.transition.task:
            self.add(f"event:{seq}/look", step.transition.task, _begun_for_it(step))
        if step.proposes:
            title = self.procedure.events[step.proposes].title
            self.add(f"event:{seq}/propose", f"建议办理“{title}”，请确认", step.term)
        self.done += [(local_date(self.at), n) for n in (*step.ended, *undone)]

    def folded(self, stored_terms: Collection[int]) -> tuple[list[TaskRecord], list[tuple[date, int]]]:
        """The tasks to insert, and with their days the stored terms whose tasks are done.

        A task that was opened and done in one change is written done: its parts see one state of the database.
        """
        done = {n: day for day, n in self.done}
        opened = [task if task.term is None else task._replace(done_on=done.get(task.term)) for task in self.opened]
        return opened, [(day, n) for n, day in done.items() if n in stored_terms]

    def _asked_at_lapse(self, kind: str) -> str:
        """The title of the task that asks the office about a term that has passed."""
        rule: TermRule = self.procedure.terms[kind]
        return rule.lapse_task or f"{rule.title}届满，请核实办理情况"


def _begun_for_it(step: Step) -> int | None:
    """The term that a row starts besides its task: what is asked for is done when that ends."""
    kinds = {start.term for start in step.transition.starts}
    begun = (term.n for term in step.changed if term.n // NUMBERS == step.after.version and term.kind in kinds)
    return next(begun, None)
