"""Entries of cases, read back from their events with data and content: from these a case can be derived again."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from negotiation.core.batches import batches
from negotiation.core.enums import ANNUL, CLOCK, STRIKE_ENTRY
from negotiation.core.labels import AMENDMENT_TITLES
from negotiation.domain.departments import Directory
from negotiation.domain.entered import (
    ANNULS,
    BEHIND,
    CLEARED,
    DAY,
    NOW,
    REPLAYED,
    TARGET,
    Data,
    Names,
    ids_of,
    parties_of,
    typed,
)
from negotiation.domain.event_chain import EventRecord
from negotiation.domain.machine.amendments import Amendment, History
from negotiation.domain.machine.clock_numbers import ClockEvent
from negotiation.domain.machine.entries import Entry
from negotiation.domain.rulebook import Procedure
from negotiation.domain.then import Then
from negotiation.store.codec import codec
from negotiation.store.columns import IDS_ASKED_AT_ONCE
from negotiation.store.schema.cases import IS_AMENDED, Event
from negotiation.store.transaction import Transaction

# The calendar that was known when an event was recorded; a change of it counts from its own instant on.
_REVISION = "(SELECT coalesce(max(r.id), 0) FROM calendar_revision r WHERE r.recorded_at <= event.recorded_at)"
Stored = tuple[EventRecord, str | None, int]  # an event, its content, the revision of the calendar


def history_of(transaction: Transaction, case_id: int, procedure: Procedure, directory: Directory) -> History:
    """All that was recorded of a case."""
    return histories_of(transaction, {case_id: procedure}, directory)[case_id]


def histories_of(
    transaction: Transaction, procedures: Mapping[int, Procedure], directory: Directory, then: Then | None = None
) -> dict[int, History]:
    """All that was recorded of many cases, by the id of the case. ``procedures``: of each of these cases, by its id.

    ``then``: without what can say nothing of that past day.
    """
    found: dict[int, History] = {}
    for ids in batches(list(procedures), IDS_ASKED_AT_ONCE):
        events: dict[int, list[Stored]] = {case_id: [] for case_id in ids}
        for stored in _stored(transaction, ids, then):
            events[stored[0].case_id].append(stored)
        found |= {case_id: _history(procedures[case_id], stored, directory) for case_id, stored in events.items()}
    return found


def _history(procedure: Procedure, stored: Sequence[Stored], directory: Directory) -> History:
    names = Names(directory, {})
    entries = {entry.seq: entry for entry in _entries(procedure, stored, names)}
    amendments = [
        _amendment(procedure, record, body, entries, names)
        for record, body, _ in stored
        if record.event in AMENDMENT_TITLES
    ]
    by_clock = [
        ClockEvent(record.seq, record.event, record.term, record.happened_on, record.data.get(ANNULS))
        for record, _, _ in stored
        if record.role == CLOCK
    ]
    return History(list(entries.values()), amendments, by_clock)


def _stored(transaction: Transaction, ids: Sequence[int], then: Then | None) -> Iterator[Stored]:
    """The events of some cases, each case's by its number."""
    event = codec(Event, transaction.database.dialect)
    columns = ", ".join(f"event.{name}" for name in event.quoted)
    params = ", ".join([transaction.param] * len(ids))
    early, days = _early(transaction, then)
    rows = transaction.rows(
        f"SELECT {columns}, b.body, {_REVISION} FROM event "
        "LEFT JOIN content b ON b.case_id = event.case_id AND b.seq = event.seq "
        f"WHERE event.case_id IN ({params}){early} ORDER BY event.case_id, event.seq",
        [*ids, *days],
    )
    return ((EventRecord._make(event.read(row[:-2])), row[-2], row[-1]) for row in rows)


def _early(transaction: Transaction, then: Then | None) -> tuple[str, list[Any]]:
    """The condition of the events that can say something of a past day, with its values.

    Of a later day only what takes back, or moves, an earlier one.
    """
    event, param = codec(Event, transaction.database.dialect), transaction.param
    condition, values = "", list[Any]()
    if then is not None and then.known_before is not None:
        condition, values = f" AND event.recorded_at < {param}", [event.bind_value("recorded_at", then.known_before)]
    if then is not None and then.as_of is not None:
        amended = f"SELECT case_id FROM event WHERE {IS_AMENDED}"
        condition += f" AND (event.happened_on <= {param} OR event.event = '{ANNUL}' OR event.case_id IN ({amended}))"
        values.append(event.bind_value("happened_on", then.as_of))
    return condition, values


def _entries(procedure: Procedure, stored: Sequence[Stored], names: Names) -> Iterator[Entry]:
    """The entries of one case; data items bear the names with which they were asked for, which ``names`` gets."""
    for record, body, revision in stored:
        fields = typed(procedure, record.event, record.data, _content(record, body), names)
        names.items.update(_asked(procedure, record, fields))
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


def _content(record: EventRecord, body: str | None) -> Data | None:
    """The content of an event: empty if it has none, None if it was sealed."""
    if record.content_digest is None:
        return {}
    return json.loads(body) if body else None


def _asked(procedure: Procedure, record: EventRecord, fields: Data) -> dict[int, str]:
    """The data items that an entry asks for: number → name."""
    return dict(zip(ids_of(record.data, procedure.items), fields.get(procedure.items, ()), strict=False))


def _amendment(
    procedure: Procedure,
    record: EventRecord,
    body: str | None,
    entries: Mapping[int, Entry],
    names: Names,
) -> Amendment:
    """A correction or a strike as it was recorded; a text that was sealed since then is not corrected any more."""
    target, now = entries[record.data[TARGET]], record.data.get(NOW, {})
    texts = (_content(record, body) or {}).get(NOW, {})
    on, struck = now.get(DAY), record.event == STRIKE_ENTRY
    return Amendment(
        record.seq,
        target.seq,
        struck,
        record.recorded_at,
        entries[record.seq].calendar_revision,
        date.fromisoformat(on) if on else None,
        typed(procedure, target.event, now, texts, names),
        parties_of(now),
        tuple(now.get(CLEARED, ())),
        now.get(BEHIND),
    )
