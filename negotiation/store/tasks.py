"""What a person must look at: the open tasks, those done today, and a task done or opened again by hand."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, or_, select

from negotiation.errors import NotFound
from negotiation.store.columns import CASE
from negotiation.store.columns import TASK
from negotiation.store.schema.tasks import Task
from negotiation.store.statements import codec
from negotiation.store.transaction import Transaction

SHOWN = 500


class TaskLine(NamedTuple):
    """A task; ``no`` and ``subject`` are None for a task of no case (``case_id`` 0)."""

    case_id: int
    key: str
    title: str
    created_on: date
    done_on: date | None
    no: str | None
    subject: str | None


def open_tasks(connection: Connection, text: str = "", *, newest_first: bool = False) -> list[TaskLine]:
    """Tasks that nobody has done, whose title, number or subject has every word of ``text``; at most ``SHOWN``."""
    day = TASK.c.created_on.desc() if newest_first else TASK.c.created_on
    wanted = [_said(word) for word in text.split()]
    query = _lines().where(TASK.c.done_on.is_(None), *wanted).order_by(day, TASK.c.case_id, TASK.c.key).limit(SHOWN)
    return _read(connection.execute(query).all())


def done_on(connection: Connection, day: date) -> list[TaskLine]:
    """The tasks that were done on a day, by a person or by themselves; at most ``SHOWN``."""
    query = _lines().where(TASK.c.done_on == day).order_by(TASK.c.case_id, TASK.c.key).limit(SHOWN)
    return _read(connection.execute(query).all())


def find(connection: Connection, case_id: int, key: str) -> TaskLine:
    """One task. Raises NotFound."""
    rows = connection.execute(_lines().where(TASK.c.case_id == case_id, TASK.c.key == key)).all()
    if not rows:
        raise NotFound("没有这项待办", todo="请从“待办”页进入")
    return _read(rows)[0]


def close(transaction: Transaction, case_id: int, key: str, on: date) -> bool:
    """A person has done it on that day; False if it was done already."""
    day = codec(Task, transaction.database.dialect).bind_value("done_on", on)
    return _set(transaction, "done_on IS NULL", [day, case_id, key])


def reopen(transaction: Transaction, case_id: int, key: str, done: date) -> bool:
    """What was done on that day by mistake is open again; False if it was not done then."""
    day = codec(Task, transaction.database.dialect).bind_value("done_on", done)
    return _set(transaction, f"done_on = {transaction.mark}", [None, case_id, key, day])


def _set(transaction: Transaction, condition: str, values: Sequence[Any]) -> bool:
    mark = transaction.mark
    sql = f"UPDATE task SET done_on = {mark} WHERE case_id = {mark} AND key = {mark} AND {condition}"
    return bool(transaction.execute(sql, values).rowcount)


def _lines() -> Select[Any]:
    columns = (TASK.c.case_id, TASK.c.key, TASK.c.title, TASK.c.created_on, TASK.c.done_on, CASE.c.no, CASE.c.subject)
    return select(*columns).outerjoin(CASE, CASE.c.id == TASK.c.case_id)


def _said(word: str) -> ColumnElement[bool]:
    return or_(*(column.icontains(word, autoescape=True) for column in (TASK.c.title, CASE.c.no, CASE.c.subject)))


def _read(rows: Sequence[Any]) -> list[TaskLine]:
    return [TaskLine(*row) for row in rows]
