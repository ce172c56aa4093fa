"""Entries of cases, read back from their events with data and content: from these a case can be derived again."""

import json
from collections.abc import Iterator, Mapping, Sequence

from negotiation.core.batches import batches
from negotiation.domain.departments import Directory
from negotiation.domain.entered import REPLAYED, Fields, Names, ids_of, parties_of, typed
from negotiation.domain.event_chain import EventRecord
from negotiation.domain.machine.entries import Entry, in_order
from negotiation.domain.rulebook import Procedure
from negotiation.store.codec import codec
from negotiation.store.columns import IDS_ASKED_AT_ONCE
from negotiation.store.schema.cases import Event
from negotiation.store.transaction import Transaction

# The calendar that was known when an event was recorded; a change of it counts from its own instant on.
_REVISION = "(SELECT coalesce(max(r.id), 0) FROM calendar_revision r WHERE r.recorded_at <= event.recorded_at)"
Stored = tuple[EventRecord, str | None, int]  # an event, its content, the revision of the calendar


def entries_of(transaction: Transaction, case_id: int, procedure: Procedure, directory: Directory) -> list[Entry]:
    """The entries of a case in the order in which they stand (``in_order``); those of the clock are among them."""
    return entries_of_many(transaction, {case_id: procedure}, directory)[case_id]


def entries_of_many(
    transaction: Transaction, procedures: Mapping[int, Procedure], directory: Directory
) -> dict[int, list[Entry]]:
    """The entries of many cases, by the id of the case. ``procedures``: of each of these cases, by its id."""
    found: dict[int, list[Entry]] = {}
    for ids in batches(list(procedures), IDS_ASKED_AT_ONCE):
        events: dict[int, list[Stored]] = {case_id: [] for case_id in ids}
        for stored in _stored(transaction, ids):
            events[stored[0].case_id].append(stored)
        found |= {
            case_id: in_order(list(_entries(procedures[case_id], stored, directory)))
            for case_id, stored in events.items()
        }
    return found


def _stored(transaction: Transaction, ids: Sequence[int]) -> Iterator[Stored]:
    """The events of some cases, each case's by its number."""
    event = codec(Event, transaction.database.dialect)
    columns = ", ".join(f"event.{name}" for name in event.quoted)
    params = ", ".join([transaction.param] * len(ids))
    rows = transaction.rows(
        f"SELECT {columns}, b.body, {_REVISION} FROM event "
        "LEFT JOIN content b ON b.case_id = event.case_id AND b.seq = event.seq "
        f"WHERE event.case_id IN ({params}) ORDER BY event.case_id, event.seq",
        ids,
    )
    return ((EventRecord._make(event.read(row[:-2])), row[-2], row[-1]) for row in rows)


def _entries(procedure: Procedure, stored: Sequence[Stored], directory: Directory) -> Iterator[Entry]:
    """The entries of one case; data items bear the names with which they were asked for."""
    items: dict[int, str] = {}
    names = Names(directory, items)
    for record, body, revision in stored:
        fields = typed(procedure, record.event, record.data, _content(record, body), names)
        items |= _asked(procedure, record, fields)
        yield Entry(
            record.seq,
            record.event,
            record.role,
            record.actor,
            record.happened_on,
            fields,
            parties_of(record.data),
            record.data.get(REPLAYED, False),
            record.after_seq,
            record.recorded_at,
            record.side,
            revision,
        )


def _content(record: EventRecord, body: str | None) -> Fields | None:
    """The content of an event: empty if it has none, None if it was sealed."""
    if record.content_digest is None:
        return {}
    return json.loads(body) if body else None


def _asked(procedure: Procedure, record: EventRecord, fields: Fields) -> dict[int, str]:
    """The data items that an entry asks for: number → name."""
    return dict(zip(ids_of(record.data, procedure.items), fields.get(procedure.items, ()), strict=False))
