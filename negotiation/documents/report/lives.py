"""Lives of cases as they had gone by a day, derived from their entries by the same table and calendars as the acts.

They are asked of the cases whose own row does not tell their history: those that were reopened or changed a party, and
on a past day those with which something happened after it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from negotiation.core.enums import PARTY_ROLES, RECOUNT
from negotiation.documents.report.books import Books
from negotiation.documents.report.histories import Happened
from negotiation.domain.machine.amendments import History
from negotiation.domain.machine.derivation import Calendars
from negotiation.domain.rulebook import Procedure
from negotiation.domain.terms import Term
from negotiation.services.cases.case_history import calendars_of, derived_by
from negotiation.store import entries
from negotiation.store.transaction import Transaction


class Life(NamedTuple):
    """A case by the end of a day: what had happened, in order, and how its terms stood."""

    happened: tuple[Happened, ...]
    terms: tuple[Term, ...]


def lives_of(transaction: Transaction, books: Books, cases: Sequence[Any], until: date) -> dict[int, Life]:
    """The lives of cases by id, by the end of the day ``until``."""
    if not cases:
        return {}
    rules = {row.id: books.rules(row.rulebook, row.edition, row.procedure) for row in cases}
    recorded = entries.histories_of(transaction, rules, books.context.directory, books.context.rulebooks)
    calendars = {key: calendars_of(transaction, book) for key, book in books.by_key.items()}
    return {
        row.id: _life(rules[row.id], _parties(row), recorded[row.id], calendars[row.rulebook, row.edition], until)
        for row in cases
    }


def _life(rules: Procedure, parties: Mapping[str, int], history: History, calendars: Calendars, until: date) -> Life:
    """What nobody has recorded yet, as the clock has not come to it, has not happened."""
    derived, _ = derived_by(rules, history, parties, calendars, until)
    known = {entry.seq for entry in history.entries}
    happened = [
        Happened(step.after.version, step.event, step.after.state, step.on, entry.fields if entry else {}, step.after)
        for step, entry in derived.steps
        if step.recounted is None and step.after.version in known
    ]
    return Life(tuple(happened), derived.case_state.terms)


def _parties(row: Any) -> Mapping[str, int]:
    parties = {role: getattr(row, f"{role}_id") for role in PARTY_ROLES}
    return {role: department for role, department in parties.items() if department is not None}


def moving_events(rules: Procedure) -> Iterator[str]:
    """The events after which a term that ran before may have another date or end, or run again."""
    yield RECOUNT
    resumed = {kind for row in rules.table.values() for kind in row.suspends}
    for row in rules.table.values():
        target = rules.states.get(row.target)
        resumes = target is not None and target.term in resumed
        # The last answer, or supply, of what is left may have come before.
        ends = rules.item_rules is not None and target is not None and bool(target.ending)
        withdraws = row.hands_over or (row.items is not None and "withdraw" in row.items.verbs)
        if row.lengthens or row.suspends or row.starts or row.goes_back or resumes or withdraws or ends:
            yield row.event.key
