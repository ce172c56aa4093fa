"""Imported arrangements of working days, and the calendar's revisions: what was known at each of them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from calendars import Arrangement
from negotiation.core.enums import CalendarLayer
from negotiation.core.errors import NotFound
from negotiation.domain.kept_days import kept_days
from negotiation.domain.working_days import Almanac, ImportedNotice
from negotiation.store.codec import codec
from negotiation.store.schema.calendar import Arrangement as ArrangementTable
from negotiation.store.schema.calendar import CalendarRevision
from negotiation.store.transaction import Transaction

# Stands in the queries that begin a step, so that a step never counts with an older calendar than its database.
REVISION = "(SELECT coalesce(max(id), 0) FROM calendar_revision)"


AUTHOR = "系统"


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
    """The number of the newest revision; 0 while nothing has changed what was shipped at first."""
    return int(transaction.rows(f"SELECT {REVISION}")[0][0])


def lock(transaction: Transaction) -> None:
    """Of two processes that change the calendar at once, the second waits here for the first."""
    if not transaction.database.is_sqlite:  # where a transaction that writes is alone
        transaction.execute("LOCK TABLE calendar_revision IN SHARE ROW EXCLUSIVE MODE")


def read_almanac(transaction: Transaction) -> Almanac:
    """The calendars as the database has them now."""
    return almanac_at(transaction, revision(transaction))


def almanac_at(transaction: Transaction, number: int) -> Almanac:
    """The calendars as they were known at a revision, whatever this program ships. Raises NotFound for none such.

    Read once in a transaction; calendars of the same days are made but once in a process.
    """
    known = transaction.almanacs.get(number)
    if known is None:
        rows = transaction.rows(f"SELECT days FROM calendar_revision WHERE id = {transaction.param}", (number,))
        if not rows:
            raise NotFound(f"日历没有第{number}次变更的记录", todo="请运行 negotiation doctor 检查数据库")
        known = Almanac(read_held(transaction, number), kept_days(rows[0][0]), number)
        transaction.almanacs[number] = known
    return known


def read_held(transaction: Transaction, number: int) -> list[ImportedNotice]:
    """The imported arrangements that were in force at a revision, in the order of import."""
    return [each.notice for each in read_imported(transaction) if each.held_at(number)]


class Imported(NamedTuple):
    """An arrangement that was imported and, if it was revoked, the number of the revision that did so, and why."""

    notice: ImportedNotice
    revoked: int | None
    reason: str

    def held_at(self, number: int) -> bool:
        """True if it was in force at a revision."""
        return self.notice.id <= number and (self.revoked is None or self.revoked > number)


def read_imported(transaction: Transaction) -> list[Imported]:
    """Every arrangement that was ever imported, in the order of import."""
    table, revisions = _codecs(transaction)
    listed = ", ".join(f"a.{name}" for name in table.quoted)
    rows = transaction.rows(
        f"SELECT {listed}, r.author, r.recorded_at, v.id, v.reason FROM arrangement a "
        "JOIN calendar_revision r ON r.id = a.id LEFT JOIN revocation v ON v.arrangement_id = a.id ORDER BY a.id"
    )
    return [
        Imported(_held(table.read(row[:-4]), row[-4], revisions.read_value("recorded_at", row[-3])), row[-2], row[-1])
        for row in rows
    ]


def revoked_in(imported: Iterable[Imported]) -> dict[int, int]:
    """The arrangements that were revoked, by number, each with the number of the revision that revoked it."""
    return {each.notice.id: each.revoked for each in imported if each.revoked is not None}


def _held(row: list[Any], author: str, recorded_at: datetime) -> ImportedNotice:
    number, layer, year, doc_no, title, issued, off, work, _source = row
    arrangement = Arrangement(year, doc_no, issued, _days(off), _days(work))
    return ImportedNotice(number, CalendarLayer(layer), title, arrangement, author, recorded_at)


def _days(named: Mapping[str, str]) -> dict[date, str]:
    return {date.fromisoformat(day): name for day, name in sorted(named.items())}


def read_revisions(transaction: Transaction) -> list[Revision]:
    """Every change of the calendar since the first program, the newest first."""
    _, table = _codecs(transaction)
    rows = transaction.rows(
        f"SELECT {', '.join(table.quoted[:-1])} FROM calendar_revision WHERE id > 0 ORDER BY id DESC"
    )
    return [Revision(*table.read((*row, ""))[:-1]) for row in rows]


def add_revision(transaction: Transaction, new: Revision, days: str) -> None:
    """Writes a revision with the days that are known from now on."""
    _, table = _codecs(transaction)
    _insert(transaction, "calendar_revision", table.columns, table.bind((*new, days)))


def add_revocation(transaction: Transaction, number: int, revoked: ImportedNotice, reason: str) -> None:
    """Writes, under its revision, that an arrangement is revoked."""
    _insert(transaction, "revocation", ("id", "arrangement_id", "reason"), [number, revoked.id, reason])


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
