"""The terms of a case counted again from its events, with the working calendar's ``due`` and ``count`` only.

Written from the law and not from the rulebooks: how long a reply may take, what stops it and what adds to it.
The rows of the term table are not asked; a test holds these dates against theirs.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from calendars import WorkingCalendar
from tests.documents.report.simulated.history import ENDED, Entry, History, Interval

MEASURES, REGULATION = "beijing-2017", "beijing-2025"
Length = int | tuple[int, int] | str  # working days, a date of the year, or the field in which the act sets the date


@dataclass(frozen=True)
class Law:
    """A term: in which state it runs, how long under either law, and which events answer it."""

    state: str
    length: dict[str, Length]
    answers: tuple[str, ...]
    anywhere: bool = False  # whether it can still be answered when the case has gone on


def _both(length: Length) -> dict[str, Length]:
    return {MEASURES: length, REGULATION: length}


# 37号第九、十七、十九、二十、二十九、三十三条; 809号第十七、二十一、二十六条; the rest is the office's own rule.
LAWS = {
    "sharing": Law("awaiting_reply", _both(10), ("agree", "agree_partly", "refuse", "disclaim"), anywhere=True),
    "catalogue-update": Law("updating", {MEASURES: 15, REGULATION: 10}, ("update",)),
    "correction": Law("awaiting_verification", _both(10), ("correct", "uphold")),
    "open-demand": Law("awaiting_reply", _both(15), ("respond", "disclaim")),
    "citation-consent": Law("awaiting_reply", _both(10), ("consent", "refuse")),
    "wider-use": Law("awaiting_reply", _both(10), ("consent", "refuse")),
    "rectification": Law("rectifying", _both("rectify_by"), ("finish",)),
    "annual-summary": Law("awaiting_summary", _both((11, 30)), ("confirm", "revise")),
    "opening-plan": Law("awaiting_plan", _both((12, 31)), ("hand_in",)),
}
BACK = ("decline_referral", "withdraw_referral")
SUPPLY_DAYS = {MEASURES: 30, REGULATION: 20}  # 809号第二十二条: twenty, from the agreeing reply


@dataclass
class Clock:
    """A term as it stands after the events told so far. ``paused``: working days spent suspended."""

    interval: Interval
    started: date
    due: date
    suspended: date | None = None
    left: int = 0
    paused: int = 0
    answered: date | None = None
    ended: date | None = None
    last: Entry = field(kw_only=True)  # with which it ended, or the last one: who was bound then answers for it

    @property
    def runs(self) -> bool:
        return self.ended is None


def reply_clocks(history: History, calendar: WorkingCalendar) -> list[Clock]:
    """The main terms of a case, those of voided intervals left out."""
    law = LAWS.get(history.procedure)
    return (
        [clock for interval in history.intervals() for clock in _replies(history, law, interval, calendar)]
        if law
        else []
    )


def _replies(history: History, law: Law, interval: Interval, calendar: WorkingCalendar) -> list[Clock]:
    clocks: list[Clock] = []
    for entry in interval.entries:
        clock = clocks[-1] if clocks else None
        if clock is not None:
            _on_its_way(history, law, clock, entry, calendar)
        if entry.state == law.state != entry.before:
            if clock is None or (not clock.runs and entry.event not in BACK):
                due = _end(history, law.length[history.rulebook], entry, calendar)
                clocks.append(Clock(interval, entry.on, due, last=entry))
            else:
                _taken_up(clock, entry, calendar)
    return clocks


def _on_its_way(history: History, law: Law, clock: Clock, entry: Entry, calendar: WorkingCalendar) -> None:
    """What an event does to a term that began before it."""
    if entry.event in law.answers and clock.answered is None and (law.anywhere or entry.before == law.state):
        clock.answered = entry.on
    if not clock.runs:
        return
    clock.last = entry
    if entry.event == "grant_extension":
        clock.due = calendar.due(clock.due, entry.fields["more_days"])
    if entry.event == "renew" and entry.before == law.state:
        clock.due = date.fromisoformat(entry.fields["rectify_by"])
    if entry.event == "ask_supplement" and history.rulebook == MEASURES:
        clock.suspended, clock.left = entry.on, max(calendar.count(entry.on, clock.due), 0)
    elif entry.state in ENDED or entry.state not in (law.state, "supplementing"):
        clock.ended = entry.on


def _taken_up(clock: Clock, entry: Entry, calendar: WorkingCalendar) -> None:
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
    if history.procedure == "sharing" and history.rulebook == REGULATION and _class(history, entry) == "unconditional":
        length = 1  # 809号第二十一条
    return calendar.due(entry.on, length)


def _class(history: History, until: Entry) -> Any:
    said = [entry.fields["class"] for entry in history.entries if entry.seq <= until.seq and "class" in entry.fields]
    return said[-1] if said else ""


# --------------------------------------------------------------------------------------------------------- supply


def supply_clocks(history: History, calendar: WorkingCalendar) -> list[Clock]:
    """The terms in which what was agreed or decided is supplied; those of voided intervals left out."""
    if history.procedure != "sharing":
        return []
    return [clock for interval in history.intervals() for clock in _supplies(history, interval, calendar)]


def _supplies(history: History, interval: Interval, calendar: WorkingCalendar) -> list[Clock]:
    clocks: list[Clock] = []
    for entry in interval.entries:
        running = [clock for clock in clocks if clock.runs]
        for clock in running:
            clock.last = entry
            if entry.event == "supply":
                clock.answered = entry.on
            if entry.event == "agree_partly" and entry.fields.get("supply_by"):
                clock.due = date.fromisoformat(entry.fields["supply_by"])  # the parties agree on another day
            if entry.state in ENDED:
                clock.ended = entry.on
        if _begins(entry, running):
            for clock in running:
                if not _is_of_its_own(history, entry):
                    clock.ended = entry.on
            by = entry.fields.get("supply_by")
            due = date.fromisoformat(by) if by else calendar.due(entry.on, SUPPLY_DAYS[history.rulebook])
            clocks.append(Clock(interval, entry.on, due, last=entry))
    return clocks


def _begins(entry: Entry, running: list[Clock]) -> bool:
    """An agreement, a settlement or a decision to share begins the supply anew; a partial one only where none runs."""
    if entry.event in ("agree", "settle"):
        return True
    if entry.event == "decide":
        return bool(entry.fields["decision"] == "share")
    return not running and (entry.event == "agree_partly" or (entry.event == "reopen" and entry.state == "agreed"))


def _is_of_its_own(history: History, entry: Entry) -> bool:
    """After the government's decision the office sets the days (落实期限); what was agreed before runs on beside it."""
    return entry.event == "decide" and history.rulebook == REGULATION
