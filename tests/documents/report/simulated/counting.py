"""The figures of the annual report, counted a second time: one plain loop for each, over what a case tells.

Nothing is shared with the product's own counting but the names of the counts. Each function takes a case as known at
the as-of day and a period, and yields what it adds to which count, and on whose account.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from calendars import WorkingCalendar
from tests.documents.report.simulated.clocks import Clock, main_clocks
from tests.documents.report.simulated.history import WITHDRAWN, Entry, History, Interval
from tests.documents.report.simulated.items import MERGED, Life, counted, life_of, outcome
from tests.documents.report.simulated.outcomes import by_last_answer

ONE_DAY = timedelta(days=1)


class Period(NamedTuple):
    """The days of a report, first and last included, as known at the end of ``as_of``.

    ``settled``: of a month, the end of the whole report; whoever is bound then answers for what was due in the month.
    """

    since: date
    until: date
    as_of: date
    settled: date | None = None

    def holds(self, day: date) -> bool:
        return self.since <= day <= self.until

    def months(self) -> Iterator[tuple[str, "Period"]]:
        """Each month that it touches, cut to its own days."""
        first = self.since
        while first <= self.until:
            following = (first.replace(day=1) + 32 * ONE_DAY).replace(day=1)
            yield f"{first:%Y-%m}", Period(first, min(following - ONE_DAY, self.until), self.as_of, self.until)
            first = following


class Found(NamedTuple):
    """What a case adds to a count, and the departments that had the parts then."""

    key: str
    provider: str
    applicant: str
    amount: int = 1


@dataclass(frozen=True)
class Case:
    """A case as it was known at the as-of day, its terms counted again."""

    history: History
    calendar: WorkingCalendar
    reference: frozenset[str] = frozenset()  # 参照单位

    @cached_property
    def intervals(self) -> list[Interval]:
        return self.history.intervals()

    @cached_property
    def life(self) -> Life | None:
        """The case followed item by item; None where nothing is answered so."""
        return life_of(self.history, self.calendar) if self.history.procedure == "sharing" else None

    @cached_property
    def replies(self) -> list[Clock]:
        return self.life.replies if self.life else main_clocks(self.history, self.calendar)

    @cached_property
    def supplies(self) -> list[Clock]:
        return self.life.supplies if self.life else []

    def outcome(self, interval: Interval) -> str:
        """How an interval ended."""
        assert interval.ended is not None
        if self.life is None or interval.ended.state == WITHDRAWN:
            return by_last_answer(self.history, interval)
        return outcome(self.life.at_ends[interval.ended.seq], interval.ended.event)

    @cached_property
    def entries(self) -> list[Entry]:
        """All that happened to it, but for intervals that ended void."""
        return [entry for interval in self.intervals for entry in interval.entries]


def counts_of(case: Case, period: Period) -> Iterator[Found]:
    """Everything that a case adds to the figures of a period."""
    for figure in FIGURES:
        yield from figure(case, period)


def _by(entry: Entry, key: str, amount: int = 1) -> Found:
    return Found(key, entry.provider, entry.applicant, amount)


# ------------------------------------------------------------------------------------------- what came and went


def carried_over(case: Case, period: Period) -> Iterator[Found]:
    """上年结转: this year's equals last year's 结转下年."""
    yesterday = period.since - ONE_DAY
    for interval in case.intervals:
        if interval.is_open_after(yesterday):
            yield _by(interval.at(yesterday), "carried_over")


def received(case: Case, period: Period) -> Iterator[Found]:
    """本年新收; a reopening counts as 新收 (其中重新办理)."""
    for interval in case.intervals:
        if period.holds(interval.since):
            yield _by(interval.entries[0], "received")
            yield _by(interval.entries[0], "reopened" if interval.again else "issued")


def closed(case: Case, period: Period) -> Iterator[Found]:
    """办结 = closed + withdrawn, by that day; 作废 is outside every figure."""
    for interval in _closed(case, period, withdrawn=True):
        yield _by(interval.entries[-1], "closed")
        yield _by(interval.entries[-1], f"closed_{case.outcome(interval)}")


def carried_forward(case: Case, period: Period) -> Iterator[Found]:
    """上年结转 + 本年新收 = 本年办结 + 结转下年."""
    for interval in case.intervals:
        if interval.is_open_after(period.until):
            yield _by(interval.at(period.until), "carried_forward")


def moved(case: Case, period: Period) -> Iterator[Found]:
    """职责划转 as 划入/划出: whoever has a part after a day's acts and had it not before, while the case is open."""
    for interval in case.intervals:
        for before, after in pairwise(interval.entries):
            if period.holds(after.on) and before.provider != after.provider:
                yield Found("moved_out", before.provider, "")
                yield Found("moved_in", after.provider, "")
            if period.holds(after.on) and before.applicant != after.applicant:
                yield Found("moved_out", "", before.applicant)
                yield Found("moved_in", "", after.applicant)


