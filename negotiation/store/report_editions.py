"""Published editions of the annual report, and the figures that people enter: rows are added and never changed."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from negotiation.store.schema.report import EnteredFigure, ReportEdition
from negotiation.store.schema.types import table_of
from negotiation.store.transaction import Transaction
from negotiation.store.whole_rows import insert

EDITION, ENTERED = table_of(ReportEdition), table_of(EnteredFigure)


def enter(transaction: Transaction, year: int, key: str, value: str, source: str, author: str, at: datetime) -> None:
    """One more value of a figure of a year; from now on it holds."""
    param = transaction.param
    sql = f"SELECT coalesce(max(n), 0) + 1 FROM entered_figure WHERE year = {param} AND key = {param}"
    insert(transaction, EnteredFigure, (year, key, transaction.rows(sql, [year, key])[0][0], value, source, author, at))


def entered(transaction: Transaction, year: int) -> Sequence[Any]:
    """The values of a year that hold, by key."""
    last = select(ENTERED.c.key, func.max(ENTERED.c.n).label("n")).where(ENTERED.c.year == year)
    newest = last.group_by(ENTERED.c.key).subquery()
    query = select(ENTERED).join(newest, (newest.c.key == ENTERED.c.key) & (newest.c.n == ENTERED.c.n))
    return transaction.connection.execute(query.where(ENTERED.c.year == year)).all()


def keep(transaction: Transaction, year: int, body: str, digest: str, author: str, at: datetime, reason: str) -> int:
    """One more edition of a year; returns its number."""
    sql = f"SELECT coalesce(max(edition), 0) + 1 FROM report_edition WHERE year = {transaction.param}"
    edition: int = transaction.rows(sql, [year])[0][0]
    insert(transaction, ReportEdition, (year, edition, body, digest, author, at, reason, None, None))
    return edition


def digest_of(body: str) -> str:
    """The SHA-256 of a report as it is kept, in hexadecimal digits."""
    return hashlib.sha256(body.encode()).hexdigest()


def is_intact(row: Any) -> bool:
    """True for an edition that is as it was published, but for the names that an order has taken out."""
    known: str = row.erased_digest or row.digest
    return digest_of(row.body) == known


def newest(transaction: Transaction, year: int) -> Any:
    """The newest edition of a year, None if it was not published."""
    query = select(EDITION).where(EDITION.c.year == year).order_by(EDITION.c.edition.desc()).limit(1)
    return transaction.connection.execute(query).first()


def all_of(transaction: Transaction, year: int) -> Sequence[Any]:
    """Every edition of a year, the first one first."""
    return transaction.connection.execute(
        select(EDITION).where(EDITION.c.year == year).order_by(EDITION.c.edition)
    ).all()
