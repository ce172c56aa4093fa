"""The files of the home that a backup carries beside the database, and those that it leaves where they are."""

import json
import os
import tomllib
from collections.abc import Iterator
from datetime import date, time
from pathlib import Path
from typing import Any, NamedTuple

from negotiation.core import log
from negotiation.core.environment import SETTINGS_FILE, SQLITE_FILE
from negotiation.core.errors import NegotiationError, reason
from negotiation.core.settings_sources import SECRET

CARRIED = (SETTINGS_FILE, "letters", log.FOLDER, "mail", "rejected", "report", "rulebooks", "seals")
OWN_BACKUPS, KEYS = "backups", "keys"
OLD_LOG = "errors.log"  # of programs up to 0.2.0
HELD = "held"  # files of forms that were given back, gone in a day
STAGE = ".backup"  # what is being put together, never seen from outside
# The database is copied by itself, the key of the seals is kept apart; the demonstration's home is nothing to restore.
LEFT = (SQLITE_FILE, f"{SQLITE_FILE}-wal", f"{SQLITE_FILE}-shm", OLD_LOG, "demo", OWN_BACKUPS, KEYS, STAGE, HELD)


class HomeFile(NamedTuple):
    """A file that is carried: its name below the home with slashes, and where it is read."""

    name: str
    path: Path


def carried(home: Path) -> Iterator[HomeFile]:
    """The files to carry, by name. Raises NegotiationError for a folder that cannot be read."""
    for top in CARRIED:
        for path in _files(home / top):
            yield HomeFile(path.relative_to(home).as_posix(), path)


def _files(top: Path) -> Iterator[Path]:
    if top.is_file():
        yield top
        return
    for folder, inside, names in os.walk(top, onerror=_refuse, followlinks=True):
        inside.sort()
        # The chain of the log before its days: it covers none of what they were given while they were read.
        backwards = sorted(names, reverse=True)
        yield from (Path(folder) / name for name in backwards if (Path(folder) / name).is_file())


def _refuse(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError | NotADirectoryError):
        raise NegotiationError(f"不能读取（{reason(error)}）", where=str(error.filename), todo="请检查文件夹的权限")


def not_carried(home: Path) -> list[str]:
    """The names in the home that no backup knows, so that whoever put them there hears of it."""
    if not home.is_dir():
        return []
    return sorted(each.name for each in home.iterdir() if each.name not in (*CARRIED, *LEFT))


def content(file: HomeFile) -> bytes | None:
    """Settings without those that may hold a password, carried in the place of their file; None: the file as it is."""
    if file.name != SETTINGS_FILE:
        return None
    found = tomllib.loads(file.path.read_bytes().decode("utf-8-sig"))
    if not SECRET & found.keys():
        return None
    kept = {key: value for key, value in found.items() if key not in SECRET}
    missing = "、".join(sorted(SECRET & found.keys()))
    lines = [f"# 备份不带密码，须另行填写：{missing}", *(f"{key} = {_toml(value)}" for key, value in kept.items())]
    return ("\n".join(lines) + "\n").encode()


def _toml(value: Any) -> str:
    """A value as TOML: texts, numbers, days, times, and lists of them."""
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, date | time):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
