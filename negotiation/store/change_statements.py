"""The statements of a change and their values: what a change writes, table by table, in either dialect."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, TypeAlias, TypeVar

from sqlalchemy.engine import Dialect

from negotiation.domain.case_record import CaseRecord
from negotiation.domain.event_chain import EventRecord
from negotiation.domain.expunging import Erasing
from negotiation.domain.items import Item as DataItem
from negotiation.domain.notices import NoticeRecord
from negotiation.domain.terms import Term as RunningTerm
from negotiation.store.case_reader import Loaded
from negotiation.store.codec import Converter, TableCodec, codec
from negotiation.store.database import Database
from negotiation.store.records import ContentRecord, MovedRecord, TaskRecord
from negotiation.store.schema.cases import Case, Content, Copied, Event, Item, MovedParty
from negotiation.store.schema.meetings import MeetingCase
from negotiation.store.schema.notices import Notice
from negotiation.store.schema.tasks import Task
from negotiation.store.schema.terms import Term
from negotiation.store.schema.types import table_of

CASE_COLUMNS = tuple(column.name for column in table_of(Case).columns)


class Change(NamedTuple):
    """All that one transaction writes of one case. ``loaded``: the case it was decided on; None for a new case.

    ``terms``, ``items``: all of them as they are now; what differs from those loaded is written. Other rows are tuples
    in the order of the columns of their tables. ``meetings``: on which of them (id) an event rests.
    ``moved_gone``: handovers (event, role) that turned out never to have been; ``withheld``: the keys of notices that
    wait and say what no longer holds; ``tasks_void``: events that do not stand any more, with the day on which their
    tasks are done by that. ``erasing``: what is destroyed on an order.
    """

    record: CaseRecord
    loaded: Loaded | None
    events: Sequence[EventRecord] = ()
    contents: Sequence[ContentRecord] = ()
    terms: Sequence[RunningTerm] = ()
    items: Sequence[DataItem] = ()
    notices: Sequence[NoticeRecord] = ()
    withheld: Sequence[str] = ()
    tasks: Sequence[TaskRecord] = ()
    tasks_done: Sequence[tuple[date, int]] = ()
    tasks_void: Sequence[tuple[date, int]] = ()
    copied: Sequence[tuple[int, int]] = ()
    meetings: Sequence[tuple[int, int]] = ()
    moved: Sequence[MovedRecord] = ()
    moved_gone: Sequence[tuple[int, str]] = ()
    erasing: Erasing | None = None

    @property
    def items_gone(self) -> list[int]:
        """The numbers of the stored items that the case has no more: what asked for them was corrected or struck."""
        stored = self.loaded.items if self.loaded is not None else ()
        kept = {item.n for item in self.items} if stored else set()
        return [item.n for item in stored if item.n not in kept]

    @property
    def takes_back(self) -> bool:
        """True if something that is stored must go, besides what is written."""
        return bool(self.moved_gone or self.withheld or self.items_gone or self.tasks_void or self.erasing)


class Statement:
    """One statement of a change: what it does, on which table, with which columns; its SQL is made once."""

    def __init__(self, verb: str, table: TableCodec, columns: tuple[str, ...] = ()) -> None:
        self.verb = verb
        self.table = table
        self.columns = columns or table.columns
        # The columns by which a statement that changes a row finds it; their values come last.
        self.keys = {"step": ("id", "version"), "done": ("case_id", "term")}.get(verb, table.key)
        self.inserts = verb in _KEEP

    @cached_property
    def bind(self) -> Converter:
        """The values of its columns as the driver wants them, with the keys behind them as they are."""
        return self.table.binder(self.columns)

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


Part: TypeAlias = tuple[Statement, list[Any]]  # a statement with its values


def parts_of(database: Database, change: Change) -> list[Part]:
    """The statements of a change with their values; the one that writes the case comes first."""
    tables = _tables(database.dialect)
    case_id, loaded = change.record.id, change.loaded
    parts = [_case_part(tables.case, change)]
    parts += _below(tables.term, case_id, loaded.terms if loaded else (), change.terms)
    parts += _below(tables.item, case_id, loaded.items if loaded else (), change.items)
    added: tuple[tuple[TableCodec, str, Sequence[Sequence[Any]]], ...] = (
        (tables.event, "insert", change.events),
        (tables.content, "insert", change.contents),
        (tables.copied, "insert or keep", change.copied),
        (tables.moved, "insert", change.moved),
        (tables.notice, "insert or keep", change.notices),
        (tables.task, "insert or keep", change.tasks),
    )
    parts += [_inserted(table, row, verb) for table, verb, rows in added for row in rows]
    parts += [_changed("done", tables.task, {"done_on": day}, (case_id, n)) for day, n in change.tasks_done]
    parts += [_changed("update", tables.meeting, {"seq": seq}, (case_id, each)) for each, seq in change.meetings]
    return parts


class _Tables(NamedTuple):
    """The codecs of the tables that a change writes."""

    case: TableCodec
    event: TableCodec
    content: TableCodec
    term: TableCodec
    item: TableCodec
    notice: TableCodec
    task: TableCodec
    copied: TableCodec
    meeting: TableCodec
    moved: TableCodec


@lru_cache(maxsize=16)
def _tables(dialect: Dialect) -> _Tables:
    models = (Case, Event, Content, Term, Item, Notice, Task, Copied, MeetingCase, MovedParty)
    return _Tables(*(codec(model, dialect) for model in models))


def _inserted(table: TableCodec, row: Sequence[Any], verb: str = "insert") -> Part:
    return _statement(verb, table), table.bind(row)


def _changed(verb: str, table: TableCodec, news: Mapping[str, Any], keys: Sequence[Any]) -> Part:
    statement = _statement(verb, table, tuple(news))
    return statement, statement.bind([*news.values(), *keys])


def _case_part(case: TableCodec, change: Change) -> Part:
    """The case as a new row; or what changed of it, on condition that it still has the version that was loaded."""
    record = change.record
    if change.loaded is None:
        return _inserted(case, record)
    before = change.loaded.record
    news = _news(record._fields, before, record) | {"version": record.version}
    return _changed("step", case, news, (record.id, before.version))


def _news(names: Sequence[str], before: Sequence[Any], after: Sequence[Any]) -> dict[str, Any]:
    """The columns that are to be written, by name."""
    return {name: value for name, old, value in zip(names, before, after, strict=True) if value != old}


_Below = TypeVar("_Below", RunningTerm, DataItem)


def _below(table: TableCodec, case_id: int, before: Sequence[_Below], after: Sequence[_Below]) -> Iterator[Part]:
    """The terms or items of a case that are new, whole, and of those that changed what changed."""
    if before is after:
        return
    known: dict[int, _Below] = {each.n: each for each in before}
    each: _Below
    for each in after:
        old = known.get(each.n)
        if old is None:
            yield _inserted(table, (case_id, *each))
        elif each is not old and each != old:
            yield _changed("update", table, _news(each._fields, old, each), (case_id, each.n))
