"""A rulebook as frozen values: what the law says, ready to be asked. Nothing here reads a file."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from negotiation.core.day_rules import DayRule
from negotiation.core.enums import CLOCK, PARTY_ROLES, Level
from negotiation.core.errors import NotFound
from negotiation.domain.fields import field_of, item_of
from negotiation.domain.rulebook.document import Document, cited
from negotiation.domain.rulebook.event_rules import (
    BACK,
    ITEMS,
    MEETING,
    STAY,
    EventRule,
    FieldRule,
    StateRule,
    Transition,
)
from negotiation.domain.rulebook.item_rules import ANSWER_FLAGS, ItemRules
from negotiation.domain.rulebook.keeping_rules import KEEP_YEARS
from negotiation.domain.rulebook.ledger_rules import Ledger
from negotiation.domain.rulebook.options import Option
from negotiation.domain.rulebook.output_rules import LetterRule, Opening, PaperRule, ReportRule
from negotiation.domain.rulebook.relations import Prepared, Tie
from negotiation.domain.rulebook.term_rules import TermRule

FLAG, PROPOSE, END, OFFICE_BASIS = "flag", "propose", "end", "office"
AGENDAS = {"coordination": "协调", "deliberation": "审议"}


@dataclass(frozen=True)
class Procedure:
    """One procedure: its states, terms, fields, events and the table (state, event) → transition."""

    key: str
    title: str
    basis: str
    number: str
    initial: str
    subject: str
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
    item_rules: ItemRules | None = None
    related: str = ""  # the field with the number of the case that gave rise to it
    revision: int = 0  # how often its file was changed since the version of the rulebook
    keep_years: int = KEEP_YEARS  # how long its cases are kept after the year of their end, before they are reviewed
    prepared: tuple[Prepared, ...] = ()
    letters: tuple[LetterRule, ...] = ()
    report: ReportRule = field(default_factory=ReportRule)
    seats: Mapping[str, str] = field(default_factory=dict)  # roles that one department fills in every case → its name

    @cached_property
    def parties(self) -> tuple[str, ...]:
        """The roles that departments have in a case; a procedure without an applicant concerns one unit."""
        return tuple(role for role in PARTY_ROLES if role in self.fields)

    @cached_property
    def department_roles(self) -> tuple[str, ...]:
        """The roles that are departments': of the parties, and those that the rulebook fills with one of its own."""
        return (*PARTY_ROLES, *self.seats)

    @property
    def items(self) -> str:
        """The field that names the data items of an application and of its acts; "" where there are none."""
        return self.item_rules.field if self.item_rules else ""

    @cached_property
    def flags(self) -> frozenset[str]:
        """The keys that the flags of a case can have."""
        rows = self.table.values()
        answers = ANSWER_FLAGS.values() if self.item_rules else ()
        limits = [row.limit.flag for row in rows if row.limit is not None]
        return frozenset(("answer", *self.mark_fields, *(key for row in rows for key in row.set), *limits, *answers))

    def targets_of(self, row: Transition) -> tuple[str, ...]:
        """The states to which a row of the table may lead; none for one that leads back."""
        if row.target_field:
            return tuple(row.targets.values())
        if row.target == ITEMS:
            return tuple(dict.fromkeys((*self.item_rules.states.values(), row.source))) if self.item_rules else ()
        return {STAY: (row.source,), BACK: ()}.get(row.target, (row.target,))

    @cached_property
    def item_fields(self) -> tuple[str, ...]:
        """The fields in which acts name data items of the case, each once."""
        rows = [row.items for row in self.table.values() if row.items is not None]
        return tuple(dict.fromkeys(name for effect in rows for name in effect.verbs.values() if name))

    def rule_of_item(self, key: str, named: str = "") -> FieldRule | None:
        """The rule of a field that says something of a single data item (``reason[2]``); None for a key of none.

        ``named``: what the item is called in its title.
        """
        n, rule = item_of(key), self.fields.get(field_of(key))
        if n is None or rule is None or self.item_rules is None or rule.key not in self.item_rules.keeps.values():
            return None
        return replace(rule, key=key, title=f"{rule.title}（{named or f'第{n}项数据'}）")

    @cached_property
    def asking(self) -> frozenset[str]:
        """The events that ask for data items; all others name those of the case."""
        return frozenset(row.event.key for row in self.table.values() if row.items and "ask" in row.items.verbs)

    @property
    def drafter(self) -> str:
        """The role that opens a case: who holds its first state."""
        return self.states[self.initial].held_by

    @cached_property
    def open_states(self) -> tuple[str, ...]:
        """The states that do not end a case."""
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
        """True if an act may be recorded with the meeting at which it was agreed."""
        return any(self.fields[key].kind == MEETING for key in event.fields)

    def number_for(self, year: int, seq: int) -> str:
        """The number of the case ``seq`` of a year."""
        return self.number.format(year=year, seq=seq)

    @cached_property
    def ending_column(self) -> str:
        """The column of a case that keeps the date of its end; "" if none does."""
        return self.milestones.get("ending", "")


