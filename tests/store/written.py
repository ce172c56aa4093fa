"""The rows of a whole database as text, so that a later version can be tried on what an earlier one wrote.

From 0.2.0 on ``written/REVISION.json`` beside this file holds, for every released revision, the text of a database in
which cases of every kind were handled: ``dumped`` of it, made by the last commit of that revision.
"""

import json
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean

from negotiation.store.database import Database
from negotiation.store.schema.whole import METADATA

FOLDER = Path(__file__).parent / "written"
Rows = dict[str, list[dict[str, Any]]]


def dumped(database: Database) -> str:
    """Every row of an SQLite database by table, parents before children, as either engine takes it in."""
    found: Rows = {}
    with database.read() as transaction:
        for table in METADATA.sorted_tables:
            yes_or_no = {column.name for column in table.columns if isinstance(column.type, Boolean)}
            rows = transaction.connection.exec_driver_sql(f'SELECT * FROM "{table.name}"').mappings()
            found[table.name] = [
                {name: bool(value) if name in yes_or_no else value for name, value in row.items()} for row in rows
            ]
    return json.dumps(found, ensure_ascii=False, indent=1, default=lambda value: {"hex": value.hex()})


def read(text: str) -> Rows:
    """The rows of such a text, by table. Raises ValueError for what is none."""
    rows: Rows = json.loads(text, object_hook=lambda value: bytes.fromhex(value["hex"]) if "hex" in value else value)
    return rows


def load(database: Database, rows: Rows) -> None:
    """Writes these rows, in place of what it begins with, into a new database of the revision that wrote them."""
    with database.write() as transaction:
        for table in reversed(rows):
            transaction.execute(f'DELETE FROM "{table}"')
        if not database.is_sqlite:
            transaction.execute("SET LOCAL TIME ZONE 'UTC'")  # the text of an instant names no zone
        for table, lines in rows.items():
            for row in lines:
                names, params = ", ".join(f'"{name}"' for name in row), ", ".join([transaction.param] * len(row))
                transaction.execute(f'INSERT INTO "{table}" ({names}) VALUES ({params})', list(row.values()))
