"""A holiday is added among a hundred thousand open terms, of which four in a hundred move: each with its event.

Twenty-five groups of applications, three weeks apart; the notice of each round frees a Wednesday in the middle of the
term of one group. Its terms move by a day; the parties' notices are written in the same transaction.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from bench.fill import fill
from bench.ground import Ground, Grounds, morning, settle_in
from bench.measure import Row, Spread, at_most, demand, seconds, undisturbed
from bench.parts.sweep import submitted
from calendars import Arrangement
from negotiation.core.enums import CalendarLayer
from negotiation.services.calendar import import_notice
from negotiation.services.context import Context
from negotiation.store.change_statements import Change
from negotiation.store.database import Database

GROUPS, IN_A_GROUP, ROUNDS = 25, 4_000, 5
FIRST = date(2024, 1, 8)  # a Monday
TODAY = date(2024, 1, 5)


def sqlite_rows(grounds: Grounds) -> Iterator[Row]:
    yield from _rows(grounds.sqlite)


def postgres_rows(grounds: Grounds) -> Iterator[Row]:
    yield from _rows(grounds.postgres)


def _rows(ground: Ground) -> Iterator[Row]:
    database = ground.empty("calendar")
    context = settle_in(database)
    fill(database, _city(database, context))
    taken = [_imported(ground, database, context, group) for group in range(ROUNDS)]
    rehearsed = [_imported(ground, database, context, ROUNDS + n, dry_run=True) for n in range(ROUNDS)]
    database.close()
    stored = GROUPS * IN_A_GROUP
    figure = f"a holiday among {stored:,} open terms, {IN_A_GROUP:,} move, {ground.name}"
    yield Row(figure, "s", Spread.of(taken), wanted=(at_most(Spread.of(taken), 0.1, "s"),))
    yield Row(f"the same, rehearsed, {ground.name}", "s", Spread.of(rehearsed))


def _city(database: Database, context: Context) -> Iterator[tuple[Change, int]]:
    for group in range(GROUPS):
        yield submitted(database, context, _start(group)), IN_A_GROUP


def _start(group: int) -> date:
    return FIRST + timedelta(weeks=3 * group)


def _imported(ground: Ground, database: Database, context: Context, group: int, *, dry_run: bool = False) -> float:
    """The seconds of one import, which moves the terms of one group and writes nothing else."""
    before = _counts(database)
    freed = next(day for day in _wednesdays(group) if context.calendar.is_working(day))
    arranged = Arrangement(freed.year, f"京政办发〔2024〕{group + 1}号", TODAY, {freed: "调休"}, {})
    found: list[import_notice.Import] = []

    def work() -> None:
        done = import_notice.run(
            database,
            context,
            import_notice.ImportRequest("", arranged, CalendarLayer.MUNICIPAL, "某甲", morning(TODAY)),
            dry_run=dry_run,
        )
        found.append(done)

    with undisturbed():
        taken = seconds(work)
    events, notices = (now - then for now, then in zip(_counts(database), before, strict=True))
    written = 0 if dry_run else IN_A_GROUP
    demand(
        len(found[0].recount.moved) == IN_A_GROUP and (events, notices) == (written, 2 * written),
        f"{ground.name}: {len(found[0].recount.moved)} moved, {events} events, {notices} notices",
    )
    return taken


def _wednesdays(group: int) -> Iterator[date]:
    """Two Wednesdays in the middle of a group's term."""
    for days in (9, 2):
        yield _start(group) + timedelta(days=days)


def _counts(database: Database) -> list[int]:
    with database.read() as transaction:
        return [
            int(transaction.connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() or 0)
            for table in ("event", "notice")
        ]
