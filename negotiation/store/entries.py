"""Entries of cases, read back from their events with data and content: from these a case can be derived again."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from negotiation.core.batches import batches
from negotiation.core.enums import ANNUL, CLOCK, EXPUNGE, STRIKE_ENTRY, SUCCESSION
from negotiation.core.labels import AMENDMENT_TITLES
from negotiation.domain.departments import Directory
from negotiation.domain.entered import (
    ANNULS,
    BEHIND,
    CARRIED,
    CLEARED,
    DAY,
    NOW,
    OFFLINE,
    REPLAYED,
    SEALED,
    TARGET,
    Data,
    Names,
    ids_of,
    parties_of,
    typed,
)
from negotiation.domain.event_chain import EventRecord
from negotiation.domain.expunging import NOTHING_GONE, Expunged, expunged_by
from negotiation.domain.machine.amendments import Amendment, History
from negotiation.domain.machine.clock_numbers import ClockEvent
from negotiation.domain.machine.division import read_carried
from negotiation.domain.machine.entries import Entry
from negotiation.domain.rulebook import Procedure
from negotiation.domain.then import Then
from negotiation.store.codec import codec
from negotiation.store.columns import IDS_ASKED_AT_ONCE
from negotiation.store.entry_laws import Laws
from negotiation.store.rulebooks import Rulebooks
from negotiation.store.schema.cases import IS_AMENDED, Event
from negotiation.store.transaction import Transaction

# The calendar that was known when an event was recorded; a change of it counts from its own instant on.
_REVISION = "(SELECT coalesce(max(r.id), 0) FROM calendar_revision r WHERE r.recorded_at <= event.recorded_at)"
Stored = tuple[EventRecord, str | None, int]  # an event, its content, the revision of the calendar


def history_of(
    transaction: Transaction,
    case_id: int,
    procedure: Procedure,
    directory: Directory,
    books: Rulebooks,
    without: Expunged = NOTHING_GONE,
) -> History:
    """All that was recorded of a case; ``without``: as it will be once this is destroyed."""
    stored = [
        (record, None if record.seq in without.contents else body, revision)
        for record, body, revision in _stored(transaction, [case_id], None)
    ]
    laws = Laws.of(transaction, [record for record, _, _ in stored], books)
    return _history(procedure, stored, _names(directory, stored, without), laws)


def histories_of(
    transaction: Transaction,
    procedures: Mapping[int, Procedure],
    directory: Directory,
    books: Rulebooks,
    then: Then | None = None,
) -> dict[int, History]:
    """All that was recorded of many cases, by the id of the case. ``procedures``: of each of these cases, by its id.

    ``books``: finds the rulebooks by which a case went before. ``then``: without what can say nothing of that past day.
    """
    found: dict[int, History] = {}
    for ids in batches(list(procedures), IDS_ASKED_AT_ONCE):
        events: dict[int, list[Stored]] = {case_id: [] for case_id in ids}
        for stored in _stored(transaction, ids, then):
            events[stored[0].case_id].append(stored)
        for case_id, of_case in events.items():
            laws = Laws.of(transaction, [record for record, _, _ in of_case], books)
            found[case_id] = _history(procedures[case_id], of_case, _names(directory, of_case), laws)
    return found


def _history(procedure: Procedure, stored: Sequence[Stored], names: Names, laws: Laws) -> History:
    rules_of = laws.rules(procedure, [record for record, _, _ in stored])
    entries: dict[int, Entry] = {}
    amendments: list[Amendment] = []
    for record, body, revision in stored:
        rules = rules_of[record.seq]
        if record.event in rules.asking:  # it names them itself, also where an entry that was struck had asked first
            _forget(names, ids_of(record.data, rules.items))
        entry = _entry(rules, record, body, revision, names)
        entries[record.seq] = entry = laws.noted(entry, rules)
        if record.event in rules.asking:
            names.items.update(_asked(rules, record, entry.fields))
        if record.event in AMENDMENT_TITLES:
            amendments.append(_amendment(procedure, record, body, entries, names))
            names.items.update(_asked_rightly(procedure, stored, amendments[-1]))
    by_clock = [
        ClockEvent(record.seq, record.event, record.term, record.happened_on, record.data.get(ANNULS))
        for record, _, _ in stored
        if record.role == CLOCK
    ]
    return History(list(entries.values()), amendments, by_clock, laws.first)


def _names(directory: Directory, stored: Sequence[Stored], without: Expunged = NOTHING_GONE) -> Names:
    orders = (expunged_by(record.data) for record, _, _ in stored if record.event == EXPUNGE)
    return Names(directory, {}, OFFLINE if any(each.offline for each in (without, *orders)) else SEALED)


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

    Of a later day only what takes back, or moves, an earlier one, and by which law the case went before.
    """
    event, param = codec(Event, transaction.database.dialect), transaction.param
    condition, values = "", list[Any]()
    if then is not None and then.known_before is not None:
        condition = f" AND (event.recorded_at < {param} OR event.event = '{SUCCESSION}')"
        values.append(event.bind_value("recorded_at", then.known_before))
    if then is not None and then.as_of is not None:
        amended = f"SELECT case_id FROM event WHERE {IS_AMENDED}"
        always = f"event.event IN ('{ANNUL}', '{SUCCESSION}') OR event.case_id IN ({amended})"
        condition += f" AND (event.happened_on <= {param} OR {always})"
        values.append(event.bind_value("happened_on", then.as_of))
    return condition, values


def _entry(procedure: Procedure, record: EventRecord, body: str | None, revision: int, names: Names) -> Entry:
    """An event as it was entered; data items bear the names that they had when it was."""
    content = _content(record, body)
    fields = typed(procedure, record.event, record.data, content, names)
    carried = None
    if CARRIED in record.data:
        texts = (content or {}).get(CARRIED, {})
        carried = read_carried(record.data[CARRIED], texts, parties_of(record.data), names.sealed)
        names.items.update({item.n: item.name for item in carried.items})
    return Entry(
        record.seq, record.event, record.role, record.actor, record.happened_on, fields, parties_of(record.data),
        record.data.get(REPLAYED, False), record.after_seq, record.recorded_at, record.side, revision, carried=carried,
    )  # fmt: skip


def _content(record: EventRecord, body: str | None) -> Data | None:
    """The content of an event: empty if it has none, None if it was sealed."""
    if record.content_digest is None:
        return {}
    return json.loads(body) if body else None


def _forget(names: Names, numbers: Sequence[int]) -> None:
    for n in numbers:
        names.items.pop(n, None)


def _asked(procedure: Procedure, record: EventRecord, fields: Data) -> dict[int, str]:
    """The data items that an entry asks for: number → name."""
    return dict(zip(ids_of(record.data, procedure.items), fields.get(procedure.items, ()), strict=False))


def _asked_rightly(procedure: Procedure, stored: Sequence[Stored], amendment: Amendment) -> dict[int, str]:
    """The data items that an entry asks for by a correction: what is entered after it names them by these numbers."""
    asking = next(record for record, _, _ in stored if record.seq == amendment.target)
    if asking.event not in procedure.asking:
        return {}
    first = next(iter(ids_of(asking.data, procedure.items)), 1)
    return dict(enumerate(amendment.fields.get(procedure.items, ()), first))


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
        typed(target.rules or procedure, target.event, now, texts, names),
        parties_of(now),
        tuple(now.get(CLEARED, ())),
        now.get(BEHIND),
    )
