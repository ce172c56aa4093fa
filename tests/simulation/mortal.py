"""A program that dies at a write: a statement that changes the database, its commit, or a file of its home.

What is over writes nothing any more: neither is anything rolled back nor is a file removed, as after kill -9.
"""

import errno
import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import Engine, event

NO_WRITES = ("SELECT", "PRAGMA", "BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")
FULL, ROOM = "PRAGMA max_page_count=1", "PRAGMA max_page_count=1073741823"  # nothing beyond the pages that there are
WRITING = frozenset("wxa+")


class Crash(BaseException):
    """The process ends here."""


class Life:
    """A program's life at one home, counted in writes. ``crashes``: how often it ended."""

    def __init__(self, home: Path) -> None:
        self.home = str(home)
        self.crashes = 0
        self.connections: list[sqlite3.Connection] = []
        self.is_over = self.is_full = False
        self._left: int | None = None
        _lives.add(self)

    def dies_after(self, writes: int) -> None:
        """The end comes with the write of that number from now on."""
        self._left = writes

    def begins(self) -> None:
        """Another life, with no connection of the last one."""
        while self.connections:
            self.connections[-1].close()
        self.is_over, self._left = False, None

    def leaves(self) -> None:
        """Nothing is watched any more."""
        self.begins()
        _lives.discard(self)

    def fill(self, *, full: bool) -> None:
        """The disk is full from now on, or has room again."""
        self.is_full = full
        for each in self.connections:
            each.execute(FULL if full else ROOM)

    def connect(self, engine: Engine) -> None:
        """What the engine connects from now on ends with this life."""
        factory = type("OwnConnection", (MortalConnection,), {"life": self})
        event.listen(engine, "do_connect", lambda _dialect, _record, _args, words: words.update(factory=factory))

    def run(self, sql: str, execute: Callable[[], Any]) -> Any:
        """Executes a statement. Raises Crash where the end has come; every second commit is still done with it."""
        if self.is_over:
            raise Crash
        is_last = not sql.lstrip().upper().startswith(NO_WRITES) and self._counted()
        if is_last and (sql != "COMMIT" or self.crashes % 2):
            self._end()
        done = execute()
        if is_last:
            self._end()
        return done

    def file(self, path: str) -> None:
        """A file is to be written. Raises Crash where the end has come, OSError where the disk is full."""
        if not path.startswith(self.home):
            return
        if self.is_over or self._counted():
            self._end()
        if self.is_full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)

    def _counted(self) -> bool:
        if self._left is not None:
            self._left -= 1
        return self._left == 0

    def _end(self) -> None:
        self.crashes += not self.is_over
        self.is_over = True
        raise Crash


class MortalCursor(sqlite3.Cursor):
    """A cursor whose statements are counted."""

    connection: "MortalConnection"

    def execute(self, sql: str, *parameters: Any) -> Any:
        return self.connection.life.run(sql, partial(super().execute, sql, *parameters))

    def executemany(self, sql: str, *parameters: Any) -> Any:
        return self.connection.life.run(sql, partial(super().executemany, sql, *parameters))


class MortalConnection(sqlite3.Connection):
    """A connection that ends with a life; it does not wait for the disk, as nothing here cuts the power."""

    life: ClassVar[Life]

    def __init__(self, *words: Any, **named: Any) -> None:
        super().__init__(*words, **named)
        self.life.connections.append(self)
        self.execute(FULL if self.life.is_full else ROOM)

    def cursor(self, factory: Any = MortalCursor) -> Any:
        return super().cursor(factory)

    def execute(self, sql: str, *parameters: Any) -> Any:
        return self.cursor().execute(sql, *parameters)

    def close(self) -> None:
        if self in self.life.connections:
            self.life.connections.remove(self)
        super().close()

    def rollback(self) -> None:
        """A pool resets what comes back to it, in the end what was closed too."""
        with suppress(sqlite3.ProgrammingError):
            super().rollback()


_lives: set[Life] = set()


def _watch(name: str, words: tuple[Any, ...]) -> None:
    """Python's own report of what it does to files (PEP 578)."""
    if not _lives:
        return
    if name == "open" and isinstance(words[1], str) and WRITING & set(words[1]) and isinstance(words[0], str):
        touched = words[0]
    elif name in ("os.rename", "os.remove"):
        touched = os.fspath(words[0])
    else:
        return
    for life in tuple(_lives):
        if name != "os.remove" or life.is_over:
            life.file(touched)


sys.addaudithook(_watch)
