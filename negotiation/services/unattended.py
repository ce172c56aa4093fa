"""Work that is done without a person: its heartbeats, and the guard before it against a clock that jumped.

Lapses and mails follow from today's date and cannot be taken back. Where the clock shows a day that does not follow
from the last heartbeat, nothing is done until the clock is right again or a person has confirmed it.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from calendars import WorkingCalendar
from calendars.dates import ONE_DAY, in_words
from negotiation.core import process
from negotiation.core.enums import ACT_AS_OFFICE, AccountRole, Job
from negotiation.core.errors import Conflict, NegotiationError
from negotiation.core.local_time import local, local_date
from negotiation.services.context import Context
from negotiation.store import heartbeats
from negotiation.store.database import Database
from negotiation.store.heartbeats import Beat, Jump
from negotiation.store.records import TaskRecord
from negotiation.store.tasks import close_tasks, renew_tasks
from negotiation.store.transaction import Transaction

SILENT_AFTER = timedelta(minutes=10)
CLOCKS_DIFFER = timedelta(minutes=10)  # of two machines, and of a work that began before midnight
LONGEST_PAUSE = 5  # working days that a machine may be off, or a clock be wrong, unnoticed
JUMP_TASK = "clock/jump"
CONFIRM_IT = (
    "若系统停机多日后重新启动，核对日期无误后运行 negotiation sweep --confirm-clock，"
    "或由办公室在网页上点“日期无误，继续”；"
    "日期有误的，请校正时钟，校正后自动继续"
)
CONFIRM_CLOCK = ACT_AS_OFFICE | {AccountRole.ADMINISTRATOR}
WATCHED = {Job.SWEEP: "期限没有在处理", Job.POST: "提醒没有在发送"}


class ClockJumped(NegotiationError):
    """The clock shows a day that does not follow from the last heartbeat; nothing was done."""


class Watch(NamedTuple):
    """The state of the unattended work: the last heartbeat of each job, the last jump of the clock."""

    beats: Mapping[Job, Beat]
    jump: Jump | None

    @property
    def open_jump(self) -> Jump | None:
        """The jump that waits for a person."""
        return self.jump if self.jump and self.jump.confirmed_at is None else None

    @property
    def trusted_at(self) -> datetime | None:
        """The last instant at which the clock was right: of a heartbeat, or as a person confirmed it."""
        known = [beat.at for beat in self.beats.values()]
        if self.jump is not None:
            known.append(self.jump.before_at if self.open_jump else self.jump.after_at)
        return max(known, default=None)


class Alert(NamedTuple):
    """A sentence for every page of the office, and what to do; ``jump``: the one that a person may confirm."""

    what: str
    todo: str
    jump: Jump | None = None


# -------------------------------------------------------------------------------------------------------- the guard


def demand_clock(database: Database, context: Context, at: datetime) -> None:
    """Refuses work at an instant that does not follow from the last heartbeat, and gives a person a task.

    Raises ClockJumped. Where the clock follows again, what waited for a person waits no longer.
    """
    with database.read() as transaction:
        watch = read(transaction)
    if not has_jumped(watch.trusted_at, at, context.calendar) and watch.open_jump is None:
        return
    with database.write() as transaction:
        jump = _judged(transaction, context.calendar, at)
    if jump is not None:
        raise ClockJumped(sentence(jump), todo=CONFIRM_IT)


def has_jumped(trusted_at: datetime | None, at: datetime, calendar: WorkingCalendar) -> bool:
    """True if an instant lies more than five working days after the last trusted one, or on a day before it."""
    if trusted_at is None:
        return False
    last, today = local_date(trusted_at), local_date(at)
    if today < last:
        return trusted_at - at > CLOCKS_DIFFER
    return _is_far(last, today, calendar)


def _is_far(last: date, today: date, calendar: WorkingCalendar) -> bool:
    """True if more than five working days lie after ``last`` up to ``today``: Monday to Friday where unpublished."""
    passed, day = 0, last
    while day < today and passed <= LONGEST_PAUSE:
        day += ONE_DAY
        published = calendar.since <= day <= calendar.official_through
        passed += calendar.is_working(day) if published else day.weekday() < 5
    return passed > LONGEST_PAUSE


def _judged(transaction: Transaction, calendar: WorkingCalendar, at: datetime) -> Jump | None:
    """The jump that is open now, with its task; where the clock follows, neither is left."""
    watch = read(transaction)
    before = watch.trusted_at
    if before is None or not has_jumped(before, at, calendar):
        heartbeats.drop_open_jump(transaction)
        close_tasks(transaction, 0, [JUMP_TASK], local_date(at))
        return None
    number = (watch.jump.id if watch.jump else 0) + (watch.open_jump is None)
    jump = Jump(number, before, at)
    heartbeats.keep_jump(transaction, jump)
    renew_tasks(transaction, [TaskRecord(0, JUMP_TASK, sentence(jump), None, local_date(at))])
    return jump


def sentence(jump: Jump) -> str:
    """A jump of the clock in words."""
    before, after = in_words(local_date(jump.before_at)), in_words(jump.day)
    return f"系统时钟由{before}跳到{after}，期限检查和通知发送已暂停，请核实后继续"


# -------------------------------------------------------------------------------------------------- by a person


def confirm(transaction: Transaction, number: int | None, day: str, *, by: str, at: datetime) -> None:
    """A person confirms the open jump of that number to that day (ISO), as it was shown. Raises Conflict."""
    jump = read(transaction).open_jump
    if jump is None or (jump.id, jump.day.isoformat()) != (number, day):
        raise Conflict("系统时钟的情况已有变化，没有登记", todo="请刷新页面，按最新的提示核实")
    _confirm(transaction, jump, by, at)


def confirm_clock(database: Database, context: Context, at: datetime, *, by: str) -> None:
    """A person confirms that the clock is right at an instant, if it jumped."""
    with database.write() as transaction:
        context.refresh(transaction)
        jump = _judged(transaction, context.calendar, at)
        if jump is not None:
            _confirm(transaction, jump, by, at)


def _confirm(transaction: Transaction, jump: Jump, by: str, at: datetime) -> None:
    heartbeats.confirm_jump(transaction, jump, by, at)
    transaction.log("clock_confirmed", jump=jump.id)
    close_tasks(transaction, 0, [JUMP_TASK], local_date(at))


# -------------------------------------------------------------------------------------------------------- the watch


def beat(database: Database, job: Job, at: datetime) -> None:
    """Records that this process has done a job that began at an instant."""
    with database.write() as transaction:
        heartbeats.beat(transaction, job, at, process.OWN)


def read(transaction: Transaction) -> Watch:
    """The state of the unattended work as the database has it now."""
    return Watch(heartbeats.beats(transaction), heartbeats.last_jump(transaction))


def alert(watch: Watch, at: datetime, since: datetime) -> Alert | None:
    """The sentence on trouble with the unattended work at an instant, if any.

    ``since``: a job that has left no heartbeat yet is missed ten minutes after this instant.
    """
    if watch.open_jump is not None:
        return Alert(
            sentence(watch.open_jump),
            "若系统停机多日后重新启动，核对日期无误后点“日期无误，继续”；"
            "日期有误的，请联系系统管理员校正时钟，校正后自动继续。",
            watch.open_jump,
        )
    silent = silent_jobs(watch, at, since)
    if not silent:
        return None
    last = max((watch.beats[job].at for job in silent if job in watch.beats), default=None)
    shown = f"{local(last):%Y-%m-%d %H:%M}" if last else "没有记录"
    todo = "启动后台服务" if len(silent) == len(WATCHED) else "检查后台服务"
    return Alert("、".join(WATCHED[job] for job in silent) + f"（最后一次：{shown}）", f"请联系系统管理员{todo}。")


def silent_jobs(watch: Watch, at: datetime, since: datetime) -> list[Job]:
    """The jobs that left no heartbeat for ten minutes (``since``: as of ``alert``); after a jump was confirmed they
    have as long again."""
    if watch.jump is not None and abs(at - watch.jump.after_at) <= SILENT_AFTER:
        return []
    last = {job: watch.beats[job].at for job in WATCHED if job in watch.beats}
    return [job for job in WATCHED if (abs(at - last[job]) if job in last else at - since) > SILENT_AFTER]
