"""The desk's list of cases, a page at a time, and its counts. Reading only.

Pages are walked by keyset: a page begins after the last line of the one before it, so that a line is neither shown
twice nor lost when others come or go in the meantime, and the hundredth page costs what the first one does. The id
decides between lines that are alike. Lines without a date come last in either direction; they are a stretch of their
own, so that each stretch is read in the order of a plain index.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple, TypedDict

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    case,
    false,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    text,
    tuple_,
)
from sqlalchemy.engine import Dialect

from negotiation import case_numbers
from negotiation.store import cursors
from negotiation.store.case_queries import CaseLine, lines_query, of_scope, read_lines
from negotiation.store.columns import ACCOUNT, CASE, DEPARTMENT, HANDLER, PROPOSAL, TASK, TERM
from negotiation.store.numbers import GREATEST_ID
from negotiation.store.schema.terms import MAY_MOVE
from negotiation.store.statements import spelt
from negotiation.vocabulary import LEVELS_NOT_BOUND, OFFICE_ID, Light, ProposalState

LONGEST_CURSOR = 4_000  # characters: a subject, a number and what is around them
WORDS_SEARCHED = 5
STATEMENTS_KEPT = 512
_BY_CODE_POINT = "C"  # PostgreSQL's name for the order of text that SQLite always has
_ESCAPE = "\\"
Order = tuple[ColumnElement[Any], ...]
_WITHOUT_TERM = (Light.SUSPENDED, Light.NONE)


class Sort(StrEnum):
    """What a list is ordered by."""

    NEXT_DUE = "next_due"
    NO = "no"
    RECEIVED = "received"
    DUE = "due"
    SUBJECT = "subject"


_COLUMNS = {
    Sort.NEXT_DUE: CASE.c.next_due,
    Sort.NO: CASE.c.no,
    Sort.RECEIVED: CASE.c.received_on,
    Sort.DUE: CASE.c.due_on,
    Sort.SUBJECT: CASE.c.subject,
}


@dataclass(frozen=True)
class Wanted:
    """Which cases a person wants to see, and in which order; what is None or empty does not filter.

    ``departments``: of which either party is one. ``held``: the states (procedure, state) that a role holds; an empty
    tuple finds nothing. ``handler_id``: the account of who handles it, first or second. ``since`` and ``until``:
    received on these days or between them. ``text``: words, each the beginning or the end of the number, or a part of
    the subject, of a party's name or of a handler's on the side of who looks; or all of them together a number; what
    it spells whole stands first. ``provisional``: with a running term whose date is not official. ``scope``: the
    department that looks, None for the office: a department sees its own cases, and what has not been received yet
    only if it is the applicant.
    """

    procedure: str = ""
    state: str = ""
    departments: tuple[int, ...] = ()
    held: tuple[tuple[str, str], ...] | None = None
    handler_id: int | None = None
    light: Light | None = None
    provisional: bool = False
    since: date | None = None
    until: date | None = None
    text: str = ""
    open_only: bool = False
    scope: int | None = None
    sort: Sort = Sort.NEXT_DUE
    descending: bool = False


class Cursor(NamedTuple):
    """After which line a page begins: the order, and that line's own place in it. People see it as opaque text.

    ``named``: that line is one of those that stand first, as their number was typed whole.
    """

    sort: Sort
    descending: bool
    key: date | str | None
    id: int
    named: bool = False

    @property
    def text(self) -> str:
        return cursors.written(*(self if self.named else self[:-1]))

    @classmethod
    def read(cls, given: str, wanted: Wanted) -> "Cursor":
        """The cursor that was written as text. WrongUse if it is none, or is of another order than the one wanted."""
        return cursors.read_in_order(given, _cursor, LONGEST_CURSOR, wanted)


def _cursor(order: Any, descending: Any, key: Any, case_id: Any, named: Any = False) -> Cursor:
    sort = Sort(order)
    signs = isinstance(descending, bool) and isinstance(named, bool)
    if not signs or type(case_id) is not int or not 0 <= case_id <= GREATEST_ID:
        raise ValueError("not a place")
    return Cursor(sort, descending, _key(sort, key), case_id, named)


def _key(sort: Sort, key: Any) -> date | str | None:
    """A line's place in an order, as the database compares it."""
    if sort in (Sort.NO, Sort.SUBJECT):
        if not isinstance(key, str) or "\0" in key:
            raise ValueError("not a text")
        return key.encode().decode()  # half a character cannot be asked for
    return None if key is None else date.fromisoformat(key)


