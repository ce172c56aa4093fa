"""The ruler of a term as a timeline: what counts is numbered, what does not says why and by which document."""

from datetime import date
from typing import NamedTuple

from calendars import Day
from negotiation.core.labels import DAY_KINDS
from negotiation.domain.rulers import Ruler
from negotiation.domain.wording import RulerRow, weekday

TODAY = "今日"


class Cell(NamedTuple):
    """A day of the timeline; ``number`` is its ordinal in the term, or nothing; ``name``: what is written under it, and
    ``flags``: today, due, past."""

    date: date
    number: int | None
    kind: str
    explanation: str
    name: str
    flags: tuple[str, ...]


class Timeline(NamedTuple):
    """A term day by day: what it comes to, what else is to be known, its cells, and the same in words.

    ``choices``: what the office has chosen where the law leaves its date open.
    """

    title: str
    result: str
    notes: tuple[str, ...]
    cells: tuple[Cell, ...]
    rows: tuple[RulerRow, ...]
    choices: tuple[str, ...]


def timeline_of(ruler: Ruler, today: date) -> Timeline:
    """The timeline of a ruler; ``today`` is flagged."""
    cells = tuple(_cell(ruler, day, today) for day in ruler.days)
    return Timeline(ruler.title, ruler.says, ruler.notes, cells, ruler.rows, ruler.choices)


def _cell(ruler: Ruler, day: Day, today: date) -> Cell:
    flags = tuple(name for name, on in (("today", today), ("due", ruler.last)) if day.date == on)
    if day.ordinal is not None and day.date < today and not flags:
        flags = ("past",)
    holiday = "" if day.kind in ("working", "weekend") else day.name or ""
    explanation = " ".join(filter(None, (weekday(day.date), DAY_KINDS[day.kind], holiday, day.source)))
    kind = "" if day.kind == "working" else DAY_KINDS[day.kind]
    name = ruler.names.get(day.date) or (TODAY if "today" in flags else kind)
    return Cell(day.date, day.ordinal, day.kind, explanation, name, flags)
