"""JSON as commands print it and as the interface answers."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime


def as_text(answer: Mapping[str, object]) -> str:
    """JSON as commands print it and programs read it."""
    return json.dumps(answer, ensure_ascii=False, indent=1, default=jsonable)


def jsonable(value: object) -> str:
    """For json.dumps: dates in ISO form, instants in UTC with their offset. Raises TypeError for what is neither."""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not JSON")


def canonical(value: object) -> str:
    """For json.dumps of what is digested or verified by others: dates in ISO form, instants in UTC with microseconds,
    bytes in hexadecimal. Raises TypeError for anything else."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    raise TypeError(f"{type(value).__name__} is not JSON")
