"""Figures for monitoring: numbers and ages only, and no name of anybody. Reading only."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select

from negotiation.core.enums import DeadlineStatus, NoticeState
from negotiation.store.audit import oldest_unswept
from negotiation.store.case_list.conditions import deadline_status_is
from negotiation.store.columns import CASE, EVENT, NOTICE
from negotiation.store.schema.administration import AdminEntry
from negotiation.store.schema.types import table_of
from negotiation.store.transaction import Transaction

_UNSENT = NOTICE.c.state.in_([NoticeState.WAITING.value, NoticeState.CLAIMED.value])


def has_cases(transaction: Transaction) -> bool:
    """True once there is a case."""
    return transaction.connection.execute(select(CASE.c.id).limit(1)).first() is not None


def recorded_since(transaction: Transaction) -> datetime | None:
    """When the first event or act of administration was recorded; None where there is none."""
    firsts = (select(func.min(each.c.recorded_at)) for each in (EVENT, table_of(AdminEntry)))
    return min((each for first in firsts if (each := transaction.connection.scalar(first))), default=None)


def open_by_deadline_status(transaction: Transaction, as_of: date, soon: date) -> dict[DeadlineStatus, int]:
    """The open cases by their deadline status on a day; ``soon`` is the last day that is 临期 as of it."""

    def count_of(status: DeadlineStatus) -> ColumnElement[int]:
        return func.coalesce(
            func.sum(case((deadline_status_is(status, as_of, soon), literal(1)), else_=literal(0))), literal(0)
        )

    row = transaction.connection.execute(
        select(*(count_of(status) for status in DeadlineStatus)).where(CASE.c.ending == "")
    ).one()
    return {status: int(count) for status, count in zip(DeadlineStatus, row, strict=True)}


def unswept_since(transaction: Transaction, today: date) -> date | None:
    """The earliest day up to today on which the clock should have looked at a term and has not, if there is one."""
    found = oldest_unswept(transaction)
    return found if found is not None and found <= today else None


def unsent_since(transaction: Transaction, at: datetime) -> datetime | None:
    """When the oldest mail was made that should have left by an instant, or was tried in vain, if there is one."""
    due = or_(NOTICE.c.next_try <= at, NOTICE.c.tries > 0)
    found: datetime | None = transaction.connection.execute(
        select(func.min(NOTICE.c.created_at)).where(and_(_UNSENT, due))
    ).scalar()
    return found
