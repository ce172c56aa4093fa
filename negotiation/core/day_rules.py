"""By which days the terms of a rulebook are counted."""

from enum import StrEnum
from typing import NamedTuple

from negotiation.core.enums import CalendarLayer


class DayChoice(StrEnum):
    """How a rulebook counts days of which the law does not say whether they are working days, where unlike others."""

    STOPPAGES_WORK = "stoppages_work"  # the offices stood still by an order (停止办公), and the day counts all the same
    HALF_DAYS_OFF = "half_days_off"  # half of the day is off, and it does not count


class DayRule(NamedTuple):
    """Down to which layer arrangements of working days count, and what of them counts otherwise."""

    layer: CalendarLayer
    choices: tuple[DayChoice, ...] = ()
