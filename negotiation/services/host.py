"""The machine under an installation, examined: can the home be written, is there room, are there backups."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from negotiation.core.errors import NegotiationError, reason
from negotiation.core.local_time import local
from negotiation.core.settings import Settings
from negotiation.services.backup import schedule
from negotiation.services.findings import Finding
from negotiation.store import copies
from negotiation.store.database import Database

SHORT, VERY_SHORT = 1 << 30, 100 << 20  # bytes that are free
LATE = timedelta(hours=3)  # after the hour at which the day's backup is due


def examine(settings: Settings, at: datetime) -> list[Finding]:
    """The findings on the home, the disk and the backups; what is written for it is gone again."""
    return [*_home(settings.home), *_room(settings.home), *_backups(settings, at)]


def _home(home: Path) -> Iterator[Finding]:
    """A file is written, as only that shows a disk that is full or read-only."""
    if not home.exists():
        return
    if not os.access(home, os.W_OK):
        yield Finding(True, f"不能写入 {home}", "请检查文件夹的权限")
        return
    try:
        with tempfile.TemporaryFile(dir=home) as probe:
            probe.write(b"-" * 4096)
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as error:
        yield Finding(True, f"不能写入 {home}（{reason(error)}）", "请检查磁盘是否已满、是否只读")


def _room(home: Path) -> Iterator[Finding]:
    there = next(each for each in (home.absolute(), *home.absolute().parents) if each.exists())
    free = shutil.disk_usage(there).free
    if free < SHORT:
        todo = "请清理磁盘空间；写满之后不能登记，也不能备份"
        yield Finding(free < VERY_SHORT, f"{there} 所在磁盘只剩 {free >> 20} MB", todo)


def _backups(settings: Settings, at: datetime) -> Iterator[Finding]:
    """The newest backup against the hour at which it was due."""
    if not settings.backup_folder:
        yield Finding(False, "没有设置定时备份", "请设置 NEGOTIATION_BACKUP_FOLDER，或自行定时运行 negotiation backup")
        return
    try:
        known = schedule.kept(Path(settings.backup_folder))
    except NegotiationError as error:
        yield Finding(True, str(error), error.todo_at_terminal)
        return
    if not known:
        yield Finding(
            False, f"{settings.backup_folder} 中还没有备份", "后台服务会自动备份；也可运行 negotiation backup"
        )
    elif known[0].at < schedule.due_since(at - LATE, settings.backup_time):
        last = f"{local(known[0].at):%Y-%m-%d %H:%M}"
        yield Finding(True, f"最近一次定时备份是 {last}", "请检查后台服务是否在运行，待办中是否有“定时备份没有完成”")


def examine_pages(settings: Settings) -> list[Finding]:
    """A finding for a file of SQLite that is damaged. Apart from ``examine``, as it reads all of the file."""
    try:
        with closing(Database(settings.url)) as database:
            damage = copies.damage(database)
    except NegotiationError:
        return []  # that it cannot be read is said elsewhere
    return [Finding(True, f"数据库文件已损坏（{damage}）", "请从备份恢复")] if damage else []
