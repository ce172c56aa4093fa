"""Working days as a table that the database can join, and rows that are given to it as JSON."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, String, bindparam, cast, func, literal_column, select
from sqlalchemy.dialects import postgresql

from calendars import WorkingCalendar
from negotiation.store.report_cases import first_received
from negotiation.store.transaction import Transaction


def days_counted(transaction: Transaction, calendar: WorkingCalendar, last: date) -> Any:
    """The days since the first case was received, with the number of working days up to each."""
    first = first_received(transaction) or last
    day, working = parts_of_rows(transaction, [Date(), Integer()])
    each = rows_of_json(transaction, working_days_json(calendar, first, last))
    return select(day.label("day"), working.label("working")).select_from(each).cte("days").prefix_with("MATERIALIZED")


def rows_of_json(transaction: Transaction, rows: str) -> Any:
    """A list of rows as a table of one column, ``value``."""
    given = bindparam("rows", rows, String, unique=True)
    if transaction.connection.dialect.name == "sqlite":
        return func.json_each(given).table_valued("value")
    return func.json_array_elements(cast(given, postgresql.JSON)).table_valued("value")


def parts_of_rows(transaction: Transaction, kinds: Sequence[Any]) -> list[ColumnElement[Any]]:
    """The parts of each row; SQLite keeps a date as its text, PostgreSQL needs the type of a text."""
    if transaction.connection.dialect.name == "sqlite":
        return [literal_column(f"json_extract(value, '$[{n}]')", kind) for n, kind in enumerate(kinds)]
    return [cast(literal_column(f"(value ->> {n})", String), kind) for n, kind in enumerate(kinds)]


@lru_cache(maxsize=16)
def working_days_json(calendar: WorkingCalendar, first: date, last: date) -> str:
    """Each day with the working days so far, as JSON."""
    working, day, days = 0, first, []
    while day <= last:
        working += calendar.is_working_estimated(day)
        days.append([day.isoformat(), working])
        day += timedelta(days=1)
    return json.dumps(days)
