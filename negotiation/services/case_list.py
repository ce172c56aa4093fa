"""The desk's list: what is wanted read from text, and lines as people see them."""

from collections.abc import Generator, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from negotiation.core.enums import DUE_SOON_WORKING_DAYS, OFFICE_ID
from negotiation.services import case_view
from negotiation.services.case_json import HandledLine, LinesJson
from negotiation.services.context import Context
from negotiation.store import assignments
from negotiation.store.case_list import counts as case_counts
from negotiation.store.case_list import query
from negotiation.store.case_list.conditions import Wanted
from negotiation.store.case_list.counts import Counts
from negotiation.store.case_list.paging import Cursor, Page, Place, Places, cursor_at
from negotiation.store.case_queries import CaseLine
from negotiation.store.database import Database
from negotiation.store.transaction import Transaction

LINES_OF_A_PAGE = 50
LINES_READ_AT_ONCE = 500
PAGES_NUMBERED = 10  # so far the list is counted; further on it goes from page to page


def last_day_soon(context: Context, as_of: date) -> date:
    """The last day that is 临期 as of a day: a term that ends later has more working days left."""
    calendar = context.calendar_of(context.rulebook)
    return calendar.estimate(as_of, DUE_SOON_WORKING_DAYS + 1).day - timedelta(days=1)


def lines(
    transaction: Transaction,
    context: Context,
    wanted: Wanted,
    as_of: date,
    after: str = "",
    limit: int = LINES_OF_A_PAGE,
) -> LinesJson:
    """A page of the list. ``after``: the cursor that came with the page before."""
    cursor = Cursor.read(after, wanted) if after else None
    page = query.page(transaction, wanted, as_of, last_day_soon(context, as_of), cursor, limit)
    return {
        "as_of": as_of,
        "cases": _shown(transaction, context, page.lines, as_of, wanted.scope),
        "cursor": page.next.text if page.next else None,
    }


def places(transaction: Transaction, context: Context, wanted: Wanted, as_of: date, after: str = "") -> Places:
    """The cases on a page of the list, in its order; ``after`` as in ``lines``."""
    cursor = Cursor.read(after, wanted) if after else None
    soon = last_day_soon(context, as_of)
    dialect = transaction.database.dialect
    return query.places(transaction.rows, dialect, wanted, as_of, soon, cursor, LINES_OF_A_PAGE)


class Numbered(NamedTuple):
    """The pages of a list from its beginning: how many cases were counted, if there are ``more`` than those, and the
    cursor after which each page begins ("" for the first)."""

    many: int = 0
    more: bool = False
    starts: Sequence[str] = ("",)


def numbered(transaction: Transaction, context: Context, wanted: Wanted, as_of: date) -> Numbered:
    """The first pages of a list with their numbers, read by the places of their cases alone."""
    soon, dialect, most = last_day_soon(context, as_of), transaction.database.dialect, PAGES_NUMBERED * LINES_OF_A_PAGE
    found = query.places(transaction.rows, dialect, wanted, as_of, soon, None, most)
    ends = found.cases[LINES_OF_A_PAGE - 1 : -1 : LINES_OF_A_PAGE]
    starts = ("", *(cursor_at(place, wanted, named=False).text for place in ends))
    return Numbered(len(found.cases), found.next is not None, starts)


def before(transaction: Transaction, context: Context, wanted: Wanted, as_of: date, after: str) -> str:
    """The cursor of the page before the one that begins after a cursor; "" for the first. Raises UsageError."""
    soon, dialect, cursor = last_day_soon(context, as_of), transaction.database.dialect, Cursor.read(after, wanted)
    if cursor.named:
        return ""
    place = query.place_before(transaction.rows, dialect, wanted, as_of, soon, cursor, LINES_OF_A_PAGE)
    return cursor_at(place, wanted, named=False).text if place else ""


