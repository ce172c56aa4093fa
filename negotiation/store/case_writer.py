"""The one write: a case, its events, terms, items, notices and tasks, in as few round trips as the database allows.

On SQLite a change is a handful of statements inside the caller's transaction; on PostgreSQL it is one statement whose
first part is ``UPDATE case … WHERE id AND version``: if that finds no row, no other part writes anything.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import count
from typing import Any

from negotiation.core.enums import NoticeState
from negotiation.core.errors import Conflict
from negotiation.store import expunging, tasks
from negotiation.store.change_statements import CASE_COLUMNS, Change, Part, Statement, parts_of
from negotiation.store.database import Database
from negotiation.store.transaction import Transaction


def save(transaction: Transaction, change: Change) -> None:
    """Writes a change, all or nothing. Raises Conflict if the case is no longer at the version it was decided on."""
    if change.takes_back:
        with transaction.several_statements():
            _take_back(transaction, change)
            _save(transaction, change)
    else:
        _save(transaction, change)


def _save(transaction: Transaction, change: Change) -> None:
    parts = parts_of(transaction.database, change)
    written = _save_sqlite(transaction, parts) if transaction.database.is_sqlite else _save_postgres(transaction, parts)
    if not written:
        raise conflict(change.record.no)


def save_many(transaction: Transaction, changes: Sequence[Change]) -> list[Exception | None]:
    """Writes many changes in one transaction; returns what befell each (None: written).

    They are written together, table by table; if that fails, each alone in a savepoint, with an error of its own.
    """
    is_plain = not any(change.takes_back for change in changes)
    if len(changes) > 1 and is_plain and _save_together(transaction, changes):
        return [None] * len(changes)
    return [_save_alone(transaction, change) for change in changes]


def _save_alone(transaction: Transaction, change: Change) -> Exception | None:
    try:
        with transaction.savepoint():
            save(transaction, change)
    except Exception as error:
        if transaction.is_undone:
            raise
        return error
    return None


def _save_together(transaction: Transaction, changes: Sequence[Change]) -> bool:
    """All changes, each statement once with all its rows; False, with nothing written, if any could not be."""
    try:
        with transaction.savepoint():
            if not _write_groups(transaction, _grouped(transaction.database, changes)):
                raise conflict("")
    except Exception:
        if transaction.is_undone:
            raise
        return False
    return True


def _grouped(database: Database, changes: Sequence[Change]) -> list[tuple[Statement, list[list[Any]]]]:
    """The values of all changes by statement; what writes cases comes first, as the other tables refer to them."""
    groups: dict[Statement, list[list[Any]]] = {}
    for change in changes:
        for statement, values in parts_of(database, change):
            groups.setdefault(statement, []).append(values)
    return sorted(groups.items(), key=lambda group: group[0].table.columns != CASE_COLUMNS)


def _write_groups(transaction: Transaction, groups: Iterable[tuple[Statement, list[list[Any]]]]) -> bool:
    """True if every case was still at the version that its change was decided on."""
    driver = transaction.driver
    if transaction.database.is_sqlite:
        written = [(driver.executemany(each.for_sqlite, rows), each, rows) for each, rows in groups]
    else:
        with driver.pipeline():
            written = [
                (driver.execute(each.for_many_on_postgres, list(map(list, zip(*rows, strict=True)))), each, rows)
                for each, rows in groups
            ]
    return all(cursor.rowcount == len(rows) for cursor, each, rows in written if each.verb == "step")


def _take_back(transaction: Transaction, change: Change) -> None:
    """Removes the handovers and items that a case no longer has, what waits and is wrong by that: mails, tasks."""
    param, case_id = transaction.param, change.record.id
    for seq, role in change.moved_gone:
        transaction.execute(
            f"DELETE FROM moved_party WHERE case_id = {param} AND seq = {param} AND role = {param}",
            [case_id, seq, role],
        )
    for n in change.items_gone:
        transaction.execute(f"DELETE FROM item WHERE case_id = {param} AND n = {param}", [case_id, n])
    for day, seq in change.tasks_void:
        tasks.close_tasks_of(transaction, case_id, seq, day)
    if change.erasing is not None:
        expunging.erase(transaction, case_id, change.erasing)
    for key in change.withheld:
        transaction.execute(
            f"UPDATE notice SET state = '{NoticeState.OBSOLETE.value}', next_try = NULL, said = {param} "
            f"WHERE case_id = {param} AND key = {param}",
            ["登记已更正", case_id, key],
        )


def conflict(no: str) -> Conflict:
    """The conflict error for a stale case version."""
    return Conflict("案件在此期间已有新的办理，本次未写入任何内容", where=f"案件 {no}", todo="请重新查看案件后再办理")


def _save_sqlite(transaction: Transaction, parts: Iterable[Part]) -> bool:
    execute = transaction.driver.execute
    for statement, values in parts:
        cursor = execute(statement.for_sqlite, values)
        if statement.verb == "step" and cursor.rowcount == 0:
            return False
    return True


def _save_postgres(transaction: Transaction, parts: Sequence[Part]) -> bool:
    sql = _postgres_sql(tuple([statement for statement, _ in parts]))
    values = [value for _, values in parts for value in values]
    row = transaction.execute_numbered(sql, values).fetchone()
    return bool(row and row[0])


@lru_cache(maxsize=512)
def _postgres_sql(statements: tuple[Statement, ...]) -> str:
    """One statement: the first part writes the case and answers ``step``; the others write only beside that answer.

    Its values are ``$1``, ``$2``, … as PostgreSQL numbers them: a long statement of ``%s`` the driver would parse again
    each time.
    """
    numbers = count(1)
    parts = [statement.beside_others(numbers, first=n == 0) for n, statement in enumerate(statements)]
    named = [f"{'step' if n == 0 else f'part{n}'} AS ({sql})" for n, sql in enumerate(parts)]
    return f"WITH {', '.join(named)} SELECT count(*) FROM step"
