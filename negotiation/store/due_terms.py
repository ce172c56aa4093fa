"""Running terms as the sweep asks for them: by the day on which the clock must look at them."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from negotiation.core.batches import batches
from negotiation.store.codec import codec
from negotiation.store.schema.terms import MAY_MOVE, Term
from negotiation.store.transaction import Transaction

COUNTINGS_ASKED_AT_ONCE = 200


class DueTerm(NamedTuple):
    """A term that the clock must look at: its place in the order, and its key."""

    next_on: date
    case_id: int
    n: int


def due(transaction: Transaction, today: date, *, reminders: bool, after: DueTerm | None, limit: int) -> list[DueTerm]:
    """Up to ``limit`` terms with something to do by ``today``, after the place ``after``, their cases locked.

    Without ``reminders`` only those that have passed. On PostgreSQL, cases that another worker holds are left to it;
    the case is locked and not the term, as every step locks the case first.
    """
    table = codec(Term, transaction.database.dialect)
    param = transaction.param
    bound = table.bind_value("next_on", today)
    where, values = f"term.next_on <= {param}", [bound]
    if not reminders:
        where += f" AND term.due_on < {param}"
        values.append(bound)
    if after:
        where += f" AND (next_on, case_id, n) > ({param}, {param}, {param})"
        values += [table.bind_value("next_on", after.next_on), after.case_id, after.n]
    sqlite = transaction.database.is_sqlite
    lock = "" if sqlite else ' FOR UPDATE OF "case" SKIP LOCKED'
    joined = "" if sqlite else ' JOIN "case" ON "case".id = term.case_id'
    rows = transaction.rows(
        f"SELECT next_on, case_id, n FROM term{joined} WHERE {where} ORDER BY next_on, case_id, n LIMIT {param}{lock}",
        [*values, limit],
    )
    return [DueTerm(_date(row[0]), row[1], row[2]) for row in rows]


def put_off(transaction: Transaction, case_id: int, n: int, until: date) -> None:
    """The clock looks at a term again on a later day."""
    table = codec(Term, transaction.database.dialect)
    param = transaction.param
    transaction.execute(
        f"UPDATE term SET next_on = {param} WHERE case_id = {param} AND n = {param} AND next_on IS NOT NULL",
        [table.bind_value("next_on", until), case_id, n],
    )


def _date(value: Any) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


# ------------------------------------------------------------------------------------- terms that a calendar may move


class Counting(NamedTuple):
    """The counting of a term and its result: many terms share it."""

    counts_from: date
    counted: int
    due_on: date
    official: bool


_COUNTING = ", ".join(Counting._fields)
# Running and not yet past, or never official; what is suspended keeps its days and is counted when it resumes.
_MOVABLE = f"({MAY_MOVE}) AND counted IS NOT NULL AND (suspended_on IS NULL OR ended_on IS NOT NULL)"
# Past, and decided by its official date: answered, ended, or its lapse recorded.
_SETTLED = "next_on IS NULL AND official AND counted IS NOT NULL AND (suspended_on IS NULL OR ended_on IS NOT NULL)"


def movable(transaction: Transaction) -> list[Counting]:
    """The countings of terms that a calendar may still move, each once."""
    # The three conditions besides MAY_MOVE are asked again for the few that move: this reads nothing but the index.
    return _countings(transaction, f"({MAY_MOVE}) AND counted IS NOT NULL", [])


def settled(transaction: Transaction, first: date, last: date) -> list[Counting]:
    """The countings of decided terms in which one of the days from ``first`` to ``last`` counted."""
    table, param = codec(Term, transaction.database.dialect), transaction.param
    where = f"{_SETTLED} AND due_on >= {param} AND counts_from < {param}"
    return _countings(transaction, where, [table.bind_value("due_on", first), table.bind_value("counts_from", last)])


def _countings(transaction: Transaction, where: str, values: list[Any]) -> list[Counting]:
    rows = transaction.rows(f"SELECT {_COUNTING} FROM term WHERE {where} GROUP BY {_COUNTING}", values)
    return [Counting(_date(start), counted, _date(due), bool(official)) for start, counted, due, official in rows]


def movable_so_counted(transaction: Transaction, countings: Sequence[Counting]) -> list[tuple[int, int]]:
    """Case and number of the terms that a calendar may move and that were counted in one of these ways."""
    return _so_counted(transaction, _MOVABLE, countings)


def settled_so_counted(transaction: Transaction, countings: Sequence[Counting]) -> list[tuple[int, int]]:
    """Case and number of the decided terms that were counted in one of these ways."""
    return _so_counted(transaction, _SETTLED, countings)


def _so_counted(transaction: Transaction, where: str, countings: Sequence[Counting]) -> list[tuple[int, int]]:
    table, param = codec(Term, transaction.database.dialect), transaction.param
    row = f"({', '.join([param] * len(Counting._fields))})"
    found: list[tuple[int, int]] = []
    for some in batches(countings, COUNTINGS_ASKED_AT_ONCE):
        values = [table.bind_value(name, value) for each in some for name, value in each._asdict().items()]
        sql = f"SELECT case_id, n FROM term WHERE ({_COUNTING}) IN (VALUES {', '.join([row] * len(some))}) AND {where}"
        found += [(case_id, n) for case_id, n in transaction.rows(sql, values)]
    return sorted(found)


def suspended(transaction: Transaction) -> list[tuple[int, int]]:
    """Case and number of the terms that are suspended."""
    rows = transaction.rows(
        "SELECT case_id, n FROM term WHERE suspended_on IS NOT NULL AND ended_on IS NULL AND counted IS NOT NULL"
    )
    return [(case_id, n) for case_id, n in rows]
