"""The catalogue of resources (资源目录) as it is asked for: what is wanted read from text, one resource by its code."""

from collections.abc import Mapping
from typing import Any

from negotiation.core.errors import FieldError, NotFound
from negotiation.core.labels import SHARING_CLASS_TITLES
from negotiation.core.texts import searched
from negotiation.domain.catalogue import Resource
from negotiation.services.context import Context
from negotiation.store import resource_list
from negotiation.store import resources as stored
from negotiation.store.resource_list import Wanted
from negotiation.store.transaction import Transaction

_FACTS = (
    "code", "name", "category", "summary", "format", "items", "condition", "way", "legal_basis", "open_attribute",
    "update_cycle", "published_on", "active",
)  # fmt: skip


def read_wanted(context: Context, given: Mapping[str, str]) -> Wanted:
    """The request of a person, from the texts of a form or of a command.

    Keys: text, department, class, sort, descending, retired. Raises a sentence for a value that is none.
    """
    asked = {key: searched(value) for key, value in given.items()}
    department = asked.get("department", "")
    return Wanted(
        text=asked.get("text", ""),
        departments=tuple(unit.id for unit in context.directory.demand_matching(department)) if department else (),
        sharing_class=_choice("共享类型", "class", asked, SHARING_CLASS_TITLES),
        retired=bool(asked.get("retired")),
        sort=_choice("排序", "sort", asked, SORT_TITLES) or resource_list.Sort.CODE,
        descending=bool(asked.get("descending")),
    )


SORT_TITLES = {
    resource_list.Sort.CODE: "资源代码",
    resource_list.Sort.NAME: "资源名称",
    resource_list.Sort.PUBLISHED: "发布日期",
}


def _choice(what: str, field: str, asked: Mapping[str, str], titles: Mapping[Any, str]) -> Any:
    """One of several, by its identifier or its title; None if nothing was given."""
    text = asked.get(field, "")
    for key, title in titles.items():
        if text in (key.value, title):
            return key
    if not text:
        return None
    raise FieldError(f"{what}中没有“{text}”", field=field, where=what, todo="可用：" + "、".join(titles.values()))


def find(transaction: Transaction, code: str) -> Resource:
    """A resource by its code. Raises NotFound."""
    found = stored.by_code(transaction, code.strip())
    if found is None:
        raise NotFound(
            f"目录中没有代码为“{code}”的资源", todo="请核对代码", command="negotiation resources list 列出全部"
        )
    return found


def facts(resource: Resource, provider: str) -> dict[str, object]:
    """A resource as scripts read it."""
    values = {field: getattr(resource, field) for field in _FACTS} | {"items": list(resource.items)}
    return values | {"provider": provider, "class": resource.sharing_class.value}
