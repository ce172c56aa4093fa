"""Notices that were made: of a case, of none, of a lapse. Reading only."""

from datetime import date

from negotiation.core.enums import NoticeState
from negotiation.domain.notice_facts import Facts
from negotiation.domain.notices import NoticeRecord
from negotiation.store.codec import codec
from negotiation.store.schema.notices import Notice
from negotiation.store.transaction import Transaction

_GONE = (NoticeState.SENT, NoticeState.CLAIMED, NoticeState.DIGESTED)
_UNSENT = (NoticeState.WAITING, NoticeState.HELD)


def notified_of_lapse(transaction: Transaction, case_id: int, term: int, due_on: date) -> list[int]:
    """The departments (0: the office) to whom a notice has gone that the term lapsed on ``due_on``."""
    param = transaction.param
    states = ", ".join(f"'{state.value}'" for state in _GONE)
    rows = transaction.rows(
        f"SELECT DISTINCT department_id FROM notice WHERE case_id = {param} AND term = {param} "
        f"AND key LIKE {param} AND state IN ({states}) ORDER BY department_id",
        [case_id, term, f"term:{term}/due:{due_on.isoformat()}/lapsed/%"],
    )
    return [row[0] for row in rows]


def of_case(transaction: Transaction, case_id: int) -> list[NoticeRecord]:
    """The notices of a case that have left or wait, in the order in which they were made."""
    table = codec(Notice, transaction.database.dialect)
    states = ", ".join(f"'{state.value}'" for state in (*_GONE, *_UNSENT))
    rows = transaction.rows(
        f"SELECT {table.listed} FROM notice WHERE case_id = {transaction.param} AND state IN ({states}) "
        "ORDER BY created_at, key",
        [case_id],
    )
    return [NoticeRecord(*table.read(row)) for row in rows]


def of_no_case(transaction: Transaction, stem: str) -> dict[str, Facts]:
    """The facts of the notices of no case whose key begins with ``stem``, by their keys."""
    table = codec(Notice, transaction.database.dialect)
    rows = transaction.rows(
        f"SELECT {table.listed} FROM notice WHERE case_id = 0 AND substr(key, 1, {len(stem)}) = {transaction.param}",
        [stem],
    )
    return {each.key: each.facts for each in (NoticeRecord(*table.read(row)) for row in rows)}
