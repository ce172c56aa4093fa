"""The terms of a case counted again from its events, with the working calendar's ``due`` and ``count`` only.

Written from the law and not from the rulebooks: how long a reply may take, what stops it and what adds to it.
The rows of the term table are not asked; a test holds these dates against theirs.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from calendars import WorkingCalendar
from tests.documents.report.simulated.history import ENDED, MEASURES, REGULATION, Entry, History, Interval

Length = int | tuple[int, int] | str  # working days, a date of the year, or the field in which the act sets the date


@dataclass(frozen=True)
class Law:
    """A term: in which state it runs, how long under either law, and which events answer it."""

    state: str
    length: dict[str, Length]
    answers: tuple[str, ...] = ()


def _both(length: Length) -> dict[str, Length]:
    return {MEASURES: length, REGULATION: length}


# 37号第九、十七、十九、二十、二十九、三十三条; 809号第十七、二十一、二十六条; the rest is the office's own rule.
LAWS = {
    "sharing": Law("awaiting_reply", _both(10)),
    "catalogue-update": Law("updating", {MEASURES: 15, REGULATION: 10}, ("update",)),
    "correction": Law("awaiting_verification", _both(10), ("correct", "uphold")),
    "open-demand": Law("awaiting_reply", _both(15), ("respond", "disclaim")),
    "citation-consent": Law("awaiting_reply", _both(10), ("consent", "refuse")),
    "wider-use": Law("awaiting_reply", _both(10), ("consent", "refuse")),
    "rectification": Law("rectifying", _both("rectify_by"), ("finish",)),
    "annual-summary": Law("awaiting_summary", _both((11, 30)), ("confirm", "revise")),
    "opening-plan": Law("awaiting_plan", _both((12, 31)), ("hand_in",)),
}


@dataclass
class Clock:
    """A term as it stands after the events told so far. ``paused``: working days spent suspended.

    ``since``: the event that began it.
    """

    interval: Interval
    started: date
    due: date
    suspended: date | None = None
    left: int = 0
    paused: int = 0
    answered: date | None = None
    ended: date | None = None
    since: int = 0
    last: Entry = field(kw_only=True)  # with which it ended, or the last one: who was bound then answers for it

    @property
    def runs(self) -> bool:
        return self.ended is None


def main_clocks(history: History, calendar: WorkingCalendar) -> list[Clock]:
    """The main terms of a case of which nothing is answered item by item, those of voided intervals left out."""
    law = LAWS.get(history.procedure)
    if law is None:
        return []
    return [clock for interval in history.intervals() for clock in _clocks(history, law, interval, calendar)]


def _clocks(history: History, law: Law, interval: Interval, calendar: WorkingCalendar) -> list[Clock]:
    clocks: list[Clock] = []
    for entry in interval.entries:
        clock = clocks[-1] if clocks else None
        if clock is not None:
            if entry.event in law.answers and clock.answered is None and entry.before == law.state:
                clock.answered = entry.on
            if clock.runs:
                on_its_way(history, clock, entry, calendar)
                if entry.state in ENDED or entry.state not in (law.state, "supplementing"):
                    clock.ended = entry.on
        if entry.state == law.state != entry.before:
            if clock is None or not clock.runs:
                clocks.append(begun(history, interval, entry, calendar))
            else:
                taken_up(clock, entry, calendar)
    return clocks


def begun(history: History, interval: Interval, entry: Entry, calendar: WorkingCalendar) -> Clock:
    """The main term that an event begins."""
    law = MEASURES if _changed_by_the_city(history, entry) else entry.law
    due = _end(history, LAWS[history.procedure].length[law], entry, calendar)
    return Clock(interval, entry.on, due, since=entry.seq, last=entry)


def _changed_by_the_city(history: History, entry: Entry) -> bool:
    """条例第十七条 speaks of laws, administrative regulations, decisions of the State Council and functions: of what a
    local regulation changes a catalogue is updated under 37号第九条."""
    causes = [each.fields["cause"] for each in history.entries if each.seq <= entry.seq and "cause" in each.fields]
    return history.procedure == "catalogue-update" and causes[-1:] == ["local"]


def on_its_way(history: History, clock: Clock, entry: Entry, calendar: WorkingCalendar) -> None:
    """What an event does to the length of a main term that runs."""
    clock.last = entry
    if entry.event == "grant_extension":
        clock.due = calendar.due(clock.due, entry.fields["more_days"])
    if entry.event == "renew" and entry.before == LAWS[history.procedure].state:
        clock.due = date.fromisoformat(entry.fields["rectify_by"])
    if entry.event == "ask_supplement" and entry.law == MEASURES:
        clock.suspended, clock.left = entry.on, max(calendar.count(entry.on, clock.due), 0)


def taken_up(clock: Clock, entry: Entry, calendar: WorkingCalendar) -> None:
    """The case waits for its answer again: a suspended term counts on what was left, a returned one is as it was."""
    clock.ended, clock.last = None, entry
    if clock.suspended is not None:
        clock.paused += calendar.count(clock.suspended, entry.on)
        clock.due = calendar.due(entry.on, clock.left) if clock.left else calendar.roll(entry.on)
        clock.suspended = None


def _end(history: History, length: Length, entry: Entry, calendar: WorkingCalendar) -> date:
    if isinstance(length, str):
        return date.fromisoformat(entry.fields[length])
    if isinstance(length, tuple):
        day = date(entry.on.year, *length)
        return day if day >= entry.on else day.replace(year=day.year + 1)
    if history.procedure == "sharing" and entry.law == REGULATION and _class(history, entry) == "unconditional":
        length = 1  # 809号第二十一条
    return calendar.due(entry.on, length)


def _class(history: History, until: Entry) -> Any:
    said = [entry.fields["class"] for entry in history.entries if entry.seq <= until.seq and "class" in entry.fields]
    return said[-1] if said else ""
