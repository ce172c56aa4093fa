"""Digest of each working day for the office: terms that run out, dates that moved, tasks, what did not leave; and the
newest seal, so that it is kept outside the system from day to day."""

from collections.abc import Sequence
from datetime import datetime

from negotiation.core.enums import DUE_SOON_WORKING_DAYS
from negotiation.core.local_time import at_local, local_date
from negotiation.domain.notice_facts import OfficeDigestFacts
from negotiation.notifications.email.layout import OFFICE_LISTS
from negotiation.notifications.office_lines import Listed, add, list_of
from negotiation.notifications.screening import NOTICE_TASK
from negotiation.services.cases.timers import in_office_hours
from negotiation.services.context import Context
from negotiation.store import digest_queries, outbox, seals
from negotiation.store.transaction import Transaction
from negotiation.store.unsent import MISSED_TASKS


def office_digest(transaction: Transaction, context: Context, at: datetime) -> bool:
    """Adds the digest of a working day, in office hours; False if none is due or it was made before."""
    key = f"office:{local_date(at).isoformat()}"
    if not in_office_hours(context, at) or outbox.exists(transaction, 0, key):
        return False
    return add(transaction, key, "office_digest", _facts(transaction, context, at), at)


def _facts(transaction: Transaction, context: Context, at: datetime) -> OfficeDigestFacts:
    calendar, today = context.calendar, local_date(at)
    last = calendar.estimate(today, -1).day
    due = digest_queries.due_terms(transaction, calendar.estimate(today, DUE_SOON_WORKING_DAYS).day)
    tasks = digest_queries.open_tasks(transaction, last)
    recounts = digest_queries.recounts(transaction, at_local(last, context.settings.office_hours_from))
    unsent = [task for task in tasks if task.key.startswith(NOTICE_TASK)]
    found: dict[str, Sequence[Listed]] = {
        "overdue": [term for term in due if term.due_on < today],
        "soon": [term for term in due if term.due_on >= today],
        "missed": digest_queries.missed_terms(transaction),
        "moved": [each for each in recounts if each.was_due_on != each.term.due_on],
        "confirmed": [each for each in recounts if each.was_due_on == each.term.due_on],
        "tasks": [task for task in tasks if not task.key.startswith(NOTICE_TASK)],
        "failed": [task for task in unsent if not task.key.startswith(MISSED_TASKS)],
    }
    lists = {name: list_of(found[name], context, transaction) for name in OFFICE_LISTS}
    sealed = seals.last_seal(transaction)
    return OfficeDigestFacts(
        lists, digest_queries.count_provisional(transaction), context.titles["subject"], sealed and sealed.facts
    )