def _closed(case: Case, period: Period, *, withdrawn: bool = False) -> Iterator[Interval]:
    for interval in case.intervals:
        if (
            interval.ended is not None
            and period.holds(interval.ended.on)
            and (withdrawn or interval.ended.state != WITHDRAWN)
        ):
            yield interval


# ----------------------------------------------------------------------------------------------- reply and supply


def replies_due(case: Case, period: Period) -> Iterator[Found]:
    """按时答复率: replies made on or before the effective due date ÷ terms due in the period."""
    for clock in _due(case.replies, period):
        yield _on(clock, period, "replies_due")
        if clock.answered is not None and clock.answered <= clock.due:
            yield _on(clock, period, "replies_on_time")


def replies_made(case: Case, period: Period) -> Iterator[Found]:
    """平均答复用时: over replies made in the period, late ones too: mean counted working days from start to reply,
    suspended days left out; a same-day reply is 0."""
    yield from _made(case, case.replies, period, "replies", "reply_days")


def overdue(case: Case, period: Period) -> Iterator[Found]:
    """本年逾期: terms due in the period answered late or not at all; in bands 1–5, 6–10, > 10 working days.

    809号第四十三条: of bodies that the regulation only refers to nothing is ever overdue.
    """
    for clock in _late(case, period):
        ends = (day for day in (clock.answered, clock.ended) if day is not None and day <= period.until)
        until = next(ends, period.until)
        yield _on(clock, period, "overdue")
        yield _on(clock, period, f"overdue_{_band(case, clock, until)}")


def lateness(case: Case, period: Period) -> Iterator[Found]:
    """本年逾期 = answered late + passed unanswered and gone on (to coordination, or otherwise) + 期末逾期未答复."""
    for clock in _late(case, period):
        if clock.answered is not None and clock.answered <= period.until:
            yield _on(clock, period, "replied_late")
        elif clock.ended is not None and clock.ended <= period.until:
            referred = clock.last.state in ("referred", "in_coordination")
            yield _on(clock, period, "lapsed_to_coordination" if referred else "lapsed_otherwise")


def unanswered(case: Case, period: Period) -> Iterator[Found]:
    """期末逾期未答复: still unanswered at its end; in bands 1–5, 6–10, > 10 working days."""
    for clock in _late(case, period):
        replied = clock.answered is not None and clock.answered <= period.until
        if not replied and (clock.ended is None or clock.ended > period.until):
            yield _on(clock, period, "unanswered")
            yield _on(clock, period, f"unanswered_{_band(case, clock, period.until)}")


def supplies_due(case: Case, period: Period) -> Iterator[Found]:
    """按时提供率: the same for supply, where the rulebook has the term."""
    for clock in _due(case.supplies, period):
        yield _on(clock, period, "supplies_due")
        if clock.answered is not None and clock.answered <= clock.due:
            yield _on(clock, period, "supplies_on_time")


def supplies_made(case: Case, period: Period) -> Iterator[Found]:
    """平均提供用时: the same for supply."""
    yield from _made(case, case.supplies, period, "supplies", "supply_days")


def _due(clocks: Iterable[Clock], period: Period) -> Iterator[Clock]:
    """A term counts in the period that holds its due date; it is left out only if it was withdrawn before that date,
    or is unanswered and still running at the as-of date (due ≥ as-of)."""
    for clock in clocks:
        passed = clock.suspended is None and clock.due < (clock.ended or period.as_of)
        if period.holds(clock.due) and (clock.answered is not None or passed):
            yield clock


def _late(case: Case, period: Period) -> Iterator[Clock]:
    for clock in _due(case.replies, period):
        in_time = clock.answered is not None and clock.answered <= clock.due
        if not in_time and _on(clock, period, "").provider not in case.reference:
            yield clock


