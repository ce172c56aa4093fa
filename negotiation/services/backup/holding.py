"""The backups that hold what an order has destroyed (封存清除): those made while it was there.

No program destroys a backup: where it was copied to, nobody here knows. They are listed for the persons who keep them.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from negotiation.core.settings import Settings
from negotiation.services.backup import schedule
from negotiation.services.backup.home_files import OWN_BACKUPS
from negotiation.store import backups_made
from negotiation.store.transaction import Transaction

WHAT_TO_DO = (
    "请逐份销毁下列备份及其副本（含移动介质和异地存放的），并留存销毁记录；"
    "此后如须从其中恢复，恢复后应立即依同一决定再次清除"
)
BEYOND = (
    "数据库为 PostgreSQL 的，WAL 归档、备用库、磁盘快照由数据库管理员处理；"
    "已发出的邮件、已导出的案卷、已打印的材料，由持有单位依决定处理"
)


class Holding(NamedTuple):
    """A backup that holds it: when it was made, where it was written, whether it is there still."""

    made_at: datetime
    path: str
    is_there: bool


def holding(transaction: Transaction, settings: Settings, since: datetime, until: datetime) -> list[Holding]:
    """The backups made from ``since`` (the case was there) until ``until`` (it was destroyed), in order."""
    found = {each.path: each.made_at for each in backups_made.made_between(transaction, since, until)}
    for folder in {Path(settings.backup_folder or settings.home / OWN_BACKUPS), settings.home / OWN_BACKUPS}:
        for kept in schedule.named_in(folder):
            if since <= kept.at <= until:
                found.setdefault(str(kept.path), kept.at.astimezone(UTC))
    rows = (Holding(made_at, path, Path(path).exists()) for path, made_at in found.items())
    return sorted(rows)
