"""The chain over the log: from hour to hour a line with the digest of what was added since, and of the line before it.

The worker keeps it beside the days of the log, never within a request. What is altered, cut out or put in afterwards is
named; where the chain is cut, or made anew from there on, the daily seal tells, which has its end.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from negotiation.core.log import ENDING, FOLDER, FOLDER_MODE, OWNER_ONLY

FILE = "chain.jsonl"
DAYS = f"????-??-??{ENDING}"
EACH = timedelta(hours=1)


class LogHead(NamedTuple):
    """Where the chain ends: how many lines it has, and the SHA-256 of the last one."""

    lines: int
    digest: bytes


class Link(NamedTuple):
    """A line of the chain: of which file which bytes (from, up to), their SHA-256, that of the line before ("")."""

    at: str
    file: str
    since: int
    until: int
    sha256: str
    before: str


def extend(home: Path, at: datetime) -> int:
    """Adds what the log has that no line covers, once an hour; returns how many lines.

    Raises OSError, ValueError for a line that this program never wrote.
    """
    folder = home / FOLDER
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    held = os.open(folder / FILE, os.O_RDWR | os.O_APPEND | os.O_CREAT, OWNER_ONLY)
    with os.fdopen(held, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # two workers would both go on from the same line
        whole = _whole(file.read())
        file.truncate(len(whole))  # a crash or a full disk cut short what follows
        lines = whole.splitlines()
        if lines and at - datetime.fromisoformat(_link(lines[-1]).at) < EACH:
            return 0
        new = list(_links(folder, lines, at))
        file.write(b"".join(line + b"\n" for line in new))
    return len(new)


def _links(folder: Path, lines: list[bytes], at: datetime) -> Iterator[bytes]:
    covered = {link.file: link.until for link in map(_link, lines)}
    before = _digest(lines[-1]) if lines else ""
    for path in sorted(folder.glob(DAYS)):
        since, until = covered.get(path.name, 0), path.stat().st_size
        if until > since:
            link = Link(at.isoformat(), path.name, since, until, _digest(_part(path, since, until)), before)
            line = json.dumps(link._asdict(), separators=(",", ":")).encode()
            before = _digest(line)
            yield line


def head(home: Path) -> LogHead | None:
    """The end of the chain as it stands; None where there is none yet."""
    lines = _lines(home / FOLDER)
    return LogHead(len(lines), hashlib.sha256(lines[-1]).digest()) if lines else None


def lost(home: Path, known: Sequence[LogHead]) -> LogHead | None:
    """The first of the ends that it had, in their order, which it does not lead through any more: it was cut or made
    anew; None where it leads through all."""
    lines = _lines(home / FOLDER)
    there = {LogHead(n, hashlib.sha256(line).digest()) for n, line in enumerate(lines, 1)}
    return next((each for each in known if each not in there), None)


def faults(home: Path) -> Iterator[str]:
    """Sentences on each that does not fit. Days that are past keeping are gone by right: the oldest ones alone."""
    folder = home / FOLDER
    oldest = min((path.name for path in folder.glob(DAYS)), default="")
    before, covered = "", dict[str, int]()
    for number, line in enumerate(_lines(folder), 1):
        try:
            link = _link(line)
        except ValueError:
            yield f"日志的链第{number}行无法读取"
            return
        if link.before != before or link.since != covered.get(link.file, 0):
            yield f"日志的链第{number}行与前一行不相接"
        if link.file >= oldest and not _is_as_kept(folder / link.file, link):
            yield f"日志 {link.file} 与留存的摘要不符，或已不在（链的第{number}行）"
        before, covered[link.file] = _digest(line), link.until


def _lines(folder: Path) -> list[bytes]:
    path = folder / FILE
    return _whole(path.read_bytes()).splitlines() if path.exists() else []


def _whole(kept: bytes) -> bytes:
    """Without the last line, where it was not written to its end."""
    return kept[: kept.rfind(b"\n") + 1]


def _link(line: bytes) -> Link:
    """A line, read. Raises ValueError for one that this program never wrote."""
    read = json.loads(line)
    if not isinstance(read, dict) or {name: type(each) for name, each in read.items()} != Link.__annotations__:
        raise ValueError("no line of the chain")
    return Link(**read)


def _is_as_kept(path: Path, link: Link) -> bool:
    return path.exists() and _digest(_part(path, link.since, link.until)) == link.sha256


def _part(path: Path, since: int, until: int) -> bytes:
    with path.open("rb") as file:
        file.seek(since)
        return file.read(until - since)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
