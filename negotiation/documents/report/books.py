"""The rulebooks of a report: those under which its cases were opened, and today's."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from calendars import WorkingCalendar
from negotiation.core.day_rules import DayRule
from negotiation.documents.report.counting import coordination
from negotiation.domain.rulebook import Procedure, ReportRule, Rulebook
from negotiation.services.context import Context
from negotiation.store.transaction import Transaction

Key = tuple[str, str]  # a rulebook and its edition


@dataclass
class Books:
    """The rulebooks under which cases were opened, and the office's own of today."""

    context: Context
    by_key: Mapping[Key, Rulebook]
    _rules: dict[tuple[str, str, str], Procedure] = field(default_factory=dict)
    _outcomes: dict[tuple[str, str, str, str, str], str] = field(default_factory=dict)
    _disputing: dict[int, set[str]] = field(default_factory=dict)  # by the identity of rules, which are kept here

    @classmethod
    def read(cls, context: Context, transaction: Transaction) -> "Books":
        """All that the database keeps, as this transaction sees it."""
        stored = transaction.rows("SELECT rulebook, edition FROM rulebook_version ORDER BY rulebook, edition")
        return cls(context, {(id, edition): context.rulebooks.of(transaction, id, edition) for id, edition in stored})

    def rules(self, rulebook: str, edition: str, procedure: str) -> Procedure:
        """A procedure as a case was opened under it; where that edition had no rules of the report, with today's."""
        key = (rulebook, edition, procedure)
        if key not in self._rules:
            rules = self.by_key[rulebook, edition].procedures[procedure]
            self._rules[key] = rules if _has_report(rules) else replace(rules, report=self._report_of_today(procedure))
        return self._rules[key]

    def disputing(self, rules: Procedure) -> set[str]:
        """The states in which a case of a procedure has been referred; found once."""
        if id(rules) not in self._disputing:
            self._disputing[id(rules)] = coordination.disputing_states(rules)
        return self._disputing[id(rules)]

    def outcome(self, row: Any) -> str:
        """The outcome of the case of a row, by its state and its flags as the database spells them; each pair once."""
        key = (row.rulebook, row.edition, row.procedure, row.state, row.flags)
        if key not in self._outcomes:
            report = self.rules(*key[:3]).report
            self._outcomes[key] = report.outcome(row.state, json.loads(row.flags))
        return self._outcomes[key]

    def _report_of_today(self, procedure: str) -> ReportRule:
        installed = self.context.procedures.get(procedure)
        return installed.report if installed is not None else ReportRule()

    def calendar(self, key: Key) -> WorkingCalendar:
        """The calendar by which terms under an edition are counted."""
        return self.context.calendar_of(self.by_key[key])

    @cached_property
    def calendars(self) -> list[tuple[WorkingCalendar, set[str]]]:
        """Each calendar by which terms are counted, with the editions of rulebooks that count by it."""
        found: dict[DayRule, set[str]] = {}
        for book in self.by_key.values():
            found.setdefault(book.day_rule, set()).add(f"{book.id}/{book.version}")
        return [(self.context.calendar_by(*rule), editions) for rule, editions in found.items()]

    @cached_property
    def procedures(self) -> dict[str, Procedure]:
        """Every procedure there is: today's in their order, the main one first, then those of other rulebooks."""
        found = dict(self.context.procedures)
        for book in self.by_key.values():
            for key, rules in book.procedures.items():
                found.setdefault(key, rules)
        return found

    @cached_property
    def every(self) -> list[Procedure]:
        """All of them, once for each edition."""
        opened_under = [
            self.rules(*key, procedure) for key, book in self.by_key.items() for procedure in book.procedures
        ]
        return [*self.context.procedures.values(), *opened_under]


def _has_report(rules: Procedure) -> bool:
    return bool(rules.report.outcomes or rules.report.counts or rules.report.table)
