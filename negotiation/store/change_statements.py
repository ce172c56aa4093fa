"""The statements of a change and their values: what a change writes, table by table, in either dialect."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from negotiation.domain.event_chain import EventRecord
from negotiation.domain.notices import NoticeRecord
from negotiation.domain.terms import Term as RunningTerm
from negotiation.store.case_reader import CaseRow, Loaded, codecs
from negotiation.store.codec import TableCodec
from negotiation.store.database import Database
from negotiation.store.schema.cases import Case, Content, Copied, Event, Item, MovedParty
from negotiation.store.schema.meetings import MeetingCase
from negotiation.store.schema.notices import Notice
from negotiation.store.schema.tasks import Task
from negotiation.store.schema.terms import Term
from negotiation.store.schema.types import table_of

CASE_COLUMNS = tuple(column.name for column in table_of(Case).columns)


class Change(NamedTuple):
    """All that one transaction writes of one case. ``loaded``: the case it was decided on; None for a new case.

    Rows are tuples in the order of the columns of their tables. ``meetings``: on which of them (id) an event rests.
    ``moved_gone``: handovers (event, role) that turned out never to have been; ``withheld``: the keys of notices that
    wait and say what no longer holds.
    """

    row: CaseRow
    loaded: Loaded | None
    events: Sequence[EventRecord] = ()
    contents: Sequence[tuple[Any, ...]] = ()
    new_terms: Sequence[RunningTerm] = ()
    changed_terms: Sequence[RunningTerm] = ()
    new_items: Sequence[tuple[Any, ...]] = ()
    changed_items: Sequence[tuple[Any, ...]] = ()
    notices: Sequence[NoticeRecord] = ()
    withheld: Sequence[str] = ()
    tasks: Sequence[tuple[Any, ...]] = ()
    tasks_done: Sequence[tuple[date, int]] = ()
    copied: Sequence[tuple[int, int]] = ()
    meetings: Sequence[tuple[int, int]] = ()
    moved: Sequence[tuple[Any, ...]] = ()
    moved_gone: Sequence[tuple[int, str]] = ()


class Statement:
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

    def found_by(self, flags: Sequence[str]) -> str:
        """The row that a statement changes; a task that is done already stays as it is."""
        names = [f"{self.table.name}.{self.table.quoted_of[name]}" for name in self.keys]
        found = [f"{name} = {mark}" for name, mark in zip(names, flags, strict=True)]
        return " AND ".join(found + (["done_on IS NULL"] if self.verb == "done" else []))


_KEEP = {"insert": "", "insert or keep": " ON CONFLICT DO NOTHING"}
_statement = lru_cache(maxsize=1024)(Statement)


class Part(NamedTuple):
    """A statement with its values."""

    statement: Statement
    values: list[Any]


def parts_of(database: Database, change: Change) -> list[Part]:
    case, event, content, term, item, notice, task, copied, meeting, moved = codecs(
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
    parts += [_inserted(notice, tuple(each), "insert or keep") for each in change.notices]
    parts += [_inserted(task, each, "insert or keep") for each in change.tasks]
    done = _statement("done", task, ("done_on",))
    parts += [Part(done, [task.bind_value("done_on", day), case_id, n]) for day, n in change.tasks_done]
    recorded = _statement("update", meeting, ("seq",))
    parts += [Part(recorded, [seq, case_id, meeting_id]) for meeting_id, seq in change.meetings]
    return parts


def _inserted(table: TableCodec, row: Sequence[Any], verb: str = "insert") -> Part:
    return Part(_statement(verb, table, table.columns), table.bind(row))


def _updated(table: TableCodec, row: Sequence[Any]) -> Part:
    """A row whose first columns are its key."""
    width = len(table.key)
    values = table.bind(row)
    return Part(_statement("update", table, table.columns[width:]), values[width:] + values[:width])


def _case_part(case: TableCodec, change: Change) -> Part:
    """The case as a new row; or what changed of it, on condition that it still has the version that was loaded."""
    row = change.row
    if change.loaded is None:
        return _inserted(case, tuple(row.values()))
    before = change.loaded.row
    changed = {name: value for name, value in row.items() if value != before[name] or name == "version"}
    values = [*case.bind_some(changed), row["id"], before["version"]]
    return Part(_statement("step", case, tuple(changed)), values)


def _changed_terms(change: Change) -> Iterable[tuple[RunningTerm, RunningTerm]]:
    """Each changed term as it was loaded, and as it is now."""
    if not change.changed_terms or change.loaded is None:
        return ()
    before = {term.n: term for term in change.loaded.terms}
    return [(before[term.n], term) for term in change.changed_terms if term != before[term.n]]


def _term_part(table: TableCodec, case_id: int, before: RunningTerm, term: RunningTerm) -> Part:
    changed = {name: value for name, old, value in zip(term._fields, before, term, strict=True) if value != old}
    return Part(_statement("update", table, tuple(changed)), [*table.bind_some(changed), case_id, term.n])
