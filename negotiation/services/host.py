"""The machine under an installation, examined: can the home be written, is there room, are there backups."""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from negotiation.core.checks import Checked, CheckState
from negotiation.core.environment import SQLITE_FILE
from negotiation.core.errors import NegotiationError, reason
from negotiation.core.local_time import local
from negotiation.core.settings import Settings
from negotiation.services.backup import schedule
from negotiation.services.findings import Check, Finding
from negotiation.store import copies
from negotiation.store.database import Database

SHORT, VERY_SHORT = 1 << 30, 100 << 20  # bytes that are free
LATE = timedelta(hours=3)  # after the hour at which the day's backup is due, or the first one


def examine(settings: Settings, at: datetime) -> list[Finding]:
    """The findings on the home, the disk and the backups; what is written for it is gone again."""
    return [*disk(settings.home).findings, *_readable_by_others(settings.home), *backups(settings, at).findings]


def _readable_by_others(home: Path) -> Iterator[Finding]:
    """A database in the home that every user of the machine may read, as a program up to 0.2.0 left it."""
    path = home / SQLITE_FILE
    if path.exists() and path.stat().st_mode & stat.S_IROTH and home.stat().st_mode & stat.S_IXOTH:
        yield Finding(False, f"本机其他用户可以读取 {home}", f"请运行 chmod -R o-rwx {home}")


def disk(home: Path) -> Check:
    """The home can be written, which only writing shows, and there is room."""
    trouble = _unwritable(home) if home.exists() else None
    there = next(each for each in (home.absolute(), *home.absolute().parents) if each.exists())
    free = shutil.disk_usage(there).free
    if trouble is not None:
        return trouble
    if free < SHORT:
        state = CheckState.FAULT if free < VERY_SHORT else CheckState.HINT
        what = f"{there} 所在磁盘只剩 {free >> 20} MB"
        return Check(Checked.DISK, state, what, "请清理磁盘空间；写满之后不能登记，也不能备份")
    return Check(Checked.DISK, CheckState.GOOD, f"可用空间 {free / (1 << 30):.0f} GB")


def _unwritable(home: Path) -> Check | None:
    fault = partial(Check, Checked.DISK, CheckState.FAULT)
    if not os.access(home, os.W_OK):
        return fault(f"不能写入 {home}", "请检查文件夹的权限")
    try:
        with tempfile.TemporaryFile(dir=home) as probe:
            probe.write(b"-" * 4096)
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as error:
        return fault(f"不能写入 {home}（{reason(error)}）", "请检查磁盘是否已满、是否只读")
    return None


def backups(settings: Settings, at: datetime, awaited_since: datetime | None = None) -> Check:
    """The newest backup against the hour at which it was due; ``awaited_since``: when the folder was set, if known."""
    hint = partial(Check, Checked.BACKUP, CheckState.HINT)
    if not settings.backup_folder:
        by_command = "请设置 NEGOTIATION_BACKUP_FOLDER，或自行定时运行 negotiation backup"
        return hint("没有设置定时备份", "请系统管理员设置备份文件夹", by_command)
    try:
        known = schedule.kept(Path(settings.backup_folder))
    except NegotiationError as error:
        return Check(Checked.BACKUP, CheckState.FAULT, str(error), error.todo, error.todo_at_terminal)
    todo = "请检查后台服务是否在运行，待办中是否有“定时备份没有完成”"
    if not known:
        what = f"{settings.backup_folder} 中还没有备份"
        if awaited_since is not None and at > awaited_since + LATE:
            return Check(Checked.BACKUP, CheckState.FAULT, what, todo, since=awaited_since)
        return hint(what, "后台服务会自动备份", "后台服务会自动备份；也可运行 negotiation backup")
    last = f"最近一次定时备份是 {local(known[0].at):%Y-%m-%d %H:%M}"
    if known[0].at < schedule.due_since(at - LATE, settings.backup_time):
        return Check(Checked.BACKUP, CheckState.FAULT, last, todo, since=known[0].at)
    return Check(Checked.BACKUP, CheckState.GOOD, last)


def examine_pages(settings: Settings) -> list[Finding]:
    """A finding for a file of SQLite that is damaged. Apart from ``examine``, as it reads all of the file."""
    try:
        with closing(Database(settings.url)) as database:
            damage = copies.damage(database)
    except NegotiationError:
        return []  # that it cannot be read is said elsewhere
    return [Finding(True, f"数据库文件已损坏（{damage}）", "请从备份恢复")] if damage else []
