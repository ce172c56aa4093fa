"""The ruler of a term as a strip of days: what counts is numbered, what does not says why and by which document."""

from datetime import date
from typing import NamedTuple

from calendars import Day
from negotiation.core.labels import DAY_KINDS
from negotiation.domain.rulers import Ruler
from negotiation.domain.wording import RulerRow, weekday

TODAY = "今日"


class Cell(NamedTuple):
    """A day of the strip; ``number`` is its ordinal in the term, or nothing; ``name``: what is written under it, and
    ``marks``: today, due."""

    date: date
    number: int | None
    kind: str
    says: str
    name: str
    marks: tuple[str, ...]


class Timeline(NamedTuple):
    """A term day by day: what it comes to, what else is to be known, its cells, and the same in words."""

    title: str
    says: str
    notes: tuple[str, ...]
    cells: tuple[Cell, ...]
    rows: tuple[RulerRow, ...]


def strip(ruler: Ruler, today: date) -> Timeline:
    """The strip of a ruler."""
    cells = tuple(_cell(ruler, day, today) for day in ruler.days)
    return Timeline(ruler.title, ruler.says, ruler.notes, cells, ruler.rows)


def _cell(ruler: Ruler, day: Day, today: date) -> Cell:
    marks = tuple(name for name, on in (("today", today), ("due", ruler.last)) if day.date == on)
    holiday = "" if day.kind in ("working", "weekend") else day.name or ""
    says = " ".join(filter(None, (weekday(day.date), DAY_KINDS[day.kind], holiday, day.source)))
    kind = "" if day.kind == "working" else DAY_KINDS[day.kind]
    name = ruler.names.get(day.date) or (TODAY if "today" in marks else kind)
    return Cell(day.date, day.ordinal, day.kind, says, name, marks)
