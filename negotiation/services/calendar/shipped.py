"""The calendar that the program ships, held against the one that is kept: an upgrade moves no date without an event."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from negotiation.core.enums import CalendarLayer
from negotiation.core.local_time import local_date
from negotiation.services import recount
from negotiation.services.context import Context
from negotiation.services.recount import Recount
from negotiation.services.recount_findings import Past
from negotiation.store import calendar_notices
from negotiation.store.calendar_notices import AUTHOR, Revision
from negotiation.store.database import Database
from negotiation.store.transaction import Transaction

WHAT = "随程序更新的日历"


@contextmanager
def changing(
    database: Database, context: Context, at: datetime, *, write: bool
) -> Iterator[tuple[Transaction, Context]]:
    """A transaction in which the calendar is changed, by one at a time, and the context that counts with it as it is.

    Without ``write`` the change is only rehearsed.
    """
    with database.write() if write else database.read() as transaction:
        if write:
            calendar_notices.lock(transaction)
        context.refresh(transaction)
        yield transaction, adopt(transaction, context, at, write=write)[0]


def adopt(
    transaction: Transaction, context: Context, at: datetime, *, write: bool = True
) -> tuple[Context, Recount | None]:
    """Takes over what this program ships where it gives other days than are kept: a revision, counted as an import.

    Returns the context that counts by it, and what became of the terms; the context as it is and None where nothing
    differs. Without ``write`` nothing is counted or stored. ``context`` itself is left alone: it reads what is stored.
    """
    kept = context.almanac
    almanac = kept.made_anew()
    if almanac is kept:
        return context, None
    current = replace(context, almanac=almanac)
    if not write:
        return current, None
    almanac.revision = kept.revision + 1
    turned = kept.of(CalendarLayer.NATIONAL).differences(almanac.of(CalendarLayer.NATIONAL))
    past = Past.turned(kept, CalendarLayer.NATIONAL, turned, local_date(at))
    counted = recount.run(transaction, current, almanac.newest(), at, past=past)
    revision = Revision(almanac.revision, WHAT, AUTHOR, at, *counted.counts)
    calendar_notices.add_revision(transaction, revision, almanac.days)
    return current, counted
