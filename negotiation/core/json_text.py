"""JSON as commands print it and as the interface answers."""

import json
from datetime import date, datetime
from typing import Any


def as_text(answer: dict[str, Any]) -> str:
    """JSON as commands print it and programs read it."""
    return json.dumps(answer, ensure_ascii=False, indent=1, default=jsonable)


def jsonable(value: object) -> str:
    """For json.dumps: dates in ISO form, instants in UTC with their offset. Raises TypeError for what is neither."""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not JSON")
