"""What the annual report counts, read as facts: cases by the days of their lives, terms, counted events, data items.

Equal facts come as one row with their number; ``detail`` gives every case its own row, with its number. A void case is
outside of all of them, and so is a case that was never received. A case that was reopened or changed a party is
*eventful*: its life is read from its events. Reading only.
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    not_,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.dialects import postgresql

from negotiation.store.queries import CASE, CONTENT, EVENT, ITEM, TERM
from negotiation.store.tables import MovedParty, table_of

MOVED = table_of(MovedParty)
BEFORE, AFTER = "", "~"  # of the period; a day within it is its month: 2026-03
NOBODY = literal(None, String)
_LATER = EVENT.alias("later")


class Span(NamedTuple):
    """The days that are counted, first and last included, as known at the end of ``as_of``.

    ``detail``: each case by itself; ``past``: something has happened after ``as_of``.
    """

    since: date
    until: date
    as_of: date
    detail: bool = False
    past: bool = False


def lives(connection: Connection, span: Span) -> Sequence[Any]:
    """Cases that are not eventful: when they were received and ended, and how they stood when they ended.

    ``wrong``: the dates and the ending of the case's own row contradict each other.
    """
    ended = CASE.c.closed_on.between(span.since, span.until)
    keys = [
        *_whose(),
        _bucket(connection, CASE.c.received_on, span).label("begun"),
        _bucket(connection, CASE.c.closed_on, span).label("ended"),
        case((ended, CASE.c.state), else_="").label("state"),
        case((ended, _text(connection, CASE.c.marks)), else_="{}").label("marks"),
        and_(ended, CASE.c.accepted_on.is_not(None)).label("coordinated"),
        and_(ended, CASE.c.reported_on.is_not(None)).label("deliberated"),
        _contradicts().label("wrong"),
    ]
    over = and_(CASE.c.received_on < span.since, CASE.c.closed_on < span.since, not_(_contradicts()))
    wanted = and_(CASE.c.received_on <= span.until, func.coalesce(not_(over), True), not_(_eventful(span)))
    return _facts(connection, span, keys, wanted)


def eventful_cases(connection: Connection, span: Span) -> Sequence[Any]:
    """The cases whose lives are read from their events, with their parties as they stand now."""
    columns = (CASE.c.id, CASE.c.no, CASE.c.state, CASE.c.closed_on, *_whose())
    return connection.execute(select(*columns).where(_counts(span), _eventful(span)).order_by(CASE.c.id)).all()


def eventful_events(connection: Connection, span: Span) -> Sequence[Any]:
    """All that had happened to those cases by the as-of day, in order, with what was entered (or None)."""
    query = (
        select(EVENT.c.case_id, EVENT.c.seq, EVENT.c.event, EVENT.c.state, EVENT.c.happened_on, CONTENT.c.body)
        .join(CASE, CASE.c.id == EVENT.c.case_id)
        .outerjoin(CONTENT, and_(CONTENT.c.case_id == EVENT.c.case_id, CONTENT.c.seq == EVENT.c.seq))
        .where(_counts(span), _eventful(span), EVENT.c.happened_on <= span.as_of)
        .order_by(EVENT.c.case_id, EVENT.c.seq)
    )
    return connection.execute(query).all()


def moves(connection: Connection) -> Sequence[Any]:
    """Who gave which part in a case to whom, in order."""
    return connection.execute(select(MOVED).order_by(MOVED.c.case_id, MOVED.c.seq, MOVED.c.role)).all()


def terms(connection: Connection, span: Span, supplies: Collection[str]) -> Sequence[Any]:
    """Main terms and terms of supply that were due, answered or ended in the period.

    ``case_id`` and ``ended_seq`` are told of eventful cases only; of terms of supply ``state`` and ``marks`` of the
    case, and ``left_in``: the state after the event that ended the term.
    """
    supply = not_(TERM.c.main)
    keys = [
        *_whose(),
        TERM.c.kind,
        TERM.c.main,
        func.coalesce(TERM.c.department_id, CASE.c.provider_id).label("department_id"),
        TERM.c.started_on,
        TERM.c.due_on,
        TERM.c.answered_on,
        TERM.c.ended_on,
        TERM.c.suspended_on,
        TERM.c.paused,
        case((supply, _left_in()), else_="").label("left_in"),
        case((supply, CASE.c.state), else_="").label("state"),
        case((supply, _text(connection, CASE.c.marks)), else_="{}").label("marks"),
        case((_eventful(span), CASE.c.id)).label("case_id"),
        case((_eventful(span), TERM.c.ended_seq)).label("ended_seq"),
    ]
    within = [column.between(span.since, span.until) for column in (TERM.c.due_on, TERM.c.answered_on)]
    touched = or_(*within, and_(supply, TERM.c.ended_on.between(span.since, span.until)))
    wanted = and_(or_(TERM.c.main, TERM.c.kind.in_(supplies)), touched)
    return _facts(connection, span, keys, wanted, TERM)


def events(connection: Connection, span: Span, names: Collection[str], field: str = "") -> Sequence[Any]:
    """Events of these names in the period, by month; ``field``: what was entered there comes along as ``entered``."""
    keys = [
        *_whose(),
        EVENT.c.event,
        _month(connection, EVENT.c.happened_on).label("month"),
        case((_eventful(span), CASE.c.id)).label("case_id"),
        case((_eventful(span), EVENT.c.seq)).label("seq"),
        (_entered(connection, field) if field else literal("")).label("entered"),
    ]
    wanted = and_(EVENT.c.event.in_(names), EVENT.c.happened_on.between(span.since, span.until))
    return _facts(connection, span, keys, wanted, EVENT, content=bool(field))


def coordinations(connection: Connection, span: Span, begins: Collection[str], ends: Collection[str]) -> Sequence[Any]:
    """The beginnings and ends of coordination, in order, of the cases in which one ended within the period."""
    ended = select(EVENT.c.case_id).where(EVENT.c.event.in_(ends), EVENT.c.happened_on.between(span.since, span.until))
    query = (
        select(CASE.c.no, *_whose(), EVENT.c.case_id, EVENT.c.seq, EVENT.c.event, EVENT.c.happened_on)
        .join(CASE, CASE.c.id == EVENT.c.case_id)
        .where(_counts(span), EVENT.c.event.in_({*begins, *ends}), EVENT.c.case_id.in_(ended))
        .order_by(EVENT.c.case_id, EVENT.c.seq)
    )
    return connection.execute(query).all()


def items(connection: Connection, span: Span, agreed: str) -> Sequence[Any]:
    """Data items of the cases that are not eventful and ended in the period: asked, and answered with ``agreed``."""
    keys = [*_whose(), CASE.c.state, _month(connection, CASE.c.closed_on).label("month")]
    keys += [CASE.c.no.label("no")] if span.detail else []
    query = (
        select(
            *keys, func.count().label("asked"), func.sum(case((ITEM.c.answer == agreed, 1), else_=0)).label("agreed")
        )
        .join(CASE, CASE.c.id == ITEM.c.case_id)
        .where(
            _counts(span), CASE.c["items"] > 0, CASE.c.closed_on.between(span.since, span.until), not_(_eventful(span))
        )
        .group_by(*keys)
    )
    return connection.execute(query).all()


def eventful_items(connection: Connection, span: Span) -> Sequence[Any]:
    """Each data item of the eventful cases, with its answer and the event that gave it."""
    query = select(ITEM).join(CASE, CASE.c.id == ITEM.c.case_id).where(_counts(span), _eventful(span))
    return connection.execute(query).all()


def case_rows(connection: Connection, span: Span, wanted: Collection[str], *, coordinated: bool) -> Sequence[Any]:
    """Cases of these procedures, one by one: those in hand within the period; ``coordinated``: those of which a date
    of coordination or deliberation stands in it."""
    columns = [CASE.c[name] for name in (
        "no", "procedure", "rulebook", "edition", "provider_id", "applicant_id", "subject", "state", "marks",
        "received_on", "due_on", "replied_on", "referred_on", "accepted_on", "coordinated_on", "reported_on",
        "decided_on", "closed_on",
    )]  # fmt: skip
    dates = (CASE.c.referred_on, CASE.c.accepted_on, CASE.c.coordinated_on, CASE.c.reported_on, CASE.c.decided_on)
    in_hand = and_(CASE.c.received_on <= span.until, func.coalesce(CASE.c.closed_on >= span.since, True))
    touched = or_(*(column.between(span.since, span.until) for column in dates)) if coordinated else in_hand
    stands = and_(CASE.c.ending != "void", CASE.c.received_on.is_not(None), CASE.c.procedure.in_(wanted))
    return connection.execute(select(*columns).where(stands, touched).order_by(CASE.c.received_on, CASE.c.id)).all()


def rulebooks_used(connection: Connection, span: Span) -> list[tuple[str, str]]:
    """Rulebook and edition of the cases that were in hand within the period."""
    in_hand = and_(CASE.c.received_on <= span.until, func.coalesce(CASE.c.closed_on >= span.since, True))
    query = select(CASE.c.rulebook, CASE.c.edition).where(CASE.c.ending != "void", in_hand).distinct()
    return sorted((id, edition) for id, edition in connection.execute(query))


def latest(connection: Connection, names: Collection[str]) -> date | None:
    """The day of the latest event of these names."""
    days = [connection.execute(select(func.max(EVENT.c.happened_on)).where(EVENT.c.event == name)) for name in names]
    return max((day for each in days if (day := each.scalar()) is not None), default=None)


def contradicting(connection: Connection, span: Span) -> list[str]:
    """The numbers of the cases whose own row contradicts itself."""
    return list(
        connection.execute(select(CASE.c.no).where(_counts(span), _contradicts()).order_by(CASE.c.no)).scalars()
    )


# ------------------------------------------------------------------------------------------------------------- parts


def _facts(
    connection: Connection,
    span: Span,
    keys: list[ColumnElement[Any]],
    wanted: ColumnElement[bool],
    table: Any = None,
    *,
    content: bool = False,
) -> Sequence[Any]:
    """Equal rows as one, with their number ``n``; with the number of the case (``no``) where each is asked for."""
    number = CASE.c.no if span.detail else NOBODY
    query: Select[Any] = select(*keys, number.label("no"), func.count().label("n")).where(_counts(span), wanted)
    if table is not None:
        query = query.select_from(table).join(CASE, CASE.c.id == table.c.case_id)
    if content:
        query = query.outerjoin(CONTENT, and_(CONTENT.c.case_id == EVENT.c.case_id, CONTENT.c.seq == EVENT.c.seq))
    return connection.execute(query.group_by(*keys, *([number] if span.detail else []))).all()


def _answered(answer: str) -> ColumnElement[int]:
    return func.sum(case((ITEM.c.answer == answer, 1), else_=0))


def _whose() -> tuple[ColumnElement[Any], ...]:
    return CASE.c.procedure, CASE.c.rulebook, CASE.c.edition, CASE.c.provider_id, CASE.c.applicant_id


def _counts(span: Span) -> ColumnElement[bool]:
    """作废 is outside every figure; what was void and taken up again is read from its events."""
    stands = or_(CASE.c.ending != "void", CASE.c.reopened > 0, CASE.c.closed_on > span.as_of)
    return and_(stands, CASE.c.received_on.is_not(None))


def _eventful(span: Span) -> ColumnElement[bool]:
    found = [CASE.c.reopened > 0, CASE.c.id.in_(select(MOVED.c.case_id))]
    if span.past:  # how it stood on that day, only its events tell
        found.append(CASE.c.id.in_(select(_LATER.c.case_id).where(_LATER.c.happened_on > span.as_of)))
    return or_(*found)


def _left_in() -> ColumnElement[str]:
    """The state after the event that ended a term; mostly it is the last of the case, and need not be looked up."""
    at_the_end = select(EVENT.c.state).where(EVENT.c.case_id == TERM.c.case_id, EVENT.c.seq == TERM.c.ended_seq)
    last = CASE.c.version == TERM.c.ended_seq
    return case((TERM.c.ended_seq.is_(None), ""), (last, CASE.c.state), else_=at_the_end.scalar_subquery())


def _contradicts() -> ColumnElement[bool]:
    closed = CASE.c.closed_on
    return or_(
        and_(CASE.c.ending == "", closed.is_not(None)),
        and_(CASE.c.ending != "", closed.is_(None)),
        type_coerce(func.coalesce(closed < CASE.c.received_on, False), Boolean),
    )


def _bucket(connection: Connection, column: ColumnElement[Any], span: Span) -> ColumnElement[str]:
    return case((column < span.since, BEFORE), (column <= span.until, _month(connection, column)), else_=AFTER)


def _month(connection: Connection, column: ColumnElement[Any]) -> ColumnElement[str]:
    if connection.dialect.name == "sqlite":
        return func.substr(type_coerce(column, String), 1, 7)
    return func.to_char(column, "YYYY-MM")


def _text(connection: Connection, column: ColumnElement[Any]) -> ColumnElement[str]:
    return type_coerce(column, String) if connection.dialect.name == "sqlite" else cast(column, String)


def _entered(connection: Connection, field: str) -> ColumnElement[str]:
    if connection.dialect.name == "sqlite":
        return func.coalesce(func.json_extract(CONTENT.c.body, f"$.{field}"), "")
    return func.coalesce(cast(CONTENT.c.body, postgresql.JSON)[field].astext, "")
