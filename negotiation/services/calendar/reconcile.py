"""The calendar is watched: the package against the notices, and every term against the calendar as it stands.

A newer program brings newer notices, and a step may have been decided in the moment in which one was imported: either
way a term is counted again, with an event, as soon as somebody looks.
"""

from dataclasses import dataclass, field
from datetime import datetime

from calendars.national import package_disagreements
from negotiation.core.local_time import local_date
from negotiation.services import recount
from negotiation.services.calendar import shipped
from negotiation.services.context import Context
from negotiation.store import calendar_notices
from negotiation.store.calendar_notices import AUTHOR, Revision
from negotiation.store.database import Database
from negotiation.store.tasks import add_task

Sentence = str


@dataclass
class Watched:
    """The terms counted again, and the findings that a person must look at."""

    counted: int = 0
    troubles: list[Sentence] = field(default_factory=list)


def run(database: Database, context: Context, at: datetime) -> Watched:
    """Looks once. What it finds is written: tasks for disagreements, events for terms."""
    troubles = disagreements()
    with database.write() as transaction:
        calendar_notices.lock(transaction)
        context.refresh(transaction)
        for trouble in troubles:
            add_task(transaction, 0, f"calendar/{trouble}", trouble, local_date(at))
        current, by_upgrade = shipped.adopt(transaction, context, at)
        document = current.almanac.newest()
        counted = recount.run(transaction, current, document, at)
        if counted.moved or counted.confirmed:
            what = f"按现行日历重新计算期限（{document.name}）"
            revision = Revision(current.almanac.revision + 1, what, AUTHOR, at, *counted.counts)
            calendar_notices.add_revision(transaction, revision, current.almanac.days)
    return Watched(sum(sum(each.counts[:2]) for each in (by_upgrade, counted) if each), troubles)


def disagreements() -> list[Sentence]:
    """The days on which the package and the notices do not agree, each as a sentence; the notices decide."""
    return [
        f"{each.day} 在程序所用的日历包中为{'工作日' if each.package_works else '休息日'}，"
        f"而{each.source or '通知'}定为{'工作日' if each.notice_works else '休息日'}：系统以通知为准，请核对"
        for each in package_disagreements()
    ]
