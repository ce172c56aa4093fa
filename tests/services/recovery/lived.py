"""A true city and the same cases as an office entered and mended them: what of them is not the same."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any

from sqlalchemy import event

from negotiation.core.local_time import at_local
from negotiation.core.settings import Settings
from negotiation.documents.report.books import Books
from negotiation.documents.report.cache import Counted
from negotiation.documents.report.sources import Gathering
from negotiation.services.cases import timers
from negotiation.services.context import UnitOfWork
from negotiation.store import migrate
from negotiation.store.database import Database
from negotiation.store.report_parts import Span
from negotiation.store.transaction import Transaction
from tests.conftest import MEASURES, _unhurried
from tests.services.recovery.compared import Seen, Standing, untrue
from tests.services.recovery.desk import Desk, Twin
from tests.services.recovery.plan import Plan
from tests.services.recovery.truth import ONE_DAY, UNDER_809, TrueCity, histories, post

YEARS = (2025, 2026)
NEXT_MAIL = 4 * ONE_DAY
Cells = dict[tuple[str, str, str, str], int]
Days = tuple[date, date]


@dataclass(frozen=True)
class Lived:
    """A true city, and beside it the same cases as an office entered and mended them."""

    engine: str
    city: TrueCity
    desk: Desk

    @classmethod
    def of(cls, database: Database, folder: Path, seed: int, many: int, days: Days = UNDER_809) -> "Lived":
        """So many cases, lived twice in an empty database from a first to a last day; a seed gives the same again."""
        settings = Settings(home=folder / "home", rulebook=MEASURES)
        first, last = days
        city = TrueCity(database, settings, seed=seed, many=many, first=first, last=last)
        city.live_until(last)
        plan = Plan()
        desk = Desk(city, histories(city), plan, seed)
        plan.spoil_most(desk)
        desk.live()
        timers.run(database, city.context(last), at_local(last, time(19)))
        post(database, last + NEXT_MAIL)  # what was mended on the last afternoon is told on the next working day
        return cls(database.engine.name, city, desk)

    def seen(self, transaction: Transaction, twin: Twin) -> tuple[Seen, Seen]:
        """A case as it is in truth, and its twin."""
        work = UnitOfWork(transaction, self.city.context(self.city.last), at_local(self.city.last, time(20)))
        entered = {seq: n for n, seq in twin.seqs.items()}
        return Seen(work, twin.history.no, twin.history.seqs), Seen(work, twin.no, entered)

    def stuck(self) -> list[str]:
        """Where the office did not know how to go on, and what was left on its desk."""
        waiting = [f"{twin.no}: {_kinds(twin)}: waits: {twin.waiting}" for twin in self.desk.twins if twin.waiting]
        return self.desk.stuck + waiting

    def differing(self) -> list[str]:
        """What stands otherwise than in truth."""
        with self.city.database.read() as transaction:
            return [
                f"{twin.no}: {_kinds(twin)}: {text}"
                for twin in self.desk.twins
                for text in _differences(*(each.standing() for each in self.seen(transaction, twin)))
            ]

    def believed(self) -> list[str]:
        """What somebody was told and never told otherwise, though it is not so."""
        with self.city.database.read() as transaction:
            return [
                f"{twin.no}: {_kinds(twin)}: {text}"
                for twin in self.desk.twins
                for text in untrue(*self.seen(transaction, twin), {paper.n: paper.on for paper in twin.history.papers})
            ]

    def counted(self, year: int) -> tuple[Cells, Cells]:
        """The report's cells of a year: of the true cases, and of the others.

        The true ones were opened first, and by themselves; what was entered twice is void, and counts nowhere.
        """
        with self.city.database.read() as transaction:
            books = Books.read(self.city.context(self.city.last), transaction)
            gathering = Gathering(transaction, books, Span(date(year, 1, 1), date(year, 12, 31), self.city.last))
            sql = f'SELECT max(id) FROM "case" WHERE no = {transaction.param}'
            ((last,),) = transaction.rows(sql, [self.desk.twins[-1].history.no])
            blocks = ((0, last), (last + 1, 10**9))
            true, entered = (_cells(Counted.of(gathering.of_block(ids)).tally.as_lists) for ids in blocks)
        return true, entered


def lived_in(folder: Path, seed: int, many: int, days: Days = UNDER_809) -> Iterator[Lived]:
    """A city in an SQLite database of its own."""
    with closing(Database(f"sqlite:///{folder}/negotiation.db")) as database:
        event.listen(database.engine, "connect", _unhurried)
        migrate.prepare(database)
        yield Lived.of(database, folder, seed, many, days)


def _kinds(twin: Twin) -> str:
    return "、".join(each.kind for each in twin.mistakes)


def _differences(true: Standing, entered: Standing) -> Iterator[str]:
    for name in true._fields:
        one, other = getattr(true, name), getattr(entered, name)
        if isinstance(one, dict):
            one, other = sorted(one.items(), key=str), sorted(other.items(), key=str)
        if one != other:
            yield f"{name}: {[x for x in one if x not in other]} are {[x for x in other if x not in one]}"


def _cells(lists: Mapping[str, list[tuple[str, Any, Mapping[str, int]]]]) -> Cells:
    return {
        (span, procedure, str(key), name): many
        for span, lines in lists.items()
        for procedure, key, counts in lines
        for name, many in counts.items()
        if many
    }
