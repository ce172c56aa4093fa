"""A rulebook as frozen values: what the law says, ready to be asked. Nothing here reads a file."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from negotiation.errors import NotFound
from negotiation.rulebook.ties import Prepared, Tie
from negotiation.vocabulary import CLOCK, PARTY_ROLES, Layer, LetterKind

MILESTONE_COLUMNS = (
    "received_on", "replied_on", "referred_on", "accepted_on",
    "coordinated_on", "reported_on", "decided_on", "closed_on",
)  # fmt: skip
MEETING = "meeting"  # the kind of a field that names the meeting on which an act rests, by its number
FIELD_KINDS = (
    "text", "date", "list", "choice", "department", "departments", "number", "yes_no", "resource", "case", MEETING,
)  # fmt: skip
FLAG, PROPOSE = "flag", "propose"
STAY, BACK = "stay", "back"
OFFICE_BASIS = "office"
AGENDAS = {"coordination": "协调", "deliberation": "审议"}
ITEM_EFFECTS = ("", "agreed", "refused", "named")
WITHDRAWN = "withdrawn"
# How a case ended, as the annual report adds cases up; `done` where its rulebook says nothing.
OUTCOMES = {
    "agreed": "同意共享",
    "partly": "部分同意",
    "decided_share": "决定共享",
    "deliberated_share": "审议应予共享",
    "refused": "不同意共享",
    "decided_not_share": "决定不予共享",
    "deliberated_not_share": "审议不予共享",
    "done": "办理完毕",
    "ended": "结束办理",
    WITHDRAWN: "撤回",
}


@dataclass(frozen=True, slots=True)
class NoticeRule:
    """Who hears of something, with which template; ``after`` counts working days from the due date (lapses only)."""

    to: str
    notice: str
    after: int = 0


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder of a term: ``days_before`` working days before the due date."""

    days_before: int
    notice: str
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TermRule:
    """A term: its length in working days, a date of the year, or set by a field of the act; what its end brings.

    ``days_by``: (field, value → working days) where the length depends on what the case is about. ``until``: month and
    day of the year in which it begins (“11月底前” is not moved by a day off). ``suppress_when``: while these marks hold
    nobody is told that it has passed. ``awaits``: what a mail says is not registered yet, where that is not a reply.
    """

    key: str
    title: str
    basis: str
    days: int | None
    due_field: str
    bound: str
    main: bool
    start: str
    start_basis: str
    on_lapse: str
    proposes: str
    lapse_basis: str
    lapse_title: str
    lapse_task: str
    reminders: tuple[Reminder, ...]
    lapse_notices: tuple[NoticeRule, ...]
    days_by: tuple[str, Mapping[str, int]] = ("", {})
    until: tuple[int, int] | None = None
    suppress_when: Mapping[str, Any] = field(default_factory=dict)
    awaits: str = ""

    def is_suppressed(self, marks: Mapping[str, Any]) -> bool:
        """Whether nobody is told that it has passed, as the marks of the case stand: more time is asked for."""
        return bool(self.suppress_when) and all(marks.get(key) == value for key, value in self.suppress_when.items())

    def days_for(self, known: Mapping[str, Any]) -> int | None:
        """The working days of this term for a case of which these fields are known."""
        key, lengths = self.days_by
        return lengths.get(known.get(key, ""), self.days) if key else self.days


@dataclass(frozen=True, slots=True)
class FieldRule:
    """A field of a form. A ``mark`` is kept on the case, where later conditions can ask for it."""

    key: str
    title: str
    kind: str
    choices: Mapping[str, str]
    mark: bool


@dataclass(frozen=True, slots=True)
class StateRule:
    """A state, who holds it and the term that runs in it; an ``ending`` state ends the case.

    ``agenda``: of whose sessions its cases are the business (``AGENDAS``).
    """

    key: str
    title: str
    basis: str
    held_by: str
    term: str
    ending: str
    agenda: str = ""


