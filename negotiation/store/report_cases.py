"""The facts that the annual report counts: cases by the days of their histories, terms, counted events, data items.

Equal facts come as one row with their number; ``detail`` gives every case its own row, with its number. A void case is
outside of all of them, and so is a case that was never received. A case that was reopened, changed a party or was
corrected is *eventful*: its life is derived. Reading only.
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, not_, or_, select

from negotiation.domain.items import GONE, GRANTED
from negotiation.store.columns import CASE, CONTENT, EVENT, ITEM, TERM
from negotiation.store.report_parts import (
    MOVED,
    OTHER,
    Span,
    as_text,
    bucket,
    contradicts,
    counts,
    eventful,
    facts,
    first_entered,
    in_block,
    month,
    of_cases,
    whose,
)
from negotiation.store.transaction import Transaction

Condition = ColumnElement[bool]  # which cases are meant, as the database is asked for them


def plain_cases(transaction: Transaction, span: Span) -> Sequence[Any]:
    """Cases that are not eventful: when they were received and ended, and their state when they ended.

    ``wrong``: the dates and the ending of the case's own row contradict each other.
    """
    ended = CASE.c.closed_on.between(span.since, span.until)
    keys = [
        *whose(span),
        bucket(transaction, CASE.c.received_on, span).label("begun"),
        bucket(transaction, CASE.c.closed_on, span).label("ended"),
        case((ended, CASE.c.state), else_="").label("state"),
        case((ended, as_text(transaction, CASE.c.flags)), else_="{}").label("flags"),
        and_(ended, CASE.c.accepted_on.is_not(None)).label("coordinated"),
        and_(ended, CASE.c.reported_on.is_not(None)).label("deliberated"),
        contradicts().label("wrong"),
    ]
    over = and_(CASE.c.received_on < span.since, CASE.c.closed_on < span.since, not_(contradicts()))
    wanted = and_(CASE.c.received_on <= span.until, func.coalesce(not_(over), True), not_(eventful(span)))
    return facts(transaction, span, keys, wanted)


def eventful_cases(transaction: Transaction, span: Span) -> Sequence[Any]:
    """The cases whose histories are read from their events, with their parties as they stand now."""
    return cases_of(transaction, span, eventful(span))


def cases_of(transaction: Transaction, span: Span, which: Condition) -> Sequence[Any]:
    """Cases of which a condition holds, in the order in which they were received."""
    columns = (CASE.c.id, CASE.c.no, CASE.c.state, CASE.c.subject, *whose(span._replace(side="")))
    query = select(*columns).where(counts(span), which).order_by(CASE.c.received_on, CASE.c.id)
    return transaction.connection.execute(query).all()


def events_of(transaction: Transaction, span: Span, which: Condition) -> Sequence[Any]:
    """All that had happened to those cases by the as-of day, in order; ``data`` and ``body`` hold what was entered."""
    query = (
        select(*(EVENT.c[name] for name in ("case_id", "seq", "event", "state", "happened_on", "data")), CONTENT.c.body)
        .join(CASE, CASE.c.id == EVENT.c.case_id)
        .outerjoin(CONTENT, and_(CONTENT.c.case_id == EVENT.c.case_id, CONTENT.c.seq == EVENT.c.seq))
        .where(counts(span), which, EVENT.c.happened_on <= span.as_of)
        .order_by(EVENT.c.case_id, EVENT.c.seq)
    )
    return transaction.connection.execute(query).all()


def main_terms_of(transaction: Transaction, span: Span, which: Condition) -> Sequence[Any]:
    """The main terms of those cases that had begun by the as-of day, in order."""
    columns = ("case_id", "due_on", "answered_on", "ended_on", "ended_seq", "suspended_on")
    query = (
        select(*(TERM.c[name] for name in columns))
        .join(CASE, CASE.c.id == TERM.c.case_id)
        .where(counts(span), which, TERM.c.main, TERM.c.struck_seq.is_(None), TERM.c.started_on <= span.as_of)
        .order_by(TERM.c.case_id, TERM.c.started_on, TERM.c.n)
    )
    return transaction.connection.execute(query).all()


def in_hand(span: Span, procedures: Collection[str]) -> Condition:
    """Cases of these procedures that may have been in hand within the period: their events decide."""
    until_then = func.coalesce(CASE.c.closed_on >= span.since, True)
    dates = and_(CASE.c.received_on <= span.until, or_(until_then, eventful(span)))
    return and_(CASE.c.procedure.in_(procedures), dates)


def having(span: Span, procedures: Collection[str], names: Collection[str]) -> Condition:
    """Cases of these procedures with any event of these names in the period."""
    within = OTHER.c.happened_on.between(span.since, span.until)
    found = select(OTHER.c.case_id).where(OTHER.c.event.in_(names), within)
    return and_(CASE.c.procedure.in_(procedures), CASE.c.id.in_(found))


def moves(transaction: Transaction) -> Sequence[Any]:
    """The moves of parts in cases from one department to another, in order."""
    return transaction.connection.execute(select(MOVED).order_by(MOVED.c.case_id, MOVED.c.seq, MOVED.c.role)).all()


def events(
    transaction: Transaction, span: Span, names: Collection[str], field: str = "", beside: tuple[str, str] = ("", "")
) -> Sequence[Any]:
    """Events of these names in the period, by month, of cases that are not eventful.

    ``field``: what was entered there comes along as ``entered``; ``beside``: another field, and what comes along where
    nothing was entered in either (of what was sealed, nothing).
    """
    keys = [
        *whose(span),
        EVENT.c.event,
        month(transaction, EVENT.c.happened_on).label("month"),
        first_entered(transaction, field, *beside).label("entered"),
    ]
    within = EVENT.c.happened_on.between(span.since, span.until)
    wanted = and_(EVENT.c.event.in_(names), within, in_block(span, EVENT.c.case_id), not_(eventful(span)))
    found = of_cases(EVENT)
    if field or beside[0]:
        found = found.outerjoin(CONTENT, and_(CONTENT.c.case_id == EVENT.c.case_id, CONTENT.c.seq == EVENT.c.seq))
    return facts(transaction, span, keys, wanted, found)


def coordinations(
    transaction: Transaction, span: Span, begins: Collection[str], ends: Collection[str]
) -> Sequence[Any]:
    """The beginnings and ends of coordination, in order, of the cases in which one ended within the period.

    Of those that are not eventful.
    """
    ended = select(EVENT.c.case_id).where(EVENT.c.event.in_(ends), EVENT.c.happened_on.between(span.since, span.until))
    query = (
        select(
            CASE.c.no,
            *whose(span._replace(side="")),
            *(EVENT.c[name] for name in ("case_id", "seq", "event", "state", "happened_on")),
        )
        .join(CASE, CASE.c.id == EVENT.c.case_id)
        .where(counts(span), EVENT.c.event.in_({*begins, *ends}), EVENT.c.case_id.in_(ended), not_(eventful(span)))
        .order_by(EVENT.c.case_id, EVENT.c.seq)
    )
    return transaction.connection.execute(query).all()


def items(transaction: Transaction, span: Span) -> Sequence[Any]:
    """Data items of the cases that are not eventful and ended in the period, but for those that stand for all the data
    and those that were withdrawn; ``agreed``: how many of them are to be supplied."""
    keys = [*whose(span), CASE.c.state, month(transaction, CASE.c.closed_on).label("month")]
    ended = CASE.c.closed_on.between(span.since, span.until)
    asked = and_(not_(ITEM.c.whole), ITEM.c.answer.not_in(GONE))
    wanted = and_(CASE.c["items"] > 0, ended, asked, not_(eventful(span)))
    yes = func.sum(case((ITEM.c.answer.in_(GRANTED), 1), else_=0)).label("agreed")
    return facts(transaction, span, keys, wanted, of_cases(ITEM), (yes,))


def rulebooks_used(transaction: Transaction, span: Span) -> set[tuple[str, str, str]]:
    """Rulebook, edition and procedure of the cases that were in hand within the period."""
    in_hand = and_(CASE.c.received_on <= span.until, func.coalesce(CASE.c.closed_on >= span.since, True))
    which = and_(CASE.c.ending != "void", in_hand, in_block(span, CASE.c.id))
    query = select(CASE.c.rulebook, CASE.c.edition, CASE.c.procedure).where(which).distinct()
    return {(id, edition, procedure) for id, edition, procedure in transaction.connection.execute(query)}


def first_received(transaction: Transaction) -> date | None:
    """The day on which the first case was received."""
    found: date | None = transaction.connection.execute(select(func.min(CASE.c.received_on))).scalar_one()
    return found


def has_later(transaction: Transaction, names: Collection[str], day: date) -> bool:
    """True if any event of these names happened after a day."""
    query = select(EVENT.c.case_id).where(EVENT.c.event.in_(names), EVENT.c.happened_on > day).limit(1)
    return transaction.connection.execute(query).first() is not None


def cases_with_later(transaction: Transaction, span: Span, names: Collection[str]) -> list[int]:
    """The cases with an event of these names after the as-of day."""
    query = select(EVENT.c.case_id).where(EVENT.c.event.in_(names), EVENT.c.happened_on > span.as_of).distinct()
    return list(transaction.connection.execute(query).scalars())


def contradicting(transaction: Transaction, span: Span) -> list[str]:
    """The numbers of the cases whose own row contradicts itself."""
    return list(
        transaction.connection.execute(
            select(CASE.c.no).where(counts(span), contradicts()).order_by(CASE.c.no)
        ).scalars()
    )
