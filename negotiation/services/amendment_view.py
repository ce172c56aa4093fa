"""A correction or a strike as people read it: of which entry, what of it was wrong and is right, and why."""

from collections.abc import Callable, Mapping
from typing import Any

from negotiation.domain.entered import DAY, NOW, TARGET, WAS

Side = Mapping[str, Any]


def amendment_shown(fields: Mapping[str, Any], titled: Callable[[Side], dict[str, str]]) -> dict[str, str]:
    """The fields of such an event in words. ``titled`` gives a form's fields under their titles."""
    was, now = (_in_words(fields.get(side, {}), titled) for side in (WAS, NOW))
    changed = {key: f"{was.get(key, '—')} → {now.get(key, '—')}" for key in {**was, **now}}
    return {"登记": f"第{fields[TARGET]}项", **changed, "理由": str(fields.get("reason", ""))}


def _in_words(side: Side, titled: Callable[[Side], dict[str, str]]) -> dict[str, str]:
    day = {"日期": str(side[DAY])} if DAY in side else {}
    return day | titled({key: value for key, value in side.items() if key != DAY})
