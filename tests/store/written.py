"""The rows of a whole database as text, so that a later version can be tried on what an earlier one wrote.

``written/REVISION.json`` beside this file holds, for every released revision, the text of a database in
which cases of every kind were handled: ``dumped`` of it, made by the last commit of that revision.
"""

import json
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean

from negotiation.store import triggers
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
    return as_text(found)


def as_text(rows: Rows) -> str:
    """Rows as the text of which ``read`` makes them again."""
    return json.dumps(rows, ensure_ascii=False, indent=1, default=lambda value: {"hex": value.hex()})


def read(text: str) -> Rows:
    """The rows of such a text, by table. Raises ValueError for what is none."""
    rows: Rows = json.loads(text, object_hook=lambda value: bytes.fromhex(value["hex"]) if "hex" in value else value)
    return rows


def load(database: Database, rows: Rows) -> None:
    """Writes these rows, in place of what it begins with, into a new database of the revision that wrote them."""
    with database.write() as transaction:
        with triggers.lifted(transaction):
            for table in reversed(rows):
                transaction.execute(f'DELETE FROM "{table}"')
        if not database.is_sqlite:
            transaction.execute("SET LOCAL TIME ZONE 'UTC'")  # the text of an instant names no zone
        for table, lines in rows.items():
            for row in lines:
                names, params = ", ".join(f'"{name}"' for name in row), ", ".join([transaction.param] * len(row))
                transaction.execute(f'INSERT INTO "{table}" ({names}) VALUES ({params})', list(row.values()))


def of_few_cases(rows: Rows) -> Rows:
    """The rows without the cases of which each event happened in another too, and without what belongs to those."""
    kept = _telling_cases(rows["event"])
    own = {table: "id" if table == "case" else "case_id" for table in rows if table != "notice"}
    of_cases = {table: [row for row in rows[table] if row.get(key) in {*kept, None}] for table, key in own.items()}
    of_none = [row for row in rows["notice"] if not row["case_id"]]  # digests
    notices = [row for row in rows["notice"] if row["case_id"] in kept]
    return {table: of_cases.get(table, [*of_none[:3], *notices]) for table in rows}


def _telling_cases(events: list[dict[str, Any]]) -> set[int]:
    """Cases among whose events is each kind that there is, those with the most events first."""
    kinds: dict[int, set[str]] = {}
    for row in events:
        kinds.setdefault(row["case_id"], set()).add(row["event"])
    kept, known = set[int](), set[str]()
    for case_id in sorted(kinds, key=lambda each: -len(kinds[each])):
        if not kinds[case_id] <= known:
            kept.add(case_id)
            known |= kinds[case_id]
    return kept


if __name__ == "__main__":  # python -m tests.store.written sqlite:///… >tests/store/written/REVISION.json
    print(as_text(of_few_cases(read(dumped(Database(sys.argv[1]))))))
