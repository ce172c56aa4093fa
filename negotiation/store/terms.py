"""Running terms as the sweep asks for them: by the day on which the clock must look at them."""

from datetime import date
from typing import Any, NamedTuple

from negotiation.store.database import Transaction
from negotiation.store.statements import codec
from negotiation.store.tables import Term


class DueTerm(NamedTuple):
    """A term that the clock must look at: its place in the order, and its key."""

    next_on: date
    case_id: int
    n: int


def due(transaction: Transaction, today: date, *, reminders: bool, after: tuple[Any, ...], limit: int) -> list[DueTerm]:
    """Up to ``limit`` terms with something to do by ``today``, after the place ``after``, their cases locked.

    Without ``reminders`` only those that have passed. On PostgreSQL, cases that another worker holds are left to it;
    the case is locked and not the term, as every step locks the case first.
    """
    table = codec(Term, transaction.database.dialect)
    mark = transaction.mark
    bound = table.bind_value("next_on", today)
    where, values = f"term.next_on <= {mark}", [bound]
    if not reminders:
        where += f" AND term.due_on < {mark}"
        values.append(bound)
    if after:
        where += f" AND (next_on, case_id, n) > ({mark}, {mark}, {mark})"
        values += [table.bind_value("next_on", after[0]), *after[1:]]
    sqlite = transaction.database.is_sqlite
    lock = "" if sqlite else ' FOR UPDATE OF "case" SKIP LOCKED'
    joined = "" if sqlite else ' JOIN "case" ON "case".id = term.case_id'
    rows = transaction.rows(
        f"SELECT next_on, case_id, n FROM term{joined} WHERE {where} ORDER BY next_on, case_id, n LIMIT {mark}{lock}",
        [*values, limit],
    )
    return [DueTerm(_date(row[0]), row[1], row[2]) for row in rows]


def put_off(transaction: Transaction, case_id: int, n: int, until: date) -> None:
    """The clock looks at a term again on a later day."""
    table = codec(Term, transaction.database.dialect)
    mark = transaction.mark
    transaction.execute(
        f"UPDATE term SET next_on = {mark} WHERE case_id = {mark} AND n = {mark} AND next_on IS NOT NULL",
        [table.bind_value("next_on", until), case_id, n],
    )


def _date(value: Any) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
