"""Lists in the office's own mails: terms that run out, tasks, dates that the calendar moved or will move."""

from datetime import date, datetime
from typing import Any, NamedTuple

from negotiation.core.enums import LEVELS_NOT_BOUND, NoticeState
from negotiation.domain.entered import readable
from negotiation.store.codec import codec
from negotiation.store.schema.cases import IS_RECOUNT, Event
from negotiation.store.schema.tasks import Task
from negotiation.store.schema.terms import Term
from negotiation.store.transaction import Transaction
from negotiation.store.unsent import MISSED_TASKS


class Outstanding(NamedTuple):
    """A running term with its case; ``kind`` is called as the rulebook of the case calls it."""

    no: str
    subject: str
    applicant_id: int | None
    provider_id: int
    rulebook: str
    edition: str
    procedure: str
    kind: str
    counts_from: date
    counted: int | None
    due_on: date
    official: bool


class OpenTask(NamedTuple):
    """A task that nobody has done yet; the case's own columns are empty for a task of no case."""

    key: str
    title: str
    created_on: date
    no: str | None
    subject: str | None
    applicant_id: int | None
    provider_id: int | None


class Recounted(NamedTuple):
    """A term that was counted again because the calendar changed: as it is, as it was, and the sentence about it."""

    term: Outstanding
    was_due_on: date
    was_official: bool
    change: str


def due_terms(transaction: Transaction, until: date) -> list[Outstanding]:
    """The running, unanswered terms due by the day ``until``, the earliest first.

    Those of bodies to which the rules apply by reference are left out: they are never called overdue
    (809号令第四十三条).
    """
    bound = codec(Term, transaction.database.dialect).bind_value("due_on", until)
    where = (
        f"t.due_on <= {transaction.param} AND t.ended_on IS NULL AND t.suspended_on IS NULL AND t.answered_on IS NULL "
        f"AND NOT EXISTS (SELECT 1 FROM department d WHERE d.id = t.department_id AND d.level IN ({_NOT_BOUND}))"
    )
    return _outstanding(transaction, where, [bound])


_NOT_BOUND = ", ".join(f"'{level}'" for level in LEVELS_NOT_BOUND)
# MAY_MOVE, which is the index by which these few are found, and that they still run.
_PROVISIONAL = "(t.next_on IS NOT NULL OR NOT t.official) AND NOT t.official AND t.ended_on IS NULL"


def running_terms(transaction: Transaction) -> list[Outstanding]:
    """Every running term, the earliest first."""
    return _outstanding(transaction, "t.ended_on IS NULL AND t.suspended_on IS NULL", [])


def provisional_terms(transaction: Transaction, limit: int) -> list[Outstanding]:
    """Up to ``limit`` running terms whose date waits for an arrangement to be published, the earliest first."""
    return _outstanding(transaction, _PROVISIONAL, [], limit)


def count_provisional(transaction: Transaction) -> int:
    """The number of running terms that wait for an arrangement to be published."""
    return int(transaction.rows(f"SELECT count(*) FROM term t WHERE {_PROVISIONAL}")[0][0])


def missed_terms(transaction: Transaction) -> list[Outstanding]:
    """The terms of which somebody was not reminded in time, while the task that asks for a call is open."""
    where = (
        "(t.case_id, t.n) IN (SELECT m.case_id, m.term FROM task k JOIN notice m ON m.digest_key = k.key "
        f"WHERE k.case_id = 0 AND k.done_on IS NULL AND k.key LIKE {transaction.param} "
        f"AND m.state = '{NoticeState.MISSED.value}')"
    )
    return _outstanding(transaction, where, [f"{MISSED_TASKS}%"])


def _outstanding(
    transaction: Transaction, where: str, values: list[Any], limit: int | None = None
) -> list[Outstanding]:
    cut = f" LIMIT {limit}" if limit is not None else ""
    rows = transaction.rows(
        "SELECT c.no, c.subject, c.applicant_id, c.provider_id, c.rulebook, c.edition, c.procedure, "
        't.kind, t.counts_from, t.counted, t.due_on, t.official FROM term t JOIN "case" c ON c.id = t.case_id '
        f"WHERE {where} AND c.ending = '' ORDER BY t.due_on, c.no, t.n{cut}",
        values,
    )
    return [
        Outstanding._make([*known, _day(transaction, counts_from), counted, _day(transaction, due), bool(official)])
        for *known, counts_from, counted, due, official in rows
    ]


