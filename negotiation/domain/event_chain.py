"""The chain of a case: each event's digest covers the one before it, so that nothing can be altered unseen.

Content stands outside: the chain holds only its salted digest, so that content can be sealed and the proof remains.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from json.encoder import encode_basestring
from typing import Any, NamedTuple

from negotiation.domain.fields import RawFields

GENESIS = bytes(32)
ALGORITHM = "sha-256 of canonical JSON"


def body_of(fields: RawFields) -> str:
    """The content of an event as the canonical text that is stored and digested: keys sorted, dates in ISO form."""
    return _encoded(fields)


def content_digest(salt: bytes, body: str) -> bytes:
    """The digest of a content; without the salt nobody can guess the content from it."""
    return hashlib.sha256(salt + body.encode()).digest()


class EventRecord(NamedTuple):
    """An event as it is stored; the fields are the columns of ``schema.cases.Event`` in their order.

    ``content_digest``: of what was entered and can be sealed, None where nothing was.
    """

    case_id: int
    seq: int
    event: str
    actor: str
    role: str
    state: str
    basis: str
    term: int | None
    happened_on: date
    recorded_at: datetime
    data: Mapping[str, Any] = {}
    account_id: int | None = None
    side: int | None = None
    token: int | None = None
    after_seq: int | None = None
    batch: int | None = None
    content_digest: bytes | None = None
    digest: bytes = b""


def chained(before: bytes, case_no: str, record: EventRecord) -> EventRecord:
    """The event with its digest, which binds it to the one before it."""
    return EventRecord(*record[:-1], event_digest(before, case_no, record))


def event_digest(before: bytes, case_no: str, record: EventRecord) -> bytes:
    """The chained digest of an event: over the digest before it, the number of its case and all its columns.

    They are written as canonical JSON: keys sorted, no spaces, days and instants (UTC, microseconds) in ISO form, bytes
    in hexadecimal. A column that is empty is left out, so that one that is added later changes no earlier digest.
    """
    values = (*record[:-1], ALGORITHM, before, case_no)
    written = [head + _WRITERS[type(values[n])](values[n]) for head, n in _COVERED if values[n] is not None]
    return hashlib.sha256(f"{{{','.join(written)}}}".encode()).digest()


def _instant(value: datetime) -> str:
    return f'"{value.astimezone(UTC).isoformat(timespec="microseconds")}"'


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be stored as content")


_encoded = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=_iso).encode
_spelt = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
# An encoder that is given all of it at once takes three times as long.
_WRITERS: Mapping[type, Callable[[Any], str]] = {
    str: encode_basestring,
    int: str,
    date: lambda day: f'"{day.isoformat()}"',
    datetime: _instant,
    bytes: lambda value: f'"{value.hex()}"',
    dict: _spelt,
}
# What is covered beside the columns, then all by name: what it is written after, and its place.
_NAMES = (*EventRecord._fields[:-1], "algorithm", "before", "case")
_COVERED = sorted((f'"{name}":', n) for n, name in enumerate(_NAMES))
