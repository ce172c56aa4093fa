"""The search over a hundred thousand cases: a number, a word that few have, one that all have; the list beside it.

The index is filled as the worker fills it, in lots. Each search is the whole of the page: what was found, the lines of
twenty cases, the places where the words stand.
"""

from collections.abc import Iterator
from datetime import date

from bench.fill import FIRST_ID, fill
from bench.ground import Ground, Grounds, morning, settle_in
from bench.measure import Row, Spread, Work, at_most, demand, seconds, undisturbed
from bench.parts.sweep import submitted
from negotiation.services import case_list, search
from negotiation.services.context import Context, UnitOfWork
from negotiation.store import search_index
from negotiation.store.case_list.conditions import Wanted
from negotiation.store.database import Database

CASES, ROUNDS, RARE = 100_000, 7, 1_000
TODAY = date(2026, 6, 10)
SEARCHES = {
    "a number": f"GX2026-{FIRST_ID + 4321}",
    "a word that one case in a thousand has": "稀有目录",
    "words that stand in every case": "常住人口",
}


def sqlite_rows(grounds: Grounds) -> Iterator[Row]:
    yield from _rows(grounds.sqlite)


def postgres_rows(grounds: Grounds) -> Iterator[Row]:
    yield from _rows(grounds.postgres)


def _rows(ground: Ground) -> Iterator[Row]:
    database = ground.empty("search")
    context = settle_in(database)
    fill(database, [(submitted(database, context, context.calendar.due(TODAY, -5)), CASES)])
    with database.write() as transaction:
        transaction.execute(f"""UPDATE "case" SET subject = '稀有目录' WHERE id / {RARE} * {RARE} = id""")
        transaction.execute('INSERT INTO search_due (case_id) SELECT id FROM "case"')
    _indexed(database)
    for what, typed in SEARCHES.items():
        yield _row(f"search, {CASES:,} cases, {ground.name}: {what}", database, context, typed)
    yield _listed(f"list, first page of {CASES:,} cases, {ground.name}", database, context)
    database.close()


def _indexed(database: Database) -> None:
    with database.read() as transaction:
        due = search_index.is_due(transaction)
    while due:
        with database.write() as transaction:
            due = bool(search_index.fill(transaction))


def _row(title: str, database: Database, context: Context, typed: str) -> Row:
    def asked() -> None:
        with database.read() as transaction:
            found = search.find(UnitOfWork(transaction, context, morning(TODAY)), typed, None, 1)
        demand(bool(found.cases), f"nothing was found for {typed}")

    return _timed(title, asked, 50)


def _listed(title: str, database: Database, context: Context) -> Row:
    def asked() -> None:
        with database.read() as transaction:
            found = case_list.lines(transaction, context, Wanted(open_only=True), TODAY)
        demand(len(found["cases"]) == case_list.LINES_OF_A_PAGE, "the page is not full")

    return _timed(title, asked, 50)


def _timed(title: str, asked: Work, bound: float) -> Row:
    asked()
    with undisturbed():
        taken = Spread.of([1000 * seconds(asked) for _ in range(ROUNDS)])
    return Row(title, "ms", taken, wanted=(at_most(taken, bound, "ms"),))
