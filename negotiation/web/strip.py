"""The ruler of a term as a strip of days: what counts is numbered, what does not says why and by which document."""

from datetime import date
from typing import NamedTuple

from calendars import Day, WorkingCalendar
from negotiation.terms import Term
from negotiation.words import RulerRow, provisional, ruler_rows, weekday

KINDS = {"working": "工作日", "weekend": "周末", "holiday": "放假", "make-up": "补班", "stoppage": "停止办公"}


class Cell(NamedTuple):
    """A day of the strip; ``number`` is its ordinal in the term, or nothing; ``marks``: today, due."""

    date: date
    number: int | None
    kind: str
    says: str
    marks: tuple[str, ...]


class Strip(NamedTuple):
    """A term day by day: its cells, the same in words, and what its date waits for if it is not official."""

    title: str
    counts_from: date
    counted: int
    due_on: date
    official: bool
    awaits: str
    cells: tuple[Cell, ...]
    rows: tuple[RulerRow, ...]
    suspended_on: date | None


def strip(term: Term, title: str, calendar: WorkingCalendar, today: date) -> Strip:
    """The strip of a term that is counted."""
    assert term.counted is not None
    days = calendar.explain(term.counts_from, term.counted) if term.counted else ()
    counted = (term.counts_from, term.counted) if term.counted else None
    awaits = provisional(calendar, term.due_on, term.official, counted)
    firm = date.max if term.official else calendar.firm_through
    return Strip(
        title,
        term.counts_from,
        term.counted,
        term.due_on,
        term.official,
        awaits,
        tuple(_cell(day, today, term.due_on) for day in days),
        tuple(ruler_rows(days, firm, resumed=term.counts_from != term.started_on)),
        term.suspended_on,
    )


def _cell(day: Day, today: date, due_on: date) -> Cell:
    marks = tuple(name for name, on in (("today", today), ("due", due_on)) if day.date == on)
    name = "" if day.kind in ("working", "weekend") else day.name or ""
    says = " ".join(filter(None, (weekday(day.date), KINDS[day.kind], name, day.source)))
    return Cell(day.date, day.ordinal, day.kind, says, marks)
