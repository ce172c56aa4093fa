"""The one writer of the web process: works that are asked for at the same time share a transaction, and its wait for
the disk.

Threads that compete for SQLite's write lock starve each other; so one thread takes all that waits, does each work in a
savepoint of its own, and commits them together. Nobody is answered before the commit.
"""

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import copy_context
from queue import SimpleQueue
from typing import Any, NamedTuple, TypeVar

from negotiation.core.errors import DatabaseUnavailable
from negotiation.services.context import Context
from negotiation.store.database import Database
from negotiation.store.faults import translated
from negotiation.store.transaction import Transaction

T = TypeVar("T")
MOST_TOGETHER = 100  # works of one transaction, which must stay short for other processes


class _Outcome(NamedTuple):
    """The value that a work returned, or the error for which it was undone."""

    value: Any = None
    error: BaseException | None = None


class _Work(NamedTuple):
    """A function to be done, and the future that waits for its answer, of the loop that asked."""

    do: Callable[[Transaction], Any]
    answer: asyncio.Future[_Outcome]


class Writer:
    """A thread with a queue. Works run in the order in which they were asked for; each sees what those before did."""

    def __init__(self, database: Database, context: Context) -> None:
        self._database, self._context = database, context
        self._waiting: SimpleQueue[_Work | None] = SimpleQueue()
        self._at_work = threading.Lock()
        # A daemon: where nobody closes it the process ends all the same; what was not committed was not answered.
        self._thread = threading.Thread(target=self._live, name="writer", daemon=True)
        self._thread.start()

    async def write(self, do: Callable[[Transaction], T]) -> T:
        """Gives what ``do`` returns, once it is on the disk; raises what it raised, once that is undone.

        Raises DatabaseUnavailable while the program stops.
        """
        if not self._thread.is_alive():
            raise DatabaseUnavailable("程序正在停止，没有写入任何内容", todo="请稍后重试")
        answer: asyncio.Future[_Outcome] = asyncio.get_running_loop().create_future()
        context = copy_context()  # with the facts that the log's lines of this request bear
        self._waiting.put(_Work(lambda transaction: context.run(do, transaction), answer))
        outcome = await answer
        if outcome.error is not None:
            raise outcome.error
        value: T = outcome.value
        return value

    @contextmanager
    def resting(self) -> Iterator[bool]:
        """True while no work is being done; none begins inside, so that what works read may be read again."""
        free = self._at_work.acquire(blocking=False)
        try:
            yield free
        finally:
            if free:
                self._at_work.release()

    def close(self) -> None:
        """Does what still waits, and ends."""
        self._waiting.put(None)
        self._thread.join()

    def _live(self) -> None:
        while (first := self._waiting.get()) is not None:
            works = [first, *self._others()]
            _answer_all(zip(works, self._done(works), strict=True))

    def _others(self) -> Iterator[_Work]:
        """All that waits besides the first."""
        for _ in range(min(self._waiting.qsize(), MOST_TOGETHER - 1)):
            work = self._waiting.get()
            if work is None:
                self._waiting.put(None)  # the end; it comes after these
                return
            yield work

    def _done(self, works: list[_Work]) -> list[_Outcome]:
        """The outcome of each; where the transaction as a whole fails nothing was written, and all hear of it."""
        try:
            with self._at_work, self._database.write() as transaction:
                self._context.refresh(transaction)
                return [_attempt(transaction, work) for work in works]
        except BaseException as error:
            return [_Outcome(error=error)] * len(works)


def _attempt(transaction: Transaction, work: _Work) -> _Outcome:
    """A work that fails is undone alone; where it cannot be, the whole transaction has failed."""
    transaction.execute("SAVEPOINT work")
    lines = len(transaction.lines)
    try:
        with translated():
            outcome = _Outcome(work.do(transaction))
    except BaseException as error:
        if transaction.is_undone:
            raise
        transaction.execute("ROLLBACK TO SAVEPOINT work")
        del transaction.lines[lines:]
        outcome = _Outcome(error=error)
    transaction.execute("RELEASE SAVEPOINT work")
    return outcome


def _answer_all(outcomes: Iterable[tuple[_Work, _Outcome]]) -> None:
    """Each in the loop that asked; it is woken once for all of them."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[_Outcome], _Outcome]]] = {}
    for work, outcome in outcomes:
        by_loop.setdefault(work.answer.get_loop(), []).append((work.answer, outcome))
    for loop, answers in by_loop.items():
        with suppress(RuntimeError):  # a loop that is closed waits for nothing
            loop.call_soon_threadsafe(_answer, answers)


def _answer(answers: list[tuple[asyncio.Future[_Outcome], _Outcome]]) -> None:
    for answer, outcome in answers:
        if not answer.done():  # who asked may have gone
            answer.set_result(outcome)