@dataclass(frozen=True)
class Rulebook:
    """A set of rules in force from a day on; ``source`` is its content, which never changes for a version.

    ``day_rule``: by which days its terms are counted. ``documents``: where several laws rule, each by its short name.
    ``succeeds``: whose open cases go over to it on its first day. ``papers``: in which the year's report goes up.
    """

    id: str
    version: str
    title: str
    document: str
    in_force_from: date
    in_force_until: date | None
    day_rule: DayRule
    roles: Mapping[str, str]
    entered_by: Mapping[str, str]
    address: Mapping[str, str]
    main_procedure: str
    procedures: Mapping[str, Procedure]
    source: Mapping[str, str] = field(repr=False)
    documents: Mapping[str, Document] = field(default_factory=dict)
    succeeds: str = ""
    renamed_states: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # procedure → state there → here
    options: Mapping[str, Option] = field(default_factory=dict)
    organs: Mapping[str, str] = field(default_factory=dict)  # role → full name, as letters bear it
    papers: Mapping[str, PaperRule] = field(default_factory=dict)
    levels: Mapping[Level, str] = field(default_factory=dict)  # of departments: the title of each

    @cached_property
    def name(self) -> str:
        """The rulebook and its version, as an event keeps them: beijing-2025@3."""
        return f"{self.id}@{self.version}"

    def state_here(self, procedure: str, state: str) -> str:
        """The state in which a case goes on by this rulebook that stood in ``state`` by the one that it succeeds."""
        return self.renamed_states.get(procedure, {}).get(state, state)

    @cached_property
    def content(self) -> str:
        """All files as one JSON text: what the database keeps of a version in use."""
        return json.dumps(self.source, ensure_ascii=False, sort_keys=True)

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of its content, in hexadecimal."""
        return hashlib.sha256(self.content.encode()).hexdigest()

    def in_force_on(self, day: date) -> bool:
        """True on the days on which new cases are opened under it."""
        return self.in_force_from <= day and (self.in_force_until is None or day <= self.in_force_until)

    def procedure(self, key: str) -> Procedure:
        """A procedure by its key. Raises NotFound, which names those there are."""
        if key not in self.procedures:
            known = "、".join(f"{p.key}（{p.title}）" for p in self.procedures.values())
            raise NotFound(f"规则 {self.id} 中没有办理事项“{key}”", todo=f"可用的事项：{known}")
        return self.procedures[key]

    @property
    def law(self) -> str:
        """The documents that hold its rules: 《…》（…号）."""
        return "、".join(each.cited("") for each in self.documents.values() or [Document(self.title, self.document)])

    def role_title(self, role: str, rules: Procedure | None = None) -> str:
        """The title of a role, or what a procedure calls its party unlike the main one (整改单位); 系统: the clock."""
        own, main = rules and rules.fields.get(role), self.procedures.get(self.main_procedure)
        if own and main and role in PARTY_ROLES and own.title != main.fields.get(role, own).title:
            return own.title
        return "系统" if role == CLOCK else self.roles.get(role, role)

    def cited(self, basis: str) -> str:
        """A basis as people read it: the article with its document, or 本办公室规定 where the office rules."""
        if basis == OFFICE_BASIS:
            return "本办公室规定"
        if basis.startswith("《"):  # of a term that began under another law: its document is named already
            return basis
        for name, document in self.documents.items():
            if basis.startswith(name):
                return document.cited(basis.removeprefix(name))
        return cited(self.title, self.document, basis)

    def cited_briefly(self, basis: str) -> str:
        """A basis as people read it where a title is too long: by the document's short name or number."""
        is_full = self.documents or basis == OFFICE_BASIS or basis.startswith("《")
        return ("本办公室规定" if basis == OFFICE_BASIS else basis) if is_full else f"{self.document}{basis}"
