"""Request to act on a case: one object from a page, a program or an import to the engine."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class ActRequest:
    """An event, by whom and in which role, and the fields as entered.

    ``on``: the day on which it happened (Asia/Shanghai). ``extra``: what no form of the rulebook asks and the event
    keeps all the same (who signed, which files came with it). ``seen_version``: the version of the case that the
    actor saw.
    """

    event: str
    role: str
    actor: str
    on: date
    fields: Mapping[str, Any] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    seen_version: int | None = None
