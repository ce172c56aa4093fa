"""A page of the list of cases, the places of its lines alone, and the cases of a number that somebody typed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.engine import Dialect

from negotiation.domain import case_numbers
from negotiation.store.case_list.conditions import Wanted, conditions_of
from negotiation.store.case_list.paging import (
    COLUMNS,
    Cursor,
    Page,
    Place,
    Places,
    by_code_point,
    cursor_at,
    stretches,
    stretches_back,
)
from negotiation.store.case_list.text_match import number_matches
from negotiation.store.case_queries import CaseLine, lines_query, of_scope, read_lines
from negotiation.store.codec import spelt
from negotiation.store.columns import CASE
from negotiation.store.transaction import Transaction

STATEMENTS_KEPT = 512
# How a statement is put to a database: by the driver, or by a connection that reads.
Ask = Callable[[str, Any], Sequence[Any]]


class Numbered(NamedTuple):
    """A case by its id and its number."""

    id: int
    no: str


def spelt_so(transaction: Transaction, typed: str, scope: int | None) -> list[Numbered]:
    """The cases that ``scope`` sees (None: all) whose number was typed whole; the number as it was typed first."""
    spellings = case_numbers.spellings(typed)
    query = select(CASE.c.id, CASE.c.no).where(CASE.c.no.in_(spellings), *of_scope(scope))
    found = [Numbered._make(row) for row in transaction.connection.execute(query)] if spellings else []
    return sorted(found, key=lambda each: spellings.index(each.no))


def numbered(transaction: Transaction, typed: str, scope: int | None, limit: int = 8) -> list[Numbered]:
    """The cases that ``scope`` sees and somebody may mean by a number: the one of that number alone, if there is one;
    else those of which it is a tail, at most ``limit``, in the order of their numbers."""
    if found := spelt_so(transaction, typed, scope):
        return found[:1] if found[0].no == typed.strip() else found
    if not case_numbers.tail(typed):
        return []
    ends = number_matches(transaction.connection.dialect.name, typed, begins=False)
    query = select(CASE.c.id, CASE.c.no).where(ends, *of_scope(scope)).order_by(CASE.c.no).limit(limit)
    return [Numbered._make(row) for row in transaction.connection.execute(query)]


def page(
    transaction: Transaction, wanted: Wanted, as_of: date, soon: date, after: Cursor | None = None, limit: int = 50
) -> Page:
    """The page after a line, or the first; ``soon`` is the last day that is 临期 as of the day ``as_of``."""

    def ask(sql: str, values: Any) -> Sequence[Any]:
        return transaction.connection.exec_driver_sql(sql, values).all()

    found = places(ask, transaction.connection.dialect, wanted, as_of, soon, after, limit)
    return Page(lines_of(transaction, [place.id for place in found.cases], as_of), found.next)


def lines_of(transaction: Transaction, ids: Sequence[int], as_of: date) -> list[CaseLine]:
    """The lines of some cases, in the order of their ids as given."""
    lines = {line.id: line for line in read_lines(transaction, lines_query(as_of).where(CASE.c.id.in_(ids)))}
    return [lines[case_id] for case_id in ids]


def lines_numbered(transaction: Transaction, nos: Sequence[str], as_of: date, scope: int | None) -> list[CaseLine]:
    """The lines of the cases with these numbers, in their order; only those that ``scope`` sees (None: all)."""
    query = lines_query(as_of).where(CASE.c.no.in_(nos), *of_scope(scope))
    lines = {line.no: line for line in read_lines(transaction, query)}
    return [lines[no] for no in nos if no in lines]


def places(
    ask: Ask, dialect: Dialect, wanted: Wanted, as_of: date, soon: date, after: Cursor | None = None, limit: int = 50
) -> Places:
    """The cases on a page, their ids only: this costs little, however much is shown of each."""
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
    return Places(found[:limit], cursor_at(found[limit - 1], wanted, named=limit <= many))


def place_before(
    ask: Ask, dialect: Dialect, wanted: Wanted, as_of: date, soon: date, at: Cursor, limit: int
) -> Place | None:
    """The line after which the page begins that ends with the line of a cursor; None for the first page."""
    found = _selected(dialect, wanted, as_of, soon)
    key = by_code_point(dialect.name, COLUMNS[wanted.sort])
    back: list[Place] = []
    for stretch in stretches_back(found, key, wanted, at):
        sql, values = spelt(stretch.limit(limit + 1 - len(back)), dialect)
        back += map(Place._make, ask(sql, values))
        if len(back) > limit:
            return back[limit]
    return None


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
    """The statements of a page: one for each stretch, with its values; made once, as that costs more than asking.

    ``apart``: cases that stand elsewhere.
    """
    found = _selected(dialect, wanted, as_of, soon)
    if apart:
        found = found.where(CASE.c.id.not_in(apart))
    key = by_code_point(dialect.name, COLUMNS[wanted.sort])
    return tuple(spelt(stretch.limit(many), dialect) for stretch in stretches(found, key, wanted, after))


def _selected(dialect: Dialect, wanted: Wanted, as_of: date, soon: date) -> Select[Any]:
    """The places of the cases wanted."""
    key = by_code_point(dialect.name, COLUMNS[wanted.sort])
    return select(CASE.c.id, CASE.c.version, key).where(*conditions_of(dialect.name, wanted, as_of, soon))
