"""The outbox's rows: what waits to be sent, who has claimed it, what became of it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from negotiation.store.database import Transaction
from negotiation.store.statements import codec
from negotiation.store.tables import Notice, Task
from negotiation.vocabulary import NoticeState

NoticeRow = dict[str, Any]
_TOLD = (NoticeState.SENT, NoticeState.CLAIMED, NoticeState.DIGESTED)


def told_of_lapse(transaction: Transaction, case_id: int, term: int) -> list[int]:
    """The departments (0: the office) to whom a notice of the term's lapse has gone."""
    mark = transaction.mark
    states = ", ".join(f"'{state.value}'" for state in _TOLD)
    rows = transaction.rows(
        f"SELECT DISTINCT department_id FROM notice WHERE case_id = {mark} AND term = {mark} "
        f"AND key LIKE {mark} AND state IN ({states}) ORDER BY department_id",
        [case_id, term, "term:%/lapsed/%"],
    )
    return [row[0] for row in rows]


def claim(transaction: Transaction, at: datetime, until: datetime, limit: int) -> list[NoticeRow]:
    """Takes up to ``limit`` notices that want sending by the instant ``at``; nobody else takes them before ``until``.

    A claim that was not settled by then (its process was killed) is taken again, under the same Message-ID.
    """
    table = codec(Notice, transaction.database.dialect)
    mark = transaction.mark
    lock = "" if transaction.database.is_sqlite else " FOR UPDATE SKIP LOCKED"
    rows = transaction.rows(
        f"SELECT {', '.join(table.quoted)} FROM notice WHERE next_try <= {mark} "
        f"ORDER BY next_try, case_id, key LIMIT {mark}{lock}",
        [table.bind_value("next_try", at), limit],
    )
    claimed = [dict(zip(table.columns, table.read(row), strict=True)) for row in rows]
    for row in claimed:
        settle(transaction, row, state=NoticeState.CLAIMED.value, next_try=until)
    return claimed


def settle(transaction: Transaction, row: NoticeRow, **changes: Any) -> None:
    """Records what became of a notice, unless somebody else has recorded it meanwhile."""
    table = codec(Notice, transaction.database.dialect)
    mark = transaction.mark
    sets = ", ".join(f"{column} = {mark}" for column in changes)
    values = [table.bind_value(column, value) for column, value in changes.items()]
    transaction.execute(
        f"UPDATE notice SET {sets} WHERE case_id = {mark} AND key = {mark} AND sent_at IS NULL",
        [*values, row["case_id"], row["key"]],
    )
    row.update(changes)


def add(transaction: Transaction, rows: Sequence[tuple[Any, ...]]) -> int:
    """Adds notices that belong to no step (digests); those whose key is there already are left alone."""
    table = codec(Notice, transaction.database.dialect)
    marks = ", ".join([transaction.mark] * len(table.columns))
    sql = f"INSERT INTO notice ({', '.join(table.quoted)}) VALUES ({marks}) ON CONFLICT DO NOTHING"
    return sum(transaction.execute(sql, table.bind(row)).rowcount for row in rows)


def add_task(transaction: Transaction, case_id: int, key: str, title: str, on: date) -> None:
    """A task that belongs to no step: something the machine could not do."""
    table = codec(Task, transaction.database.dialect)
    marks = ", ".join([transaction.mark] * len(table.columns))
    transaction.execute(
        f"INSERT INTO task ({', '.join(table.quoted)}) VALUES ({marks}) ON CONFLICT DO NOTHING",
        table.bind((case_id, key, title, None, on, None)),
    )
