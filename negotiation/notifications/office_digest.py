"""Notices to the office: its digest of each working day, and weekly that next year's arrangement is missing.

Numbers, resource names, departments and dates only; long lists are cut, and their counts are whole.
"""

from datetime import datetime, timedelta
from typing import Any

from negotiation.core.enums import DUE_SOON_WORKING_DAYS, OFFICE_ID
from negotiation.core.local_time import at_local, local_date
from negotiation.domain.notices import NoticeRecord
from negotiation.notifications.email.layout import OFFICE_LISTS
from negotiation.notifications.screening import NOTICE_TASK
from negotiation.services.calendar.expected import missing_year
from negotiation.services.cases.timers import in_office_hours
from negotiation.services.context import Context
from negotiation.store import digest_queries, outbox
from negotiation.store.digest_queries import OpenTask, Outstanding, Recounted
from negotiation.store.transaction import Transaction

LINES = 50  # of each list in a mail to the office


def office_digest(transaction: Transaction, context: Context, at: datetime) -> bool:
    """Once a working day, in office hours: what the office should look at, frozen as a notice. Whether it was made."""
    key = f"office:{local_date(at).isoformat()}"
    if not in_office_hours(context, at) or outbox.exists(transaction, 0, key):
        return False
    return _add(transaction, key, "office_digest", _digest_facts(transaction, context, at), at)


def next_year_missing(transaction: Transaction, context: Context, at: datetime) -> bool:
    """Once a week from 1 November, while the arrangement of the next year is not held. Whether it was made."""
    today = local_date(at)
    year = missing_year(context.almanac, today)
    monday = today - timedelta(days=today.weekday())
    key = f"calendar:{year}/week:{monday.isoformat()}"
    if year is None or not in_office_hours(context, at) or outbox.exists(transaction, 0, key):
        return False
    count, waiting = digest_queries.count_provisional(transaction), digest_queries.provisional_terms(transaction, LINES)
    facts = {
        "year": year,
        "since": today.isoformat(),
        "waiting_count": count,
        "waiting": [_line(each, context, transaction) for each in waiting],
    }
    return _add(transaction, key, "calendar_missing", facts, at)


def _add(transaction: Transaction, key: str, template: str, facts: dict[str, Any], at: datetime) -> bool:
    notice = NoticeRecord.of_no_case(key, template, OFFICE_ID, facts, at)
    return outbox.add(transaction, [notice]) == 1


def _digest_facts(transaction: Transaction, context: Context, at: datetime) -> dict[str, Any]:
    calendar, today = context.calendar, local_date(at)
    last = calendar.estimate(today, -1).day
    due = digest_queries.due_terms(transaction, calendar.estimate(today, DUE_SOON_WORKING_DAYS).day)
    tasks = digest_queries.open_tasks(transaction, last)
    recounts = digest_queries.recounts(transaction, at_local(last, context.settings.office_hours_from))
    found: dict[str, list[Any]] = {
        "overdue": [term for term in due if term.due_on < today],
        "soon": [term for term in due if term.due_on >= today],
        "moved": [each for each in recounts if each.was_due_on != each.term.due_on],
        "confirmed": [each for each in recounts if each.was_due_on == each.term.due_on],
        "tasks": [task for task in tasks if not task.key.startswith(NOTICE_TASK)],
        "failed": [task for task in tasks if task.key.startswith(NOTICE_TASK)],
    }
    facts: dict[str, Any] = {f"{name}_count": len(found[name]) for name in OFFICE_LISTS}
    facts |= {name: [_line(each, context, transaction) for each in found[name][:LINES]] for name in OFFICE_LISTS}
    return facts | {"provisional_count": digest_queries.count_provisional(transaction)}


Listed = Outstanding | OpenTask | Recounted


def _line(each: Listed, context: Context, transaction: Transaction) -> dict[str, Any]:
    if isinstance(each, Recounted):
        was = {"was_due_on": each.was_due_on.isoformat(), "was_official": each.was_official}
        return _line(each.term, context, transaction) | was
    line: dict[str, Any] = {
        "no": each.no or "",
        "subject": each.subject or "（未关联案件）",
        "applicant": context.directory.name(each.applicant_id),
        "provider": context.directory.name(each.provider_id),
    }
    if isinstance(each, OpenTask):
        return line | {"created_on": each.created_on.isoformat()}
    book = context.rulebooks.of(transaction, each.rulebook, each.edition)
    return line | {
        "term": book.procedures[each.procedure].terms[each.kind].title,
        "layer": book.calendar_layer.value,
        "counts_from": each.counts_from.isoformat(),
        "counted": each.counted,
        "due_on": each.due_on.isoformat(),
        "official": each.official,
    }
