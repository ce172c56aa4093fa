"""The facts of notices as JSON and back: the one place where their dates become text."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy.engine import Dialect

from negotiation.domain.notice_facts import (
    AlarmFacts,
    DigestFacts,
    Facts,
    MeetingFacts,
    MissingYearFacts,
    NoticeFacts,
    OfficeDigestFacts,
    SealedFacts,
    UnreadableFacts,
)
from negotiation.store.schema.types import Json

# A key that only facts of this type have; all others are those of a case.
_TYPES = {
    "members": DigestFacts, "lists": OfficeDigestFacts, "waiting": MissingYearFacts, "meeting": MeetingFacts,
    "sealed": SealedFacts, "alarm": AlarmFacts,
}  # fmt: skip


class FactsType(Json):
    """A column of facts: typed in Python, JSON in the database."""

    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> Facts | None:  # noqa: ARG002 (its base asks)
        return None if value is None else from_json(value)


def to_json(facts: Facts) -> Mapping[str, Any]:
    """Facts as JSON: their fields by name, dates in ISO 8601."""
    kind: Any = type(facts)
    document: Mapping[str, Any] = _adapter(kind).dump_python(facts, mode="json")
    return document


def from_json(document: Mapping[str, Any]) -> Facts:
    """Facts from their JSON; what does not fit becomes ``UnreadableFacts``, so that the others can be sent."""
    kind: Any = next((kind for key, kind in _TYPES.items() if key in document), NoticeFacts)
    try:
        facts: Facts = _adapter(kind).validate_python(document)
    except ValidationError as error:
        return UnreadableFacts(str(document.get("no", "")), str(error))
    return facts


@lru_cache(maxsize=8)
def _adapter(kind: Any) -> TypeAdapter[Any]:
    """Made at the first use, as making one takes a millisecond."""
    return TypeAdapter(kind)
