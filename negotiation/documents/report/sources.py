"""Reads the facts of a period and has them counted: one walk for the figures and for the cases behind one of them."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from calendars import WorkingCalendar
from negotiation.core.enums import PARTY_ROLES, ItemAnswer, Layer
from negotiation.documents.report import counting
from negotiation.documents.report.as_of import moving_events, terms_then
from negotiation.documents.report.counting import REPLY, SUPPLY, Account, Coordination, Emit
from negotiation.documents.report.definitions import UNREASONED
from negotiation.documents.report.histories import COORDINATION, CaseHistory, histories_of
from negotiation.domain.rulebook import Procedure, ReportRule, Rulebook
from negotiation.domain.terms import Term
from negotiation.services.context import Context
from negotiation.store import report_cases, report_terms
from negotiation.store.report_parts import Span, eventful
from negotiation.store.transaction import Transaction

Key = tuple[str, str]  # a rulebook and its edition


@dataclass
class Books:
    """The rulebooks under which cases were opened, and the office's own of today."""

    context: Context
    held: Mapping[Key, Rulebook]
    _rules: dict[tuple[str, str, str], Procedure] = field(default_factory=dict)
    _outcomes: dict[tuple[str, str, str, str, str], str] = field(default_factory=dict)
    _disputing: dict[int, set[str]] = field(default_factory=dict)  # by the identity of rules, which are kept here

    @classmethod
    def read(cls, context: Context, transaction: Transaction) -> "Books":
        """All that the database keeps, as this transaction sees it."""
        stored = transaction.rows("SELECT rulebook, edition FROM rulebook_version ORDER BY rulebook, edition")
        return cls(context, {(id, edition): context.rulebooks.of(transaction, id, edition) for id, edition in stored})

    def rules(self, rulebook: str, edition: str, procedure: str) -> Procedure:
        """A procedure as a case was opened under it; what that edition did not yet say of the report, today's says."""
        key = (rulebook, edition, procedure)
        if key not in self._rules:
            held = self.held[rulebook, edition].procedures[procedure]
            self._rules[key] = held if _says(held) else replace(held, report=self._report_of_today(procedure))
        return self._rules[key]

    def disputing(self, rules: Procedure) -> set[str]:
        """The states in which a case of a procedure has been referred; found once."""
        if id(rules) not in self._disputing:
            self._disputing[id(rules)] = counting.disputing_states(rules)
        return self._disputing[id(rules)]

    def outcome(self, row: Any) -> str:
        """How the case of a row ended, by its state and its flags as the database spells them; each pair once."""
        key = (row.rulebook, row.edition, row.procedure, row.state, row.flags)
        if key not in self._outcomes:
            report = self.rules(*key[:3]).report
            self._outcomes[key] = report.outcome(row.state, json.loads(row.flags))
        return self._outcomes[key]

    def _report_of_today(self, procedure: str) -> ReportRule:
        installed = self.context.procedures.get(procedure)
        return installed.report if installed is not None else ReportRule()

    def calendar(self, key: Key) -> WorkingCalendar:
        return self.context.calendar_of(self.held[key])

    @cached_property
    def calendars(self) -> list[tuple[WorkingCalendar, set[str]]]:
        """Each calendar by which terms are counted, with the editions of rulebooks that count by it."""
        found: dict[Layer, set[str]] = {}
        for book in self.held.values():
            found.setdefault(book.calendar_layer, set()).add(f"{book.id}/{book.version}")
        return [(self.context.calendar_down_to(layer), editions) for layer, editions in found.items()]

    @cached_property
    def procedures(self) -> dict[str, Procedure]:
        """Every procedure there is: today's in their order, the main one first, then those of other rulebooks."""
        found = dict(self.context.procedures)
        for book in self.held.values():
            for key, rules in book.procedures.items():
                found.setdefault(key, rules)
        return found

    @cached_property
    def every(self) -> list[Procedure]:
        """All of them, once for each edition."""
        held = [self.rules(*key, procedure) for key, book in self.held.items() for procedure in book.procedures]
        return [*self.context.procedures.values(), *held]


def _says(rules: Procedure) -> bool:
    return bool(rules.report.outcomes or rules.report.counts or rules.report.table)


