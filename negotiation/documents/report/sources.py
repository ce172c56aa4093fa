"""Reads the facts of a period and has them counted: one walk for the figures and for the cases behind one of them."""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cached_property
from typing import Any

from negotiation.core.enums import PARTY_ROLES
from negotiation.documents.report.books import Books
from negotiation.documents.report.counting.accounts import Account, Emit, account_of
from negotiation.documents.report.counting.coordination import (
    Coordination,
    coordinations_in,
    count_coordinations,
    count_events,
    count_events_of,
    count_refusals,
    counted_events,
    moments_of,
)
from negotiation.documents.report.counting.flow import count_cases, count_intervals
from negotiation.documents.report.counting.items import count_items, count_items_of
from negotiation.documents.report.counting.terms import REPLY, SUPPLY, count_term
from negotiation.documents.report.definitions import UNREASONED
from negotiation.documents.report.histories import COORDINATION, CaseHistory, happened_in, histories_of
from negotiation.documents.report.lives import Life, lives_of, moving_events
from negotiation.domain.rulebook import Procedure
from negotiation.domain.terms import Term
from negotiation.store import report_cases, report_terms
from negotiation.store.report_parts import Span
from negotiation.store.transaction import Transaction


class Gathering:
    """The facts of a period, read once each; ``count`` emits all that they add to any count."""

    def __init__(self, transaction: Transaction, books: Books, span: Span) -> None:
        self.transaction, self.books = transaction, books
        self.span = span if span.block else self._asked(span)  # of a block the whole has asked already

    def of_block(self, ids: tuple[int, int]) -> "Gathering":
        """The facts of the cases from the first of these ids to the last."""
        return Gathering(self.transaction, self.books, self.span._replace(block=ids))

    def _asked(self, span: Span) -> Span:
        every = self.books.every
        names = {event for rules in every for event in rules.events}
        past = report_cases.has_later(self.transaction, names, span.as_of)
        later = {rules.key for rules in every for state in rules.states.values() if state.uncounted}
        return span._replace(past=past, later=tuple(sorted(later)))

    def count(self, emit: Emit, names: Collection[str] = ()) -> None:
        """Emits all that the facts add to the counts of these names (none named: to all)."""
        for stems, part in _PARTS:
            if not names or any(name.startswith(stems) for name in names):
                part(self, emit)

    def _count_flow(self, emit: Emit) -> None:
        for rows in self.plain:
            count_cases(rows, self.books.outcome, emit)
        count_intervals(self.histories.values(), self.span, emit)

    def _count_coordinations(self, emit: Emit) -> None:
        count_coordinations(self.coordinations, self.histories, self.books.calendar, emit)

    @cached_property
    def plain(self) -> list[Sequence[Any]]:
        """The cases that are read from their own rows, on either side's account."""
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
        """The cases that were reopened, changed a party or were corrected, by id."""
        happened = {case_id: life.happened for case_id, life in self.lives.items()}
        return histories_of(self._eventful, happened, self._moves, self.rules_of)

    def histories_of(self, cases: Sequence[Any], which: report_cases.Condition) -> dict[int, CaseHistory]:
        """The histories of cases by id; ``which``: the condition by which they were found."""
        happened = happened_in(report_cases.events_of(self.transaction, self.span, which))
        read = {row.id: happened.get(row.id, []) for row in cases if row.id not in self.histories}
        listed = {row.id: self.histories[row.id] for row in cases if row.id in self.histories}
        plain = [row for row in cases if row.id in read]
        return listed | histories_of(plain, read, self._moves, self.rules_of)

    @cached_property
    def lives(self) -> dict[int, Life]:
        """Lives of the same cases as they had gone by the as-of day, derived from their entries."""
        return lives_of(self.transaction, self.books, self._eventful, self.span.as_of)

    @cached_property
    def _eventful(self) -> Sequence[Any]:
        return report_cases.eventful_cases(self.transaction, self.span)

    @cached_property
    def _moves(self) -> Sequence[Any]:
        return report_cases.moves(self.transaction)

    @cached_property
    def coordinations(self) -> list[Coordination]:
        """Those that ended within the period."""
        begins, ends = set(), set()
        for rules in self.books.every:
            counts = rules.report.counts
            ends |= {*counts.get("coordinations_settled", ()), *counts.get("coordinations_failed", ())}
            begins |= set(coordinating(rules))
        rows = report_cases.coordinations(self.transaction, self.span, begins, ends)
        derived = moments_of(self.histories, {*begins, *ends})
        return list(coordinations_in([*rows, *derived], self.rules_of, self.histories, self.span))

    def rules_of(self, rulebook: str, edition: str, procedure: str) -> Procedure:
        """The procedure under which a case was opened."""
        return self.books.rules(rulebook, edition, procedure)

    # ------------------------------------------------------------------------------------------------------ terms

    def _count_terms(self, emit: Emit) -> None:
        for calendar, editions in self.books.calendars:
            asked = report_terms.TermsAsked(editions, self._supplies, self.references)
            for row in report_terms.terms(self.transaction, self.span, calendar, asked, self.restated):
                self._count_term(row, emit)

    @cached_property
    def restated(self) -> dict[int, tuple[Term, ...]]:
        """The terms of cases as they stood on the as-of day, where an act after it has moved them; by case id."""
        if not self.span.past:
            return {}
        names = {name for rules in self.books.every for name in moving_events(rules)}
        moved = report_cases.cases_with_later(self.transaction, self.span, names)
        return {case_id: self.lives[case_id].terms for case_id in moved if case_id in self.lives}

    def _count_term(self, row: Any, emit: Emit) -> None:
        history = self.histories.get(row.case_id) if row.case_id is not None else None
        rules = self.rules_of(row.rulebook, row.edition, row.procedure)
        if (row.main or row.kind in rules.report.supply) and (history is None or history.counts(row.ended_seq)):
            account = self._bound(row, history)
            reference = bool(row.reference) if history is None else account.provider in self.references
            left_in = row.left_in if history is None else history.state_after(row.ended_seq)
            disputed = left_in in self.books.disputing(rules)
            count_term(REPLY if row.main else SUPPLY, row, account, emit, reference=reference, disputed=disputed)

    def _bound(self, row: Any, history: CaseHistory | None) -> Account:
        """The account of whoever was bound when the term ended, at the latest at the end of the period."""
        if history is None:
            return account_of(row)
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
        names = {event for rules in self.books.every for event in counted_events(rules)}
        for span in self._sides:
            count_events(report_cases.events(self.transaction, span, names), self.rules_of, emit)
            for kept_in, refusals in self._refusals.items():
                field, reason = kept_in
                rows = report_cases.events(self.transaction, span, refusals, field, (reason, UNREASONED))
                count_refusals(rows, self.rules_of, kept_in, emit)
        count_events_of(self.histories.values(), self.span, emit)

    @cached_property
    def _refusals(self) -> dict[tuple[str, str], set[str]]:
        """The events by which something is refused, by the fields for the class of the reason and for the reason."""
        found: dict[tuple[str, str], set[str]] = {}
        for rules in self.books.every:
            kept_in = rules.report.refusal_class, rules.report.refusal_reason
            found.setdefault(kept_in, set()).update(rules.report.counts.get("refusals", ()))
        return {kept_in: names for kept_in, names in found.items() if names}

    def _count_items(self, emit: Emit) -> None:
        for span in self._sides:
            count_items(report_cases.items(self.transaction, span), self.rules_of, emit)
        count_items_of(self.histories.values(), self.span, emit)


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
