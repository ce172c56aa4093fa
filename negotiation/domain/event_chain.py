"""The chain of a case: each event's digest covers the one before it, so that nothing can be altered unseen.

Content stands outside: the chain holds only its salted digest, so that content can be sealed and the proof remains.
"""

import hashlib
import json
from datetime import date, datetime
from typing import NamedTuple

from negotiation.domain.fields import Entered

GENESIS = bytes(32)
_SEPARATOR = "\x1f"


def body_of(fields: Entered) -> str:
    """The content of an event as the canonical text that is stored and digested: keys sorted, dates in ISO form."""
    return _encoded(fields)


def content_digest(salt: bytes, body: str) -> bytes:
    """The digest of a content; without the salt nobody can guess the content from it."""
    return hashlib.sha256(salt + body.encode()).digest()


class EventBody(NamedTuple):
    """The text that the digest of an event covers: the number of its case and the columns of the event.

    ``content``: the digest of what was entered, None where nothing was.
    """

    case_no: str
    seq: int
    event: str
    actor: str
    role: str
    state: str
    basis: str
    term: int | None
    happened_on: date
    recorded_at: datetime
    content: bytes | None


def event_digest(before: bytes, body: EventBody) -> bytes:
    """The chained digest of an event: over the digest before it and every field of its body."""
    *words, term, happened_on, recorded_at, content = body
    text = _SEPARATOR.join([*map(str, words), str(term), happened_on.isoformat()]).encode()
    moment = int(recorded_at.timestamp() * 1_000_000).to_bytes(8, "big")
    return hashlib.sha256(_SEPARATOR.encode().join((before, text, moment, content or b""))).digest()


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be stored as content")


_encoded = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=_iso).encode