class Gathering:
    """The facts of a period, read once each; ``count`` emits all that they add to any count."""

    def __init__(self, transaction: Transaction, books: Books, span: Span) -> None:
        self.transaction, self.books = transaction, books
        names = {event for rules in books.every for event in rules.events}
        # Of a block the whole has asked already.
        self.span = span if span.block else span._replace(past=report_cases.has_later(transaction, names, span.as_of))

    def of_block(self, ids: tuple[int, int]) -> "Gathering":
        """The same of the cases with these ids, the first and the last one."""
        return Gathering(self.transaction, self.books, self.span._replace(block=ids))

    def count(self, emit: Emit, names: Collection[str] = ()) -> None:
        """Emits all that the facts add to the counts of these names (none named: to all)."""
        for stems, part in _PARTS:
            if not names or any(name.startswith(stems) for name in names):
                part(self, emit)

    def _count_flow(self, emit: Emit) -> None:
        for rows in self.plain:
            counting.count_cases(rows, self.books.outcome, emit)
        counting.count_intervals(self.histories.values(), self.span, emit)

    def _count_coordinations(self, emit: Emit) -> None:
        counting.count_coordinations(self.coordinations, self.histories, self.books.calendar, emit)

    @cached_property
    def plain(self) -> list[Sequence[Any]]:
        """The cases that their own rows tell of, on either side's account."""
        return [report_cases.plain_cases(self.transaction, span) for span in self._sides]

    @cached_property
    def _sides(self) -> list[Span]:
        """Equal facts are added up for each side apart: pairs of departments are too many to find equals among."""
        return [self.span] if self.span.detail else [self.span._replace(side=role) for role in reversed(PARTY_ROLES)]

    def contradictions(self) -> list[str]:
        """The cases whose own rows contradict themselves or their events, as rows altered by hand do."""
        found = (
            report_cases.contradicting(self.transaction, self.span) if any(row.wrong for row in self.plain[0]) else []
        )
        if not self.span.past:
            found += [history.no for history in self.histories.values() if history.state != history.row.state]
        return sorted(set(found))

    def rulebooks_used(self) -> set[tuple[str, str, str]]:
        """Rulebook, edition and procedure of the cases in hand within the period."""
        return report_cases.rulebooks_used(self.transaction, self.span)

    @cached_property
    def histories(self) -> dict[int, CaseHistory]:
        """The cases that were reopened or changed a party, by id."""
        cases = report_cases.eventful_cases(self.transaction, self.span)
        if not cases:
            return {}
        return self.histories_of(cases, eventful(self.span))

    def histories_of(self, cases: Sequence[Any], which: report_cases.Condition) -> dict[int, CaseHistory]:
        """The histories of cases by id; ``which``: the condition by which they were found."""
        events = report_cases.events_of(self.transaction, self.span, which)
        return histories_of(cases, events, report_cases.moves(self.transaction), self.rules_of)

    @cached_property
    def coordinations(self) -> list[Coordination]:
        """Those that ended within the period."""
        begins, ends = set(), set()
        for rules in self.books.every:
            counts = rules.report.counts
            ends |= {*counts.get("coordinations_settled", ()), *counts.get("coordinations_failed", ())}
            begins |= set(coordinating(rules))
        rows = report_cases.coordinations(self.transaction, self.span, begins, ends)
        return list(counting.coordinations_in(rows, self.rules_of, self.histories, self.span))

    def rules_of(self, rulebook: str, edition: str, procedure: str) -> Procedure:
        return self.books.rules(rulebook, edition, procedure)

    # ------------------------------------------------------------------------------------------------------ terms

    def _count_terms(self, emit: Emit) -> None:
        for calendar, editions in self.books.calendars:
            found = report_terms.terms(
                self.transaction,
                self.span,
                calendar,
                editions=editions,
                supplies=self._supplies,
                references=self.references,
                restated=self.restated,
            )
            for row in found:
                self._count_term(row, emit)

    @cached_property
    def restated(self) -> dict[int, tuple[Term, ...]]:
        """The terms of cases as they stood on the as-of day, where an act after it has moved them; by case id."""
        if not self.span.past:
            return {}
        names = {name for rules in self.books.every for name in moving_events(rules)}
        found = {}
        for case_id in report_cases.cases_with_later(self.transaction, self.span, names):
            history = self.histories.get(case_id)
            if history is not None:
                calendar = self.books.calendar((history.row.rulebook, history.row.edition))
                found[case_id] = terms_then(history, calendar, self.books.context.directory)
        return {case_id: terms for case_id, terms in found.items() if terms is not None}

    def _count_term(self, row: Any, emit: Emit) -> None:
        history = self.histories.get(row.case_id) if row.case_id is not None else None
        rules = self.rules_of(row.rulebook, row.edition, row.procedure)
        if (row.main or row.kind in rules.report.supply) and (history is None or history.counts(row.ended_seq)):
            side, done, account = REPLY if row.main else SUPPLY, bool(row.main), self._bound(row, history)
            done = done or self._supplied(row, rules, history)
            reference = bool(row.reference) if history is None else account.provider in self.references
            disputed = row.left_in in self.books.disputing(rules)
            counting.count_term(side, row, account, emit, done=done, reference=reference, disputed=disputed)

    def _supplied(self, row: Any, rules: Procedure, history: CaseHistory | None) -> bool:
        """Data are supplied when the case ends with what was agreed; an agreement made anew only ends the term."""
        if history is not None:
            ending = history.events.get(row.ended_seq)
            return ending is not None and ending.event in rules.report.supplied_by
        over = row.left_in != "" and rules.states[row.left_in].ending
        return bool(over) and self.books.outcome(row) in counting.SUPPLIED

    def _bound(self, row: Any, history: CaseHistory | None) -> Account:
        """Who was bound when the term ended, at the latest at the end of the period."""
        if history is None:
            return counting.account_of(row)
        seq, until = row.ended_seq, self.span.until
        return Account(
            row.procedure, history.party("provider", seq, until), history.party("applicant", seq, until), history.no
        )

    @cached_property
    def _supplies(self) -> set[str]:
        return {kind for rules in self.books.every for kind in rules.report.supply}

    @cached_property
    def references(self) -> frozenset[int]:
        """The bodies that 809号令第四十三条 only refers to."""
        units = self.books.context.directory.by_id.values()
        return frozenset(unit.id for unit in units if not unit.level.bound_by_terms)

    # ---------------------------------------------------------------------------------------- events and data items

    def _count_events(self, emit: Emit) -> None:
        names = {event for rules in self.books.every for event in counting.counted_events(rules)}
        for span in self._sides:
            counting.count_events(
                report_cases.events(self.transaction, span, names), self.rules_of, self.histories, emit
            )
            for kept_in, refusals in self._refusals.items():
                field, reason = kept_in
                rows = report_cases.events(self.transaction, span, refusals, field, (reason, UNREASONED))
                counting.count_refusals(rows, self.rules_of, self.histories, kept_in, emit)

    @cached_property
    def _refusals(self) -> dict[tuple[str, str], set[str]]:
        """The events by which something is refused, by the fields that hold the class of the reason and the reason."""
        found: dict[tuple[str, str], set[str]] = {}
        for rules in self.books.every:
            kept_in = rules.report.refusal_class, rules.report.refusal_reason
            found.setdefault(kept_in, set()).update(rules.report.counts.get("refusals", ()))
        return {kept_in: names for kept_in, names in found.items() if names}

    def _count_items(self, emit: Emit) -> None:
        agreed = ItemAnswer.AGREED.value
        for span in self._sides:
            counting.count_items(report_cases.items(self.transaction, span, agreed), self.rules_of, emit)
        if self.histories:
            items = report_cases.eventful_items(self.transaction, self.span)
            counting.count_items_of(self.histories, items, agreed, self.span, emit)


def coordinating(rules: Procedure) -> Iterator[str]:
    """The events by which a case comes to be coordinated."""
    for row in rules.table.values():
        target = rules.states.get(row.target)
        if target is not None and target.agenda == COORDINATION:
            yield row.event.key


# Which part counts the names that begin so.
_PARTS: tuple[tuple[tuple[str, ...], Callable[[Gathering, Emit], None]], ...] = (
    (("carried", "received", "reopened", "issued", "closed", "moved", "finished"), Gathering._count_flow),
    (("repl", "overdue", "lapsed", "unanswered", "suppl"), Gathering._count_terms),
    (("coordination",), Gathering._count_coordinations),
    (("to_", "extensions", "supplements", "refusals"), Gathering._count_events),
    (("items",), Gathering._count_items),
)
