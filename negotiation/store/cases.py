"""The one write: a case, its events, terms, items, notices and tasks, in as few round trips as the database allows.

On SQLite a change is a handful of statements inside the caller's transaction; on PostgreSQL it is one statement whose
first part is ``UPDATE case … WHERE id AND version``: if that finds no row, no other part writes anything.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property, lru_cache
from itertools import count
from typing import Any, NamedTuple

from sqlalchemy.engine import Dialect
from sqlmodel import SQLModel

from negotiation.errors import NotFound, Overtaken
from negotiation.store.arrangements import REVISION
from negotiation.store.database import Database
from negotiation.store.schema.cases import Case, Content, Copied, Counter, Event, Item, MovedParty
from negotiation.store.schema.meetings import MeetingCase
from negotiation.store.schema.notices import Notice
from negotiation.store.schema.tasks import Task
from negotiation.store.schema.terms import Term
from negotiation.store.schema.types import table_of
from negotiation.store.statements import TableCodec, codec
from negotiation.store.transaction import Transaction
from negotiation.terms import Term as RunningTerm
from negotiation.vocabulary import CLOCK

CaseRow = dict[str, Any]
GREATEST_ID = 2**63 - 1  # what the column of either database can hold
CASE_COLUMNS = tuple(column.name for column in table_of(Case).columns)


class Loaded(NamedTuple):
    """A case as it stands in the database: its row by column name, its terms in order; the calendar's revision then.

    ``copied``: the departments that it is copied to.
    """

    row: CaseRow
    terms: tuple[RunningTerm, ...]
    calendar_revision: int = 0
    copied: tuple[int, ...] = ()


class Change(NamedTuple):
    """All that one transaction writes of one case. ``loaded``: the case it was decided on; None for a new case.

    Rows are tuples in the order of the columns of their tables. ``meetings``: on which of them (id) an event rests.
    """

    row: CaseRow
    loaded: Loaded | None
    events: Sequence[tuple[Any, ...]] = ()
    contents: Sequence[tuple[Any, ...]] = ()
    new_terms: Sequence[RunningTerm] = ()
    changed_terms: Sequence[RunningTerm] = ()
    new_items: Sequence[tuple[Any, ...]] = ()
    changed_items: Sequence[tuple[Any, ...]] = ()
    notices: Sequence[tuple[Any, ...]] = ()
    tasks: Sequence[tuple[Any, ...]] = ()
    tasks_done: Sequence[tuple[date, int]] = ()
    copied: Sequence[tuple[int, int]] = ()
    meetings: Sequence[tuple[int, int]] = ()
    moved: Sequence[tuple[Any, ...]] = ()


# ------------------------------------------------------------------------------------------------------- reading


def load(transaction: Transaction, *, no: str) -> Loaded:
    """A case by its number. Raises NotFound."""
    found = [] if "\0" in no else _load(transaction, f"no = {transaction.mark}", [no])  # PostgreSQL holds no NUL
    if not found:
        raise NotFound(f"没有编号为“{no}”的案件", todo="请核对编号", command="negotiation cases 列出全部案件")
    return found[0]


def id_of(transaction: Transaction, no: str) -> int | None:
    """The id of a case by its number; None for a number that no case here has."""
    rows = [] if "\0" in no else transaction.rows(f'SELECT id FROM "case" WHERE no = {transaction.mark}', [no])
    return rows[0][0] if rows else None


def load_many(transaction: Transaction, ids: Sequence[int], *, held: bool = False) -> list[Loaded]:
    """Cases by their ids, in the order of the ids; those that do not exist are left out.

    ``held``: nobody else changes them before this transaction ends.
    """
    lock = " FOR UPDATE" if held and not transaction.database.is_sqlite else ""
    found = _load(transaction, f"id IN ({', '.join([transaction.mark] * len(ids))}){lock}", ids)
    by_id = {loaded.row["id"]: loaded for loaded in found}
    return [by_id[case_id] for case_id in ids if case_id in by_id]


def _load(transaction: Transaction, wanted: str, values: Sequence[Any]) -> list[Loaded]:
    """The cases of which the condition ``wanted`` holds, with their terms."""
    case, term = _codecs(transaction.database.dialect, Case, Term)
    sql = f"SELECT {case.listed}, {REVISION} FROM {case.name} WHERE {wanted}"
    rows = transaction.rows(sql, values)
    found = [dict(zip(case.columns, case.read(row[:-1]), strict=True)) for row in rows]
    terms: dict[int, list[RunningTerm]] = {row["id"]: [] for row in found}
    if terms:
        marks = ", ".join([transaction.mark] * len(terms))
        sql = f"SELECT {term.listed} FROM {term.name} WHERE case_id IN ({marks}) ORDER BY case_id, n"
        for row in transaction.rows(sql, list(terms)):
            case_id, *rest = term.read(row)
            terms[case_id].append(RunningTerm._make(rest))
    return [
        Loaded(row, tuple(terms[row["id"]]), rows[0][-1], _copied(transaction, row["id"]) if row["copied"] else ())
        for row in found
    ]


def _copied(transaction: Transaction, case_id: int) -> tuple[int, ...]:
    sql = f"SELECT department_id FROM copied WHERE case_id = {transaction.mark} ORDER BY department_id"
    return tuple(row[0] for row in transaction.rows(sql, [case_id]))


def read_items(transaction: Transaction, case_id: int) -> list[tuple[int, str, str]]:
    """The data items of a case: number, name, answer."""
    sql = f"SELECT n, name, answer FROM item WHERE case_id = {transaction.mark} ORDER BY n"
    return [tuple(row) for row in transaction.rows(sql, [case_id])]


def alone(transaction: Transaction, case_id: int) -> None:
    """Who else writes beside this case waits until this transaction ends; SQLite has one writer anyway."""
    if not transaction.database.is_sqlite:
        transaction.rows(f'SELECT 1 FROM "case" WHERE id = {transaction.mark} FOR UPDATE', [case_id])


def open_numbers(transaction: Transaction, department_id: int) -> list[str]:
    """The numbers of the open cases in which a department has a part, drafts too."""
    mark = transaction.mark
    sql = f"SELECT no FROM \"case\" WHERE ending = '' AND (applicant_id = {mark} OR provider_id = {mark}) ORDER BY id"
    return [row[0] for row in transaction.rows(sql, [department_id, department_id])]


def acted_since(transaction: Transaction, row: CaseRow, seen: int) -> bool:
    """Whether a person has acted on a case after the version that was seen; what the clock does is no act."""
    mark = transaction.mark
    sql = f"SELECT 1 FROM event WHERE case_id = {mark} AND seq > {mark} AND role <> {mark} LIMIT 1"
    return seen < row["version"] and bool(transaction.rows(sql, [row["id"], seen, CLOCK]))


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


def counters_like(transaction: Transaction, stem: str) -> set[str]:
    """The names that begin with a stem and under which a number was given out."""
    mark = transaction.mark
    rows = transaction.rows(f"SELECT name FROM counter WHERE name >= {mark} AND name < {mark}", [stem, stem + "~"])
    return {row[0] for row in rows}


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
    """Writes many changes in one transaction; returns what befell each (None: written).

    They are written together, table by table; if that fails, each alone in a savepoint, and each tells what is wrong.
    """
    if len(changes) > 1 and _save_together(transaction, changes):
        return [None] * len(changes)
    return [_save_alone(transaction, change) for change in changes]


def _save_alone(transaction: Transaction, change: Change) -> Exception | None:
    try:
        with transaction.savepoint():
            save(transaction, change)
    except Exception as error:
        return error
    return None


def _save_together(transaction: Transaction, changes: Sequence[Change]) -> bool:
    """All changes, each statement once with all its rows; False, with nothing written, if any could not be."""
    try:
        with transaction.savepoint():
            if not _write_groups(transaction, _grouped(transaction.database, changes)):
                raise overtaken("")
    except Exception:
        return False
    return True


def _grouped(database: Database, changes: Sequence[Change]) -> list[tuple["_Statement", list[list[Any]]]]:
    """The values of all changes by statement; what writes cases comes first, as the other tables refer to them."""
    groups: dict[_Statement, list[list[Any]]] = {}
    for change in changes:
        for part in _parts(database, change):
            groups.setdefault(part.statement, []).append(part.values)
    return sorted(groups.items(), key=lambda group: group[0].table.columns != CASE_COLUMNS)


def _write_groups(transaction: Transaction, groups: Iterable[tuple["_Statement", list[list[Any]]]]) -> bool:
    """Whether every case was still at the version that its change was decided on."""
    driver = transaction.driver
    if transaction.database.is_sqlite:
        written = [(driver.executemany(each.for_sqlite, rows), each, rows) for each, rows in groups]
    else:
        with driver.pipeline():
            written = [
                (driver.execute(each.for_many_on_postgres, list(map(list, zip(*rows, strict=True)))), each, rows)
                for each, rows in groups
            ]
    return all(cursor.rowcount == len(rows) for cursor, each, rows in written if each.verb == "step")


def overtaken(no: str) -> Overtaken:
    """What is said to whoever acted on a case as it was and no longer is."""
    return Overtaken("案件在此期间已有新的办理，本次未写入任何内容", where=f"案件 {no}", todo="请重新查看案件后再办理")


class _Statement:
    """One statement of a change: what it does, on which table, with which columns; its SQL is made once."""

    def __init__(self, verb: str, table: TableCodec, columns: tuple[str, ...]) -> None:
        self.verb = verb
        self.table = table
        self.columns = columns
        # The columns by which a statement that changes a row finds it; their values come last.
        self.keys = {"step": ("id", "version"), "done": ("case_id", "term")}.get(verb, table.key)
        self.inserts = verb in _KEEP

    @cached_property
    def for_sqlite(self) -> str:
        if self.inserts:
            return f"{self.into()} VALUES ({', '.join('?' * len(self.columns))}){_KEEP[self.verb]}"
        sets = ", ".join(f"{self.table.quoted_of[name]} = ?" for name in self.columns)
        return f"UPDATE {self.table.name} SET {sets} WHERE {self.found_by(['?'] * len(self.keys))}"

    @cached_property
    def for_many_on_postgres(self) -> str:
        """For many rows at once, which are passed as one array for each column."""
        table, columns = self.table, self.columns
        keys = () if self.inserts else self.keys
        # %b: in binary; the driver would escape each element of a text array with a regular expression
        arrays = ", ".join(f"%b::{table.type_of[name]}[]" for name in (*columns, *keys))
        if self.inserts:
            return f"{self.into()} SELECT * FROM unnest({arrays}){_KEEP[self.verb]}"
        names = [f"new{n}" for n in range(len(columns))] + [f"key{n}" for n in range(len(keys))]
        sets = ", ".join(f"{table.quoted_of[name]} = new{n}" for n, name in enumerate(columns))
        found = self.found_by([f"key{n}" for n in range(len(keys))])
        return f"UPDATE {table.name} SET {sets} FROM unnest({arrays}) AS row ({', '.join(names)}) WHERE {found}"

    def beside_others(self, numbers: Iterator[int], *, first: bool) -> str:
        """As a part of PostgreSQL's one statement, with its values as ``$1``, ``$2``, …"""
        source, answer = ("", " RETURNING id") if first else (" FROM step", "")
        values = [f"${next(numbers)}::{self.table.type_of[name]}" for name in self.columns]
        if self.inserts:
            return f"{self.into()} SELECT {', '.join(values)}{source}{_KEEP[self.verb]}{answer}"
        quoted = [self.table.quoted_of[name] for name in self.columns]
        sets = ", ".join(f"{name} = {value}" for name, value in zip(quoted, values, strict=True))
        found = self.found_by([f"${next(numbers)}" for _ in self.keys])
        return f"UPDATE {self.table.name} SET {sets}{source} WHERE {found}{answer}"

    def into(self) -> str:
        return f"INSERT INTO {self.table.name} ({', '.join(self.table.quoted_of[name] for name in self.columns)})"

    def found_by(self, marks: Sequence[str]) -> str:
        """The row that a statement changes; a task that is done already stays as it is."""
        names = [f"{self.table.name}.{self.table.quoted_of[name]}" for name in self.keys]
        found = [f"{name} = {mark}" for name, mark in zip(names, marks, strict=True)]
        return " AND ".join(found + (["done_on IS NULL"] if self.verb == "done" else []))


