"""The outbox's rows: what waits to be sent, who has claimed it, what became of it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from negotiation.core import process
from negotiation.core.enums import OFFICE_ID, NoticeKind, NoticeState
from negotiation.core.local_time import local_date
from negotiation.domain.notice_facts import NoticeFacts
from negotiation.domain.notices import NoticeRecord
from negotiation.store.codec import codec
from negotiation.store.schema.notices import Notice
from negotiation.store.schema.tasks import Task
from negotiation.store.tasks import HELD_TASKS
from negotiation.store.transaction import Transaction

_UNSENT = (NoticeState.WAITING, NoticeState.HELD)
_OPEN = ", ".join(f"'{state.value}'" for state in (NoticeState.WAITING, NoticeState.CLAIMED))


def waits(notice: NoticeRecord) -> bool:
    """True if a notice has not left yet."""
    return notice.state in [state.value for state in _UNSENT]


# ------------------------------------------------------------------------------------------------------ claiming
# A reminder that was never tried waits for the others of its department (one digest a day); everything else goes alone.
_FRESH_REMINDER = (
    f"(kind = '{NoticeKind.REMINDER.value}' AND tries = 0 AND state = '{NoticeState.WAITING.value}' "
    f"AND department_id <> {OFFICE_ID})"
)
# Nobody is reminded of a date that moved and of which they are notified only after a click.
_NOT_HELD = (
    "NOT (term IS NOT NULL AND EXISTS (SELECT 1 FROM notice held WHERE held.case_id = notice.case_id "
    f"AND held.term = notice.term AND held.state = '{NoticeState.HELD.value}'))"
)


_CLAIM: dict[str, Any] = {"state": NoticeState.CLAIMED.value, "claimed_by": process.OWN}


def claim(transaction: Transaction, at: datetime, until: datetime, limit: int) -> list[NoticeRecord]:
    """Takes up to ``limit`` notices that go alone and want sending by ``at``; nobody else takes them before ``until``.

    A claim that was not settled by then (its process was killed) is taken again, under the same Message-ID; where that
    ran on this machine, at once (``store/claims``).
    """
    lock = "" if transaction.database.is_sqlite else " FOR UPDATE SKIP LOCKED"
    where = f"next_try <= {transaction.param} AND NOT {_FRESH_REMINDER} AND {_NOT_HELD}"
    order = f"ORDER BY next_try, case_id, key LIMIT {transaction.param}{lock}"
    return _claimed(transaction, f"{where} {order}", [_instant(transaction, at), limit], until)


def claim_reminders(transaction: Transaction, at: datetime, until: datetime, departments: int) -> list[NoticeRecord]:
    """Takes all fresh reminders of up to ``departments`` departments; each department is one process's at a time."""
    param, moment = transaction.param, _instant(transaction, at)
    rows = transaction.rows(
        f"SELECT DISTINCT department_id FROM notice WHERE next_try <= {param} AND {_FRESH_REMINDER} AND {_NOT_HELD} "
        f"ORDER BY department_id LIMIT {param}",
        [moment, departments],
    )
    held = _hold(transaction, [row[0] for row in rows])
    if not held:
        return []
    where = (
        f"next_try <= {param} AND {_FRESH_REMINDER} AND {_NOT_HELD} AND department_id IN ({', '.join(map(str, held))})"
    )
    return _claimed(transaction, f"{where} ORDER BY department_id, case_id, key", [moment], until)


def _hold(transaction: Transaction, departments: list[int]) -> list[int]:
    """Those departments that no other transaction is making a digest for; held until this one ends."""
    if transaction.database.is_sqlite or not departments:
        return departments
    rows = transaction.rows(
        f"SELECT id FROM department WHERE id IN ({', '.join(map(str, departments))}) "
        "ORDER BY id FOR NO KEY UPDATE SKIP LOCKED"
    )
    return [row[0] for row in rows]


def _claimed(transaction: Transaction, where: str, values: list[Any], until: datetime) -> list[NoticeRecord]:
    table = codec(Notice, transaction.database.dialect)
    rows = transaction.rows(f"SELECT {', '.join(table.quoted)} FROM notice WHERE {where}", values)
    claimed = []
    for row in rows:
        notice = NoticeRecord(*table.read(row))
        claim = {**_CLAIM, "next_try": until, "tries": notice.tries + 1}
        settle(transaction, notice, **claim)
        claimed.append(notice._replace(**claim))
    return claimed


def _instant(transaction: Transaction, at: datetime) -> Any:
    return codec(Notice, transaction.database.dialect).bind_value("next_try", at)


def settle(transaction: Transaction, notice: NoticeRecord, **changes: Any) -> None:
    """Records what became of a notice, unless somebody else has settled it meanwhile."""
    table = codec(Notice, transaction.database.dialect)
    param = transaction.param
    sets = ", ".join(f"{column} = {param}" for column in changes)
    values = [table.bind_value(column, value) for column, value in changes.items()]
    transaction.execute(
        f"UPDATE notice SET {sets} WHERE case_id = {param} AND key = {param} AND state IN ({_OPEN})",
        [*values, notice.case_id, notice.key],
    )