def _made(case: Case, clocks: Iterable[Clock], period: Period, many: str, days: str) -> Iterator[Found]:
    for clock in clocks:
        if clock.answered is not None and period.holds(clock.answered):
            yield _on(clock, period, many)
            until = min(clock.answered, clock.suspended or clock.answered)  # a term that is suspended takes no days
            yield _on(clock, period, days, case.calendar.count(clock.started, until) - clock.paused)


def _band(case: Case, clock: Clock, until: date) -> str:
    days = case.calendar.count(clock.due, until)
    return "1_5" if days <= 5 else "6_10" if days <= 10 else "over_10"


def _on(clock: Clock, period: Period, key: str, amount: int = 1) -> Found:
    """On the account of whoever was bound when the term ended, at the latest at the end of the report."""
    day = max(period.settled or period.until, clock.interval.since)
    last = clock.last if clock.last.on <= day else clock.interval.at(day)
    return _by(last, key, amount)


# ------------------------------------------------------------------------------------ coordination, deliberation


def paths(case: Case, period: Period) -> Iterator[Found]:
    """协商解决率, 协调率, 审议率: among cases closed in the period: settled without coordination; with coordination;
    with deliberation."""
    for interval in _closed(case, period):
        if case.outcome(interval) == MERGED:
            continue
        events = {entry.event for entry in interval.entries}
        coordinated = any(entry.state == "in_coordination" for entry in interval.entries)
        yield _by(interval.entries[-1], "closed_coordinated" if coordinated else "closed_negotiated")
        if "report_up" in events:
            yield _by(interval.entries[-1], "closed_deliberated")


def coordinations(case: Case, period: Period) -> Iterator[Found]:
    """协调一致率, 平均协调用时: settled ÷ coordinations ended; working days from acceptance."""
    accepted = date.min
    for entry in case.entries:
        if entry.event in ("accept_referral", "remit"):
            accepted = entry.on
        if entry.event in ("settle", "fail") and entry.state != "in_coordination" and period.holds(entry.on):
            yield _by(entry, "coordinations_ended")
            yield _by(entry, "coordination_days", case.calendar.count(accepted, entry.on))
            if entry.event == "settle":
                yield _by(entry, "coordinations_settled")


# ------------------------------------------------------------------------------------------ on the way to a reply

SIMPLY_COUNTED = {
    "request_extension": "extensions_asked", "grant_extension": "extensions_granted", "ask_supplement": "supplements",
    "refer": "to_coordination", "report_up": "to_deliberation", "refuse": "refusals",
}  # fmt: skip


def steps(case: Case, period: Period) -> Iterator[Found]:
    """延期: asked, granted · 补充材料 cases · 不同意 by class of reason; 提请协调, 报请审议."""
    for entry in case.entries:
        if period.holds(entry.on) and entry.event in SIMPLY_COUNTED:
            yield _by(entry, SIMPLY_COUNTED[entry.event])
            if entry.event == "refuse":
                yield _by(entry, f"refusals_{entry.fields.get('reason_class', '')}")


def items(case: Case, period: Period) -> Iterator[Found]:
    """数据项 agreed ÷ asked, of the cases closed in the period; what was withdrawn is not asked."""
    for interval in _closed(case, period):
        if case.life is None or interval.ended is None:
            continue
        asked, agreed = counted(case.life.at_ends[interval.ended.seq])
        if asked:
            yield _by(interval.entries[-1], "items_asked", asked)
        if agreed:
            yield _by(interval.entries[-1], "items_agreed", agreed)


def rectified(case: Case, period: Period) -> Iterator[Found]:
    """整改完成率: finished ÷ issued."""
    for interval in case.intervals:
        issued = period.holds(interval.since) and not interval.again
        finished = interval.ended is not None and case.outcome(interval) == "done"
        if issued and finished and interval.entries[-1].on <= period.until:
            yield _by(interval.entries[-1], "finished")


FIGURES: tuple[Callable[[Case, Period], Iterator[Found]], ...] = (
    carried_over, received, moved, closed, carried_forward, replies_due, replies_made, overdue, lateness, unanswered,
    supplies_due, supplies_made, paths, coordinations, steps, items, rectified,
)  # fmt: skip
