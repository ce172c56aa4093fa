"""The city's catalogue: what is applied for in the demonstration, one resource that is free, and one that is closed."""

from datetime import date

from negotiation.core.enums import WAYS_OF_SHARING, SharingClass
from negotiation.demo.people import POLICE, RESOURCES
from negotiation.domain.catalogue import Resource
from negotiation.domain.departments import Department
from negotiation.services.context import Context
from negotiation.store import resources
from negotiation.store.transaction import Transaction

FREE = ("派出所名录", POLICE, SharingClass.UNCONDITIONAL, "")
CLOSED = ("居民身份证指纹信息", POLICE, SharingClass.NONE, "《中华人民共和国居民身份证法》第六条")
CYCLES = ("每日", "每周", "每月", "每季度")


def fill(transaction: Transaction, context: Context) -> None:
    """Puts the resources into the catalogue, each under its provider."""
    shared = [(name, provider, SharingClass.CONDITIONAL, "") for name, provider in RESOURCES]
    for n, (name, provider, kind, basis) in enumerate((*shared, FREE, CLOSED), 1):
        unit = context.directory.by_name[provider]
        resources.add(transaction, _resource(n, name, unit, kind, basis))


def _resource(n: int, name: str, provider: Department, kind: SharingClass, basis: str) -> Resource:
    return Resource(
        id=0,
        code=f"1100{provider.id:04}/{n:06}",
        name=name,
        category="部门信息资源",
        provider_id=provider.id,
        sharing_class=kind,
        condition="经提供部门审核同意" if kind is SharingClass.CONDITIONAL else "",
        way="" if kind is SharingClass.NONE else WAYS_OF_SHARING[n % len(WAYS_OF_SHARING)],
        legal_basis=basis,
        open_attribute="依申请开放" if n % 3 else "不予开放",
        summary=f"{provider.name}履行职责中形成的{name}",
        format="数据库",
        items=("名称", "证件号码", "状态"),
        update_cycle=CYCLES[n % len(CYCLES)],
        published_on=date(2026, 1 + n % 6, 5),
        active=True,
    )
