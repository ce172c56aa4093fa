"""The log: a line of JSON for each thing that happened, in a file for each day in the folder ``logs`` of the home.

A line names what happened, when (UTC), in which request, by which account, from which address. It never bears what was
entered: no field, no path, no words of an error, which may repeat them. What a person must read stands on the terminal.
"""

import json
import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextvars import ContextVar, copy_context
from datetime import UTC, date, timedelta
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from negotiation.core import clock
from negotiation.core.errors import reason
from negotiation.core.json_text import jsonable
from negotiation.core.local_time import local_date

if TYPE_CHECKING:
    from structlog.typing import EventDict

FOLDER, ENDING = "logs", ".jsonl"
OWNER_ONLY, FOLDER_MODE = 0o600, 0o700


# The cases that were shown or acted on in a request, by their ids; None where no request is going on.
CASES: ContextVar[set[int] | None] = ContextVar("cases", default=None)


class _DayFile:
    """The file of the day, to which whole lines are added: any number of processes and threads may add to one.

    What cannot be written stops nobody's work; it is said on the terminal, once until it succeeds again.
    """

    def __init__(self) -> None:
        self.folder: Path | None = None
        self._open: tuple[date | None, int] = None, -1
        self._alone = threading.Lock()
        self._failed = False

    def keep_in(self, folder: Path | None) -> None:
        self._close()
        self.folder = folder

    def info(self, line: bytes) -> None:
        """Adds a line, with its end in one call of the system, so that those of two processes never mix."""
        if self.folder is None:
            return
        try:
            with self._alone:
                os.write(self._of(self.folder, local_date(clock.now())), line)
            self._failed = False
        except OSError as error:
            if not self._failed:
                sys.stderr.write(f"日志无法写入 {self.folder}（{reason(error)}）\n")
            self._failed = True

    def _of(self, folder: Path, today: date) -> int:
        if self._open[0] != today:
            self._close()
            folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
            path = folder / f"{today.isoformat()}{ENDING}"
            self._open = today, os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, OWNER_ONLY)
        return self._open[1]

    def _close(self) -> None:
        if self._open[0] is not None:
            os.close(self._open[1])
        self._open = None, -1


_FILE = _DayFile()


def keep_in(home: Path | None) -> None:
    """From now on lines of this process are kept in a home; None: nowhere."""
    _FILE.keep_in(home and home / FOLDER)


@cache
def logger() -> Any:
    """The logger of structlog: ``logger().info("sign_in", outcome="ok")`` writes a line, with the facts that are bound
    (``structlog.contextvars``) to the request or the job; facts that are None are left out."""
    import structlog  # noqa: PLC0415 - 100 ms for which a command that logs nothing does not wait

    processors: list[Any] = [structlog.contextvars.merge_contextvars, _line]
    return structlog.wrap_logger(_FILE, processors, structlog.BoundLogger)


def later(name: str, **facts: object) -> Callable[[], None]:
    """The line of something that happens if a transaction is committed, with what is bound now, to be written then."""
    return partial(copy_context().run, partial(logger().info, name, **facts))


def failure(error: BaseException, name: str = "error") -> None:
    """Writes the line of an error that nobody foresaw: where it arose and of which kind it is, without its words.

    While lines are kept nowhere, it is shown whole on the terminal.
    """
    if _FILE.folder is None:
        traceback.print_exception(error)
    logger().info(name, error=type(error).__qualname__, traceback=list(_places(error)))


def _places(error: BaseException | None) -> Iterator[str]:
    """The frames of an error and of those from which it arose, the outermost first; each error by its kind alone."""
    while error is not None:
        for frame in traceback.extract_tb(error.__traceback__):
            yield f"{frame.filename}:{frame.lineno} {frame.name}"
        yield f"{type(error).__module__}.{type(error).__qualname__}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def remove_old(home: Path, today: date, days: int) -> list[str]:
    """Removes the files of days longer ago than ``days``; returns their names. Raises OSError."""
    oldest = (today - timedelta(days=days)).isoformat()
    old = [path for path in sorted((home / FOLDER).glob(f"????-??-??{ENDING}")) if path.stem < oldest]
    for path in old:
        path.unlink(missing_ok=True)
    return [path.name for path in old]


def _line(_logger: Any, _method: str, facts: "EventDict") -> bytes:
    """A line of JSON: the instant and what happened first."""
    said = {"at": clock.now().astimezone(UTC).isoformat(timespec="milliseconds"), "event": facts.pop("event")}
    said |= {key: value for key, value in facts.items() if value is not None}
    return f"{json.dumps(said, ensure_ascii=False, separators=(',', ':'), default=jsonable)}\n".encode()