@dataclass(frozen=True, slots=True)
class EventRule:
    """An event: its title, who may send it, what its form asks, who is told."""

    key: str
    title: str
    by: tuple[str, ...]
    required: tuple[str, ...]
    optional: tuple[str, ...]
    one_of: tuple[str, ...]
    approval: bool
    notify: tuple[NoticeRule, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        return self.required + self.optional


@dataclass(frozen=True, slots=True)
class Start:
    """A term that a transition starts, if the marks or fields named in ``when`` hold; ``anew``: one that runs ends."""

    term: str
    when: Mapping[str, Any]
    anew: bool = False


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table: in ``source``, ``event`` leads to ``target``; its conditions, its effects, its article.

    ``history``: it happens only while a ledger's history is replayed; nobody is offered it and nobody can do it by
    hand. ``task``: what a person is asked to look at once it has been recorded.
    """

    event: EventRule
    by: tuple[str, ...]
    source: str
    target: str
    basis: str
    target_field: str = ""
    targets: Mapping[str, str] = field(default_factory=dict)
    answers: str = ""
    starts: tuple[Start, ...] = ()
    stops: tuple[str, ...] = ()
    suspends: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    lengthens: str = ""
    lengthen_field: str = ""
    lengthen_at_most: int = 0
    after_due: str = ""
    before_due: str = ""
    within: tuple[str, int] | None = None
    when: Mapping[str, Any] = field(default_factory=dict)
    when_says: str = ""
    unless: Mapping[str, Any] = field(default_factory=dict)
    unless_says: str = ""
    set: Mapping[str, Any] = field(default_factory=dict)
    items: str = ""
    remembers: bool = False
    history: bool = False
    task: str = ""

    @property
    def moves(self) -> bool:
        """Whether the event changes the state or a term: only such an event orders the dates of later ones."""
        return self.target != STAY or bool(self.starts or self.stops or self.suspends or self.lengthens)


@dataclass(frozen=True, slots=True)
class LedgerColumn:
    """A column of the office's spreadsheet: ``kind`` is ordinal, number, date, result, remark, document (the number
    of a paper; the last two are fields too) or field."""

    title: str
    kind: str
    step: str
    field: str
    law_into: str


@dataclass(frozen=True, slots=True)
class LedgerStep:
    """What the cells of one step of the spreadsheet mean as events.

    ``field``: the field that a result sets, and ``words_into`` the one that takes the words of the result as they
    stand; ``required``: the fields whose cells must be filled where the step has happened.
    """

    key: str
    events: tuple[str, ...]
    results: Mapping[str, str]
    field: str
    until_ending: bool
    remarks: Mapping[str, str]
    words_into: str = ""
    required: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ledger:
    """The form of the office's spreadsheet for one procedure."""

    sheet: str
    title: str
    actor: str
    columns: tuple[LedgerColumn, ...]
    steps: Mapping[str, LedgerStep]


@dataclass(frozen=True, slots=True)
class Opening:
    """A case that the clock opens each year for each unit of these levels, on the first working day of a month.

    ``event``: by which it is handed in at once; ``field``: the text that is prefilled with the unit's own figures.
    """

    month: int
    levels: tuple[str, ...]
    event: str
    subject: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class LetterRule:
    """An official letter that may be drafted of a case, or of a meeting that spoke of it.

    ``template``: its file under ``templates/letters``; ``kind``: of ``LetterKind``; ``title``: with {subject};
    ``sender`` and ``to``: roles, ``to`` empty for minutes; ``states``: in which it may be drafted, or ``meetings``: of
    which sessions (``AGENDAS``) it is drawn up; ``needs``: the fields that must have been entered; ``answered``: it
    tells the answer; ``after_due``: the term that must have passed; ``asks``: what a 请示 asks its addressee to do.
    """

    template: str
    name: str
    kind: LetterKind
    title: str
    sender: str
    to: tuple[str, ...]
    basis: str
    states: tuple[str, ...] = ()
    meetings: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    answered: bool = False
    after_due: str = ""
    asks: str = ""


@dataclass(frozen=True, slots=True)
class OutcomeRule:
    """How a case ended that stands in ``state`` (any, if empty) and bears the marks ``when``."""

    outcome: str
    state: str
    when: Mapping[str, Any]

    def holds(self, state: str, marks: Mapping[str, Any]) -> bool:
        return self.state in ("", state) and all(marks.get(key) == value for key, value in self.when.items())


@dataclass(frozen=True, slots=True)
class ReportRule:
    """What the annual report counts of a procedure.

    ``rate``: the figure that it is judged by, and ``rate_title`` its name there; ``table``: which of the tables that
    list cases one by one its cases stand in; ``supply``: the terms in which data are supplied, and ``supplied_by`` the
    events by which they are; ``counts``: figure → the events that it counts; ``refusal_class``: the field with the
    class of a refusal's reason, and ``refusal_reason`` the one with the reason itself.
    """

    rate: str = "on_time_rate"
    rate_title: str = "按时答复率"
    table: str = ""
    supply: tuple[str, ...] = ()
    supplied_by: tuple[str, ...] = ()
    outcomes: tuple[OutcomeRule, ...] = ()
    counts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    refusal_class: str = ""
    refusal_reason: str = ""

    def outcome(self, state: str, marks: Mapping[str, Any]) -> str:
        """How a case ended: the first rule that holds."""
        return next((rule.outcome for rule in self.outcomes if rule.holds(state, marks)), "done")


