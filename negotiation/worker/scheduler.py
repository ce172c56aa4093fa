"""The long-running process. APScheduler is the alarm clock only: it wakes the jobs, and keeps nothing.

Any number of workers may run: what is due is a row, and whoever takes it first acts.
"""

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from structlog.contextvars import bind_contextvars, clear_contextvars

from negotiation.core import clock
from negotiation.core import log as records
from negotiation.core.clock import now, stopwatch
from negotiation.core.ending import end_by_force
from negotiation.core.enums import Job
from negotiation.core.errors import NegotiationError
from negotiation.core.labels import JOB_TITLES
from negotiation.core.local_time import SHANGHAI
from negotiation.core.settings import Settings
from negotiation.documents.report.unit_figures import own_figures
from negotiation.notifications import dispatcher, missing_year, office_digest
from negotiation.services import unattended
from negotiation.services.calendar import reconcile
from negotiation.services.cases import timers
from negotiation.services.context import Context
from negotiation.services.proof import sealing
from negotiation.store import claims
from negotiation.store.database import Database
from negotiation.worker import backups, erasing, indexing, upkeep, yearly_cases

log = logging.getLogger("negotiation.worker.scheduler")
LOOK_SECONDS = 10  # between two looks at the alarms
SECONDS_TO_STOP = 8  # in which a worker that was told to stop finishes what it has begun: less than its web server has


@dataclass(frozen=True)
class Alarm:
    """A job, how often it is woken, and for the first time how many seconds after the start (``after``)."""

    name: Job
    work: Callable[[Database, Context, datetime], str]
    seconds: int
    after: int = 0


def run(database: Database, settings: Settings, *, supervised: bool = False) -> None:
    """Works until SIGTERM or SIGINT; a step that has begun is finished.

    ``supervised``: it is a child of the web server, and works until its standard input is closed.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    with database.read() as transaction:
        context = Context.of(transaction, settings, own_figures)
    scheduler = _scheduler(database, context)
    stop = _stop_event(supervised)
    scheduler.start()
    log.info("开始运行：%s", "、".join(f"{JOB_TITLES[each.name]} 每{each.seconds}秒" for each in SCHEDULE))
    while not stop.wait(LOOK_SECONDS):
        wake(scheduler, clock.now())  # the alarms keep the machine's own time
    log.info("正在停止……")
    scheduler.shutdown(wait=True)
    log.info("已停止")


def _scheduler(database: Database, context: Context) -> BackgroundScheduler:
    scheduler = BackgroundScheduler(timezone=SHANGHAI)
    for alarm in SCHEDULE:
        scheduler.add_job(
            Round(alarm, database, context),
            "interval",
            seconds=alarm.seconds,
            id=alarm.name,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
            next_run_time=now() + timedelta(seconds=alarm.after),
        )
    return scheduler


def _stop_event(supervised: bool) -> threading.Event:
    """An event set by SIGTERM and SIGINT; supervised, by the end of the standard input, and not by Ctrl-C."""
    stop = threading.Event()

    def end(_number: int, _frame: object) -> None:
        if not stop.is_set():
            end_by_force()
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    if supervised:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        threading.Thread(target=_outlive_nobody, args=(stop,), daemon=True).start()
    return stop


def _outlive_nobody(stop: threading.Event) -> None:
    """Waits for the end of the standard input, whose other end the web server has; then ends by force what hangs."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    stop.set()
    end_by_force(SECONDS_TO_STOP)


def wake(scheduler: BackgroundScheduler, at: datetime) -> None:
    """Sets alarms anew that lie further off than they ever should: the machine's clock was set back."""
    for job in scheduler.get_jobs():
        if job.next_run_time - at > job.trigger.interval + timedelta(seconds=LOOK_SECONDS):
            job.modify(next_run_time=at)


