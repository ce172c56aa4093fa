"""The days that the annual report counts, and the expressions of which its queries are made."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    Boolean,
    ColumnElement,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    text,
    true,
    type_coerce,
)
from sqlalchemy.dialects import postgresql

from negotiation.domain.entered import VALUES
from negotiation.store.columns import CASE, CONTENT, EVENT
from negotiation.store.schema.cases import IS_AMENDED, MovedParty
from negotiation.store.schema.types import table_of
from negotiation.store.transaction import Transaction

MOVED = table_of(MovedParty)
BEFORE, AFTER = "", "~"  # of the period; a day within it is its month: 2026-03
NOT_ASKED = null()
OTHER = EVENT.alias("other")


class Span(NamedTuple):
    """The days that are counted, first and last included, as known at the end of ``as_of``.

    ``detail``: each case by itself; else ``side``: on whose account alone equal facts are added up (``PARTY_ROLES``).
    ``past``: something has happened after ``as_of``. ``block``: of which cases alone, the first id and the last;
    ``only``: of these cases alone. ``later``: the procedures of which a case may count later than the parties have it.
    """

    since: date
    until: date
    as_of: date
    detail: bool = False
    past: bool = False
    side: str = ""
    block: tuple[int, int] | None = None
    only: tuple[int, ...] = ()
    later: tuple[str, ...] = ()


def facts(
    transaction: Transaction,
    span: Span,
    keys: list[ColumnElement[Any]],
    wanted: ColumnElement[bool],
    found: Any = CASE,
    sums: tuple[ColumnElement[Any], ...] = (),
) -> Sequence[Any]:
    """Equal rows as one, with their number ``n``; with the number of the case (``no``) where each is asked for."""
    keys = [*keys, CASE.c.no if span.detail else NOT_ASKED.label("no")]
    query = select(*keys, func.count().label("n"), *sums).select_from(found).where(counts(span), wanted)
    asked = [key for key in keys if getattr(key, "element", key) is not NOT_ASKED]
    return transaction.connection.execute(query.group_by(*asked)).all()


def of_cases(table: Any) -> Any:
    """Rows below cases, beside their cases."""
    return table.join(CASE, CASE.c.id == table.c.case_id)


def whose(span: Span, provider: ColumnElement[Any] = CASE.c.provider_id) -> tuple[ColumnElement[Any], ...]:
    """Columns of the procedure of a fact and of its account; what is not asked for is empty."""
    applies = CASE.c.applicant_id if span.side != "provider" else NOT_ASKED.label("applicant_id")
    provides = provider.label("provider_id") if span.side != "applicant" else NOT_ASKED.label("provider_id")
    return CASE.c.procedure, CASE.c.rulebook, CASE.c.edition, provides, applies


def counts(span: Span) -> ColumnElement[bool]:
    """作废 is outside every figure; what was void and taken up again is read from its events."""
    stands = or_(CASE.c.ending != "void", CASE.c.reopened > 0, CASE.c.closed_on > span.as_of)
    return and_(stands, CASE.c.received_on.is_not(None), in_block(span, CASE.c.id))


def in_block(span: Span, case_id: ColumnElement[int]) -> ColumnElement[bool]:
    """The condition that a row is of a case that is asked for."""
    if span.only:
        return case_id.in_(span.only)
    return case_id.between(*span.block) if span.block else true()


def eventful(span: Span) -> ColumnElement[bool]:
    """The condition that a case was reopened, changed a party, was corrected or counts later: its life is derived."""
    amended = select(OTHER.c.case_id).where(text(f"({IS_AMENDED})"))
    found = [CASE.c.reopened > 0, CASE.c.id.in_(select(MOVED.c.case_id)), CASE.c.id.in_(amended)]
    if span.later:
        found.append(CASE.c.procedure.in_(span.later))
    if span.past:  # its state on that day follows from its events alone
        found.append(CASE.c.id.in_(select(OTHER.c.case_id).where(OTHER.c.happened_on > span.as_of)))
    return or_(*found)


def contradicts() -> ColumnElement[bool]:
    """The condition that the dates and the ending of a case contradict each other."""
    closed = CASE.c.closed_on
    return or_(
        and_(CASE.c.ending == "", closed.is_not(None)),
        and_(CASE.c.ending != "", closed.is_(None)),
        type_coerce(func.coalesce(closed < CASE.c.received_on, False), Boolean),
    )


def bucket(transaction: Transaction, column: ColumnElement[Any], span: Span) -> ColumnElement[str]:
    """The month of a day within the period, else ``BEFORE`` or ``AFTER``; a day that is missing counts as after."""
    return case((column < span.since, BEFORE), (column <= span.until, month(transaction, column)), else_=AFTER)


def month(transaction: Transaction, column: ColumnElement[Any]) -> ColumnElement[str]:
    """The month of a day: 2026-03."""
    if transaction.connection.dialect.name == "sqlite":
        return func.substr(type_coerce(column, String), 1, 7)
    return func.to_char(column, "YYYY-MM")


def as_text(transaction: Transaction, column: ColumnElement[Any]) -> ColumnElement[str]:
    """A JSON column as its text."""
    return type_coerce(column, String) if transaction.connection.dialect.name == "sqlite" else cast(column, String)


def first_entered(transaction: Transaction, field: str, other: str, nothing: str) -> ColumnElement[str]:
    """The text entered in a field; ``nothing`` where neither it nor the ``other`` field was filled in."""
    entered = _entered(transaction, field) if field else literal("")
    if not other:
        return entered
    blank = and_(entered == "", _entered(transaction, other) == "", not_sealed())
    return case((blank, literal(nothing)), else_=entered)


def not_sealed() -> ColumnElement[bool]:
    """The condition that what was entered with an event is still there, or that nothing was entered."""
    return or_(CONTENT.c.body.is_not(None), EVENT.c.content_digest.is_(None))


def _entered(transaction: Transaction, field: str) -> ColumnElement[str]:
    """What was entered in a field, be it a value or a text (``domain.entered``)."""
    if transaction.connection.dialect.name == "sqlite":
        value = func.json_extract(type_coerce(EVENT.c.data, String), f"$.{VALUES}.{field}")
        return func.coalesce(value, func.json_extract(CONTENT.c.body, f"$.{field}"), "")
    value = cast(EVENT.c.data, postgresql.JSONB)[VALUES][field].astext
    return func.coalesce(value, cast(CONTENT.c.body, postgresql.JSON)[field].astext, "")
