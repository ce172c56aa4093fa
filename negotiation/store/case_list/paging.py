"""The order of the list and the places in it. Pages are walked by keyset.

A page begins after the last line of the one before it, so that a line is neither shown
twice nor lost when others come or go in the meantime, and the hundredth page costs what the first one does. The id
decides between lines that are alike. Lines without a date come last in either direction; they are a stretch of their
own, so that each stretch is read in the order of a plain index.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, String, literal, tuple_

from negotiation.store import paging
from negotiation.store.case_list.conditions import OPEN, WITHOUT_TERM, Sort, Wanted
from negotiation.store.case_list.text_match import BY_CODE_POINT
from negotiation.store.case_queries import CaseLine
from negotiation.store.columns import CASE
from negotiation.store.numbers import GREATEST_ID

LONGEST_CURSOR = 4_000  # characters: a subject, a number and what is around them
Order = tuple[ColumnElement[Any], ...]
COLUMNS = {
    Sort.NEXT_DUE: CASE.c.next_due,
    Sort.NO: CASE.c.no,
    Sort.RECEIVED: CASE.c.received_on,
    Sort.DUE: CASE.c.due_on,
    Sort.SUBJECT: CASE.c.subject,
}


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
        return paging.written(*(self if self.named else self[:-1]))

    @classmethod
    def read(cls, given: str, wanted: Wanted) -> "Cursor":
        """The cursor that was written as text. UsageError if it is none, or is of another order than the one wanted."""
        return paging.read_in_order(given, _cursor, LONGEST_CURSOR, wanted)


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
    """The place of a case on a page: its id, its version, and its ``key`` in the order."""

    id: int
    version: int
    key: date | str | None


class Places(NamedTuple):
    """The cases of a page in their order, and after which of them the next page begins (None: there is none)."""

    cases: list[Place]
    next: Cursor | None


class Page(NamedTuple):
    """The places of a page with the lines themselves."""

    lines: list[CaseLine]
    next: Cursor | None


def cursor_at(place: Place, wanted: Wanted, *, named: bool) -> Cursor:
    key = place.key
    if isinstance(key, str) and wanted.sort not in (Sort.NO, Sort.SUBJECT):
        key = date.fromisoformat(key)  # SQLite keeps its dates as texts
    return Cursor(wanted.sort, wanted.descending, key, place.id, named)


def stretches(
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


def stretches_back(found: Select[Any], key: ColumnElement[Any], wanted: Wanted, at: Cursor) -> Iterator[Select[Any]]:
    """The line of the cursor and those before it, from there back: the same two stretches, in the opposite order."""
    back = replace(wanted, descending=not wanted.descending)
    if at.key is None:
        without = found.where(key.is_(None))
        without = without.where(CASE.c.id >= at.id if wanted.descending else CASE.c.id <= at.id)
        yield without.order_by(*_order(back, CASE.c.id))
    if not _may_stand(wanted, with_key=True):
        return
    before = _with_key(found, wanted)
    if at.key is not None:
        place = tuple_(literal(at.key, COLUMNS[wanted.sort].type), literal(at.id, CASE.c.id.type))
        here = tuple_(key, CASE.c.id)
        before = before.where(here >= place if wanted.descending else here <= place)
    yield before.order_by(*_order(back, key, CASE.c.id))


def _with_key(found: Select[Any], wanted: Wanted) -> Select[Any]:
    if wanted.sort is Sort.NEXT_DUE:
        found = found.where(OPEN)  # nothing is due in a case that has ended; the index of open cases knows it so
    column = COLUMNS[wanted.sort]
    return found.where(column.is_not(None)) if column.nullable else found


def _from(after: Cursor | None, found: Select[Any], wanted: Wanted, key: ColumnElement[Any]) -> Select[Any]:
    """The condition of lines after the cursor; both columns are compared as one, so that an index of both serves."""
    if after is None:
        return found
    here = tuple_(key, CASE.c.id)
    place = tuple_(literal(after.key, COLUMNS[wanted.sort].type), literal(after.id, CASE.c.id.type))
    return found.where(here < place if wanted.descending else here > place)


def _order(wanted: Wanted, *columns: ColumnElement[Any]) -> Order:
    return tuple(column.desc() if wanted.descending else column.asc() for column in columns)


def _may_stand(wanted: Wanted, *, with_key: bool) -> bool:
    """True if a line with (without) a value of the list's order can be among those wanted."""
    if wanted.sort is Sort.NEXT_DUE and wanted.deadline_status is not None:
        return with_key != (wanted.deadline_status in WITHOUT_TERM)
    return with_key or bool(COLUMNS[wanted.sort].nullable)


def by_code_point(dialect: str, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Text in an order that both databases share; SQLite has no other."""
    is_text = isinstance(column.type, String)
    return column.collate(BY_CODE_POINT) if is_text and dialect != "sqlite" else column
