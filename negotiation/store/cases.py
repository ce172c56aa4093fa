"""The one write: a case, its events, terms, items, notices and tasks, in as few round trips as the database allows.

On SQLite a change is a handful of statements inside the caller's transaction; on PostgreSQL it is one statement whose
first part is ``UPDATE case … WHERE id AND version``: if that finds no row, no other part writes anything.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy.engine import Dialect
from sqlmodel import SQLModel

from negotiation.errors import NotFound, Overtaken
from negotiation.lifecycle import Term as RunningTerm
from negotiation.store.database import Database, Transaction
from negotiation.store.statements import TableCodec, codec
from negotiation.store.tables import Case, Content, Counter, Event, Item, Notice, Task, Term, table_of

CaseRow = dict[str, Any]
CASE_COLUMNS = tuple(column.name for column in table_of(Case).columns)


class Loaded(NamedTuple):
    """A case as it stands in the database: its row by column name, and its terms in order."""

    row: CaseRow
    terms: tuple[RunningTerm, ...]


class Change(NamedTuple):
    """All that one transaction writes of one case. ``before``: the version it was decided on; None for a new case.

    Rows are tuples in the order of the columns of their tables.
    """

    row: CaseRow
    before: int | None
    events: Sequence[tuple[Any, ...]] = ()
    contents: Sequence[tuple[Any, ...]] = ()
    new_terms: Sequence[RunningTerm] = ()
    changed_terms: Sequence[RunningTerm] = ()
    new_items: Sequence[tuple[Any, ...]] = ()
    changed_items: Sequence[tuple[Any, ...]] = ()
    notices: Sequence[tuple[Any, ...]] = ()
    tasks: Sequence[tuple[Any, ...]] = ()
    tasks_done: Sequence[tuple[date, int]] = ()


# ------------------------------------------------------------------------------------------------------- reading


def load(transaction: Transaction, *, no: str) -> Loaded:
    """A case by its number. Raises NotFound."""
    found = _load(transaction, "c.no", [no])
    if not found:
        raise NotFound(f"没有编号为“{no}”的案件", todo="请核对编号；negotiation cases 列出全部案件")
    return found[0]


def load_many(transaction: Transaction, ids: Sequence[int]) -> list[Loaded]:
    """Cases by their ids, in the order of the ids; those that do not exist are left out."""
    by_id = {loaded.row["id"]: loaded for loaded in _load(transaction, "c.id", ids)}
    return [by_id[case_id] for case_id in ids if case_id in by_id]


def _load(transaction: Transaction, column: str, values: Sequence[Any]) -> list[Loaded]:
    case, term = _codecs(transaction.database, Case, Term)
    marks = ",".join([transaction.mark] * len(values))
    sql = _load_sql(case, term) + f" WHERE {column} IN ({marks}) ORDER BY c.id, t.n"
    width = len(case.columns)
    found: list[Loaded] = []
    for row in transaction.rows(sql, values):
        terms = (RunningTerm._make(term.read(row[width:])[1:]),) if row[width] is not None else ()
        if found and found[-1].row["id"] == row[0]:
            found[-1] = Loaded(found[-1].row, found[-1].terms + terms)
        else:
            found.append(Loaded(dict(zip(case.columns, case.read(row[:width]), strict=True)), terms))
    return found


@lru_cache(maxsize=8)
def _load_sql(case: TableCodec, term: TableCodec) -> str:
    columns = [f"c.{name}" for name in case.quoted] + [f"t.{name}" for name in term.quoted]
    return f"SELECT {', '.join(columns)} FROM {case.name} c LEFT JOIN {term.name} t ON t.case_id = c.id"


def read_items(transaction: Transaction, case_id: int) -> list[tuple[int, str, str]]:
    """The data items of a case: number, name, answer."""
    sql = f"SELECT n, name, answer FROM item WHERE case_id = {transaction.mark} ORDER BY n"
    return [tuple(row) for row in transaction.rows(sql, [case_id])]


def read_content(transaction: Transaction, case_id: int, seq: int) -> str | None:
    """What was entered with an event (seq 0: the draft), as JSON text; None if nothing was, or it was sealed."""
    sql = f"SELECT body FROM content WHERE case_id = {transaction.mark} AND seq = {transaction.mark}"
    rows = transaction.rows(sql, [case_id, seq])
    return rows[0][0] if rows else None


# ------------------------------------------------------------------------------------------------------ numbers


def next_id(transaction: Transaction) -> int:
    """The id of a new case."""
    return next_number(transaction, "case")


def next_number(transaction: Transaction, name: str) -> int:
    """The next number under a name, without a gap: a number that is rolled back is given out again."""
    mark = transaction.mark
    sql = (
        f"INSERT INTO counter (name, last) VALUES ({mark}, 1) "
        "ON CONFLICT (name) DO UPDATE SET last = counter.last + 1 RETURNING last"
    )
    number: int = transaction.rows(sql, [name])[0][0]
    return number


def number_taken(transaction: Transaction, name: str, number: int) -> None:
    """A number that came from outside (a ledger) is not given out again."""
    greatest = (
        "max(counter.last, excluded.last)"
        if transaction.database.is_sqlite
        else "greatest(counter.last, excluded.last)"
    )
    mark = transaction.mark
    transaction.execute(
        f"INSERT INTO {Counter.__tablename__} (name, last) VALUES ({mark}, {mark}) "
        f"ON CONFLICT (name) DO UPDATE SET last = {greatest}",
        [name, number],
    )


# ------------------------------------------------------------------------------------------------------ writing


def save(transaction: Transaction, change: Change) -> None:
    """Writes a change, all or nothing. Raises Overtaken if the case is no longer at the version it was decided on."""
    parts = _parts(transaction.database, change)
    written = _save_sqlite(transaction, parts) if transaction.database.is_sqlite else _save_postgres(transaction, parts)
    if not written:
        raise overtaken(change.row["no"])


def save_many(transaction: Transaction, changes: Sequence[Change]) -> list[Exception | None]:
    """Writes many changes in one transaction, each alone in a savepoint; returns what befell each (None: written)."""
    if not transaction.database.is_sqlite and len(changes) > 1 and _save_pipelined(transaction, changes):
        return [None] * len(changes)
    return [_save_alone(transaction, change) for change in changes]


def _save_alone(transaction: Transaction, change: Change) -> Exception | None:
    try:
        with transaction.savepoint():
            save(transaction, change)
    except Exception as error:
        return error
    return None


def _save_pipelined(transaction: Transaction, changes: Sequence[Change]) -> bool:
    """All changes in one round trip; False, with nothing written, if any of them could not be."""
    driver = transaction.driver
    transaction.execute("SAVEPOINT many")
    try:
        with driver.pipeline():
            cursors = [driver.execute(*_one_statement(_parts(transaction.database, change))) for change in changes]
        if all(cursor.fetchone()[0] for cursor in cursors):
            transaction.execute("RELEASE SAVEPOINT many")
            return True
    except Exception:
        pass  # one by one, each tells what is wrong with it
    transaction.execute("ROLLBACK TO SAVEPOINT many")
    transaction.execute("RELEASE SAVEPOINT many")
    return False


def overtaken(no: str) -> Overtaken:
    """What is said to whoever acted on a case as it was and no longer is."""
    return Overtaken("案件在此期间已有新的办理，本次未写入任何内容", where=f"案件 {no}", todo="请重新查看案件后再办理")


class _Part(NamedTuple):
    """One statement of a change: what it does, on which table, with which values."""

    verb: str
    table: TableCodec
    values: list[Any]


def _parts(database: Database, change: Change) -> list[_Part]:
    case, event, content, term, item, notice, task = _codecs(database, Case, Event, Content, Term, Item, Notice, Task)
    case_id = change.row["id"]
    row = case.bind(tuple(change.row.values()))
    parts = [
        _Part("insert", case, row) if change.before is None else _Part("step", case, [*row, case_id, change.before])
    ]
    parts += [_Part("insert", event, event.bind(each)) for each in change.events]
    parts += [_Part("insert", content, content.bind(each)) for each in change.contents]
    parts += [_Part("insert", term, term.bind((case_id, *each))) for each in change.new_terms]
    parts += [_Part("update", term, [*term.bind((case_id, *each)), case_id, each.n]) for each in change.changed_terms]
    parts += [_Part("insert", item, item.bind(each)) for each in change.new_items]
    parts += [_Part("update", item, [*item.bind(each), case_id, each[1]]) for each in change.changed_items]
    parts += [_Part("insert or keep", notice, notice.bind(each)) for each in change.notices]
    parts += [_Part("insert or keep", task, task.bind(each)) for each in change.tasks]
    parts += [_Part("done", task, [task.bind_value("done_on", day), case_id, n]) for day, n in change.tasks_done]
    return parts


def _save_sqlite(transaction: Transaction, parts: Iterable[_Part]) -> bool:
    for part in parts:
        cursor = transaction.driver.execute(_sqlite_sql(part.verb, part.table), part.values)
        if part.verb == "step" and cursor.rowcount == 0:
            return False
    return True


@lru_cache(maxsize=64)
def _sqlite_sql(verb: str, table: TableCodec) -> str:
    if verb in ("insert", "insert or keep"):
        keep = " ON CONFLICT DO NOTHING" if verb == "insert or keep" else ""
        marks = ", ".join("?" * len(table.columns))
        return f"INSERT INTO {table.name} ({', '.join(table.quoted)}) VALUES ({marks}){keep}"
    return _change_sql(verb, table, ["?"] * len(table.columns), "?")


def _save_postgres(transaction: Transaction, parts: Sequence[_Part]) -> bool:
    sql, values = _one_statement(parts)
    return bool(transaction.driver.execute(sql, values).fetchone()[0])


def _one_statement(parts: Sequence[_Part]) -> tuple[str, list[Any]]:
    shape = tuple((part.verb, part.table) for part in parts)
    return _postgres_sql(shape), [value for part in parts for value in part.values]


@lru_cache(maxsize=512)
def _postgres_sql(shape: tuple[tuple[str, TableCodec], ...]) -> str:
    """One statement: the first part writes the case and answers ``step``; the others write only beside that answer."""
    parts = [_postgres_part(verb, table, first=n == 0) for n, (verb, table) in enumerate(shape)]
    named = [f"{'step' if n == 0 else f'part{n}'} AS ({sql})" for n, sql in enumerate(parts)]
    return f"WITH {', '.join(named)} SELECT count(*) FROM step"


def _postgres_part(verb: str, table: TableCodec, *, first: bool) -> str:
    values = [f"%s::{kind}" for kind in table.types]
    if verb in ("insert", "insert or keep"):
        keep = " ON CONFLICT DO NOTHING" if verb == "insert or keep" else ""
        source = "" if first else " FROM step"
        answer = " RETURNING id" if first else ""
        return f"INSERT INTO {table.name} ({', '.join(table.quoted)}) SELECT {', '.join(values)}{source}{keep}{answer}"
    sql = _change_sql(verb, table, values, "%s")
    return sql + " RETURNING id" if first else sql.replace(" WHERE ", " FROM step WHERE ", 1)


def _change_sql(verb: str, table: TableCodec, values: list[str], mark: str) -> str:
    if verb == "done":
        return f"UPDATE {table.name} SET done_on = {mark} WHERE case_id = {mark} AND term = {mark} AND done_on IS NULL"
    key = ("id", "version") if verb == "step" else table.key
    sets = ", ".join(f"{name} = {value}" for name, value in zip(table.quoted, values, strict=True))
    return f"UPDATE {table.name} SET {sets} WHERE " + " AND ".join(f"{name} = {mark}" for name in key)


def _codecs(database: Database, *models: type[SQLModel]) -> list[TableCodec]:
    dialect: Dialect = database.dialect
    return [codec(model, dialect) for model in models]