@dataclass
class Round:
    """One alarm's work, again and again. A failure is tried again, and logged in a sentence once until it changes."""

    alarm: Alarm
    database: Database
    context: Context
    failure: str = ""

    def __call__(self) -> None:
        at, title = now(), JOB_TITLES[self.alarm.name]
        try:
            with _on_record(self.alarm.name):
                unattended.demand_clock(self.database, self.context, at)
                done = self.alarm.work(self.database, self.context, at)
                unattended.beat(self.database, self.alarm.name, at)
        except NegotiationError as error:
            if self.failure != str(error):
                log.error("%s未能完成：%s", title, error)
            self.failure = str(error)
            return
        if self.failure:
            log.info("%s已恢复", title)
        self.failure = ""
        if done:
            log.info("%s", done)


@contextmanager
def _on_record(job: Job) -> Iterator[None]:
    """Around a job: the log has when it began and how it ended, with what the work counted (``bind_contextvars``)."""
    clear_contextvars()
    bind_contextvars(job=job.value)
    records.logger().info("job_began")
    began, outcome = stopwatch(), "failed"
    try:
        yield
        outcome = "done"
    except NegotiationError as error:
        bind_contextvars(error=type(error).__name__)
        raise
    except Exception as error:
        records.failure(error)
        raise
    finally:
        records.logger().info("job_ended", outcome=outcome, ms=round((stopwatch() - began) * 1000))


def _sweep(database: Database, context: Context, at: datetime) -> str:
    done = timers.run(database, context, at)
    bind_contextvars(acted=done.acted, reminded=done.reminded, moved=done.moved, parked=done.parked)
    for trouble in done.troubles:
        log.error("待人处理：%s", trouble)
    said = [f"适用新规定 {done.moved} 件"] if done.moved else []
    said += [f"登记届满 {done.acted} 项，提醒 {done.reminded} 项"] if done.acted or done.reminded else []
    return "，".join(said)


def _post(database: Database, context: Context, at: datetime) -> str:
    with database.write() as transaction:
        context.refresh(transaction)
        office_digest.office_digest(transaction, context, at)
        missing_year.next_year_missing(transaction, context, at)
        freed = claims.free(transaction, at)
    done = dispatcher.run(database, context, at, on_reply=_log_reply)
    bind_contextvars(sent=done.sent, deferred=done.deferred, failed=done.failed, missed=done.missed, freed=freed)
    if done.trouble:
        log.error("邮件服务器：%s", done.trouble)
    said = [f"发出 {done.sent} 封，未能发出 {done.failed} 封"] if done.sent or done.failed else []
    return "，".join(said + ([f"未及时发出提醒 {done.missed} 封"] if done.missed else []))


def _log_reply(reply: dispatcher.ServerReply) -> None:
    log.info("%s（%s）：%s", reply.address, reply.key, reply.raw)


def _watch(database: Database, context: Context, at: datetime) -> str:
    done = reconcile.run(database, context, at)
    bind_contextvars(counted=done.counted)
    for trouble in done.troubles:
        log.error("待人处理：%s", trouble)
    return f"按现行日历重新计算期限 {done.counted} 项" if done.counted else ""


def _yearly(database: Database, context: Context, at: datetime) -> str:
    with database.write() as transaction:
        context.refresh(transaction)
        opened = yearly_cases.run(transaction, context, at)
    bind_contextvars(opened=opened)
    return f"开立年度事项 {opened} 件" if opened else ""


def _seal(database: Database, context: Context, at: datetime) -> str:
    made = sealing.seal_of_today(database, context.settings, at)
    bind_contextvars(seal=made and made.record.n)
    return f"第{made.record.n}次封印：{made.file}" if made is not None else ""


SCHEDULE = (
    Alarm(Job.CALENDAR, _watch, 6 * 60 * 60),
    Alarm(Job.SWEEP, _sweep, 60),
    Alarm(Job.POST, _post, 60),
    Alarm(Job.YEARLY, _yearly, 60 * 60),
    Alarm(Job.SEAL, _seal, 60 * 60),
    Alarm(Job.BACKUP, backups.run, 10 * 60),
    Alarm(Job.ERASE, erasing.run, 60),
    Alarm(Job.INDEX, indexing.run, 10),
    Alarm(Job.UPKEEP, upkeep.run, 10 * 60, after=60),  # the others have had their turn: nothing is told as missing yet
)