@dataclass(frozen=True)
class Procedure:
    """One procedure: its states, terms, fields, events and the table (state, event) → transition."""

    key: str
    title: str
    basis: str
    number: str
    initial: str
    subject: str
    items: str
    agreed_items: str
    copied: str
    states: Mapping[str, StateRule]
    terms: Mapping[str, TermRule]
    fields: Mapping[str, FieldRule]
    events: Mapping[str, EventRule]
    table: Mapping[tuple[str, str], Transition]
    milestones: Mapping[str, str]
    ledger: Ledger | None
    opening: Opening | None = None
    tie: Tie | None = None
    related: str = ""  # the field with the number of the case that gave rise to it
    revision: int = 0  # how often its file was changed since the version of the rulebook
    prepared: tuple[Prepared, ...] = ()
    letters: tuple[LetterRule, ...] = ()
    report: ReportRule = field(default_factory=ReportRule)

    @cached_property
    def parties(self) -> tuple[str, ...]:
        """The roles that departments have in a case; a procedure without an applicant concerns one unit."""
        return tuple(role for role in PARTY_ROLES if role in self.fields)

    @property
    def drafter(self) -> str:
        """The role that opens a case: who holds its first state."""
        return self.states[self.initial].held_by

    @cached_property
    def open_states(self) -> tuple[str, ...]:
        return tuple(key for key, state in self.states.items() if not state.ending)

    @cached_property
    def mark_fields(self) -> tuple[str, ...]:
        """The fields whose values are kept on the case."""
        return tuple(key for key, rule in self.fields.items() if rule.mark)

    @cached_property
    def ledger_fields(self) -> frozenset[str]:
        """The fields that the office's spreadsheet has columns for."""
        columns = self.ledger.columns if self.ledger else ()
        steps = self.ledger.steps.values() if self.ledger else ()
        named = (*((c.field, c.law_into) for c in columns), *((step.field, step.words_into) for step in steps))
        return frozenset(field for pair in named for field in pair if field)

    @cached_property
    def general_events(self) -> frozenset[str]:
        """The events that nearly every open state has (withdrawal, notes, void): they are not the way of a case."""
        events = [event for source, event in self.table if not self.states[source].ending] if self.states else []
        return frozenset(event for event in events if events.count(event) >= max(len(self.open_states) - 1, 2))

    def from_state(self, state: str) -> list[Transition]:
        """The rows that leave a state, in the order of the file: the buttons a party could see; no history."""
        return [row for (source, _), row in self.table.items() if source == state and not row.history]

    def takes_meeting(self, event: EventRule) -> bool:
        """Whether an act may be recorded with the meeting at which it was agreed."""
        return any(self.fields[key].kind == MEETING for key in event.fields)

    def number_for(self, year: int, seq: int) -> str:
        return self.number.format(year=year, seq=seq)

    @cached_property
    def number_pattern(self) -> re.Pattern[str]:
        """Matches numbers of this procedure, with the groups ``year`` and ``seq``."""
        body = re.escape(self.number.format(year=987654321, seq=123456789))
        return re.compile(body.replace("987654321", r"(?P<year>\d{4})").replace("123456789", r"(?P<seq>\d+)") + "$")

    @cached_property
    def ending_column(self) -> str:
        return self.milestones.get("ending", "")


@dataclass(frozen=True, slots=True)
class Document:
    """A law that a rulebook cites: its title and its number."""

    title: str
    number: str

    def cited(self, article: str) -> str:
        return f"《{self.title}》（{self.number}）{article}"


@dataclass(frozen=True)
class Rulebook:
    """A set of rules in force from a day on; ``source`` is its content, which never changes for a version.

    ``calendar_layer``: down to which layer its terms count the arrangements of working days. ``documents``: where
    several laws rule together, each by the short name with which a basis begins (“37号第三十三条”).
    """

    id: str
    version: str
    title: str
    document: str
    in_force_from: date
    in_force_until: date | None
    calendar_layer: Layer
    roles: Mapping[str, str]
    entered_by: Mapping[str, str]
    address: Mapping[str, str]
    main_procedure: str
    procedures: Mapping[str, Procedure]
    source: Mapping[str, str] = field(repr=False)
    documents: Mapping[str, Document] = field(default_factory=dict)

    @cached_property
    def content(self) -> str:
        """All files as one JSON text: what the database keeps of a version in use."""
        return json.dumps(self.source, ensure_ascii=False, sort_keys=True)

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.content.encode()).hexdigest()

    def in_force_on(self, day: date) -> bool:
        return self.in_force_from <= day and (self.in_force_until is None or day <= self.in_force_until)

    def procedure(self, key: str) -> Procedure:
        """A procedure by its key; NotFound names those there are."""
        if key not in self.procedures:
            known = "、".join(f"{p.key}（{p.title}）" for p in self.procedures.values())
            raise NotFound(f"规则 {self.id} 中没有办理事项“{key}”", todo=f"可用的事项：{known}")
        return self.procedures[key]

    @property
    def law(self) -> str:
        """The documents in which its rules stand: 《…》（…号）."""
        documents = self.documents.values() or [Document(self.title, self.document)]
        return "、".join(document.cited("") for document in documents)

    def role_title(self, role: str) -> str:
        return "系统" if role == CLOCK else self.roles.get(role, role)

    def cited(self, basis: str) -> str:
        """A basis as people read it: the article with its document, or 本办公室规定 where the office rules."""
        if basis == OFFICE_BASIS:
            return "本办公室规定"
        for name, document in self.documents.items():
            if basis.startswith(name):
                return document.cited(basis.removeprefix(name))
        return Document(self.title, self.document).cited(basis)

    def cited_briefly(self, basis: str) -> str:
        """The same where there is no room for a title: by the document's short name, or by its number."""
        if basis == OFFICE_BASIS:
            return "本办公室规定"
        return basis if self.documents else f"{self.document}{basis}"
