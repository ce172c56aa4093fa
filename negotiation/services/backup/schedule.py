"""Backups by the clock: when one is due, what it is called, which are kept. What lies in the folder is what counts."""

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

from negotiation.core.errors import NegotiationError, reason
from negotiation.core.local_time import at_local, local, local_date

_NAME = re.compile(r"negotiation-(\d{8}-\d{4})\.zip(?:\.age)?")
_ANY = re.compile(rf"(?:before-.+-)?{_NAME.pattern}")
_PART = re.compile(rf"\.{_NAME.pattern}\.part")
_STAMP = "%Y%m%d-%H%M"


class Kept(NamedTuple):
    """A backup in the folder, and the instant in its name."""

    at: datetime
    path: Path


def due_since(at: datetime, daily: time) -> datetime:
    """The last instant at which the day's backup was due."""
    today = at_local(local_date(at), daily)
    return today if today <= at else at_local(local_date(at) - timedelta(days=1), daily)


def name_of(at: datetime, *, encrypted: bool) -> str:
    """The name of a backup that is made at an instant."""
    return f"negotiation-{local(at).strftime(_STAMP)}.zip{'.age' if encrypted else ''}"


def kept(folder: Path) -> list[Kept]:
    """The backups in a folder, the newest first. Raises NegotiationError for a folder that cannot be read."""
    try:
        return sorted(_named(folder, _NAME), reverse=True) if folder.exists() else []
    except OSError as error:
        todo = "请检查备份文件夹的路径和权限"
        raise NegotiationError(f"不能读取（{reason(error)}）", where=str(folder), todo=todo) from None


def named_in(folder: Path) -> list[Kept]:
    """Finds backups in a folder, those made before a migration too; none where it cannot be read."""
    try:
        return sorted(_named(folder, _ANY)) if folder.is_dir() else []
    except OSError:
        return []


def abandoned(folder: Path, at: datetime) -> list[Path]:
    """The files that backups begun more than a day ago left half-written, as whoever wrote them was killed."""
    return [each.path for each in _named(folder, _PART) if each.at < at - timedelta(days=1)]


def _named(folder: Path, form: re.Pattern[str]) -> Iterator[Kept]:
    for path in folder.iterdir():
        name = form.fullmatch(path.name)
        if name is not None and path.is_file():
            stamp = datetime.strptime(name[1], _STAMP)  # noqa: DTZ007 - a local time, made an instant in the next line
            yield Kept(at_local(stamp.date(), stamp.time()), path)