class FeedLine(NamedTuple):
    """A term with its case, as a calendar file gives it."""

    case_id: int
    no: str
    subject: str
    applicant: str
    provider: str
    procedure: str
    rulebook: str
    edition: str
    n: int
    kind: str
    basis: str
    counts_from: date
    counted: int | None
    due_on: date
    official: bool
    version: int
    ended: bool = False


_BINDS = "(t.department_id = "
_HANDLED = "EXISTS (SELECT 1 FROM handler h WHERE h.case_id = c.id AND h.until IS NULL AND h.account_id = "


def terms_to_publish(
    transaction: Transaction, since: date, *, department_id: int | None = None, handler_id: int | None = None
) -> list[FeedLine]:
    """The terms of a calendar file: the running ones, and, to be taken out of it, those suspended or ended since a day;
    of those that bind one department, of the cases that one account handles, or of all."""
    term, param = codec(Term, transaction.database.dialect), transaction.param
    where, values = f"(t.ended_on IS NULL OR t.ended_on >= {param})", [term.bind_value("ended_on", since)]
    for condition, value in ((_BINDS, department_id), (_HANDLED, handler_id)):
        if value is not None:
            where, values = f"{where} AND {condition}{param})", [*values, value]
    rows = transaction.rows(
        "SELECT c.id, c.no, c.subject, coalesce(a.name, ''), p.name, c.procedure, c.rulebook, c.edition, t.n, t.kind, "
        "t.basis, t.counts_from, t.counted, t.due_on, t.official, c.version, "
        "t.ended_on IS NOT NULL OR t.suspended_on IS NOT NULL OR c.ending <> '' "
        'FROM term t JOIN "case" c ON c.id = t.case_id '
        "LEFT JOIN department a ON a.id = c.applicant_id JOIN department p ON p.id = c.provider_id "
        f"WHERE {where} ORDER BY t.due_on, c.no, t.n",
        values,
    )
    return [_feed_line(transaction, *row) for row in rows]


def _feed_line(transaction: Transaction, *row: Any) -> FeedLine:
    *known, start, counted, due, official, version, ended = row
    return FeedLine._make(
        [*known, _day(transaction, start), counted, _day(transaction, due), bool(official), version, bool(ended)]
    )


def open_tasks(transaction: Transaction, since: date) -> list[OpenTask]:
    """The tasks created on or after the day ``since`` that nobody has done yet."""
    task = codec(Task, transaction.database.dialect)
    rows = transaction.rows(
        "SELECT k.key, k.title, k.created_on, c.no, c.subject, c.applicant_id, c.provider_id "
        'FROM task k LEFT JOIN "case" c ON c.id = k.case_id '
        f"WHERE k.done_on IS NULL AND k.created_on >= {transaction.param} ORDER BY k.created_on, c.no, k.key",
        [task.bind_value("created_on", since)],
    )
    return [OpenTask(key, title, _day(transaction, created), *of_case) for key, title, created, *of_case in rows]


def recounts(transaction: Transaction, since: datetime, until: datetime | None = None) -> list[Recounted]:
    """The terms that changes of the calendar moved from the instant ``since`` on (to ``until``, if it is given)."""
    event, param = codec(Event, transaction.database.dialect), transaction.param
    where, values = f"recorded_at >= {param}", [event.bind_value("recorded_at", since)]
    if until is not None:
        where, values = f"{where} AND recorded_at <= {param}", [*values, event.bind_value("recorded_at", until)]
    rows = transaction.rows(
        "SELECT c.no, c.subject, c.applicant_id, c.provider_id, c.rulebook, c.edition, c.procedure, "
        "t.kind, t.counts_from, t.counted, event.data, b.body "
        'FROM event JOIN "case" c ON c.id = event.case_id '
        "JOIN term t ON t.case_id = event.case_id AND t.n = event.term "
        "JOIN content b ON b.case_id = event.case_id AND b.seq = event.seq "
        f"WHERE {IS_RECOUNT} AND c.ending <> 'void' AND {where} ORDER BY recorded_at, c.no, event.seq",
        values,
    )
    return [_recounted(transaction, *row) for row in rows if row[-1]]


def _recounted(transaction: Transaction, *row: Any) -> Recounted:
    *known, counts_from, counted, data, body = row
    fields = readable(codec(Event, transaction.database.dialect).read_value("data", data), body)
    was, now = (date.fromisoformat(fields[key]) for key in ("from", "to"))
    counting = (_day(transaction, counts_from), counted, now, fields["official"])
    return Recounted(Outstanding._make([*known, *counting]), was, fields["was_official"], fields["change"])


def _day(transaction: Transaction, value: Any) -> date:
    return date.fromisoformat(value) if transaction.database.is_sqlite else value
