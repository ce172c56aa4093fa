"""A thousand reminder rungs due among a hundred thousand stored cases, and a thousand lapses beside them.

Each Wednesday of spring a thousand terms want their reminder, each Wednesday of summer a thousand have passed; every
case has its event, its term and its notice. The rest are closed, or due in autumn.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from bench.fill import fill
from bench.ground import Ground, Grounds, morning, settle_in
from bench.measure import Row, Spread, at_most, demand, seconds, undisturbed
from bench.parts.decide import APPLICATION
from negotiation.domain.notices import NoticeRecord
from negotiation.services.cases import acting, opening, timers
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.context import Context, UnitOfWork
from negotiation.store.change_statements import Change
from negotiation.store.database import Database

STORED, DUE = 100_000, 1_000
SPRING = [date(2026, 3, 11) + timedelta(weeks=n) for n in range(7)]
SUMMER = [date(2026, 7, 1) + timedelta(weeks=n) for n in range(3)]
AUTUMN = date(2026, 9, 18)


def sqlite_rows(grounds: Grounds) -> Iterator[Row]:
    yield from _rows(grounds.sqlite, 0.1)


def postgres_rows(grounds: Grounds) -> Iterator[Row]:
    yield from _rows(grounds.postgres, 0.17)


def _rows(ground: Ground, wanted: float) -> Iterator[Row]:
    database = ground.empty("sweep")
    context = settle_in(database)
    fill(database, _city(database, context))
    reminded = [_swept(ground, database, context, day, reminders=DUE) for day in SPRING]
    lapsed = [_swept(ground, database, context, day, lapses=DUE) for day in SUMMER]
    database.close()
    among = f"{DUE:,} %s among {STORED:,}, {ground.name}"
    yield Row(among % "rungs", "s", Spread.of(reminded), wanted=(at_most(Spread.of(reminded), wanted, "s"),))
    yield Row(among % "lapses", "s", Spread.of(lapsed))


def _swept(
    ground: Ground, database: Database, context: Context, day: date, *, reminders: int = 0, lapses: int = 0
) -> float:
    """The seconds of one sweep, which does exactly what is due that day."""
    before = _counts(database)
    found: list[timers.Swept] = []
    with undisturbed():
        taken = seconds(lambda: found.append(timers.run(database, context, morning(day))))
    events, notices, tasks = (now - then for now, then in zip(_counts(database), before, strict=True))
    swept = found[0]
    demand(
        (swept.reminded, swept.acted, swept.parked) == (reminders, lapses, 0)
        and (events, notices, tasks) == (reminders + lapses, reminders + 2 * lapses, lapses),
        f"{ground.name}: the sweep of {day} did {swept}, and added {events} events, {notices} notices, {tasks} tasks",
    )
    with database.write() as transaction:  # so that those who were reminded do not come back on a later Wednesday
        transaction.execute(f"UPDATE term SET next_on = NULL WHERE next_on < '{day + timedelta(days=7)}'")
    return taken


def _counts(database: Database) -> list[int]:
    with database.read() as transaction:
        return [
            int(transaction.connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() or 0)
            for table in ("event", "notice", "task")
        ]


def _city(database: Database, context: Context) -> Iterator[tuple[Change, int]]:
    """Cases as the product itself writes them, and how many of each are stored."""
    calendar = context.calendar
    for day in SPRING:
        yield submitted(database, context, calendar.due(day, -7)), DUE
    for day in SUMMER:
        yield _reminded(submitted(database, context, calendar.due(day, -11))), DUE
    running = STORED // 10
    yield submitted(database, context, AUTUMN), running
    closed = STORED - running - DUE * (len(SPRING) + len(SUMMER))
    yield as_closed(submitted(database, context, calendar.due(SPRING[0], -40))), closed


def submitted(database: Database, context: Context, day: date) -> Change:
    """What stands in the database after a submission on that day: one of each row."""
    at: datetime = morning(day)
    names = list(context.directory.by_name)
    with database.write() as transaction:
        raw = APPLICATION | {"applicant": names[0], "provider": names[1]}
        file = opening.open_case(UnitOfWork(transaction, context, at), "sharing", raw)
        acting.perform(transaction, file, ActRequest("submit", role="applicant", actor="某甲", on=day))
        change = file.change()
    return change._replace(notices=[_sent(notice, at) for notice in change.notices])


def _reminded(change: Change) -> Change:
    (term,) = change.terms
    return change._replace(terms=[term._replace(rung=0, next_on=term.due_on + timedelta(days=1))])


def as_closed(change: Change) -> Change:
    """The same, answered in time and closed."""
    (term,) = change.terms
    ended = term.due_on - timedelta(days=1)
    term = term._replace(answered_on=ended, ended_on=ended, ended_seq=1, next_on=None)
    record = change.record._replace(state="closed", ending="closed", closed_on=ended, next_due=None, owed=False)
    return change._replace(record=record, terms=[term])


def _sent(notice: NoticeRecord, at: datetime) -> NoticeRecord:
    """The notice of the submission left long ago, at the instant ``at``."""
    return notice._replace(state="sent", next_try=None, sent_at=at)
