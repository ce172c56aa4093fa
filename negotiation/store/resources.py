"""The resources of the catalogue: one or some looked up, one written."""

from collections.abc import Sequence
from dataclasses import astuple
from typing import Any

from negotiation.core.batches import batches
from negotiation.core.enums import SharingClass
from negotiation.core.errors import NotFound
from negotiation.domain.catalogue import Resource
from negotiation.store.codec import codec
from negotiation.store.numbers import next_number
from negotiation.store.schema.resources import Resource as ResourceRow
from negotiation.store.schema.types import table_of
from negotiation.store.transaction import Transaction
from negotiation.store.whole_rows import insert

ASKED_AT_ONCE = 500
RESOURCE = table_of(ResourceRow)


def by_id(transaction: Transaction, resource_id: int) -> Resource:
    """A resource by its id. Raises NotFound."""
    found = _found(transaction, f"id = {transaction.param}", [resource_id])
    if not found:
        raise NotFound("目录中没有这个资源", todo="请从“目录”页进入")
    return found[0]


def by_code(transaction: Transaction, code: str) -> Resource | None:
    """The resource that bears a code, in use or not."""
    found = [] if "\0" in code else _found(transaction, f"code = {transaction.param}", [code])
    return found[0] if found else None


def by_name(transaction: Transaction, name: str) -> list[Resource]:
    """The resources in use of exactly that name, in the order of their codes: several providers may have one each."""
    found = [] if "\0" in name else _found(transaction, f"name = {transaction.param}", [name])
    return sorted((each for each in found if each.active), key=lambda each: each.code)


def by_codes(transaction: Transaction, codes: Sequence[str]) -> dict[str, Resource]:
    """The resources that bear these codes."""
    found: dict[str, Resource] = {}
    for some in batches(codes, ASKED_AT_ONCE):
        params = ", ".join([transaction.param] * len(some))
        found |= {each.code: each for each in _found(transaction, f"code IN ({params})", some)}
    return found


def _found(transaction: Transaction, wanted: str, values: Sequence[Any]) -> list[Resource]:
    table = codec(ResourceRow, transaction.database.dialect)
    rows = transaction.rows(f"SELECT {table.listed} FROM resource WHERE {wanted}", values)
    return [resource_of(table.read(row)) for row in rows]


def resource_of(row: Sequence[Any]) -> Resource:
    values = dict(zip(Resource.__dataclass_fields__, row, strict=True))
    kind, items = SharingClass(values["sharing_class"]), tuple(values["items"])
    return Resource(**values | {"sharing_class": kind, "items": items, "active": bool(values["active"])})


def add(transaction: Transaction, resource: Resource) -> int:
    """Writes a resource that the catalogue does not hold yet; returns its id."""
    number = next_number(transaction, "resource")
    insert(transaction, ResourceRow, _row(resource, number))
    return number


def change(transaction: Transaction, resource: Resource) -> None:
    """Writes all of a resource anew under the id that it has."""
    table, param = codec(ResourceRow, transaction.database.dialect), transaction.param
    sets = ", ".join(f"{name} = {param}" for name in table.quoted[1:])
    values = table.bind(_row(resource, resource.id))
    transaction.execute(f"UPDATE resource SET {sets} WHERE id = {param}", [*values[1:], resource.id])


def _row(resource: Resource, number: int) -> tuple[Any, ...]:
    values = dict(zip(Resource.__dataclass_fields__, astuple(resource), strict=True))
    stored = {"id": number, "sharing_class": resource.sharing_class.value, "items": list(resource.items)}
    return tuple((values | stored).values())
