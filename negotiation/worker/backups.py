"""The day's backup: made when none has been made since it was due; the oldest go. A failure is a task."""

from datetime import datetime
from pathlib import Path

from structlog.contextvars import bind_contextvars

from negotiation.core.errors import NegotiationError, reason
from negotiation.core.local_time import local_date
from negotiation.core.settings import Settings
from negotiation.services.backup import schedule
from negotiation.services.context import Context
from negotiation.store.database import Database
from negotiation.store.records import TaskRecord
from negotiation.store.tasks import close_tasks, renew_tasks

TASK = "backup/failed"


def run(database: Database, context: Context, at: datetime) -> str:
    """Makes the backup that is due, if a folder is set; returns what was done. Raises NegotiationError."""
    settings = context.settings
    if not settings.backup_folder:
        return ""
    try:
        done = _make_if_due(database, settings, at)
    except NegotiationError as error:
        with database.write() as transaction:
            task = TaskRecord(0, TASK, f"定时备份没有完成：{error.what}", None, local_date(at))
            renew_tasks(transaction, [task])
        raise
    if done:
        with database.write() as transaction:
            close_tasks(transaction, 0, [TASK], local_date(at))
    return done


def _make_if_due(database: Database, settings: Settings, at: datetime) -> str:
    from negotiation.services.backup.making import make  # noqa: PLC0415 - most workers make none

    folder = Path(settings.backup_folder)
    known = schedule.kept(folder)
    if known and known[0].at >= schedule.due_since(at, settings.backup_time):
        return ""
    target = folder / schedule.name_of(at, encrypted=bool(settings.backup_recipients))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise NegotiationError(f"不能建立备份文件夹（{reason(error)}）", where=str(folder)) from None
    made = make(settings, database, target, at, settings.backup_recipients)
    for path in (*_too_many(folder, settings), *schedule.abandoned(folder, at)):
        path.unlink(missing_ok=True)
    bind_contextvars(sha256=made.sha256, file=made.path.name)
    return f"备份 {made.path.name}，SHA-256 {made.sha256}"


def _too_many(folder: Path, settings: Settings) -> list[Path]:
    return [each.path for each in schedule.kept(folder)[settings.backup_keep :]]
