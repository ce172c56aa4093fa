"""Tasks about mail that does not leave: one for an outage, one for an address that bounces, one for a silent server.

Each says how many notices it is about and whom to call; one of an outage or an address also names the cases.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from calendars.dates import in_words
from negotiation.core.enums import OFFICE_ID
from negotiation.core.local_time import local_date
from negotiation.domain.notices import NoticeLine, NoticeRecord
from negotiation.domain.wording import one_line
from negotiation.notifications.screening import Screening
from negotiation.services.cases.timers import in_office_hours
from negotiation.services.context import Context
from negotiation.store import unsent
from negotiation.store.records import TaskRecord
from negotiation.store.tasks import close_tasks, keep_task
from negotiation.store.transaction import Transaction
from negotiation.store.unsent import MISSED_TASKS, SERVER_TASK

ONE_DAY = timedelta(days=1)
NAMED = 50  # cases that a task names
Told = tuple[NoticeRecord, NoticeLine]


def tell(screening: Screening) -> None:
    """Writes the tasks of what was missed or bounced in this transaction, each over all its notices that matter."""
    for stem, key in screening.told.items():
        rows = unsent.told_by(screening.transaction, key)
        screening.load(rows)
        told = [(row, line) for row in rows for line in screening.still_wanted(row)]
        title = _missed(screening, told) if stem == MISSED_TASKS else _bounced(screening, told, rows[-1])
        keep_task(screening.transaction, TaskRecord(0, key, title, None, screening.composer.today))
    screening.told.clear()


def _missed(screening: Screening, told: list[Told]) -> str:
    return f"邮件未能送出，{len(told)}封期限提醒在届满日前没有发出，请电话告知：{_by_reader(screening.context, told)}"


def _bounced(screening: Screening, told: list[Told], last: NoticeRecord) -> str:
    context = screening.context
    if last.department_id == OFFICE_ID:
        return f"办公室邮箱{last.address}退信（{last.said}），{len(told)}封通知没有送达，请核对邮箱{_of_cases(told)}"
    names = "、".join(dict.fromkeys(_name(context, row.department_id) for row, _ in told))
    asked = f"请电话或发函联系{names}，并更正邮箱{last.address}"
    return f"{asked}：退信（{last.said}），{len(told)}封通知没有送达{_of_cases(told)}"


def _by_reader(context: Context, told: list[Told]) -> str:
    """Departments in the order of their oldest notice, each with its cases; all in all no more than ``NAMED``."""
    numbers = dict.fromkeys((row.department_id, line.no) for row, line in told)
    of_reader: dict[int, list[str]] = {}
    for department_id, no in list(numbers)[:NAMED]:
        of_reader.setdefault(department_id, []).append(one_line(no))
    said = "；".join(f"{_name(context, each)}（{'、'.join(found)}）" for each, found in of_reader.items())
    return said + _and_more(len(numbers))


def _of_cases(told: Iterable[Told]) -> str:
    numbers = list(dict.fromkeys(one_line(line.no) for _, line in told if line.no))
    return f"（{'、'.join(numbers[:NAMED])}{_and_more(len(numbers))}）" if numbers else ""


def _and_more(count: int) -> str:
    return f"等{count}件，其余见“通知”页" if count > NAMED else ""


def _name(context: Context, department_id: int) -> str:
    return "本办公室" if department_id == OFFICE_ID else one_line(context.directory.name(department_id)) or "有关部门"


# ---------------------------------------------------------------------------------------------------- the mail server


def watch_server(transaction: Transaction, context: Context, at: datetime, *, flows: bool) -> None:
    """Opens the task of a server that has not taken mail for a working day, and closes it once mail flows again.

    ``at`` is in office hours; ``flows``: some mail has just left.
    """
    before = at - ONE_DAY  # a working day: the same hour of the last day on which mail could leave
    while not in_office_hours(context, before):
        before -= ONE_DAY
    waiting = unsent.waiting_since(transaction, before)
    if waiting:
        keep_task(transaction, TaskRecord(0, SERVER_TASK, _waits(context, waiting), None, local_date(at)))
    elif flows:
        close_tasks(transaction, 0, [SERVER_TASK], local_date(at))


def _waits(context: Context, waiting: list[unsent.Waiting]) -> str:
    oldest = waiting[0]
    counted = Counter(each.department_id for each in waiting if each.department_id != OFFICE_ID)
    calls = "、".join(f"{_name(context, each)}{count}封" for each, count in counted.items())
    said = oldest.said.removesuffix("稍后自动重试").rstrip("：，")
    since = in_words(local_date(oldest.since))
    title = f"{len(waiting)}封通知等了一个工作日以上还没有送出，最早的自{since}起（{said}）。请系统管理员检查邮件服务器"
    return title + (f"；急件请先电话告知：{calls}" if calls else "")
