"""Where passwords are hashed: a few at a time, a short queue before them, apart from the threads of the pages.

A hash takes a tenth of a second of all cores and 64 MiB. Without bounds whoever posts many sign-ins takes every thread
and all memory; with these, pages never wait for it, and who comes too late is told when to come again.
"""

from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread

from negotiation.core.errors import Busy

AT_ONCE = 2  # hashes at a time, 128 MiB
WAITING = 16  # strangers that wait; who is known comes in up to twice as many
COME_AGAIN = 5  # seconds: by then a full queue has been worked off
P = ParamSpec("P")
T = TypeVar("T")


class HashingPool:
    """Made and used on the loop that serves the pages."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self._places, self._at_once, self._waiting = CapacityLimiter(at_once), at_once, waiting
        self._inside = 0  # who waits or is being hashed for: counted at once, before anything is awaited

    async def run(self, work: Callable[P, T], /, *args: P.args, **named: P.kwargs) -> T:
        """The result of work that hashes, for who is signed in or known. Raises Busy if too many wait already."""
        return await self._run(2 * self._waiting, partial(work, *args, **named))

    async def run_for_stranger(self, work: Callable[P, T], /, *args: P.args, **named: P.kwargs) -> T:
        """The result of work that hashes, for anybody else: half as many may wait. Raises Busy."""
        return await self._run(self._waiting, partial(work, *args, **named))

    async def _run(self, most: int, work: Callable[[], T]) -> T:
        if self._inside >= self._at_once + most:
            raise Busy(COME_AGAIN)
        self._inside += 1
        try:
            return await to_thread.run_sync(work, limiter=self._places)
        finally:
            self._inside -= 1
