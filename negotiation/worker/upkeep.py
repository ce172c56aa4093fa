"""What the worker looks after besides its work: what is not as it should be is told, old days of the log go."""

from datetime import datetime

from structlog.contextvars import bind_contextvars

from negotiation.core import log, log_chain
from negotiation.core.enums import Job
from negotiation.core.errors import NegotiationError, reason
from negotiation.core.local_time import local_date
from negotiation.notifications import alarms
from negotiation.services import system_checks, unattended
from negotiation.services.context import Context
from negotiation.services.system_checks import DAMAGE_TASK
from negotiation.store import copies
from negotiation.store.database import Database
from negotiation.store.records import TaskRecord
from negotiation.store.tasks import close_tasks, renew_tasks
from negotiation.web import held_files


def run(database: Database, context: Context, at: datetime) -> str:
    """Looks at everything once; returns what was done. Raises NegotiationError."""
    return "；".join(
        [*_pages(database, at), *_alarms(database, context, at), *_kept_log(context, at), *_held(context, at)]
    )


def _pages(database: Database, at: datetime) -> list[str]:
    """Once a day every page of the database is read: what is damaged is a task, which the next day's reading ends."""
    today = local_date(at)
    with database.read() as transaction:
        last = unattended.read(transaction).beats.get(Job.UPKEEP)
    if last is not None and local_date(last.at) == today:
        return []
    damage = copies.damage(database)
    what = "数据库文件已损坏，请系统管理员从备份恢复"
    with database.write() as transaction:
        if damage:
            renew_tasks(transaction, [TaskRecord(0, DAMAGE_TASK, what, None, today)])
        else:
            close_tasks(transaction, 0, [DAMAGE_TASK], today)
    return [f"{what}（{damage}）"] if damage else []


def _alarms(database: Database, context: Context, at: datetime) -> list[str]:
    with database.read() as transaction:  # the disk is tried, which takes longer than others who write should wait
        context.refresh(transaction)
        checks = system_checks.examined(transaction, context, at, since=at)
    bind_contextvars(checks={each.of.value: each.state.value for each in checks})
    with database.write() as transaction:
        return alarms.watch(transaction, checks, at)


def _kept_log(context: Context, at: datetime) -> list[str]:
    settings = context.settings
    try:
        log_chain.extend(settings.home, at)
        removed = log.remove_old(settings.home, local_date(at), settings.log_days)
    except OSError as error:
        raise NegotiationError(
            f"日志的链不能续写，或过期的日志不能删除（{reason(error)}）", where=str(error.filename)
        ) from None
    except ValueError:
        raise NegotiationError(
            "日志的链最后一行无法读取，没有续写",
            where=str(settings.home / log.FOLDER / log_chain.FILE),
            todo="请先查明谁改动了它，再改名留存；系统随后另起一条链",
        ) from None
    if not removed:
        return []
    log.logger().info("log_removed", files=removed)
    return [f"删除过期的日志 {len(removed)} 天"]


def _held(context: Context, at: datetime) -> list[str]:
    """Forms that nobody sent within a week go, with their files."""
    removed = held_files.remove_old(context.settings.home, at)
    return [f"删除未提交的表单 {removed} 份"] if removed else []
