"""The one list of what the system looks after, and how each is doing: for ``doctor``, /health, 系统状态 and alarms."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial

from negotiation.core.checks import Checked, CheckState
from negotiation.core.enums import CalendarLayer, Job
from negotiation.core.local_time import local, local_date
from negotiation.core.settings import Settings
from negotiation.domain.working_days import Almanac
from negotiation.services import host, settings_record, unattended
from negotiation.services.calendar.expected import missed_since, missing_year
from negotiation.services.context import Context
from negotiation.services.findings import Check
from negotiation.services.unattended import WATCHED, Watch
from negotiation.store import audit, digest_queries, migrate, monitoring, seals
from negotiation.store.tasks import open_since
from negotiation.store.transaction import Transaction
from negotiation.store.unsent import SERVER_TASK

DAMAGE_TASK = "database/damage"
ANSWERS_WITHIN = 3  # seconds
SEALED_WITHIN = timedelta(days=2)
IMPORT_IT = "negotiation calendar import 通知.txt --dry-run，核对后再收录；也可升级程序"
TroubleOf = Callable[[str, float], str]  # why the mail server at a URL does not greet within so many seconds, or ""
OF_JOB = {Job.SWEEP: Checked.SWEEP, Job.POST: Checked.POST}


def examined(transaction: Transaction, context: Context, at: datetime, since: datetime) -> list[Check]:
    """A check of each thing but the mail server at an instant; ``since``: as of ``unattended.alert``."""
    today, watch = local_date(at), unattended.read(transaction)
    waiting = digest_queries.count_provisional(transaction)
    return [
        _job(watch, Job.SWEEP, at, since) or unswept(transaction, today) or _done(watch, Job.SWEEP),
        _job(watch, Job.POST, at, since) or _stuck(transaction) or _done(watch, Job.POST),
        undelivered(audit.counts(transaction)),
        host.disk(context.settings.home),
        host.backups(context.settings, at, settings_record.set_since(transaction, "backup_folder")),
        seal(transaction, today),
        calendar(context.almanac, waiting, today),
        database(transaction),
    ]


def _job(watch: Watch, job: Job, at: datetime, since: datetime) -> Check | None:
    """A job that does not run, or that a clock which jumped keeps from running."""
    fault = partial(Check, OF_JOB[job], CheckState.FAULT)
    if watch.open_jump is not None:
        todo = "请核对日期：无误的，在页面上方点“日期无误，继续”；有误的，请系统管理员校正时钟"
        return fault(unattended.sentence(watch.open_jump), todo, unattended.CONFIRM_IT, watch.open_jump.before_at)
    if job not in unattended.silent_jobs(watch, at, since):
        return None
    last = watch.beats.get(job)
    return fault(WATCHED[job], "请系统管理员检查后台服务", since=last.at if last else since)


def _done(watch: Watch, job: Job) -> Check:
    last = watch.beats.get(job)
    shown = f"最近一次 {local(last.at):%Y-%m-%d %H:%M}" if last else "尚未运行"
    return Check(OF_JOB[job], CheckState.GOOD, shown)


def unswept(transaction: Transaction, today: date) -> Check | None:
    """Terms that should have been looked at on an earlier day."""
    oldest = audit.oldest_unswept(transaction)
    if oldest is None or oldest >= today:
        return None
    what, by_command = f"有期限自 {oldest} 起待检查", "请运行 negotiation sweep，或启动 negotiation worker"
    return Check(Checked.SWEEP, CheckState.HINT, what, "请系统管理员检查后台服务", by_command, oldest)


def _stuck(transaction: Transaction) -> Check | None:
    """A server that has taken no mail for a working day: there is a task, which says whom to call."""
    since = open_since(transaction, 0, SERVER_TASK)
    if since is None:
        return None
    what = "有通知等了一个工作日以上还没有送出"
    todo = "请看“待办”，急件先电话告知；请系统管理员检查邮件服务器"
    return Check(Checked.POST, CheckState.FAULT, what, todo, since=since)


def undelivered(counts: dict[str, int]) -> Check:
    """Notices that were refused, and reminders that did not leave before their day."""
    told = {"notices_failed": "封通知未能发出", "notices_missed": "封期限提醒在届满日前未能发出"}
    found = [f"{counts[key]}{what}" for key, what in told.items() if counts[key]]
    if not found:
        return Check(Checked.UNDELIVERED, CheckState.GOOD, "没有")
    return Check(
        Checked.UNDELIVERED, CheckState.HINT, "，".join(found), "请办公室查看“待办”和“通知”", "请看 negotiation tasks"
    )


def mail_server(settings: Settings, trouble_of: TroubleOf) -> Check:
    """The mail server, which is asked; ``trouble_of`` asks it."""
    hint = partial(Check, Checked.MAIL_SERVER, CheckState.HINT)
    if not settings.smtp_url:
        what = f"没有设置邮件服务器，邮件只存于 {settings.mail_folder}"
        return hint(what, "请系统管理员设置邮件服务器", "请设置 NEGOTIATION_SMTP_URL")
    trouble = trouble_of(settings.smtp_url, ANSWERS_WITHIN)
    if not trouble:
        return Check(Checked.MAIL_SERVER, CheckState.GOOD, "有应答")
    todo = "请系统管理员检查邮件服务器、网络和防火墙；通知会自动再发"
    by_command = "请检查 NEGOTIATION_SMTP_URL 中的主机和端口、网络和防火墙；通知会自动再发"
    return hint(f"邮件服务器没有应答（{trouble}）", todo, by_command)


def seal(transaction: Transaction, today: date) -> Check:
    """The last seal, which the worker makes each day."""
    last = seals.last_seal(transaction)
    since = last.sealed_at if last is not None else monitoring.recorded_since(transaction)
    if since is None or today - local_date(since) <= SEALED_WITHIN:
        done = f"第{last.n}次封印，{local_date(last.sealed_at)}" if last else "尚未封印，后台服务每日自动封印"
        return Check(Checked.SEAL, CheckState.GOOD, done)
    day = local_date(since)
    what = f"最近一次封印是 {day}，其后的登记还没有封印" if last else f"自 {day} 开始登记以来从未封印"
    by_command = "后台服务每日自动封印；请查看其日志，或运行 negotiation audit seal"
    return Check(Checked.SEAL, CheckState.HINT, what, "后台服务每日自动封印；请系统管理员查看其日志", by_command, since)


def calendar(almanac: Almanac, waiting: int, today: date) -> Check:
    """The national arrangement of days; ``waiting``: the running terms whose date is provisional."""
    through, todo = almanac.of(CalendarLayer.NATIONAL).official_through, "请在“日历”页收录通知全文"
    if through < today:
        return Check(Checked.CALENDAR, CheckState.FAULT, f"节假日安排只到 {through}", todo, IMPORT_IT, through)
    year = missing_year(almanac, today)
    if year is None:
        return Check(Checked.CALENDAR, CheckState.GOOD, f"已收录至 {through}")
    what, since = f"{year}年节假日安排尚未收录，{waiting}项在办期限为暂定", missed_since(almanac, today)
    return Check(Checked.CALENDAR, CheckState.HINT, what, f"通知公布后，{todo}", f"通知公布后：{IMPORT_IT}", since)


def database(transaction: Transaction) -> Check:
    """The revision of the schema, and whether a page of the file was found damaged (``worker/upkeep``)."""
    since = open_since(transaction, 0, DAMAGE_TASK)
    if since is not None:
        return Check(Checked.DATABASE, CheckState.FAULT, "数据库文件已损坏", "请系统管理员从备份恢复", since=since)
    known = migrate.revision(transaction.database)
    name = "SQLite" if transaction.database.is_sqlite else "PostgreSQL"
    if known == migrate.HEAD:
        return Check(Checked.DATABASE, CheckState.GOOD, f"{name}，库结构版本 {known}")
    what = f"数据库的版本是 {known}，本程序需要 {migrate.HEAD}，已停止写入"
    return Check(Checked.DATABASE, CheckState.FAULT, what, "请系统管理员停止旧程序，改用新版本")
