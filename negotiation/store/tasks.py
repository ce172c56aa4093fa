"""Tasks, what a person must look at: read in lists, done or opened again by hand, added and closed by the machine."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, or_, select

from negotiation.core.errors import NotFound
from negotiation.store.codec import codec
from negotiation.store.columns import CASE, TASK
from negotiation.store.records import TaskRecord
from negotiation.store.schema.tasks import Task
from negotiation.store.transaction import Transaction

SHOWN = 500
HELD_TASKS = "event:%/held"  # the keys of the tasks that ask for a click


class TaskLine(NamedTuple):
    """A task; ``no`` and ``subject`` are None for a task of no case (``case_id`` 0)."""

    case_id: int
    key: str
    title: str
    created_on: date
    done_on: date | None
    no: str | None
    subject: str | None

    @property
    def asks(self) -> str:
        """Heading under which tasks stand together: the title up to its colon, without what the task is about."""
        return self.title.partition("：")[0]


def open_tasks(transaction: Transaction, text: str = "", *, newest_first: bool = False) -> list[TaskLine]:
    """Tasks that nobody has done, whose title, number or subject has every word of ``text``; at most ``SHOWN``."""
    day = TASK.c.created_on.desc() if newest_first else TASK.c.created_on
    wanted = [_contains(word) for word in text.split()]
    query = _lines().where(TASK.c.done_on.is_(None), *wanted).order_by(day, TASK.c.case_id, TASK.c.key).limit(SHOWN)
    return _read(transaction.connection.execute(query).all())


def done_on(transaction: Transaction, day: date) -> list[TaskLine]:
    """The tasks that were done on a day, by a person or by themselves; at most ``SHOWN``."""
    query = _lines().where(TASK.c.done_on == day).order_by(TASK.c.case_id, TASK.c.key).limit(SHOWN)
    return _read(transaction.connection.execute(query).all())


def find(transaction: Transaction, case_id: int, key: str) -> TaskLine:
    """One task. Raises NotFound."""
    rows = transaction.connection.execute(_lines().where(TASK.c.case_id == case_id, TASK.c.key == key)).all()
    if not rows:
        raise NotFound("没有这项待办", todo="请从“待办”页进入")
    return _read(rows)[0]


def open_since(transaction: Transaction, case_id: int, key: str) -> date | None:
    """The day on which a task was created that nobody has done; None for none."""
    query = select(TASK.c.created_on).where(TASK.c.case_id == case_id, TASK.c.key == key, TASK.c.done_on.is_(None))
    found: date | None = transaction.connection.execute(query).scalar()
    return found


def close(transaction: Transaction, case_id: int, key: str, on: date) -> bool:
    """A person has done it on that day; False if it was done already."""
    day = codec(Task, transaction.database.dialect).bind_value("done_on", on)
    return _set(transaction, "done_on IS NULL", [day, case_id, key])


def reopen(transaction: Transaction, case_id: int, key: str, done: date) -> bool:
    """Opens a task again that was done on that day by mistake; False if it was not done then."""
    day = codec(Task, transaction.database.dialect).bind_value("done_on", done)
    return _set(transaction, f"done_on = {transaction.param}", [None, case_id, key, day])


def _set(transaction: Transaction, condition: str, values: Sequence[Any]) -> bool:
    param = transaction.param
    sql = f"UPDATE task SET done_on = {param} WHERE case_id = {param} AND key = {param} AND {condition}"
    return bool(transaction.execute(sql, values).rowcount)


def _lines() -> Select[Any]:
    columns = (TASK.c.case_id, TASK.c.key, TASK.c.title, TASK.c.created_on, TASK.c.done_on, CASE.c.no, CASE.c.subject)
    return select(*columns).outerjoin(CASE, CASE.c.id == TASK.c.case_id)


def _contains(word: str) -> ColumnElement[bool]:
    return or_(*(column.icontains(word, autoescape=True) for column in (TASK.c.title, CASE.c.no, CASE.c.subject)))


def _read(rows: Sequence[Any]) -> list[TaskLine]:
    return [TaskLine(*row) for row in rows]


def task_keys(transaction: Transaction, case_ids: Sequence[int]) -> set[tuple[int, str]]:
    """Case and key of every task of these cases, done or not."""
    if not case_ids:
        return set()
    params = ", ".join([transaction.param] * len(case_ids))
    rows = transaction.rows(f"SELECT case_id, key FROM task WHERE case_id IN ({params})", list(case_ids))
    return {(case_id, key) for case_id, key in rows}


def open_tasks_like(transaction: Transaction, keys: str) -> list[tuple[int, str]]:
    """Case and key of the tasks that nobody has done, whose keys are like a pattern."""
    rows = transaction.rows(
        f"SELECT case_id, key FROM task WHERE done_on IS NULL AND key LIKE {transaction.param}", [keys]
    )
    return [(case_id, key) for case_id, key in rows]


def close_tasks(transaction: Transaction, case_id: int, keys: Sequence[str], on: date) -> None:
    """Tasks that have become pointless are done."""
    param, day = transaction.param, codec(Task, transaction.database.dialect).bind_value("done_on", on)
    for key in keys:
        transaction.execute(
            f"UPDATE task SET done_on = {param} WHERE case_id = {param} AND key = {param} AND done_on IS NULL",
            [day, case_id, key],
        )


def close_tasks_of(transaction: Transaction, case_id: int, seq: int, on: date) -> None:
    """Tasks that an event opened are done, as it does not stand any more."""
    param, day = transaction.param, codec(Task, transaction.database.dialect).bind_value("done_on", on)
    transaction.execute(
        f"UPDATE task SET done_on = {param} WHERE case_id = {param} AND key LIKE {param} AND done_on IS NULL",
        [day, case_id, f"event:{seq}/%"],
    )


def add_task(transaction: Transaction, case_id: int, key: str, title: str, on: date) -> None:
    """A task that belongs to no step: something the machine could not do."""
    add_tasks(transaction, [TaskRecord(case_id, key, title, None, on)])


def add_tasks(transaction: Transaction, rows: Sequence[TaskRecord]) -> None:
    """Adds tasks; those whose key is there already are left alone."""
    _insert(transaction, rows, "DO NOTHING")


def keep_task(transaction: Transaction, row: TaskRecord) -> None:
    """Opens a task, or gives the open one a new title; one that was done today is not opened again before tomorrow."""
    _insert(
        transaction,
        [row],
        "(case_id, key) DO UPDATE SET title = excluded.title, done_on = NULL, "
        "created_on = CASE WHEN task.done_on IS NULL THEN task.created_on ELSE excluded.created_on END "
        "WHERE task.done_on IS NULL OR task.done_on < excluded.created_on",
    )


def renew_tasks(transaction: Transaction, rows: Sequence[TaskRecord]) -> None:
    """Adds tasks that have come up again: one of that key that was done is open again, since today."""
    anew = "title = excluded.title, created_on = excluded.created_on, done_on = NULL"
    _insert(transaction, rows, f"(case_id, key) DO UPDATE SET {anew}")


def _insert(transaction: Transaction, rows: Sequence[TaskRecord], on_conflict: str) -> None:
    table = codec(Task, transaction.database.dialect)
    params = ", ".join([transaction.param] * len(table.columns))
    sql = f"INSERT INTO task ({', '.join(table.quoted)}) VALUES ({params}) ON CONFLICT {on_conflict}"
    for row in rows:
        transaction.execute(sql, table.bind(row))
