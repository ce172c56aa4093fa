"""Where a page of a list begins, as opaque text in an address; what is no such place is a sentence."""

import base64
import json
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from negotiation.errors import WrongUse

LONGEST = 4000  # characters
T = TypeVar("T")


def written(*parts: Any) -> str:
    """The place after which a page begins, as text for an address."""
    said = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def read(given: str, place: Callable[..., T]) -> T:
    """The place that was written; ``place`` makes it of its parts. WrongUse for a text that is none."""
    try:
        if len(given) > LONGEST:
            raise ValueError("too long")
        return place(*json.loads(base64.b64decode(given + "=" * (-len(given) % 4), altchars=b"-_", validate=True)))
    except (ValueError, TypeError, RecursionError):
        raise WrongUse("翻页标记无法识别", where=given[:40], todo="请从第一页重新开始") from None


def refuse_order(given: str) -> NoReturn:
    """A place in another order than the one that is wanted."""
    raise WrongUse("翻页标记属于另一种排序", where=given[:40], todo="请从第一页重新开始")