_KEEP = {"insert": "", "insert or keep": " ON CONFLICT DO NOTHING"}
_statement = lru_cache(maxsize=1024)(_Statement)


class _Part(NamedTuple):
    """A statement with its values."""

    statement: _Statement
    values: list[Any]


def _parts(database: Database, change: Change) -> list[_Part]:
    case, event, content, term, item, notice, task, copied, meeting, moved = _codecs(
        database.dialect, Case, Event, Content, Term, Item, Notice, Task, Copied, MeetingCase, MovedParty
    )
    case_id = change.row["id"]
    parts = [_case_part(case, change)]
    parts += [_inserted(event, each) for each in change.events]
    parts += [_inserted(content, each) for each in change.contents]
    parts += [_inserted(term, (case_id, *each)) for each in change.new_terms]
    parts += [_term_part(term, case_id, before, each) for before, each in _changed_terms(change)]
    parts += [_inserted(item, each) for each in change.new_items]
    parts += [_inserted(copied, each, "insert or keep") for each in change.copied]
    parts += [_inserted(moved, each) for each in change.moved]
    parts += [_updated(item, each) for each in change.changed_items]
    parts += [_inserted(notice, each, "insert or keep") for each in change.notices]
    parts += [_inserted(task, each, "insert or keep") for each in change.tasks]
    done = _statement("done", task, ("done_on",))
    parts += [_Part(done, [task.bind_value("done_on", day), case_id, n]) for day, n in change.tasks_done]
    recorded = _statement("update", meeting, ("seq",))
    parts += [_Part(recorded, [seq, case_id, meeting_id]) for meeting_id, seq in change.meetings]
    return parts