class Place(NamedTuple):
    """Where a case stands on a page: its id, its version, and its ``key`` in the order."""

    id: int
    version: int
    key: date | str | None


class Places(NamedTuple):
    """The cases of a page in their order, and after which of them the next page begins (None: there is none)."""

    cases: list[Place]
    next: Cursor | None


class Page(NamedTuple):
    """The same with the lines themselves."""

    lines: list[CaseLine]
    next: Cursor | None


# How a statement is put to a database: by the driver, or by a connection that reads.
Ask = Callable[[str, Any], Sequence[Any]]


def page(
    connection: Connection, wanted: Wanted, as_of: date, soon: date, after: Cursor | None = None, limit: int = 50
) -> Page:
    """The page after a line, or the first; ``soon`` is the last day that is 临期 as of the day ``as_of``."""

    def ask(sql: str, values: Any) -> Sequence[Any]:
        return connection.exec_driver_sql(sql, values).all()

    found = places(ask, connection.dialect, wanted, as_of, soon, after, limit)
    return Page(lines_of(connection, [place.id for place in found.cases], as_of), found.next)


def lines_of(connection: Connection, ids: Sequence[int], as_of: date) -> list[CaseLine]:
    """The lines of some cases, in the order of their ids as given."""
    lines = {line.id: line for line in read_lines(connection, lines_query(as_of).where(CASE.c.id.in_(ids)))}
    return [lines[case_id] for case_id in ids]


def lines_numbered(connection: Connection, nos: Sequence[str], as_of: date, scope: int | None) -> list[CaseLine]:
    """The lines of the cases with these numbers, in their order; only those that ``scope`` sees (None: all)."""
    query = lines_query(as_of).where(CASE.c.no.in_(nos), *of_scope(scope))
    lines = {line.no: line for line in read_lines(connection, query)}
    return [lines[no] for no in nos if no in lines]


def places(
    ask: Ask, dialect: Dialect, wanted: Wanted, as_of: date, soon: date, after: Cursor | None = None, limit: int = 50
) -> Places:
    """Which cases stand on a page, and nothing more of them: what costs little, however much a line has to say."""
    named = _named(ask, dialect, wanted, as_of, soon)
    found = _after(named, after)
    many, apart = len(found), tuple(place.id for place in named)
    rest = None if after is None or after.named else after
    for sql, values in _statements(dialect, wanted, as_of, soon, rest, limit + 1, apart):
        if len(found) > limit:
            break
        found += map(Place._make, ask(sql, values))
    if len(found) <= limit:
        return Places(found, None)
    return Places(found[:limit], _cursor_at(found[limit - 1], wanted, named=limit <= many))


def _named(ask: Ask, dialect: Dialect, wanted: Wanted, as_of: date, soon: date) -> list[Place]:
    """The cases whose number was typed whole: a handful at the most, found by the index of numbers."""
    if not case_numbers.spellings(wanted.text):
        return []
    return [Place._make(row) for row in ask(*_statement_of_named(dialect, wanted, as_of, soon))]


@lru_cache(maxsize=STATEMENTS_KEPT)
def _statement_of_named(dialect: Dialect, wanted: Wanted, as_of: date, soon: date) -> tuple[str, Any]:
    found = _selected(dialect, replace(wanted, text=""), as_of, soon)
    found = found.where(CASE.c.no.in_(case_numbers.spellings(wanted.text)))
    return spelt(found.order_by(CASE.c.id), dialect)


def _after(named: list[Place], after: Cursor | None) -> list[Place]:
    """Those of them that stand after a place."""
    if after is None:
        return list(named)
    ids = [place.id for place in named]
    return named[ids.index(after.id) + 1 :] if after.named and after.id in ids else []


@lru_cache(maxsize=STATEMENTS_KEPT)
def _statements(
    dialect: Dialect, wanted: Wanted, as_of: date, soon: date, after: Cursor | None, many: int, apart: tuple[int, ...]
) -> tuple[tuple[str, Any], ...]:
    """What finds a page: one statement for each stretch, with its values; made once, as that costs more than asking.

    ``apart``: cases that stand elsewhere.
    """
    found = _selected(dialect, wanted, as_of, soon)
    if apart:
        found = found.where(CASE.c.id.not_in(apart))
    key = _by_code_point(dialect.name, _COLUMNS[wanted.sort])
    return tuple(spelt(stretch.limit(many), dialect) for stretch in _stretches(found, key, wanted, after))


