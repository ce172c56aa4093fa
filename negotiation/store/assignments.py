"""The handlers of a case on each side: the 经办人 (rank 1) and the second (rank 2). Rows are added and ended."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from negotiation.store import case_reader
from negotiation.store.codec import codec
from negotiation.store.schema.assignments import IS_HANDLING, Handler
from negotiation.store.transaction import Transaction
from negotiation.store.whole_rows import insert

RANKS = (1, 2)
OPEN_CASE = "c.ending = ''"
TAKES_PART = "h.department_id IN (0, c.applicant_id, c.provider_id)"  # a transfer may have taken the department out


class Handling(NamedTuple):
    """Somebody's time with a case on one side (0: the office); ``until`` None: they still have it."""

    case_id: int
    n: int
    department_id: int
    rank: int
    account_id: int
    since: date
    until: date | None
    assigned_by: str
    name: str


class HandOver(NamedTuple):
    """Work that went from one account to another on a day: of how many cases, and who ordered it."""

    leaver: int
    successor: int
    on: date
    cases: int
    by: str


# --------------------------------------------------------------------------------------------------------- reading


def names_of(transaction: Transaction, case_ids: Sequence[int], department_id: int) -> dict[int, str]:
    """The names of who handles these cases on one side (0: the office), the 经办人 first; by case id."""
    if not case_ids:
        return {}
    params = ", ".join([transaction.param] * len(case_ids))
    found: dict[int, str] = {}
    for case_id, name in transaction.rows(
        "SELECT h.case_id, a.name FROM handler h JOIN account a ON a.id = h.account_id "
        f"WHERE h.case_id IN ({params}) AND h.department_id = {transaction.param} AND h.until IS NULL "
        "ORDER BY h.case_id, h.rank",
        [*case_ids, department_id],
    ):
        found[case_id] = f"{found[case_id]}、{name}" if case_id in found else name
    return found


def handlers_of(transaction: Transaction, case_id: int, department_id: int) -> list[Handling]:
    """Everybody who ever handled a case on one side, in the order in which they were named."""
    where = f"h.case_id = {transaction.param} AND h.department_id = {transaction.param}"
    return _handlings(transaction, where, [case_id, department_id])


def open_work_of(transaction: Transaction, account_id: int) -> list[Handling]:
    """The assignments of somebody in the cases that are open and still their department's, first or second."""
    where = f"h.account_id = {transaction.param} AND h.until IS NULL AND {OPEN_CASE} AND {TAKES_PART}"
    return _handlings(transaction, where, [account_id])


def at_work(transaction: Transaction) -> set[int]:
    """The accounts that handle a case now."""
    return {account for (account,) in transaction.rows(f"SELECT DISTINCT account_id FROM handler WHERE {IS_HANDLING}")}


def handed_over(transaction: Transaction, leaver: int, successor: int, on: date) -> list[Handling]:
    """The assignments that one account gave up on a day to another that had it from then on, first or second."""
    param, day = transaction.param, codec(Handler, transaction.database.dialect).bind_value("since", on)
    where = (
        f"h.account_id = {param} AND h.until = {param} AND EXISTS (SELECT 1 FROM handler s WHERE s.case_id = h.case_id "
        f"AND s.department_id = h.department_id AND s.account_id = {param} AND s.since <= {param} "
        f"AND (s.until IS NULL OR s.until >= {param})) AND {TAKES_PART}"
    )
    return _handlings(transaction, where, [leaver, day, successor, day, day])


def recent_handovers(transaction: Transaction, limit: int = 30) -> list[HandOver]:
    """The handovers of work, day by day, the newest first: a rank that ended and went on with another at once."""
    table = codec(Handler, transaction.database.dialect)
    rows = transaction.rows(
        "SELECT h.account_id, s.account_id, h.until, count(*), max(s.assigned_by) FROM handler h JOIN handler s "
        "ON s.case_id = h.case_id AND s.department_id = h.department_id AND s.rank = h.rank AND s.since = h.until "
        "AND s.account_id <> h.account_id AND s.n > h.n "
        f"GROUP BY h.account_id, s.account_id, h.until ORDER BY h.until DESC, h.account_id LIMIT {limit}"
    )
    return [HandOver(*[*row[:2], table.read_value("until", row[2]), *row[3:]]) for row in rows]


def _handlings(transaction: Transaction, where: str, values: Sequence[object]) -> list[Handling]:
    table = codec(Handler, transaction.database.dialect)
    columns = ", ".join(f"h.{name}" for name in table.quoted)
    rows = transaction.rows(
        f"SELECT {columns}, a.name FROM handler h JOIN account a ON a.id = h.account_id "
        f'JOIN "case" c ON c.id = h.case_id WHERE {where} ORDER BY h.case_id, h.n',
        values,
    )
    return [Handling(*[*table.read(row[:-1]), row[-1]]) for row in rows]


# --------------------------------------------------------------------------------------------------------- writing


def assign(
    transaction: Transaction,
    case_id: int,
    department_id: int,
    rank: int,
    account_id: int | None,
    *,
    on: date,
    by: str,
) -> None:
    """Gives a rank of one side of a case (0: the office) to an account, or to nobody; who had it ends on that day.

    Nothing is written where it stands so already. ``by``: the name of who assigns.
    """
    case_reader.alone(transaction, case_id)
    known = handlers_of(transaction, case_id, department_id)
    running = next((each for each in known if each.rank == rank and each.until is None), None)
    if running and running.account_id == account_id:
        return
    if running:
        _end(transaction, running, on)
    if account_id is not None:
        _add(transaction, case_id, department_id, rank, account_id, on, by)


def hand_over(transaction: Transaction, leaver: int, successor: int, *, on: date, by: str) -> list[Handling]:
    """Gives all open work of one account to another; returns what moved.

    Who has the other rank of a case already is not named twice: the second becomes the first, the first stays it.
    """
    given = open_work_of(transaction, leaver)
    return [each for each in given if _hand_on(transaction, each, successor, on, by)]


def _hand_on(transaction: Transaction, given: Handling, successor: int, on: date, by: str) -> bool:
    """True if it was still the leaver's when nobody else could name handlers of the case any more."""
    case_reader.alone(transaction, given.case_id)
    known = handlers_of(transaction, given.case_id, given.department_id)
    if given not in known:
        return False
    other = next((each for each in known if each.account_id == successor and each.until is None), None)
    _end(transaction, given, on)
    if other and other.rank < given.rank:
        return True
    if other:
        _end(transaction, other, on)
    _add(transaction, given.case_id, given.department_id, given.rank, successor, on, by)
    return True


def _end(transaction: Transaction, handling: Handling, on: date) -> None:
    table, param = codec(Handler, transaction.database.dialect), transaction.param
    transaction.execute(
        f"UPDATE handler SET until = {param} WHERE case_id = {param} AND n = {param}",
        [table.bind_value("until", on), handling.case_id, handling.n],
    )


def _add(
    transaction: Transaction, case_id: int, department_id: int, rank: int, account_id: int, on: date, by: str
) -> None:
    sql = f"SELECT coalesce(max(n), 0) FROM handler WHERE case_id = {transaction.param}"
    last = transaction.rows(sql, [case_id])[0][0]
    insert(transaction, Handler, (case_id, last + 1, department_id, rank, account_id, on, None, by))
