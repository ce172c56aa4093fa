"""Mail that did not leave, in the outbox: what the task about it tells of, and what has waited for too long."""

from datetime import date, datetime
from typing import NamedTuple

from negotiation.core.enums import NoticeState
from negotiation.domain.notice_facts import DigestLine
from negotiation.domain.notices import NoticeRecord
from negotiation.store.codec import codec
from negotiation.store.schema.notices import Notice
from negotiation.store.transaction import Transaction

# The keys of the tasks, none of a case: of an outage and of an address with a day and a number, as it may come again.
MISSED_TASKS, BOUNCED_TASKS, SERVER_TASK = "notice/missed/", "notice/address/", "mail/server"


def task_key(transaction: Transaction, stem: str, day: date) -> str:
    """The key of the open task whose key begins with ``stem``, else of the next one of that day."""
    param = transaction.param
    rows = transaction.rows(
        f"SELECT key, done_on FROM task WHERE case_id = 0 AND substr(key, 1, {len(stem)}) = {param}", [stem]
    )
    is_open = next((key for key, done_on in rows if done_on is None), None)
    of_day = f"{stem}{day.isoformat()}/"
    return is_open or f"{of_day}{sum(key.startswith(of_day) for key, _ in rows) + 1}"


def told_by(transaction: Transaction, key: str) -> list[NoticeRecord]:
    """The missed or bounced notices of which the task of a key tells, the oldest first."""
    table, param = codec(Notice, transaction.database.dialect), transaction.param
    rows = transaction.rows(
        f"SELECT {table.listed} FROM notice WHERE digest_key = {param} "
        f"AND state IN ('{NoticeState.MISSED.value}', '{NoticeState.FAILED.value}') ORDER BY created_at, case_id, key",
        [key],
    )
    return [NoticeRecord(*table.read(row)) for row in rows]


def settle_line(transaction: Transaction, line: DigestLine, state: NoticeState, said: str, key: str) -> int:
    """Records what became of a reminder whose digest has not left; ``key``: what carries it, the digest or a task.

    0 if that is recorded already, else 1.
    """
    param = transaction.param
    cursor = transaction.execute(
        f"UPDATE notice SET state = '{state.value}', said = {param}, digest_key = {param} "
        f"WHERE case_id = {param} AND key = {param} AND state = '{NoticeState.DIGESTED.value}'",
        [said, key, line.case_id, line.key],
    )
    return int(cursor.rowcount)


class Waiting(NamedTuple):
    """A notice that has waited for too long: its department (0: the office), since when, what the server said."""

    department_id: int
    since: datetime
    said: str


def waiting_since(transaction: Transaction, moment: datetime) -> list[Waiting]:
    """The notices that have waited since ``moment`` or longer and were put off more than once, the oldest first.

    One that has left before and is to be sent again does not count.
    """
    table, param = codec(Notice, transaction.database.dialect), transaction.param
    rows = transaction.rows(
        "SELECT department_id, created_at, said FROM notice WHERE next_try IS NOT NULL AND tries > 1 "
        f"AND state = '{NoticeState.WAITING.value}' AND said <> '' AND sent_at IS NULL AND created_at <= {param} "
        "ORDER BY created_at, case_id, key",
        [table.bind_value("created_at", moment)],
    )
    return [Waiting(unit, table.read_value("created_at", since), said) for unit, since, said in rows]
