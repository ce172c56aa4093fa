"""Waiting in tests for what another process or thread does."""

import time
from collections.abc import Callable
from typing import TypeVar

from tests.installed import PATIENCE

T = TypeVar("T")


def until(wanted: Callable[[], T]) -> T:
    """What is wanted, as soon as it is there (true)."""
    deadline = time.monotonic() + PATIENCE
    while not (found := wanted()):
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.02)
    return found
