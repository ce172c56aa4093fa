"""The long-running process. APScheduler is the alarm clock only: it wakes the sweep and the post, and keeps nothing.

Any number of workers may run: what is due is a row, and whoever takes it first acts.
"""

import logging
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass

from apscheduler.schedulers.background import BackgroundScheduler

from negotiation import bulletins, calendar_watch, post, sweep, yearly
from negotiation.casework import Practice
from negotiation.clock import SHANGHAI, now
from negotiation.errors import NegotiationError
from negotiation.settings import Settings
from negotiation.store.database import Database

log = logging.getLogger("negotiation.worker")


@dataclass(frozen=True)
class Alarm:
    """What is woken, and how often."""

    name: str
    work: Callable[[Database, Practice], str]
    seconds: int


def run(database: Database, settings: Settings) -> None:
    """Works until SIGTERM or SIGINT; a step that has begun is finished."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    with database.looking() as transaction:
        practice = Practice.of(transaction, settings)
    scheduler = BackgroundScheduler(timezone=SHANGHAI)
    for alarm in SCHEDULE:
        scheduler.add_job(
            _guarded(alarm, database, practice),
            "interval",
            seconds=alarm.seconds,
            id=alarm.name,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
            next_run_time=now(),
        )
    told_to_stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: told_to_stop.set())
    scheduler.start()
    log.info("开始运行：%s", "、".join(f"{alarm.name} 每{alarm.seconds}秒" for alarm in SCHEDULE))
    told_to_stop.wait()
    log.info("正在停止……")
    scheduler.shutdown(wait=True)
    log.info("已停止")


def _sweep(database: Database, practice: Practice) -> str:
    done = sweep.run(database, practice, now())
    for trouble in done.troubles:
        log.error("待人处理：%s", trouble)
    return f"登记届满 {done.acted} 项，提醒 {done.reminded} 项" if done.acted or done.reminded else ""


def _post(database: Database, practice: Practice) -> str:
    at = now()
    with database.writing() as transaction:
        practice.refresh(transaction)
        bulletins.office_digest(transaction, practice, at)
        bulletins.next_year_missing(transaction, practice, at)
    done = post.run(database, practice, at)
    if done.trouble:
        log.error("邮件服务器：%s", done.trouble)
    return f"发出 {done.sent} 封，未能发出 {done.failed} 封" if done.sent or done.failed else ""


def _watch(database: Database, practice: Practice) -> str:
    done = calendar_watch.run(database, practice, now())
    for trouble in done.troubles:
        log.error("待人处理：%s", trouble)
    return f"按现行日历重新计算期限 {done.counted} 项" if done.counted else ""


def _yearly(database: Database, practice: Practice) -> str:
    with database.writing() as transaction:
        practice.refresh(transaction)
        opened = yearly.run(transaction, practice, now())
    return f"开立年度事项 {opened} 件" if opened else ""


SCHEDULE = (
    Alarm("核对日历", _watch, 6 * 60 * 60),
    Alarm("检查期限", _sweep, 60),
    Alarm("发送通知", _post, 60),
    Alarm("开立年度事项", _yearly, 60 * 60),
)


def _guarded(alarm: Alarm, database: Database, practice: Practice) -> Callable[[], None]:
    """A database that is down or a disk that is full is told in a sentence, and tried again at the next alarm."""

    def work() -> None:
        try:
            told = alarm.work(database, practice)
        except NegotiationError as error:
            log.error("%s未能完成：%s", alarm.name, error)
        else:
            if told:
                log.info("%s", told)

    return work
