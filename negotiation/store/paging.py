"""The place at which a page of a list begins, as opaque text in an address."""

import base64
import json
from collections.abc import Callable
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from negotiation.core.errors import UsageError


class Ordered(Protocol):
    """A place, or a request, in one of several orders."""

    @property
    def sort(self) -> StrEnum: ...
    @property
    def descending(self) -> bool: ...


T = TypeVar("T")
P = TypeVar("P", bound=Ordered)


def written(*parts: Any) -> str:
    """The place after which a page begins, as text for an address; dates and instants are written as ISO has them."""
    text = json.dumps(parts, default=lambda each: each.isoformat(), ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(given: str, place: Callable[..., T], longest: int) -> T:
    """The place that was written, in at most ``longest`` characters; ``place`` makes it of its parts.

    Raises UsageError for a text that is none.
    """
    try:
        if len(given) > longest:
            raise ValueError("too long")
        return place(*json.loads(base64.b64decode(given + "=" * (-len(given) % 4), altchars=b"-_", validate=True)))
    except (ValueError, TypeError, RecursionError):
        raise UsageError("翻页标记无法识别", where=given[:40], todo="请从第一页重新开始") from None


def read_in_order(given: str, place: Callable[..., P], longest: int, wanted: Ordered) -> P:
    """As ``read``, of a list with several orders. Raises UsageError for a place in another order than wanted."""
    found = read(given, place, longest)
    if (found.sort, found.descending) != (wanted.sort, wanted.descending):
        raise UsageError("翻页标记属于另一种排序", where=given[:40], todo="请从第一页重新开始")
    return found
