"""The counts beside the list: open cases by deadline status and state; closed cases that a filter leaves out."""

from dataclasses import replace
from datetime import date
from typing import Any, TypedDict

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, literal_column, not_, or_, select

from negotiation.core.enums import OFFICE_ID, DeadlineStatus, ProposalState
from negotiation.store.case_list.conditions import OPEN, Wanted, conditions_of, due_date_is, is_by_reference, may_move
from negotiation.store.case_queries import of_scope
from negotiation.store.columns import CALENDAR_PROPOSAL, CASE, COPIED, GRANT, PROPOSAL, TASK
from negotiation.store.transaction import Transaction


def count_closed(transaction: Transaction, wanted: Wanted, as_of: date, soon: date) -> int:
    """The number of closed cases that the filters would find if they were not left out."""
    conditions = conditions_of(transaction.connection.dialect.name, replace(wanted, open_only=False), as_of, soon)
    found = transaction.connection.execute(select(func.count()).select_from(CASE).where(not_(OPEN), *conditions))
    return int(found.scalar_one())


def count(transaction: Transaction, wanted: Wanted, as_of: date, soon: date) -> int:
    """The number of cases wanted, on all pages."""
    conditions = conditions_of(transaction.connection.dialect.name, wanted, as_of, soon)
    return int(transaction.connection.execute(select(func.count()).select_from(CASE).where(*conditions)).scalar_one())


def count_by_day(
    transaction: Transaction, wanted: Wanted, as_of: date, soon: date, since: date, until: date
) -> dict[date, int]:
    """The number of open cases wanted by the day on which their running term ends, from ``since`` to ``until``."""
    conditions = conditions_of(transaction.connection.dialect.name, replace(wanted, open_only=True), as_of, soon)
    query = (
        select(CASE.c.next_due, func.count())
        .where(CASE.c.next_due.between(since, until), *conditions)
        .group_by(CASE.c.next_due)
    )
    return {row[0]: row[1] for row in transaction.connection.execute(query)}


class Counts(TypedDict):
    """The counts of open cases: in all, by deadline status, by state; with a date that is not official; tasks of
    the office; acts that wait for the head (签批); roles and tokens that wait for a second person."""

    open: int
    overdue: int
    due_soon: int
    provisional: int
    tasks: int
    to_sign: int
    grants: int
    by_state: dict[str, int]


def counts(transaction: Transaction, scope: int | None, as_of: date, soon: date) -> Counts:
    """The figures above the list; a department has those of its own cases, and no tasks, which are the office's."""
    rows: Any = transaction.connection.execute(_counted_by_state(scope, as_of, soon)).all()
    provisional, tasks, to_sign, grants = transaction.connection.execute(_counted_beside(scope)).one()
    return Counts(
        open=sum(row.open for row in rows),
        overdue=sum(row.overdue for row in rows),
        due_soon=sum(row.due_soon for row in rows),
        provisional=provisional,
        tasks=tasks,
        to_sign=to_sign,
        grants=grants,
        by_state={row.state: row.open for row in rows},
    )


def _counted_by_state(scope: int | None, as_of: date, soon: date) -> Select[Any]:
    def count_of(status: DeadlineStatus) -> ColumnElement[int]:
        return func.sum(
            case((and_(due_date_is(status, as_of, soon), not_(is_by_reference())), literal(1)), else_=literal(0))
        )

    return (
        select(
            CASE.c.state,
            func.count().label("open"),
            count_of(DeadlineStatus.OVERDUE).label("overdue"),
            count_of(DeadlineStatus.DUE_SOON).label("due_soon"),
        )
        .where(OPEN, *of_scope(scope))
        .group_by(CASE.c.state)
    )


def _counted_beside(scope: int | None) -> Select[Any]:
    """The number of cases with a date that is not official, and of open tasks."""
    provisional = select(func.count()).select_from(CASE).where(CASE.c.id.in_(may_move()), OPEN, *of_scope(scope))
    tasks = select(func.count()).select_from(TASK).where(TASK.c.done_on.is_(None))
    to_sign = (
        select(func.count())
        .select_from(PROPOSAL)
        .join(CASE, CASE.c.id == PROPOSAL.c.case_id)
        .where(
            PROPOSAL.c.state == literal_column(f"'{ProposalState.OPEN.value}'"),
            PROPOSAL.c.department_id == (scope or OFFICE_ID),
            or_(
                PROPOSAL.c.department_id.in_([OFFICE_ID, CASE.c.applicant_id, CASE.c.provider_id]),
                CASE.c.id.in_(select(COPIED.c.case_id).where(COPIED.c.department_id == PROPOSAL.c.department_id)),
            ),
        )
    )
    grants = select(func.count()).select_from(GRANT).where(GRANT.c.state == ProposalState.OPEN.value)
    return select(
        provisional.scalar_subquery(),
        tasks.scalar_subquery() if scope is None else literal(0),
        to_sign.scalar_subquery() + (_of_calendar().scalar_subquery() if scope is None else literal(0)),
        grants.scalar_subquery() if scope is None else literal(0),
    )


def _of_calendar() -> Select[Any]:
    """The number of changes of the calendar that wait for the head of the office."""
    waits = CALENDAR_PROPOSAL.c.state == literal_column(f"'{ProposalState.OPEN.value}'")
    return select(func.count()).select_from(CALENDAR_PROPOSAL).where(waits)
