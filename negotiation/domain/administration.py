"""Acts of administration and the chain of their log: each entry's digest covers the one before it."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from negotiation.core.enums import AdminKind
from negotiation.core.json_text import canonical
from negotiation.domain.event_chain import ALGORITHM, body_of

Words = Mapping[str, str]  # what it is called → what it reads
NOTHING: Words = {}


class AdminAct(NamedTuple):
    """What was done on whom: ``subject`` in words, ``subject_id`` its account, if it is one.

    ``was``, ``became``: what changed, in words; never a password, a code or a token's text.
    """

    kind: AdminKind
    act: str
    subject: str
    subject_id: int | None = None
    was: Words = NOTHING
    became: Words = NOTHING

    @classmethod
    def of_change(
        cls, kind: AdminKind, act: str, subject: str, was: Words, became: Words, subject_id: int | None = None
    ) -> "AdminAct":
        """An act of which only that is kept which differs; ``changes_nothing`` if nothing does."""
        keys = [key for key in {**was, **became} if was.get(key, "") != became.get(key, "")]
        before, after = ({key: side.get(key, "") for key in keys} for side in (was, became))
        return cls(kind, act, subject, subject_id, before, after)

    @property
    def changes_nothing(self) -> bool:
        """True for a change of which nothing differs."""
        return self.was == self.became


class AdminRecord(NamedTuple):
    """An entry as it is stored; the fields are the columns of ``schema.administration.AdminEntry`` in their order."""

    n: int
    recorded_at: datetime
    account_id: int | None
    author: str
    kind: str
    act: str
    subject: str
    subject_id: int | None
    was: str
    became: str
    digest: bytes = b""

    @property
    def changes(self) -> list[tuple[str, str, str]]:
        """The changes: what it is called, what it read before and after."""
        before, after = json.loads(self.was), json.loads(self.became)
        return [(key, before.get(key, ""), after.get(key, "")) for key in {**before, **after}]


def recorded(n: int, at: datetime, account_id: int | None, author: str, act: AdminAct) -> AdminRecord:
    """The entry of an act, still without its digest."""
    was, became = body_of(dict(act.was)), body_of(dict(act.became))
    return AdminRecord(n, at, account_id, author, act.kind.value, act.act, act.subject, act.subject_id, was, became)


def chained(before: bytes, record: AdminRecord) -> AdminRecord:
    """The entry with its digest, which binds it to the one before it."""
    return record._replace(digest=entry_digest(before, record))


def entry_digest(before: bytes, record: AdminRecord) -> bytes:
    """The chained SHA-256 of an entry: of canonical JSON over the digest before it and all its columns.

    A column that is empty is left out, so that one that is added later changes no earlier digest.
    """
    columns = {name: value for name, value in zip(record._fields, record, strict=True) if value is not None}
    covered = {**columns, "digest": before, "algorithm": ALGORITHM}
    text = json.dumps(covered, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=canonical)
    return hashlib.sha256(text.encode()).digest()
