"""JSON as commands print it and as the interface answers."""

import json
from collections.abc import Mapping
from datetime import date, datetime


def as_text(answer: Mapping[str, object]) -> str:
    """JSON as commands print it and programs read it."""
    return json.dumps(answer, ensure_ascii=False, indent=1, default=jsonable)


def jsonable(value: object) -> str:
    """For json.dumps: dates in ISO form, instants in UTC with their offset. Raises TypeError for what is neither."""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not JSON")