def _inserted(table: TableCodec, row: Sequence[Any], verb: str = "insert") -> _Part:
    return _Part(_statement(verb, table, table.columns), table.bind(row))


def _updated(table: TableCodec, row: Sequence[Any]) -> _Part:
    """A row whose first columns are its key."""
    width = len(table.key)
    values = table.bind(row)
    return _Part(_statement("update", table, table.columns[width:]), values[width:] + values[:width])


def _case_part(case: TableCodec, change: Change) -> _Part:
    """The case as a new row; or what changed of it, on condition that it still has the version that was loaded."""
    row = change.row
    if change.loaded is None:
        return _inserted(case, tuple(row.values()))
    before = change.loaded.row
    changed = {name: value for name, value in row.items() if value != before[name] or name == "version"}
    values = [*case.bind_some(changed), row["id"], before["version"]]
    return _Part(_statement("step", case, tuple(changed)), values)


def _changed_terms(change: Change) -> Iterable[tuple[RunningTerm, RunningTerm]]:
    """Each changed term as it was loaded, and as it is now."""
    if not change.changed_terms or change.loaded is None:
        return ()
    before = {term.n: term for term in change.loaded.terms}
    return [(before[term.n], term) for term in change.changed_terms if term != before[term.n]]


def _term_part(table: TableCodec, case_id: int, before: RunningTerm, term: RunningTerm) -> _Part:
    changed = {name: value for name, old, value in zip(term._fields, before, term, strict=True) if value != old}
    return _Part(_statement("update", table, tuple(changed)), [*table.bind_some(changed), case_id, term.n])


