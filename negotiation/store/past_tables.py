"""Tables as they were on a past day, laid over those that are stored, for one transaction that reads.

Of the cases of which something came later temporary tables hold the rows as they were; a temporary view under the name
of each stored table joins them with the rows of all other cases, so that every query of the transaction reads that day.
All of it ends with the transaction (``Database.read(temporary=True)``).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlmodel import SQLModel

from negotiation.domain.case_record import CaseRecord
from negotiation.domain.items import Item as DataItem
from negotiation.domain.terms import Term as RunningTerm
from negotiation.store.codec import Row, TableCodec, codec
from negotiation.store.records import MovedRecord
from negotiation.store.schema.calendar import CalendarRevision
from negotiation.store.schema.cases import Case, Event, Item, MovedParty
from negotiation.store.schema.terms import Term
from negotiation.store.transaction import Transaction

_CHANGED, _EVENTS = "past_changed", "past_event_days"
_DATED = ("case_id", "seq", "happened_on")


class PastCase(NamedTuple):
    """A case as it was; ``events``: the numbers of those that it had, with the days on which they happened."""

    record: CaseRecord
    terms: Sequence[RunningTerm]
    items: Sequence[DataItem]
    moved: Sequence[MovedRecord]
    events: Mapping[int, date]


def lay_over(
    transaction: Transaction, changed: Collection[int], cases: Sequence[PastCase], known_before: datetime | None
) -> None:
    """Lets every later query of this transaction read the ``changed`` cases as they were.

    Those that are not among ``cases`` did not exist. ``known_before``: the calendars are those known before it.
    """
    laying = _Laying(transaction)
    laying.keep(_CHANGED, laying.table(Case), ("id",), [[case_id] for case_id in changed])
    for model, key, rows in _rows(cases):
        laying.replace(model, key, rows)
    laying.date_events([(each.record.id, seq, day) for each in cases for seq, day in each.events.items()])
    if known_before is not None:
        laying.show_calendars(known_before)
    laying.use()


def _rows(cases: Sequence[PastCase]) -> Iterator[tuple[type[SQLModel], str, list[Row]]]:
    """The rows by which the past cases stand in each table, with the column that has the id of the case."""
    yield Case, "id", [each.record for each in cases]
    yield Term, "case_id", [(each.record.id, *term) for each in cases for term in each.terms]
    yield Item, "case_id", [(each.record.id, *item) for each in cases for item in each.items]
    yield MovedParty, "case_id", [moved for each in cases for moved in each.moved]


def stored_in(transaction: Transaction) -> str:
    """The schema of the stored tables, by which they are read whatever is laid over them."""
    if transaction.database.is_sqlite:
        return "main"
    found = "SELECT quote_ident(name) FROM unnest(current_schemas(false)) AS name WHERE name !~ '^pg_temp' LIMIT 1"
    schema: str = transaction.rows(found)[0][0]
    return schema


class _Laying:
    """The temporary tables and views of one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self.transaction, self.is_sqlite = transaction, transaction.database.is_sqlite
        self.schema = stored_in(transaction)

    def table(self, model: type[SQLModel]) -> TableCodec:
        """The stored table of a class."""
        return codec(model, self.transaction.database.dialect)

    def replace(self, model: type[SQLModel], key: str, rows: Sequence[Row]) -> None:
        """Lets a table have these rows of the changed cases, by the column ``key``."""
        table = self.table(model)
        kept = f"past_{model.__tablename__}"
        self.keep(kept, table, table.columns, [table.bind(row) for row in rows])
        self._view(table, f"{self._others(table, key)} UNION ALL SELECT {table.listed} FROM {kept}")

    def date_events(self, rows: Sequence[Row]) -> None:
        """Lets the changed cases have these events (case, number, day) alone."""
        table = self.table(Event)
        days = [[*row[:2], table.bind_value(_DATED[2], row[2])] for row in rows]
        self.keep(_EVENTS, table, _DATED, days)
        own = ", ".join(("d." if name == _DATED[2] else "e.") + table.quoted_of[name] for name in table.columns)
        found = f"{_EVENTS} d JOIN {self.schema}.{table.name} e ON e.case_id = d.case_id AND e.seq = d.seq"
        self._view(table, f"{self._others(table, 'case_id')} UNION ALL SELECT {own} FROM {found}")

    def show_calendars(self, known_before: datetime) -> None:
        """Lets the calendar have the revisions alone that were recorded before an instant; the first always is."""
        table = self.table(CalendarRevision)
        self.keep("past_instant", table, ("recorded_at",), [[table.bind_value("recorded_at", known_before)]])
        known = "id = 0 OR recorded_at < (SELECT recorded_at FROM past_instant)"
        self._view(table, f"SELECT {table.listed} FROM {self.schema}.{table.name} WHERE {known}")

    def use(self) -> None:
        """Lets PostgreSQL find the views first, also by statements that it has prepared; SQLite does by itself."""
        if not self.is_sqlite:
            self.transaction.execute(f"SET LOCAL search_path = pg_temp, {self.schema}")

    def keep(self, name: str, table: TableCodec, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Makes a temporary table with some columns of a stored one; the first of them is indexed."""
        listed, driver = ", ".join(table.quoted_of[each] for each in columns), self.transaction.driver
        source = f"{self.schema}.{table.name}"
        driver.execute(f"CREATE TEMPORARY TABLE {name} AS SELECT {listed} FROM {source} WHERE 1 = 0")
        if rows and self.is_sqlite:
            driver.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})", rows)
        elif rows:
            arrays = ", ".join(f"%b::{table.type_of[each]}[]" for each in columns)
            driver.execute(
                f"INSERT INTO {name} SELECT * FROM unnest({arrays})", list(map(list, zip(*rows, strict=True)))
            )
        driver.execute(f"CREATE INDEX {name}_of ON {name} ({table.quoted_of[columns[0]]})")
        if not self.is_sqlite:
            driver.execute(f"ANALYZE {name}")

    def _others(self, table: TableCodec, key: str) -> str:
        stored = f"{self.schema}.{table.name}"
        return f"SELECT {table.listed} FROM {stored} WHERE {key} NOT IN (SELECT id FROM {_CHANGED})"

    def _view(self, table: TableCodec, query: str) -> None:
        self.transaction.execute(f"CREATE TEMPORARY VIEW {table.name} AS {query}")