def _selected(dialect: Dialect, wanted: Wanted, as_of: date, soon: date) -> Select[Any]:
    """The places of the cases wanted."""
    key = _by_code_point(dialect.name, _COLUMNS[wanted.sort])
    return select(CASE.c.id, CASE.c.version, key).where(*_conditions(dialect.name, wanted, as_of, soon))


def _cursor_at(place: Place, wanted: Wanted, *, named: bool) -> Cursor:
    key = place.key
    if isinstance(key, str) and wanted.sort not in (Sort.NO, Sort.SUBJECT):
        key = date.fromisoformat(key)  # SQLite keeps its dates as texts
    return Cursor(wanted.sort, wanted.descending, key, place.id, named)


def _stretches(
    found: Select[Any], key: ColumnElement[Any], wanted: Wanted, after: Cursor | None
) -> Iterator[Select[Any]]:
    """The cases that have what the list is ordered by, then those that have not; each from the cursor on, in order."""
    if _may_stand(wanted, with_key=True) and (after is None or after.key is not None):
        yield _from(after, _with_key(found, wanted), wanted, key).order_by(*_order(wanted, key, CASE.c.id))
    if _may_stand(wanted, with_key=False):
        without = found.where(key.is_(None))
        if after is not None and after.key is None:
            without = without.where(CASE.c.id < after.id if wanted.descending else CASE.c.id > after.id)
        yield without.order_by(*_order(wanted, CASE.c.id))


def _with_key(found: Select[Any], wanted: Wanted) -> Select[Any]:
    if wanted.sort is Sort.NEXT_DUE:
        found = found.where(_OPEN)  # nothing is due in a case that has ended; the index of open cases knows it so
    column = _COLUMNS[wanted.sort]
    return found.where(column.is_not(None)) if column.nullable else found


def _from(after: Cursor | None, found: Select[Any], wanted: Wanted, key: ColumnElement[Any]) -> Select[Any]:
    """What stands after the cursor; the two columns are compared as one, which an index of both can begin at."""
    if after is None:
        return found
    here = tuple_(key, CASE.c.id)
    place = tuple_(literal(after.key, _COLUMNS[wanted.sort].type), literal(after.id, CASE.c.id.type))
    return found.where(here < place if wanted.descending else here > place)


def _order(wanted: Wanted, *columns: ColumnElement[Any]) -> Order:
    return tuple(column.desc() if wanted.descending else column.asc() for column in columns)


def _may_stand(wanted: Wanted, *, with_key: bool) -> bool:
    """Whether a line with (without) what the list is ordered by can be among those wanted."""
    if wanted.sort is Sort.NEXT_DUE and wanted.light is not None:
        return with_key != (wanted.light in _WITHOUT_TERM)
    return with_key or bool(_COLUMNS[wanted.sort].nullable)


