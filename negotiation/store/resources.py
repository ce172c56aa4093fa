"""The catalogue of resources: one looked up, many written, and a page of it at a time.

Pages are walked by keyset, as those of the list of cases are; the id decides between lines that are alike.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, func, literal, or_, select, tuple_

from negotiation.catalogue import Resource
from negotiation.errors import NotFound
from negotiation.store import cursors
from negotiation.store.case_queries import CaseLine
from negotiation.store.case_queries import lines_query
from negotiation.store.case_queries import of_scope
from negotiation.store.case_queries import read_lines
from negotiation.store.columns import CASE
from negotiation.store.columns import DEPARTMENT
from negotiation.store.numbers import next_number
from negotiation.store.schema.resources import Resource as ResourceRow
from negotiation.store.schema.types import table_of
from negotiation.store.statements import codec
from negotiation.store.transaction import Transaction
from negotiation.vocabulary import SharingClass

LONGEST_CURSOR = 2_000
RESOURCE = table_of(ResourceRow)
WORDS_SEARCHED = 5
ASKED_AT_ONCE = 500
CASES_SHOWN = 100
_NO_DAY = date(1, 1, 1)  # where a resource without a date of publication stands


# ----------------------------------------------------------------------------------------------------------- one


def by_id(transaction: Transaction, resource_id: int) -> Resource:
    """A resource by its id. Raises NotFound."""
    found = _found(transaction, f"id = {transaction.mark}", [resource_id])
    if not found:
        raise NotFound("目录中没有这个资源", todo="请从“目录”页进入")
    return found[0]


def by_code(transaction: Transaction, code: str) -> Resource | None:
    """The resource that bears a code, in use or not."""
    found = [] if "\0" in code else _found(transaction, f"code = {transaction.mark}", [code])
    return found[0] if found else None


def by_name(transaction: Transaction, name: str) -> list[Resource]:
    """The resources in use of exactly that name, in the order of their codes: several providers may have one each."""
    found = [] if "\0" in name else _found(transaction, f"name = {transaction.mark}", [name])
    return sorted((each for each in found if each.active), key=lambda each: each.code)


def by_codes(transaction: Transaction, codes: Sequence[str]) -> dict[str, Resource]:
    """The resources that bear these codes."""
    found: dict[str, Resource] = {}
    for start in range(0, len(codes), ASKED_AT_ONCE):
        some = codes[start : start + ASKED_AT_ONCE]
        marks = ", ".join([transaction.mark] * len(some))
        found |= {each.code: each for each in _found(transaction, f"code IN ({marks})", some)}
    return found


def _found(transaction: Transaction, wanted: str, values: Sequence[Any]) -> list[Resource]:
    table = codec(ResourceRow, transaction.database.dialect)
    rows = transaction.rows(f"SELECT {table.listed} FROM resource WHERE {wanted}", values)
    return [_resource(table.read(row)) for row in rows]


def _resource(row: Sequence[Any]) -> Resource:
    values = dict(zip(Resource.__dataclass_fields__, row, strict=True))
    kind, items = SharingClass(values["sharing_class"]), tuple(values["items"])
    return Resource(**values | {"sharing_class": kind, "items": items, "active": bool(values["active"])})


# ------------------------------------------------------------------------------------------------------- written


def add(transaction: Transaction, resource: Resource) -> int:
    """Writes a resource that the catalogue does not hold yet; returns its id."""
    table, number = codec(ResourceRow, transaction.database.dialect), next_number(transaction, "resource")
    marks = ", ".join([transaction.mark] * len(table.columns))
    transaction.execute(f"INSERT INTO resource ({table.listed}) VALUES ({marks})", table.bind(_row(resource, number)))
    return number


def change(transaction: Transaction, resource: Resource) -> None:
    """Writes all of a resource anew under the id that it has."""
    table, mark = codec(ResourceRow, transaction.database.dialect), transaction.mark
    sets = ", ".join(f"{name} = {mark}" for name in table.quoted[1:])
    values = table.bind(_row(resource, resource.id))
    transaction.execute(f"UPDATE resource SET {sets} WHERE id = {mark}", [*values[1:], resource.id])


def _row(resource: Resource, number: int) -> tuple[Any, ...]:
    values = dict(zip(Resource.__dataclass_fields__, astuple(resource), strict=True))
    stored = {"id": number, "sharing_class": resource.sharing_class.value, "items": list(resource.items)}
    return tuple((values | stored).values())


# -------------------------------------------------------------------------------------------------------- a page


class Sort(StrEnum):
    """What the catalogue is ordered by."""

    CODE = "code"
    NAME = "name"
    PUBLISHED = "published"


@dataclass(frozen=True)
class Wanted:
    """Which resources, and in which order; what is None or empty does not filter.

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
        return cursors.written(self.sort, self.descending, self.key, self.id)

    @classmethod
    def read(cls, given: str, wanted: Wanted) -> "Cursor":
        """The cursor that was written as text. WrongUse if it is none, or is of another order than the one wanted."""
        return cursors.read_in_order(given, _cursor, LONGEST_CURSOR, wanted)


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


