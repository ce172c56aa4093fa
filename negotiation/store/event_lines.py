"""The events of a case as people read them: a line each, in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, select

from negotiation.domain.entered import ANNULS, TARGET, Data, readable
from negotiation.domain.expunging import EXPUNGED, Expunged, expunged_by
from negotiation.domain.fields import Fields
from negotiation.store.columns import CONTENT, EVENT, EVENT_COLUMNS, TOKEN
from negotiation.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class EventLine:
    """An event with what was entered (None: nothing, or it was sealed), and on which side (0: the office).

    ``annuls``: the number of the clock's event that it takes back, where it names one.
    ``token``: the name of the token by which a program entered it, and ``issued_by`` who issued that.
    ``expunged``: what its order has destroyed, None of any other.
    """

    seq: int
    event: str
    actor: str
    role: str
    state: str
    basis: str
    term: int | None
    happened_on: date
    recorded_at: datetime
    side: int | None
    after_seq: int | None
    token: str | None
    issued_by: str | None
    fields: Fields | None
    annuls: int | None
    expunged: Expunged | None = None


def events_of(transaction: Transaction, case_id: int) -> list[EventLine]:
    """The history of a case, in order."""
    query = (
        select(
            *EVENT_COLUMNS,
            EVENT.c.side,
            EVENT.c.after_seq,
            TOKEN.c.name,
            TOKEN.c.issued_by,
            EVENT.c.data,
            EVENT.c.content_digest,
            CONTENT.c.body,
        )
        .outerjoin(CONTENT, and_(CONTENT.c.case_id == EVENT.c.case_id, CONTENT.c.seq == EVENT.c.seq))
        .outerjoin(TOKEN, TOKEN.c.id == EVENT.c.token)
        .where(EVENT.c.case_id == case_id)
        .order_by(EVENT.c.seq)
    )
    rows: Sequence[Any] = transaction.connection.execute(query).all()
    lines = ((*row[:-3], _entered_with(*row[-3:]), (row.data or {}).get(ANNULS), _gone(row.data)) for row in rows)
    return [EventLine(*line) for line in lines]


def _gone(data: Data) -> Expunged | None:
    return expunged_by(data) if EXPUNGED in data else None


def _entered_with(data: Fields, content_digest: bytes | None, body: str | None) -> Fields | None:
    """The fields of an event as people read them; None if nothing was entered, or a part of it was sealed.

    Which entry a correction is of is told all the same.
    """
    sealed = content_digest is not None and body is None and TARGET not in data
    return None if sealed else readable(data, body) or None
