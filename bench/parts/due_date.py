"""One due date: ten working days after a day of 2026, beside chinese_calendar's loop over the days."""

from collections.abc import Iterator
from datetime import date, timedelta
from importlib.metadata import version

import chinese_calendar

from bench.ground import Grounds
from bench.measure import Row, Spread, alternating, at_least, at_most, demand, ratios
from calendars import WorkingCalendar

DAYS = 10
ROUNDS = 15
CALLS, PEER_CALLS = 200, 1  # of each start day in a round
STARTS = [date(2025, 12, 1) + timedelta(days=n) for n in range(120) if n % 2]


def rows(_grounds: Grounds) -> Iterator[Row]:
    calendar = WorkingCalendar.official()
    wrong = [day for day in STARTS if calendar.due(day, DAYS) != _by_the_loop(day, DAYS)]
    demand(not wrong, f"the two calendars disagree on {wrong}")

    def ours() -> None:
        due = calendar.due
        for start in STARTS:
            for _ in range(CALLS):
                due(start, DAYS)

    def peer() -> None:
        for start in STARTS:
            for _ in range(PEER_CALLS):
                _by_the_loop(start, DAYS)

    taken, peer_taken = alternating(ROUNDS, ours, peer)
    each = [value / len(STARTS) / CALLS * 1e6 for value in taken]
    peer_each = [value / len(STARTS) / PEER_CALLS * 1e6 for value in peer_taken]
    spread, ratio = Spread.of(each), ratios(peer_each, each)
    yield Row(
        "due date, n = 10",
        "µs",
        spread,
        Spread.of(peer_each),
        f"chinese_calendar {version('chinesecalendar')}",
        ratio,
        (at_most(spread, 0.25, "µs"), at_least(ratio, 1000)),
    )


def _by_the_loop(start: date, n: int) -> date:
    """The idiomatic way: ask it of one day after the other."""
    day = start
    while n:
        day += timedelta(days=1)
        n -= chinese_calendar.is_workday(day)
    return day
