"""The list of ten thousand cases as of a past day: laid over what is stored, then read whole by the list's own query.

What it costs follows the cases to which something happened afterwards: they are derived from their entries, all others
are read as they stand. Beside it the list of today, which reads the same lines and derives nothing.
"""

from collections.abc import Iterator
from datetime import date
from functools import partial

from bench.fill import fill
from bench.ground import Ground, Grounds, morning, settle_in
from bench.measure import Row, Spread, alternating, at_most, demand, ratios
from bench.parts.report import FIRST, LIVES, lived
from negotiation.domain.then import Then
from negotiation.services import case_list
from negotiation.services.cases.as_known import look_back
from negotiation.services.context import Context, UnitOfWork
from negotiation.store.case_list.conditions import Wanted
from negotiation.store.database import Database

CASES, ROUNDS, PACE = 10_000, 5, 3
EARLY, LATE = date(2025, 1, 7), date(2025, 1, 22)  # all of them, or a fifth, had an act after these days
BOUND = 20  # as many lists of today, of 0.1 s each on an idle machine, as are the two seconds that are allowed


def sqlite_rows(grounds: Grounds) -> Iterator[Row]:
    yield from _rows(grounds.sqlite)


def postgres_rows(grounds: Grounds) -> Iterator[Row]:
    yield from _rows(grounds.postgres)


def _rows(ground: Ground) -> Iterator[Row]:
    database = ground.empty("past")
    context = settle_in(database)
    shares = LIVES.items()
    fill(database, [(lived(database, context, FIRST, acts, PACE), CASES * share // 100) for acts, share in shares])
    for day in (EARLY, LATE):
        changed = _then(database, context, day)
        ours, peer = alternating(ROUNDS, partial(_then, database, context, day), partial(_today, database, context))
        times = ratios(ours, peer)
        yield Row(
            f"list of {CASES:,} cases as of a day, {changed:,} changed since, {ground.name}",
            "s",
            Spread.of(ours),
            peer=Spread.of(peer),
            peer_name="the list of today",
            wanted=(at_most(times, BOUND, "× the list of today"),),
            ratio=times,
        )
    database.close()


def _today(database: Database, context: Context) -> None:
    with database.read() as transaction:
        demand(len(case_list.every_case(transaction, context, Wanted(), EARLY)) == CASES, "a case is missing")


def _then(database: Database, context: Context, day: date) -> int:
    """Reads the list as of a day; returns how many cases had changed since."""
    with database.read(temporary=True) as transaction:
        work = look_back(UnitOfWork(transaction, context, morning(day)), Then(as_of=day))
        found = case_list.every_case(transaction, work.context, Wanted(), day)
        demand(len(found) == CASES, "a case is missing")
        changed: int = transaction.rows("SELECT count(*) FROM past_changed")[0][0]
    return changed
