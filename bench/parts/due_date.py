"""One due date: ten working days after a day of 2026, beside chinese_calendar's loop over the days; and estimates."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from importlib.metadata import version

import chinese_calendar
import holidays

from bench.ground import Grounds
from bench.measure import Row, Spread, Work, alternating, at_least, at_most, demand, ratios
from calendars import WorkingCalendar

DAYS = 10
ROUNDS = 15
CALLS, PEER_CALLS = 200, 1  # of each start day in a round
MILLION, ESTIMATES = 1_000_000, 10_000
STARTS = [date(2025, 12, 1) + timedelta(days=n) for n in range(120) if n % 2]


def rows(_grounds: Grounds) -> Iterator[Row]:
    calendar = WorkingCalendar.official()
    yield _beside_the_loop(calendar)
    yield _a_million(calendar)
    yield _beside_the_holidays(calendar)
    last, ahead = calendar.official_through, calendar.official_through + timedelta(days=60)
    yield _alone("estimate, official", partial(calendar.estimate, STARTS[0], DAYS))
    yield _alone("estimate across the end of what is published", partial(calendar.estimate, last, DAYS))
    yield _alone("estimate past it, counted back", partial(calendar.estimate, ahead, -DAYS))
    yield _alone("days between, estimated past it", partial(calendar.count_estimated, last, ahead))


def _beside_the_loop(calendar: WorkingCalendar) -> Row:
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
    return Row(
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


def _a_million(calendar: WorkingCalendar) -> Row:
    def work() -> None:
        due = calendar.due
        for start in STARTS:
            for n in range(MILLION // len(STARTS)):
                due(start, n % 60 + 1)

    (taken,) = alternating(5, work)
    spread = Spread.of(taken)
    return Row("a million due dates, n = 1 to 60", "s", spread, wanted=(at_most(spread, 0.4, "s"),))


def _beside_the_holidays(calendar: WorkingCalendar) -> Row:
    """A start in an unpublished year: the peer knows its statutory days and no swapping, and gives no range."""
    start = calendar.official_through + timedelta(days=60)
    peer = holidays.country_holidays("CN", years=start.year)
    taken, peer_taken = alternating(
        ROUNDS, _often(partial(calendar.estimate, start, DAYS)), _often(partial(peer.get_nth_working_day, start, DAYS))
    )
    each, peer_each = ([value / ESTIMATES * 1e6 for value in side] for side in (taken, peer_taken))
    spread = Spread.of(each)
    name = f"holidays {version('holidays')}"
    wanted = (at_most(spread, 1.5, "µs"),)
    return Row(
        "estimate past what is published", "µs", spread, Spread.of(peer_each), name, ratios(peer_each, each), wanted
    )


def _alone(figure: str, ask: Work) -> Row:
    (taken,) = alternating(ROUNDS, _often(ask))
    spread = Spread.of([value / ESTIMATES * 1e6 for value in taken])
    return Row(figure, "µs", spread, wanted=(at_most(spread, 1.5, "µs"),))


def _often(ask: Work) -> Work:
    ask()  # the first estimate past what is published lays the forecast out

    def work() -> None:
        for _ in range(ESTIMATES):
            ask()

    return work