def page(connection: Connection, wanted: Wanted, after: Cursor | None = None, limit: int = 50) -> Page:
    """The page after a resource, or the first."""
    key = _key(connection, wanted)
    query = _lines().add_columns(key.label("place")).where(*_conditions(wanted))
    if after is not None:
        here, place = tuple_(key, RESOURCE.c.id), tuple_(literal(after.key, key.type), literal(after.id))
        query = query.where(here < place if wanted.descending else here > place)
    order = (column.desc() if wanted.descending else column.asc() for column in (key, RESOURCE.c.id))
    rows: Sequence[Any] = connection.execute(query.order_by(*order).limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    following = Cursor(wanted.sort, wanted.descending, last.place, last.id) if last is not None else None
    return Page([_line(row[:-1]) for row in rows[:limit]], following)


def everything(connection: Connection, wanted: Wanted) -> Iterator[tuple[Resource, str]]:
    """All resources wanted, each with the name of its provider, in the order of their codes."""
    query = (
        select(*RESOURCE.c, DEPARTMENT.c.name)
        .join(DEPARTMENT, DEPARTMENT.c.id == RESOURCE.c.provider_id)
        .where(*_conditions(wanted))
        .order_by(RESOURCE.c.code)
    )
    for row in connection.execute(query, execution_options={"yield_per": ASKED_AT_ONCE}):
        yield _resource(row[:-1]), row[-1]


def cases_of(connection: Connection, resource_id: int, as_of: date, scope: int | None) -> list[CaseLine]:
    """The cases about a resource that a department (None: the office) may see, the newest first."""
    query = lines_query(as_of).where(CASE.c.resource_id == resource_id, *of_scope(scope))
    return read_lines(connection, query.order_by(CASE.c.id.desc()).limit(CASES_SHOWN))


def count(connection: Connection) -> int:
    """How many resources the catalogue holds."""
    number: int = connection.execute(select(func.count()).select_from(RESOURCE)).scalar_one()
    return number


def _key(connection: Connection, wanted: Wanted) -> ColumnElement[Any]:
    """The column of the order; texts by code point, the order that both databases share."""
    if wanted.sort is Sort.PUBLISHED:
        return func.coalesce(RESOURCE.c.published_on, literal(_NO_DAY))
    column = RESOURCE.c.name if wanted.sort is Sort.NAME else RESOURCE.c.code
    return column if connection.dialect.name == "sqlite" else column.collate("C")


def _lines() -> Select[Any]:
    columns = {name: RESOURCE.c[name] for name in Line._fields if name != "provider"} | {"provider": DEPARTMENT.c.name}
    listed = (columns[name] for name in Line._fields)
    return select(*listed).join(DEPARTMENT, DEPARTMENT.c.id == RESOURCE.c.provider_id)


def _line(row: Sequence[Any]) -> Line:
    line = Line(*row)
    return line._replace(sharing_class=SharingClass(line.sharing_class))


def _conditions(wanted: Wanted) -> Collection[ColumnElement[bool]]:
    conditions = [_said(word) for word in wanted.text.split()[:WORDS_SEARCHED]]
    if wanted.departments:
        conditions.append(RESOURCE.c.provider_id.in_(wanted.departments))
    if wanted.sharing_class is not None:
        conditions.append(RESOURCE.c.sharing_class == wanted.sharing_class.value)
    if not wanted.retired:
        conditions.append(RESOURCE.c.active)
    return [and_(*conditions)] if conditions else []


def _said(word: str) -> ColumnElement[bool]:
    searched = (RESOURCE.c.code, RESOURCE.c.name, RESOURCE.c.summary)
    return or_(*(column.icontains(word, autoescape=True) for column in searched))
