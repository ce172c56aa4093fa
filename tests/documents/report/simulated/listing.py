"""The rows of 表4–表8 a second time: which cases stand in them and with which days, from the events alone."""

from dataclasses import dataclass
from datetime import date

from tests.documents.report.simulated.clocks import Clock
from tests.documents.report.simulated.counting import Case, Period
from tests.documents.report.simulated.history import VOID, Entry

TABLES = {
    "coordination": "sharing",
    "catalogue": "catalogue-update",
    "corrections": "correction",
    "demands": "open-demand",
    "rectifications": "rectification",
    "summaries": "annual-summary",
}
DISPUTED = ("refer", "accept_referral", "settle", "fail", "report_up", "deliberate", "submit_up", "decide", "remit")


@dataclass(frozen=True)
class Listed:
    """What a row says of a case, but for its titles."""

    no: str
    provider: str
    applicant: str
    received_on: date
    due_on: date | None
    answered_on: date | None
    on_time: bool | None
    closed_on: date | None
    referred_on: date | None = None
    accepted_on: date | None = None
    ended_on: date | None = None
    days: int | None = None
    reported_on: date | None = None
    decided_on: date | None = None


def is_listed(case: Case, table: str, period: Period) -> bool:
    """Whatever came over, came in or was taken up again in the period; in 表4 what was disputed within it."""
    if table == "coordination":
        return any(entry.event in DISPUTED and period.holds(entry.on) for entry in case.entries)
    return any(
        interval.since <= period.until and (interval.ended is None or interval.ended.on >= period.since)
        for interval in case.intervals
    )


def listed(case: Case, table: str, period: Period) -> Listed:
    """Its row, as known at the as-of day; the answer is that to the term whose due date stands beside it."""
    last = case.history.entries[-1]
    clock = case.replies[-1] if case.replies else None
    ended = case.intervals[-1].ended
    return Listed(
        case.history.no,
        last.provider,
        last.applicant,
        case.history.all_intervals()[0].since,
        clock.due if clock else None,
        clock.answered if clock else None,
        _in_time(clock, period) if clock else None,
        ended.on if ended is not None and ended.state != VOID else None,
        **(_dispute(case, period) if table == "coordination" else _reported(case) if table == "rectifications" else {}),
    )


def _in_time(clock: Clock, period: Period) -> bool | None:
    """Nothing is said of a term that runs, and of one that ended unanswered before it was due (撤回)."""
    if clock.answered is not None:
        return clock.answered <= clock.due
    passed = clock.suspended is None and clock.due < (clock.ended or period.as_of)
    return False if passed else None


def _dispute(case: Case, period: Period) -> dict[str, date | int | None]:
    """The last dispute that was brought up by the end of the period, and nothing of an earlier or a later one."""
    brought = [n for n, entry in enumerate(case.entries) if entry.event == "refer" and entry.on <= period.until]
    entries = case.entries[brought[-1] :] if brought else case.entries
    later = [n for n, entry in enumerate(entries) if n and entry.event == "refer"]
    entries = entries[: later[0]] if later else entries
    ended = _last(entries, "settle", "fail")
    begun = _last([entry for entry in entries if ended and entry.seq < ended.seq], "accept_referral", "remit")
    return {
        "referred_on": _day(_last(entries, "refer")),
        "accepted_on": _day(_last(entries, "accept_referral")),
        "ended_on": _day(ended),
        "days": case.calendar.count(begun.on, ended.on) if begun and ended else None,
        "reported_on": _day(_last(entries, "report_up")),
        "decided_on": _day(_last(entries, "decide")),
    }


def _reported(case: Case) -> dict[str, date | None]:
    return {"reported_on": _day(_last(case.entries, "report_up"))}


def _last(entries: list[Entry], *events: str) -> Entry | None:
    return next((entry for entry in reversed(entries) if entry.event in events), None)


def _day(entry: Entry | None) -> date | None:
    return entry.on if entry is not None else None
