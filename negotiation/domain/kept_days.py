"""The working days of every layer as they were known at one revision of the calendar: written as text, read back.

A case is counted with the days that were known when it was counted. So these are kept as they were, and not made anew
from the notices, which a later program may ship, read, order or forecast otherwise.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from calendars import Arrangement, WorkingCalendar
from calendars.arrangement import Mark, marks_of
from calendars.day_line import DayLine, arrangement_in, marks_in, rows_of
from negotiation.core.enums import CalendarLayer

LAYERS = tuple(CalendarLayer)


class KeptDays:
    """The calendars out of a text that ``written`` wrote; each is made when it is asked for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._kept: dict[str, Any] = json.loads(text)
        self._calendars: dict[CalendarLayer, WorkingCalendar] = {}

    def of(self, layer: CalendarLayer) -> WorkingCalendar:
        """The calendar down to a layer; the one below it where the layer adds no day."""
        if layer not in self._calendars:
            below = LAYERS[: LAYERS.index(layer)]
            rows = self._kept["layers"][layer]
            self._calendars[layer] = self._made(layer) if rows or not below else self.of(below[-1])
        return self._calendars[layer]

    def _made(self, layer: CalendarLayer) -> WorkingCalendar:
        kept = self._kept
        marks: dict[date, Mark] = {}
        for each in LAYERS[: LAYERS.index(layer) + 1]:
            marks |= marks_in(kept["layers"][each])
        plans = {int(year): _plans_in(int(year), rows) for year, rows in kept["plans"].items()}
        since, through = (date.fromisoformat(kept[key]) for key in ("since", "through"))
        return WorkingCalendar.of_line(DayLine(since, through, frozenset(kept["published"]), marks, plans))


def _plans_in(year: int, plans: list[Any]) -> tuple[Arrangement, ...]:
    return tuple(arrangement_in(year, marks_in(rows)) for rows in plans)


@lru_cache(maxsize=64)
def kept_days(text: str) -> KeptDays:
    """The calendars out of a text; the same text gives the same calendars, so that they are made but once."""
    return KeptDays(text)


def written(calendar_of: Callable[[CalendarLayer], WorkingCalendar]) -> str:
    """The calendars of all layers as text: the national one whole, of each other the days that it has otherwise."""
    lines = {layer: calendar_of(layer).line for layer in LAYERS}
    national = lines[CalendarLayer.NATIONAL]
    layers: dict[str, object] = {}
    below: Mapping[date, Mark] = {}
    for layer, line in lines.items():
        layers[layer.value] = rows_of({day: mark for day, mark in line.marks.items() if below.get(day) != mark})
        below = line.marks
    kept = {
        "since": national.since.isoformat(),
        "through": national.through.isoformat(),
        "published": sorted(national.published),
        "layers": layers,
        "plans": {year: [rows_of(marks_of([plan])) for plan in plans] for year, plans in national.plans.items()},
    }
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