def numbers(transaction: Transaction, context: Context, wanted: Wanted, as_of: date, most: int) -> list[str]:
    """The numbers of the cases wanted, in their order; one more than ``most`` where there are more."""
    soon, dialect = last_day_soon(context, as_of), transaction.database.dialect
    found = query.places(transaction.rows, dialect, wanted, as_of, soon, None, most + 1)
    return [line.no for line in query.lines_of(transaction, [place.id for place in found.cases], as_of)]


def lines_of(
    transaction: Transaction, context: Context, ids: Sequence[int], as_of: date, scope: int | None
) -> list[HandledLine]:
    """The lines of these cases, in the order of their ids as given."""
    found = query.lines_of(transaction, ids, as_of)
    return _shown(transaction, context, found, as_of, scope)


def lines_numbered(
    transaction: Transaction, context: Context, nos: Sequence[str], as_of: date, scope: int | None
) -> list[HandledLine]:
    """The lines of the cases with these numbers that ``scope`` sees, in the order of the numbers as given."""
    found = query.lines_numbered(transaction, nos, as_of, scope)
    return _shown(transaction, context, found, as_of, scope)


class Beside(NamedTuple):
    """Hints beside a search: how many closed cases match it, or match where no open one does; the lines of the cases
    whose number was typed whole, whatever their state and the other filters."""

    closed: int
    named: Sequence[HandledLine]


def beside(transaction: Transaction, context: Context, wanted: Wanted, as_of: date, shown: Sequence[Place]) -> Beside:
    """The hints beside the first page of a list, on which the cases ``shown`` stand."""
    here = {place.id for place in shown}
    named = [each.id for each in query.spelt_so(transaction, wanted.text, wanted.scope) if each.id not in here]
    closed = 0
    searched = wanted.text or wanted.departments or wanted.handler_id is not None
    if wanted.open_only and (searched or not shown):
        closed = case_counts.count_closed(transaction, wanted, as_of, last_day_soon(context, as_of))
    return Beside(closed, lines_of(transaction, context, named, as_of, wanted.scope) if named else [])


def counts(transaction: Transaction, context: Context, scope: int | None, as_of: date) -> Counts:
    """The figures above the list: of the office (None) or of a department's own cases."""
    return case_counts.counts(transaction, scope, as_of, last_day_soon(context, as_of))


def count(transaction: Transaction, context: Context, wanted: Wanted, as_of: date) -> int:
    """The number of cases on all pages of a list."""
    return case_counts.count(transaction, wanted, as_of, last_day_soon(context, as_of))


def every_line(database: Database, context: Context, wanted: Wanted, as_of: date) -> Generator[HandledLine, None, None]:
    """The lines of all pages, as the database stood when the first was read; close it to read no further."""
    with database.read() as transaction:
        for page in _pages(transaction, wanted, as_of, last_day_soon(context, as_of)):
            yield from _shown(transaction, context, page.lines, as_of, wanted.scope)


def every_case(transaction: Transaction, context: Context, wanted: Wanted, as_of: date) -> list[CaseLine]:
    """The cases of all pages as they are read, without who handles them."""
    pages = _pages(transaction, wanted, as_of, last_day_soon(context, as_of))
    return [line for page in pages for line in page.lines]


def _pages(transaction: Transaction, wanted: Wanted, as_of: date, soon: date) -> Iterator[Page]:
    """One page after another, as the database stood when the connection began to read."""
    page = query.page(transaction, wanted, as_of, soon, limit=LINES_READ_AT_ONCE)
    yield page
    while page.next is not None:
        page = query.page(transaction, wanted, as_of, soon, page.next, LINES_READ_AT_ONCE)
        yield page


def _shown(
    transaction: Transaction, context: Context, found: Sequence[CaseLine], as_of: date, scope: int | None
) -> list[HandledLine]:
    """Lines as people see them, with who handles each on the side of who looks (``scope`` None: the office)."""
    shown = case_view.lines_json(transaction, context, found, as_of)
    handled = assignments.names_of(transaction, [line.id for line in found], scope or OFFICE_ID)
    return [
        {**row, "handler": handled.get(line.id, ""), "version": line.version}
        for line, row in zip(found, shown, strict=True)
    ]
