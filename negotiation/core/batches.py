"""Batches of a sequence: rows that share a query or a commit."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def batches(rows: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The rows in their order, ``size`` at a time; the last batch may have fewer."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
