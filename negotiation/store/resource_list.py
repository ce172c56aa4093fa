"""The catalogue of resources a page at a time, and the cases about a resource.

Pages are walked by keyset, as those of the list of cases are; the id decides between lines that are alike.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, tuple_

from negotiation.core.enums import SharingClass
from negotiation.domain.catalogue import Resource
from negotiation.store import paging
from negotiation.store.case_queries import CaseLine, lines_query, of_scope, read_lines
from negotiation.store.columns import CASE, DEPARTMENT
from negotiation.store.resources import ASKED_AT_ONCE, RESOURCE, resource_of
from negotiation.store.transaction import Transaction

LONGEST_CURSOR = 2_000
WORDS_SEARCHED = 5
CASES_SHOWN = 100
_NO_DAY = date(1, 1, 1)  # where a resource without a date of publication stands


class Sort(StrEnum):
    """The orders of the catalogue."""

    CODE = "code"
    NAME = "name"
    PUBLISHED = "published"


@dataclass(frozen=True)
class Wanted:
    """A request for resources in an order; what is None or empty does not filter.

    ``text``: words, each a part of the code, the name or the summary. ``retired``: those out of use too.
    """

    text: str = ""
    departments: tuple[int, ...] = ()
    sharing_class: SharingClass | None = None
    retired: bool = False
    sort: Sort = Sort.CODE
    descending: bool = False


class Cursor(NamedTuple):
    """After which resource a page begins. People see it as opaque text."""

    sort: Sort
    descending: bool
    key: str | date
    id: int

    @property
    def text(self) -> str:
        return paging.written(self.sort, self.descending, self.key, self.id)

    @classmethod
    def read(cls, given: str, wanted: Wanted) -> "Cursor":
        """The cursor that was written as text. UsageError if it is none, or is of another order than the one wanted."""
        return paging.read_in_order(given, _cursor, LONGEST_CURSOR, wanted)


def _cursor(named: Any, descending: Any, key: Any, number: Any) -> Cursor:
    if type(number) is not int or abs(number) >= 2**31 or not isinstance(descending, bool):
        raise ValueError("not a place")
    text = str(key).encode().decode().replace("\0", "")
    sort = Sort(named)
    return Cursor(sort, descending, date.fromisoformat(text) if sort is Sort.PUBLISHED else text, number)


class Line(NamedTuple):
    """A line of the catalogue."""

    id: int
    code: str
    name: str
    provider: str
    sharing_class: SharingClass
    way: str
    open_attribute: str
    update_cycle: str
    published_on: date | None
    active: bool


class Page(NamedTuple):
    """Lines in their order, and after which the next page begins (None: there is none)."""

    lines: list[Line]
    next: Cursor | None


def page(transaction: Transaction, wanted: Wanted, after: Cursor | None = None, limit: int = 50) -> Page:
    """The page after a resource, or the first."""
    key = _key(transaction, wanted)
    query = _lines().add_columns(key.label("place")).where(*_conditions(wanted))
    if after is not None:
        here, place = tuple_(key, RESOURCE.c.id), tuple_(literal(after.key, key.type), literal(after.id))
        query = query.where(here < place if wanted.descending else here > place)
    order = (column.desc() if wanted.descending else column.asc() for column in (key, RESOURCE.c.id))
    rows: Sequence[Any] = transaction.connection.execute(query.order_by(*order).limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    following = Cursor(wanted.sort, wanted.descending, last.place, last.id) if last is not None else None
    return Page([_line(row[:-1]) for row in rows[:limit]], following)


def everything(transaction: Transaction, wanted: Wanted) -> Iterator[tuple[Resource, str]]:
    """All resources wanted, each with the name of its provider, in the order of their codes."""
    query = (
        select(*RESOURCE.c, DEPARTMENT.c.name)
        .join(DEPARTMENT, DEPARTMENT.c.id == RESOURCE.c.provider_id)
        .where(*_conditions(wanted))
        .order_by(RESOURCE.c.code)
    )
    for row in transaction.connection.execute(query, execution_options={"yield_per": ASKED_AT_ONCE}):
        yield resource_of(row[:-1]), row[-1]


def cases_of(transaction: Transaction, resource_id: int, as_of: date, scope: int | None) -> list[CaseLine]:
    """The cases about a resource that a department (None: the office) may see, the newest first."""
    query = lines_query(as_of).where(CASE.c.resource_id == resource_id, *of_scope(scope))
    return read_lines(transaction, query.order_by(CASE.c.id.desc()).limit(CASES_SHOWN))


def count(transaction: Transaction) -> int:
    """The number of resources in the catalogue."""
    number: int = transaction.connection.execute(select(func.count()).select_from(RESOURCE)).scalar_one()
    return number


def _key(transaction: Transaction, wanted: Wanted) -> ColumnElement[Any]:
    """The column of the order; texts by code point, the order that both databases share."""
    if wanted.sort is Sort.PUBLISHED:
        return func.coalesce(RESOURCE.c.published_on, literal(_NO_DAY))
    column = RESOURCE.c.name if wanted.sort is Sort.NAME else RESOURCE.c.code
    return column if transaction.connection.dialect.name == "sqlite" else column.collate("C")


def _lines() -> Select[Any]:
    columns = {name: RESOURCE.c[name] for name in Line._fields if name != "provider"} | {"provider": DEPARTMENT.c.name}
    listed = (columns[name] for name in Line._fields)
    return select(*listed).join(DEPARTMENT, DEPARTMENT.c.id == RESOURCE.c.provider_id)


def _line(row: Sequence[Any]) -> Line:
    line = Line(*row)
    return line._replace(sharing_class=SharingClass(line.sharing_class))


def _conditions(wanted: Wanted) -> Collection[ColumnElement[bool]]:
    conditions = [_contains(word) for word in wanted.text.split()[:WORDS_SEARCHED]]
    if wanted.departments:
        conditions.append(RESOURCE.c.provider_id.in_(wanted.departments))
    if wanted.sharing_class is not None:
        conditions.append(RESOURCE.c.sharing_class == wanted.sharing_class.value)
    if not wanted.retired:
        conditions.append(RESOURCE.c.active)
    return [and_(*conditions)] if conditions else []


def _contains(word: str) -> ColumnElement[bool]:
    searched = (RESOURCE.c.code, RESOURCE.c.name, RESOURCE.c.summary)
    return or_(*(column.icontains(word, autoescape=True) for column in searched))
