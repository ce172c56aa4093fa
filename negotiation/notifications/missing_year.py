"""Weekly notice to the office that the arrangement of the next year is missing, with the terms that wait for it."""

from datetime import datetime, timedelta

from negotiation.core.local_time import local_date
from negotiation.domain.notice_facts import MissingYearFacts
from negotiation.notifications.office_lines import LINES, add, list_of
from negotiation.services.calendar.expected import missing_year
from negotiation.services.cases.timers import in_office_hours
from negotiation.services.context import Context
from negotiation.store import digest_queries, outbox
from negotiation.store.transaction import Transaction


def next_year_missing(transaction: Transaction, context: Context, at: datetime) -> bool:
    """Adds the week's notice from 1 November on, in office hours; False if none is due or it was made before."""
    today = local_date(at)
    year = missing_year(context.almanac, today)
    monday = today - timedelta(days=today.weekday())
    key = f"calendar:{year}/week:{monday.isoformat()}"
    if year is None or not in_office_hours(context, at) or outbox.exists(transaction, 0, key):
        return False
    count = digest_queries.count_provisional(transaction)
    waiting = list_of(digest_queries.provisional_terms(transaction, LINES), context, transaction, count)
    facts = MissingYearFacts(year, today, waiting, context.titles["subject"])
    return add(transaction, key, "calendar_missing", facts, at)
