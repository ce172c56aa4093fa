"""A notice of a case as it left, or as it waits: for whoever reads the case outside."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from negotiation.domain.notices import NoticeRecord


class SentNotice(NamedTuple):
    """A notice with what became of it; ``sent_at``, ``address``, ``message_id``: of the mail in which it left, which
    may be a digest (``within``). ``text``: its words as of that day, "" where none left or they cannot be written.

    ``facts``: its frozen facts as JSON, which the words are made of. ``reader``: the name of who was to read it.
    """

    record: NoticeRecord
    facts: Mapping[str, Any]
    reader: str
    sent_at: datetime | None
    address: str
    message_id: str
    within: bool
    text: str