def _save_sqlite(transaction: Transaction, parts: Iterable[_Part]) -> bool:
    for statement, values in parts:
        cursor = transaction.driver.execute(statement.for_sqlite, values)
        if statement.verb == "step" and cursor.rowcount == 0:
            return False
    return True


def _save_postgres(transaction: Transaction, parts: Sequence[_Part]) -> bool:
    sql = _postgres_sql(tuple(part.statement for part in parts))
    values = [value for part in parts for value in part.values]
    row = transaction.execute_numbered(sql, values).fetchone()
    return bool(row and row[0])


@lru_cache(maxsize=512)
def _postgres_sql(statements: tuple[_Statement, ...]) -> str:
    """One statement: the first part writes the case and answers ``step``; the others write only beside that answer.

    Its values are ``$1``, ``$2``, … as PostgreSQL numbers them: a long statement of ``%s`` the driver would parse again
    each time.
    """
    numbers = count(1)
    parts = [statement.beside_others(numbers, first=n == 0) for n, statement in enumerate(statements)]
    named = [f"{'step' if n == 0 else f'part{n}'} AS ({sql})" for n, sql in enumerate(parts)]
    return f"WITH {', '.join(named)} SELECT count(*) FROM step"


@lru_cache(maxsize=16)
def _codecs(dialect: Dialect, *models: type[SQLModel]) -> list[TableCodec]:
    return [codec(model, dialect) for model in models]
