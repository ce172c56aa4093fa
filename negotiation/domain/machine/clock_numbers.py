"""Numbers of what the clock has recorded on a case: of the lapses that stand, and of what followed from them."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from negotiation.core.enums import ANNUL, LAPSE, RECOUNT, REMIND, SUCCESSION

_NOT_NUMBERED = (REMIND, RECOUNT, SUCCESSION)  # they change no state, or are an entry of the case


class ClockEvent(NamedTuple):
    """An event that the clock has recorded. ``annuls``: the number of the event that it takes back, if it says so."""

    seq: int
    event: str
    term: int | None
    on: date
    annuls: int | None = None


class ClockNumbers(NamedTuple):
    """The numbers of the clock's events that stand, by event, term and day; ``free``: the first that no event has."""

    known: Mapping[tuple[str, int | None, date], int] = {}
    free: int = 1


NOTHING_RECORDED = ClockNumbers()


def numbers_of(events: Iterable[ClockEvent], free: int) -> ClockNumbers:
    """The numbers of the clock's events that were not taken back; ``events``: in the order of their numbers."""
    standing: dict[int, ClockEvent] = {}
    for event in events:
        if event.event == ANNUL:
            standing.pop(_annulled(event, standing), None)
        elif event.event not in _NOT_NUMBERED:
            standing[event.seq] = event
    return ClockNumbers({(each.event, each.term, each.on): seq for seq, each in standing.items()}, free)


def _annulled(annulment: ClockEvent, standing: Mapping[int, ClockEvent]) -> int:
    """The number of what an annulment takes back: what it names, else the last lapse of its term; 0 for none."""
    if annulment.annuls is not None:
        return annulment.annuls
    lapses = (seq for seq, each in standing.items() if (each.event, each.term) == (LAPSE, annulment.term))
    return max(lapses, default=0)
