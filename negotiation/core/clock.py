"""The only place that asks what time it is. Instants are UTC; people and the law live in Asia/Shanghai."""

from datetime import UTC, datetime
from time import perf_counter


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


def stopwatch() -> float:
    """Seconds since no moment in particular: how long something took is the difference of two of them."""
    return perf_counter()
