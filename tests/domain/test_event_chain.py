"""The digest of an event: over all its columns, in a form that anybody can work out again."""

import hashlib
import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from negotiation.domain.event_chain import GENESIS, EventRecord, chained, event_digest
from negotiation.store.schema.cases import Event
from negotiation.store.schema.types import table_of

BEFORE = bytes(range(32))
RECORD = EventRecord(
    case_id=7,
    seq=2,
    event="agree",
    actor='张"三',
    role="provider",
    state="agreed",
    basis="第十七条",
    term=1,
    happened_on=date(2026, 3, 3),
    recorded_at=datetime(2026, 3, 3, 2, 0, 0, 5, tzinfo=UTC),
    data={"values": {"supply_by": "2026-04-01"}, "ids": {"provider": 2}},
    account_id=4,
    side=2,
    token=6,
    after_seq=1,
    batch=3,
    content_digest=b"c" * 32,
)


def by_hand(record: EventRecord, no: str = "GX2026-0001") -> bytes:
    """The digest as the documentation has it, by nothing but the standard library."""
    covered: dict[str, Any] = record._asdict() | {"happened_on": record.happened_on.isoformat()}
    covered["recorded_at"] = record.recorded_at.astimezone(UTC).isoformat(timespec="microseconds")
    covered["content_digest"] = record.content_digest.hex() if record.content_digest is not None else None
    covered |= {"case": no, "before": BEFORE.hex(), "algorithm": "sha-256 of canonical JSON", "digest": None}
    told = {key: value for key, value in covered.items() if value is not None}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).digest()


def test_a_record_has_the_columns_of_its_table_in_their_order() -> None:
    assert EventRecord._fields == tuple(table_of(Event).columns.keys())


def test_the_digest_is_that_of_the_canonical_json_of_all_columns() -> None:
    empty = RECORD._replace(term=None, account_id=None, side=None, token=None, after_seq=None, batch=None)
    empty = empty._replace(content_digest=None)
    for record in (RECORD, empty, RECORD._replace(data={}, side=0)):
        assert event_digest(BEFORE, "GX2026-0001", record) == by_hand(record)


def altered(column: str, value: Any) -> EventRecord:
    return EventRecord(**(RECORD._asdict() | {column: value}))


@pytest.mark.parametrize("column", EventRecord._fields[:-1])
def test_whatever_column_is_altered_or_emptied_the_digest_is_another(column: str) -> None:
    true = event_digest(BEFORE, "GX2026-0001", RECORD)
    value = getattr(RECORD, column)
    other: Any = {
        date: date(2026, 3, 4), datetime: datetime(2026, 3, 3, 2, 0, 0, 6, tzinfo=UTC), int: 99, str: "其他",
        bytes: b"d" * 32, dict: {"values": {}},
    }[type(value)]  # fmt: skip
    assert event_digest(BEFORE, "GX2026-0001", altered(column, other)) != true
    if column in ("term", "account_id", "side", "token", "after_seq", "batch", "content_digest"):
        assert event_digest(BEFORE, "GX2026-0001", altered(column, None)) != true


def test_another_case_or_another_history_gives_another_digest() -> None:
    true = event_digest(BEFORE, "GX2026-0001", RECORD)
    assert event_digest(BEFORE, "GX2026-0002", RECORD) != true
    assert event_digest(GENESIS, "GX2026-0001", RECORD) != true


def test_an_instant_is_the_same_in_any_time_zone() -> None:
    in_beijing = RECORD.recorded_at.astimezone(timezone(timedelta(hours=8)))
    moved = RECORD._replace(recorded_at=in_beijing)
    assert event_digest(BEFORE, "GX2026-0001", moved) == event_digest(BEFORE, "GX2026-0001", RECORD)


def test_a_chained_event_bears_its_digest_which_covers_not_itself() -> None:
    bound = chained(BEFORE, "GX2026-0001", RECORD)
    assert bound.digest == event_digest(BEFORE, "GX2026-0001", bound) == by_hand(RECORD)
    assert bound._replace(digest=b"") == RECORD
