"""Imported arrangements of working days, and the calendar revision that every process compares with its own."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from calendars import Arrangement
from negotiation.core.enums import CalendarLayer
from negotiation.domain.working_days import Almanac, ImportedNotice
from negotiation.store.codec import codec
from negotiation.store.schema.calendar import Arrangement as ArrangementTable
from negotiation.store.schema.calendar import CalendarRevision
from negotiation.store.transaction import Transaction

# Stands in the queries that begin a step, so that a step never counts with an older calendar than its database.
REVISION = "(SELECT coalesce(max(id), 0) FROM calendar_revision)"


class Revision(NamedTuple):
    """A change of the calendar: a sentence, who entered it, and how many terms moved, became official, were past."""

    id: int
    what: str
    author: str
    recorded_at: datetime
    moved: int
    confirmed: int
    findings: int


def revision(transaction: Transaction) -> int:
    """The number of the newest revision; 0 while nothing was imported."""
    return int(transaction.rows(f"SELECT {REVISION}")[0][0])


def lock(transaction: Transaction) -> None:
    """Of two processes that change the calendar at once, the second waits here for the first."""
    if not transaction.database.is_sqlite:  # where a transaction that writes is alone
        transaction.execute("LOCK TABLE calendar_revision IN SHARE ROW EXCLUSIVE MODE")


def read_almanac(transaction: Transaction) -> Almanac:
    """The calendars as the database has them now."""
    almanac = Almanac(read_held(transaction))
    almanac.revision = revision(transaction)
    return almanac


def read_held(transaction: Transaction) -> list[ImportedNotice]:
    """Every imported arrangement, in the order of import."""
    table, revisions = _codecs(transaction)
    listed = ", ".join(f"a.{name}" for name in table.quoted)
    rows = transaction.rows(
        f"SELECT {listed}, r.author, r.recorded_at FROM arrangement a "
        "JOIN calendar_revision r ON r.id = a.id ORDER BY a.id"
    )
    return [_held(table.read(row[:-2]), row[-2], revisions.read_value("recorded_at", row[-1])) for row in rows]


def _held(row: list[Any], author: str, recorded_at: datetime) -> ImportedNotice:
    number, layer, year, doc_no, title, issued, off, work, _source = row
    arrangement = Arrangement(year, doc_no, issued, _days(off), _days(work))
    return ImportedNotice(number, CalendarLayer(layer), title, arrangement, author, recorded_at)


def _days(named: Mapping[str, str]) -> dict[date, str]:
    return {date.fromisoformat(day): name for day, name in sorted(named.items())}


def read_revisions(transaction: Transaction) -> list[Revision]:
    """Every change of the calendar, the newest first."""
    _, table = _codecs(transaction)
    rows = transaction.rows(f"SELECT {table.listed} FROM calendar_revision ORDER BY id DESC")
    return [Revision(*table.read(row)) for row in rows]


def add_revision(transaction: Transaction, new: Revision) -> None:
    """Writes a revision."""
    _, table = _codecs(transaction)
    _insert(transaction, "calendar_revision", table.columns, table.bind(tuple(new)))


def add_arrangement(transaction: Transaction, new: ImportedNotice, source: str) -> None:
    """Writes an imported arrangement under its revision, with the text it was read from."""
    table, _ = _codecs(transaction)
    arranged = new.arrangement
    row = (
        new.id,
        new.layer.value,
        arranged.year,
        arranged.doc_no,
        new.title,
        arranged.issued,
        _named(arranged.off),
        _named(arranged.work),
        source,
    )
    _insert(transaction, "arrangement", table.columns, table.bind(row))


def _named(days: Mapping[date, str]) -> dict[str, str]:
    return {day.isoformat(): name for day, name in sorted(days.items())}


def _insert(transaction: Transaction, table: str, columns: tuple[str, ...], values: list[Any]) -> None:
    params = ", ".join([transaction.param] * len(columns))
    transaction.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({params})", values)


def _codecs(transaction: Transaction) -> tuple[Any, Any]:
    dialect = transaction.database.dialect
    return codec(ArrangementTable, dialect), codec(CalendarRevision, dialect)