def _by_code_point(dialect: str, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Text in an order that both databases share; SQLite has no other."""
    is_text = isinstance(column.type, String)
    return column.collate(_BY_CODE_POINT) if is_text and dialect != "sqlite" else column


def count_closed(connection: Connection, wanted: Wanted, as_of: date, soon: date) -> int:
    """How many closed cases are what is wanted, were they asked for too."""
    conditions = _conditions(connection.dialect.name, replace(wanted, open_only=False), as_of, soon)
    found = connection.execute(select(func.count()).select_from(CASE).where(not_(_OPEN), *conditions))
    return int(found.scalar_one())


class Numbered(NamedTuple):
    """A case by its id and its number."""

    id: int
    no: str


def spelt_so(connection: Connection, typed: str, scope: int | None) -> list[Numbered]:
    """The cases that ``scope`` sees (None: all) whose number was typed whole; the number as it was typed first."""
    spellings = case_numbers.spellings(typed)
    query = select(CASE.c.id, CASE.c.no).where(CASE.c.no.in_(spellings), *of_scope(scope))
    found = [Numbered._make(row) for row in connection.execute(query)] if spellings else []
    return sorted(found, key=lambda each: spellings.index(each.no))


def numbered(connection: Connection, typed: str, scope: int | None, limit: int = 8) -> list[Numbered]:
    """The cases that ``scope`` sees and somebody may mean by a number: the one of that number alone, if there is one;
    else those of which it is a tail, at most ``limit``, in the order of their numbers."""
    if found := spelt_so(connection, typed, scope):
        return found[:1] if found[0].no == typed.strip() else found
    if not case_numbers.tail(typed):
        return []
    ends = _numbered(connection.dialect.name, typed, begins=False)
    query = select(CASE.c.id, CASE.c.no).where(ends, *of_scope(scope)).order_by(CASE.c.no).limit(limit)
    return [Numbered._make(row) for row in connection.execute(query)]


# ---------------------------------------------------------------------------------------------------- conditions


def _conditions(dialect: str, wanted: Wanted, as_of: date, soon: date) -> list[ColumnElement[bool]]:
    """What a case must be to be wanted."""
    conditions = of_scope(wanted.scope)
    given: Mapping[ColumnElement[str], str] = {
        CASE.c.procedure: wanted.procedure,
        CASE.c.state: wanted.state,
    }
    conditions += [column == value for column, value in given.items() if value]
    if wanted.departments:
        conditions.append(or_(CASE.c.applicant_id.in_(wanted.departments), CASE.c.provider_id.in_(wanted.departments)))
    if wanted.handler_id is not None:
        conditions.append(CASE.c.id.in_(_handled_by([wanted.handler_id], wanted.scope or OFFICE_ID)))
    if wanted.held is not None:
        conditions.append(_held(wanted.held))
    if wanted.light is not None:
        conditions.append(light_is(wanted.light, as_of, soon))
    if wanted.since is not None:
        conditions.append(CASE.c.received_on >= wanted.since)
    if wanted.until is not None:
        conditions.append(CASE.c.received_on <= wanted.until)
    if wanted.provisional:
        conditions += [CASE.c.id.in_(_provisional()), _OPEN]
    if wanted.open_only:
        conditions.append(_OPEN)
    return conditions + _found_by(dialect, wanted.text, wanted.scope or OFFICE_ID)


_OPEN = CASE.c.ending == literal_column("''")  # spelt out: an index of open cases is known by it


def _handled_by(accounts: Select[Any] | Sequence[int], side: int) -> Select[Any]:
    """The cases of which one of some is the 经办人 or the second, on the side of who looks: others' are not told."""
    handles = (HANDLER.c.account_id.in_(accounts), HANDLER.c.department_id == side, HANDLER.c.until.is_(None))
    return select(HANDLER.c.case_id).where(*handles)


def _held(states: tuple[tuple[str, str], ...]) -> ColumnElement[bool]:
    by_procedure: dict[str, list[str]] = {}
    for procedure, state in states:
        by_procedure.setdefault(procedure, []).append(state)
    return or_(false(), *(and_(CASE.c.procedure == key, CASE.c.state.in_(held)) for key, held in by_procedure.items()))


def light_is(light: Light, as_of: date, soon: date) -> ColumnElement[bool]:
    """Whether a case shows this light at the end of a day: ``terms.light`` as a condition."""
    if light in _WITHOUT_TERM:
        return and_(CASE.c.next_due.is_(None), CASE.c.suspended == literal(light is Light.SUSPENDED))
    if light is Light.REFERENCE:
        return and_(CASE.c.next_due.is_not(None), _by_reference())
    return and_(_stands(light, as_of, soon), not_(_by_reference()))


def _by_reference() -> ColumnElement[bool]:
    """Whether the rules apply to the provider by reference only: it is never called overdue (809号令第四十三条)."""
    return CASE.c.provider_id.in_(select(DEPARTMENT.c.id).where(DEPARTMENT.c.level.in_(LEVELS_NOT_BOUND)))


def _stands(light: Light, as_of: date, soon: date) -> ColumnElement[bool]:
    """Where the due date of the running term lies."""
    if light is Light.OVERDUE:
        return CASE.c.next_due < as_of
    if light is Light.DUE_SOON:
        return CASE.c.next_due.between(as_of, soon)
    return CASE.c.next_due > soon


def _provisional() -> Select[Any]:
    """The cases that have a term whose date waits for an arrangement; the condition of the index stands in it."""
    return select(TERM.c.case_id).where(text(f"({MAY_MOVE})"), not_(TERM.c.official), TERM.c.ended_on.is_(None))


def _found_by(dialect: str, typed: str, side: int) -> list[ColumnElement[bool]]:
    """What a search finds: every word of it somewhere in a case, or the whole of it as a number with blanks in it."""
    words = typed.split()[:WORDS_SEARCHED]
    said = [_said(dialect, word, side) for word in words]
    if len(words) < 2 or not case_numbers.tail(typed):
        return said
    return [or_(and_(*said), _numbered(dialect, typed))]


def _said(dialect: str, word: str, side: int) -> ColumnElement[bool]:
    """The number begins or ends with a word, or the subject, a party's name or a handler's has it."""
    part = f"%{_literally(word)}%"
    named = select(DEPARTMENT.c.id).where(_like(dialect, DEPARTMENT.c.name, part))
    people = select(ACCOUNT.c.id).where(_like(dialect, ACCOUNT.c.name, part))
    return or_(
        _numbered(dialect, word),
        _like(dialect, CASE.c.subject, part),
        CASE.c.applicant_id.in_(named),
        CASE.c.provider_id.in_(named),
        CASE.c.id.in_(_handled_by(people, side)),
    )


def _numbered(dialect: str, word: str, *, begins: bool = True) -> ColumnElement[bool]:
    """The number begins with a word, as it was typed or as numbers are spelt; or it ends with it.

    What is quickly seen is looked at first, so that few numbers are read as an expression.
    """
    beginnings = dict.fromkeys((word, case_numbers.beginning(word))) if begins else ()
    found = [_like(dialect, CASE.c.no, f"{_literally(each)}%") for each in beginnings]
    if not (expression := case_numbers.tail(word)):
        return or_(*found)
    digits = case_numbers.last_digits(word)
    ends = or_(*(_like(dialect, CASE.c.no, f"%{digits}{after}") for after in case_numbers.AFTER))
    has = (func.instr if dialect == "sqlite" else func.strpos)(CASE.c.no, digits) > literal_column("0")
    return and_(has, or_(*found, and_(ends, CASE.c.no.regexp_match(expression))))


def _like(dialect: str, column: ColumnElement[str], pattern: str) -> ColumnElement[bool]:
    """LIKE that takes a for A, and no other letter for another: as SQLite means it of itself."""
    if dialect == "sqlite":
        return column.like(pattern, escape=_ESCAPE)
    return column.collate(_BY_CODE_POINT).ilike(pattern, escape=_ESCAPE)


def _literally(word: str) -> str:
    """A word in a pattern, where nothing of it stands for anything else."""
    for sign in (_ESCAPE, "%", "_"):
        word = word.replace(sign, _ESCAPE + sign)
    return word


# -------------------------------------------------------------------------------------------------------- counts


class Counts(TypedDict):
    """How much is open: in all, by light, by state; cases with a date that is not official; tasks of
    the office; acts that wait for the head (签批)."""

    open: int
    overdue: int
    due_soon: int
    provisional: int
    tasks: int
    to_sign: int
    by_state: dict[str, int]


def counts(connection: Connection, scope: int | None, as_of: date, soon: date) -> Counts:
    """The figures above the list; a department has those of its own cases, and no tasks, which are the office's."""
    rows: Any = connection.execute(_counted_by_state(scope, as_of, soon)).all()
    provisional, tasks, to_sign = connection.execute(_counted_beside(scope)).one()
    return Counts(
        open=sum(row.open for row in rows),
        overdue=sum(row.overdue for row in rows),
        due_soon=sum(row.due_soon for row in rows),
        provisional=provisional,
        tasks=tasks,
        to_sign=to_sign,
        by_state={row.state: row.open for row in rows},
    )


def _counted_by_state(scope: int | None, as_of: date, soon: date) -> Select[Any]:
    def lit(light: Light) -> ColumnElement[int]:
        return func.sum(case((and_(_stands(light, as_of, soon), not_(_by_reference())), literal(1)), else_=literal(0)))

    return (
        select(
            CASE.c.state,
            func.count().label("open"),
            lit(Light.OVERDUE).label("overdue"),
            lit(Light.DUE_SOON).label("due_soon"),
        )
        .where(_OPEN, *of_scope(scope))
        .group_by(CASE.c.state)
    )


def _counted_beside(scope: int | None) -> Select[Any]:
    """How many cases have a date that is not official, and how many tasks are open."""
    provisional = select(func.count()).select_from(CASE).where(CASE.c.id.in_(_provisional()), _OPEN, *of_scope(scope))
    tasks = select(func.count()).select_from(TASK).where(TASK.c.done_on.is_(None))
    to_sign = (
        select(func.count())
        .select_from(PROPOSAL)
        .join(CASE, CASE.c.id == PROPOSAL.c.case_id)
        .where(
            PROPOSAL.c.state == literal_column(f"'{ProposalState.OPEN.value}'"),
            PROPOSAL.c.department_id == (scope or OFFICE_ID),
            PROPOSAL.c.department_id.in_([OFFICE_ID, CASE.c.applicant_id, CASE.c.provider_id]),
        )
    )
    return select(
        provisional.scalar_subquery(),
        tasks.scalar_subquery() if scope is None else literal(0),
        to_sign.scalar_subquery(),
    )
