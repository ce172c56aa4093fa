"""Due dates of a department, of the office or of one person as a calendar file, to import or to subscribe to."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from negotiation.core.local_time import local_date
from negotiation.core.settings import Settings
from negotiation.notifications import ics
from negotiation.services.context import Context
from negotiation.store import digest_queries
from negotiation.store.transaction import Transaction

ENDED_DAYS = 30  # a term that ended stays in the file so long, as cancelled: whoever imported it loses it again


class Asked(NamedTuple):
    """Whose due dates: of a department, of the cases of one handler (an account), or of all.

    ``until``: the last day of the subscription that asks, which becomes an entry of its own; None for a file.
    """

    department_id: int | None = None
    handler_id: int | None = None
    until: date | None = None


class Feed(NamedTuple):
    """A calendar file and how many terms stand in it."""

    content: bytes
    terms: int


def feed(transaction: Transaction, context: Context, settings: Settings, asked: Asked, at: datetime) -> Feed:
    """The calendar file as of the instant ``at``."""
    unit = context.office_name if asked.department_id is None else context.directory.name(asked.department_id)
    since = local_date(at) - timedelta(days=ENDED_DAYS)
    lines = digest_queries.terms_to_publish(
        transaction, since, department_id=asked.department_id, handler_id=asked.handler_id
    )
    entries = list(ics.entries(lines, context, transaction))
    name = f"{unit}　共享协商期限{'（本人经办）' if asked.handler_id is not None else ''}"
    return Feed(ics.published(entries, settings, name=name, at=at, until=asked.until), len(entries))