def release(transaction: Transaction, at: datetime, case_id: int | None = None) -> int:
    """A person has confirmed what was held, of one case or of all: it waits like any other from now on. How many."""
    param, today = transaction.param, local_date(at)
    of_case, values = ("", []) if case_id is None else (f" AND case_id = {param}", [case_id])
    transaction.execute(
        f"UPDATE task SET done_on = {param} WHERE done_on IS NULL AND key LIKE {param}{of_case}",
        [codec(Task, transaction.database.dialect).bind_value("done_on", today), HELD_TASKS, *values],
    )
    cursor = transaction.execute(
        f"UPDATE notice SET state = '{NoticeState.WAITING.value}', next_try = {param} "
        f"WHERE state = '{NoticeState.HELD.value}'{of_case}",
        [_instant(transaction, at), *values],
    )
    return int(cursor.rowcount)


_SETTLED = f"state IN ('{NoticeState.FAILED.value}', '{NoticeState.SENT.value}')"
# A reminder that is sent again goes alone: as one never tried it would join a digest, whose Message-ID is another.
_ANEW = f"CASE WHEN kind = '{NoticeKind.REMINDER.value}' THEN 1 ELSE 0 END"


def wait_again(transaction: Transaction, case_id: int, key: str, at: datetime) -> bool:
    """A notice that failed or was sent waits as if it had never been tried; False if it is neither."""
    param = transaction.param
    cursor = transaction.execute(
        f"UPDATE notice SET state = '{NoticeState.WAITING.value}', next_try = {param}, tries = {_ANEW}, "
        f"digest_key = '' WHERE case_id = {param} AND key = {param} AND {_SETTLED}",
        [_instant(transaction, at), case_id, key],
    )
    return bool(cursor.rowcount)


_MOVES = "template IN ('moved', 'confirmed')"
_UNTOLD = f"state IN ('{NoticeState.HELD.value}', '{NoticeState.WAITING.value}') AND {_MOVES}"


def unsent_moves(transaction: Transaction, case_ids: Sequence[int]) -> dict[tuple[int, int], date]:
    """Case and term of each moved date whose notice was not sent yet, and the date that the parties know."""
    if not case_ids:
        return {}
    table, params = codec(Notice, transaction.database.dialect), ", ".join([transaction.param] * len(case_ids))
    rows = transaction.rows(
        f"SELECT case_id, term, facts FROM notice WHERE case_id IN ({params}) AND {_UNTOLD} ORDER BY created_at DESC",
        list(case_ids),
    )
    read = ((case_id, term, table.read_value("facts", facts)) for case_id, term, facts in rows)
    return {
        (case_id, term): facts.move.was_due_on
        for case_id, term, facts in read
        if isinstance(facts, NoticeFacts) and facts.move is not None
    }


def drop_moves(transaction: Transaction, places: Sequence[tuple[int, int]], on: date) -> None:
    """Drops the unsent notices of dates that have moved again; nobody is asked about them."""
    param, day = transaction.param, codec(Task, transaction.database.dialect).bind_value("done_on", on)
    for case_id, term in places:
        transaction.execute(
            f"UPDATE notice SET state = '{NoticeState.OBSOLETE.value}', next_try = NULL, said = {param} "
            f"WHERE case_id = {param} AND term = {param} AND {_UNTOLD}",
            ["期限又有变更", case_id, term],
        )
        transaction.execute(
            f"UPDATE task SET done_on = {param} WHERE case_id = {param} AND term = {param} AND key LIKE {param}",
            [day, case_id, term, HELD_TASKS],
        )


def add(transaction: Transaction, notices: Sequence[NoticeRecord]) -> int:
    """Adds notices that belong to no step (digests); those whose key is there already are left alone."""
    table = codec(Notice, transaction.database.dialect)
    params = ", ".join([transaction.param] * len(table.columns))
    sql = f"INSERT INTO notice ({', '.join(table.quoted)}) VALUES ({params}) ON CONFLICT DO NOTHING"
    return sum(transaction.execute(sql, table.bind(tuple(notice))).rowcount for notice in notices)


def take_back(transaction: Transaction, key: str) -> bool:
    """Removes a notice of no case that nobody has tried to send yet; False where none of that key is."""
    untried = f"state = '{NoticeState.WAITING.value}' AND tries = 0"
    return bool(
        transaction.execute(
            f"DELETE FROM notice WHERE case_id = 0 AND key = {transaction.param} AND {untried}", [key]
        ).rowcount
    )


# ------------------------------------------------------------------------------------------------------- asking


def count_waiting(transaction: Transaction, at: datetime) -> int:
    """The number of notices to be sent by the instant ``at``."""
    rows = transaction.rows(
        f"SELECT count(*) FROM notice WHERE next_try <= {transaction.param}", [_instant(transaction, at)]
    )
    return int(rows[0][0])


def exists(transaction: Transaction, case_id: int, key: str) -> bool:
    """True if there is a notice of that key."""
    param = transaction.param
    return bool(transaction.rows(f"SELECT 1 FROM notice WHERE case_id = {param} AND key = {param}", [case_id, key]))


def next_digest(transaction: Transaction, department_id: int, day: date) -> str:
    """The key of a department's next digest of a day: ``digest:7/2026-10-09/1``, as digests belong to no case."""
    stem = f"digest:{department_id}/{day.isoformat()}/"
    rows = transaction.rows(
        f"SELECT count(*) FROM notice WHERE case_id = 0 AND key LIKE {transaction.param}", [f"{stem}%"]
    )
    return f"{stem}{rows[0][0] + 1}"
